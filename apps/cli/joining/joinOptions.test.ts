import { expect, test } from "vitest";
import { LOCAL_GATEWAYS } from "../network/deployLocal.ts";
import { networkFixture } from "../testing/networkFixture.ts";
import { joinConfig, joinDirectory, joinKind } from "./joinOptions.ts";

const { network } = networkFixture();
const config = (options: Record<string, string>) => {
  const kind = joinKind(options);
  return joinConfig(options, kind, joinDirectory(options, kind), network);
};
const GATEWAY = { kind: "wireless", region: "eu868", place: "46.948,7.4474" };

test("storage stays the default", () => {
  expect(config({})).toMatchObject({ quotaBytes: 20 * 2 ** 30, wireless: null, cell: "0" });
  expect(config({ quotaGib: "5", cell: "8c1f8342cc0e3ff" })).toMatchObject({ quotaBytes: 5 * 2 ** 30 });
  expect(joinDirectory({}, "storage")).not.toBe(joinDirectory({}, "wireless"));
});

test("a gateway needs a region and a place; both protocols are taken on their usual ports", () => {
  const { wireless, cell, quotaBytes } = config(GATEWAY);
  expect(quotaBytes).toBeNull();
  expect(cell).toBe(LOCAL_GATEWAYS[0].cell); // of resolution 12, at that very place
  expect(wireless).toEqual({
    ...{ region: "EU868", antennaGainDbi: 0, gateways: null },
    ...{ gwmp: { host: "0.0.0.0", port: 1_700 }, station: { host: "0.0.0.0", port: 1_887 } },
  });
});

test("ports, address, gain and gateways are as said", () => {
  const said = { gwmpPort: "1701", stationPort: "off", listen: "10.0.0.1", antennaGainDbi: "5.8" };
  const gateway = "02-57-77-61-79-6C-00-01,0257776179600002";
  expect(config({ ...GATEWAY, place: " -33.86, 151.21", ...said, gateway }).wireless).toEqual({
    ...{ region: "EU868", antennaGainDbi: 5.8, gateways: ["02577761796c0001", "0257776179600002"] },
    ...{ gwmp: { host: "10.0.0.1", port: 1_701 }, station: null },
  });
});

test.for([
  ["kind", { kind: "sensors" }],
  ["place", { kind: "wireless", region: "EU868" }],
  ["place", { ...GATEWAY, place: "91,0" }],
  ["place", { ...GATEWAY, place: "0,180.1" }],
  ["place", { ...GATEWAY, place: "Bern" }],
  ["region", { kind: "wireless", place: "1,2" }],
  ["region", { ...GATEWAY, region: "CN470" }],
  ["gwmp-port", { ...GATEWAY, gwmpPort: "70000" }],
  ["gwmp-port", { ...GATEWAY, gwmpPort: "off", stationPort: "off" }],
  ["station-port", { ...GATEWAY, stationPort: "x" }],
  ["antenna-gain-dbi", { ...GATEWAY, antennaGainDbi: "16" }],
  ["gateway", { ...GATEWAY, gateway: "02" }],
  ["quota-gib", { ...GATEWAY, quotaGib: "5" }],
  ["cell", { ...GATEWAY, cell: "8c1f8342cc0e3ff" }],
  ["place", { place: "1,2" }],
  ["antenna-gain-dbi", { antennaGainDbi: "2" }],
  ["quota-gib", { quotaGib: "0" }],
  ["owner", { owner: "me" }],
  ["cell", { cell: "Bern" }],
] as [string, Record<string, string>][])("--%s is named when it is wrong: %j", ([option, options]) => {
  expect(() => config(options)).toThrow(
    expect.objectContaining({ code: "usage-invalid", message: expect.stringContaining(`--${option}`) }),
  );
});
