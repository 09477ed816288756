import { expect, test } from "vitest";
import type { Provider } from "@wayleave/core/kind";
import type { GatewayStatus } from "@wayleave/kind-wireless/model/agentApi";
import type { LinkRoute } from "@wayleave/link/types";
import { gatewaySetup, gatewayTeller, watchedGateways } from "./gatewayJourney.ts";

const gateway = (change: Partial<GatewayStatus> = {}): GatewayStatus => ({
  ...{ eui: "aa", protocol: "gwmp", online: true, lastSeenMs: 1, uplinks: 0, downlinks: 0, drops: {}, ...change },
});

test("each thing is told once: come, first uplink, first beacon, silent, back, what it drops", () => {
  let gateways: GatewayStatus[] = [];
  let hasBeaconed = false;
  const tell = gatewayTeller({ gateways: () => gateways, hasBeaconed: () => hasBeaconed });
  const told = (next: GatewayStatus[]) => {
    gateways = next;
    return tell();
  };
  expect(tell()).toEqual([]);
  expect(told([gateway({ online: false })])).toEqual([]);
  expect(told([gateway()])).toEqual(["Gateway aa connected (packet forwarder, UDP)"]);
  expect(tell()).toEqual([]);
  expect(told([gateway({ uplinks: 3 })])).toEqual(["Gateway aa heard its first uplink"]);
  hasBeaconed = true;
  expect(told([gateway({ uplinks: 4, drops: { "crc-bad": 2 } })])).toEqual([
    "Gateway aa begins to drop: crc-bad 2",
    expect.stringContaining("first beacon"),
  ]);
  expect(told([gateway({ uplinks: 9, drops: { "crc-bad": 5 }, online: false })])).toEqual(["Gateway aa went silent"]);
  expect(told([gateway({ uplinks: 9 }), gateway({ eui: "bb", protocol: "station" })])).toEqual([
    "Gateway aa is back (packet forwarder, UDP)",
    "Gateway bb connected (Basics Station)",
  ]);
});

test("what to set in a gateway names every address and both ports, and leaves out what is off", () => {
  const all = { host: "0.0.0.0", port: 1_700 };
  const text = gatewaySetup({ gwmp: all, station: { host: "10.0.0.1", port: 1_887 } }, ["127.0.0.1", "192.0.2.2"]);
  expect(text.join("\n")).toContain('"server_address": "192.0.2.2", "serv_port_up": 1700, "serv_port_down": 1700');
  expect(text.filter((line) => line.includes("ws://"))).toEqual(["    ws://10.0.0.1:1887"]);
  expect(gatewaySetup({ gwmp: all, station: null }, ["::1"]).join("\n")).not.toContain("Station");
  const v6 = gatewaySetup({ gwmp: null, station: { host: "::", port: 1 } }, ["2001:db8::1"]);
  expect(v6.at(-1)).toBe("    ws://[2001:db8::1]:1");
});

test("a provider without gateways is none to watch", () => {
  expect(watchedGateways({ kind: "storage", routes: [] } as unknown as Provider<LinkRoute>)).toBeNull();
});
