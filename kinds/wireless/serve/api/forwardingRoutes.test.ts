import { afterAll, beforeAll, expect, test } from "vitest";
import { WayleaveError } from "@wayleave/core/errors";
import { DEV_ADDR_RANGES_MAX, JOIN_EUIS_MAX } from "../../model/agentApi.ts";
import { ForwardingEngine } from "../forward/forwardingEngine.ts";
import { MemoryFleet, MemoryPurse } from "../network/testing/memoryPorts.ts";
import { machineTimeline } from "../network/timeline.ts";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { DEFAULT_RECORD_LIMITS } from "../records/records.ts";
import { newDevice, place, type TestRecords, testRecords } from "../records/testing/testRecords.ts";
import { forwardingRoutes } from "./forwardingRoutes.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

let at: TestRecords;
let records: WirelessRecords;
let engine: ForwardingEngine;
beforeAll(async () => {
  at = await testRecords();
  records = await at.open({ limits: { forwardingsPerCustomer: 3 } });
  const timeline = machineTimeline(at.clock);
  engine = new ForwardingEngine({
    ...{ purse: new MemoryPurse(), fleet: new MemoryFleet(() => 0), timeline, log: SILENT, allowPrivate: false },
    seedNow: () => `0x${"11".repeat(32)}`,
    forwardings: () => records.forwardings.all(),
  });
  records.forwardings.onChanged(() => engine.apply());
});
afterAll(async () => {
  await engine.close();
  await at[Symbol.asyncDispose]();
});

interface Answer {
  readonly [name: string]: unknown;
}
/** As the front does. */
async function call(customer: string, line: string, given?: object): Promise<Answer> {
  const [method, path] = line.split(" ") as [string, string];
  for (const route of forwardingRoutes(records, engine)) {
    const found = new RegExp(`^${route.path.replaceAll(/:([A-Za-z]+)/g, "(?<$1>[^/]+)")}$`).exec(path);
    if (route.method !== method || found === null) continue;
    const body = route.body?.safeParse(given);
    if (body?.success === false) {
      const [issue] = body.error.issues;
      throw new WayleaveError("body-invalid", issue!.message, { field: issue!.path.join(".") });
    }
    const params = { ...found.groups };
    const answer = await route.handle({ customer, body: body?.data, query: {}, params, signal: AbortSignal.abort() });
    route.reply?.parse(answer);
    return JSON.parse(JSON.stringify(answer ?? {})) as Answer;
  }
  throw new Error(`no route for ${line}`);
}
const fault = (code: string, field: string) =>
  expect.objectContaining({ code, facts: expect.objectContaining({ field }) as object });

const PATH = "/v1/wireless/forwardings";
let block = 0x10;
/** A range that nobody has. */
const range = () => ({ prefix: `26${(block++).toString(16)}0000`, bits: 16 });
const body = (changes: object = {}) => ({ name: "mine", host: "ns.example.org", region: "EU868", ...changes });

test("a forwarding is made, listed, changed, survives a restart and ends", async () => {
  const devAddrs = [{ prefix: "26-0B-12-34", bits: 16 }];
  const made = await call("ada", `POST ${PATH}`, body({ devAddrs, joinEuis: ["70B3D57ED0001234"] }));
  expect(made).toMatchObject({
    ...{ name: "mine", host: "ns.example.org", port: 1700, region: "EU868", copies: 1, enabled: true },
    ...{ devAddrs: [{ prefix: "260b0000", bits: 16 }], joinEuis: ["70b3d57ed0001234"] },
  });
  const one = `${PATH}/${String(made["id"])}`;
  const devAddr = { prefix: "260b8000", bits: 17 };
  // Parts of its own range are its own.
  const changed = await call("ada", `PUT ${one}`, body({ devAddrs: [devAddr], copies: 8, enabled: false }));
  expect(changed).toMatchObject({ id: made["id"], copies: 8, enabled: false, joinEuis: [] });
  const again = await at.open();
  expect(again.forwardings.get("ada", String(made["id"])).settings).toMatchObject({ copies: 8, devAddrs: [devAddr] });
  expect(await call("ada", `GET ${one}`)).toEqual(changed);
  expect(await call("ada", `GET ${PATH}`)).toEqual({ forwardings: [changed] });
  expect(await call("ada", `GET ${one}/status`)).toEqual({
    ...{ state: "disabled", lastAcknowledgedAt: null, counters: {}, gateways: [] },
  });
  await expect(call("eve", `GET ${one}`)).rejects.toEqual(fault("forwarding-not-found", "id"));
  await expect(call("eve", `GET ${one}/status`)).rejects.toEqual(fault("forwarding-not-found", "id"));
  await expect(call("eve", `PUT ${one}`, body({ devAddrs: [range()] }))).rejects.toEqual(
    fault("forwarding-not-found", "id"),
  );
  await expect(call("eve", `DELETE ${one}`)).rejects.toEqual(fault("forwarding-not-found", "id"));
  await call("ada", `DELETE ${one}`);
  expect(await call("ada", `GET ${PATH}`)).toEqual({ forwardings: [] });
});

test("addresses are claimed once: neither this network's nor another forwarding's, switched off or not", async () => {
  const mine = range();
  await call("bob", `POST ${PATH}`, body({ devAddrs: [mine], enabled: false }));
  const [other, inside] = [range(), { prefix: mine.prefix.slice(0, 4) + "4200", bits: 24 }];
  const refused = async (customer: string, devAddrs: object[], code: string, field: string) =>
    expect(call(customer, `POST ${PATH}`, body({ devAddrs }))).rejects.toEqual(fault(code, field));
  await refused("eve", [other, inside], "dev-addrs-conflict", "devAddrs.1");
  await refused("eve", [{ prefix: "26000000", bits: 7 }], "dev-addrs-conflict", "devAddrs.0");
  await refused("bob", [inside], "dev-addrs-conflict", "devAddrs.0");
  await refused("eve", [other, other], "dev-addrs-conflict", "devAddrs.1");
  // NetID 0x000001, where our own devices' addresses come from.
  await refused("eve", [{ prefix: "02000000", bits: 7 }], "dev-addrs-own-refused", "devAddrs.0");
  await refused("eve", [{ prefix: "03abcdef", bits: 32 }], "dev-addrs-own-refused", "devAddrs.0");
  await refused("eve", [{ prefix: "26000000", bits: 6 }], "body-invalid", "devAddrs.0.bits");
});

test("a JoinEUI is claimed once, and not where others' devices have it", async () => {
  const where = await place(records, "maker");
  const [device] = [newDevice(where, 1, { joinEui: "70b3d57ed0000aaa" })];
  await records.devices.create("maker", device);
  const claim = (customer: string, joinEui: string) => call(customer, `POST ${PATH}`, body({ joinEuis: [joinEui] }));
  await expect(claim("eve", device.joinEui)).rejects.toEqual(fault("join-eui-conflict", "joinEuis.0"));
  await expect(claim("eve", "0000000000000000")).rejects.toEqual(fault("join-eui-shared-refused", "joinEuis.0"));
  await claim("maker", device.joinEui);
  await claim("carl", "70b3d57ed0000bbb");
  await expect(claim("eve", "70b3d57ed0000bbb")).rejects.toEqual(fault("join-eui-conflict", "joinEuis.0"));
});

test("bad input is named", async () => {
  for (const [changes, field] of [
    [{ devAddrs: [] }, "devAddrs"],
    [{ devAddrs: [range()], host: "udp://ns.example.org:1700" }, "host"],
    [{ devAddrs: [range()], port: 0 }, "port"],
    [{ devAddrs: [range()], copies: 9 }, "copies"],
    [{ devAddrs: [range()], region: "EU433" }, "region"],
    [{ devAddrs: Array.from({ length: 17 }, range) }, "devAddrs"],
    [{ joinEuis: ["70b3"] }, "joinEuis.0"],
  ] as const) {
    await expect(call("dora", `POST ${PATH}`, body(changes))).rejects.toEqual(fault("body-invalid", field));
  }
});

test("limits: of a customer, and of what every gateway is told", async () => {
  for (let i = 0; i < 3; i++) await call("many", `POST ${PATH}`, body({ devAddrs: [range()] }));
  await expect(call("many", `POST ${PATH}`, body({ devAddrs: [range()] }))).rejects.toMatchObject({
    code: "forwardings-limit-refused",
  });
  // 512 and our own are the network server's; sixteen ranges and 64 JoinEUIs the most of one forwarding.
  expect(513 + 16 * DEFAULT_RECORD_LIMITS.forwardings).toBeLessThanOrEqual(DEV_ADDR_RANGES_MAX);
  const { joinEuis, forwardings } = DEFAULT_RECORD_LIMITS;
  expect(joinEuis + 64 * forwardings).toBeLessThanOrEqual(JOIN_EUIS_MAX);
});
