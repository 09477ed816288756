import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WayleaveError } from "@wayleave/core/errors";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { type TestRecords, testRecords } from "../records/testing/testRecords.ts";
import { DECODER_SOURCE_BYTES_MAX } from "./profileSchema.ts";
import type { WirelessRoute } from "./wirelessRoute.ts";
import { wirelessRoutes } from "./wirelessRoutes.ts";

let at: TestRecords;
let records: WirelessRecords;
let routes: WirelessRoute[];
beforeAll(async () => {
  at = await testRecords();
  records = await at.open({ limits: { devicesPerCustomer: 6 } });
  routes = wirelessRoutes(records, { encode: async (_, fPort, object) => Uint8Array.of(fPort, Number(object)) });
});
afterAll(() => at[Symbol.asyncDispose]());

interface Answer {
  readonly [name: string]: unknown;
}

/** What the front does: finds the route, checks body and query, answers as JSON. */
async function call(customer: string, line: string, body?: unknown): Promise<Answer> {
  const [method, target] = line.split(" ") as [string, string];
  const url = new URL(target, "http://front");
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replaceAll(/:([A-Za-z]+)/g, "(?<$1>[^/]+)")}$`);
    const found = pattern.exec(url.pathname);
    if (route.method !== method || found === null) continue;
    const answer = await route.handle({
      customer,
      body: checked(route.body, body, "body"),
      query: checked(route.query, Object.fromEntries(url.searchParams), "query"),
      params: { ...found.groups },
      signal: new AbortController().signal,
    });
    route.reply?.parse(answer);
    return JSON.parse(JSON.stringify(answer ?? {})) as Answer;
  }
  throw new Error(`no route for ${line}`);
}

function checked(schema: WirelessRoute["body"], value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const field = outcome.error.issues[0]!.path.join(".");
  throw new WayleaveError(`${where}-invalid`, outcome.error.issues[0]!.message, { field });
}

const fault = (code: string, field?: string) =>
  expect.objectContaining(
    field === undefined ? { code } : { code, facts: expect.objectContaining({ field }) as object },
  );

async function setUp(customer: string, profile: object = {}) {
  const application = await call(customer, "POST /v1/wireless/applications", { name: "fields" });
  const made = await call(customer, "POST /v1/wireless/device-profiles", { name: "s", region: "EU868", ...profile });
  return { applicationId: application["id"], profileId: made["id"] };
}
const APP_KEY = "2b7e151628aed2a6abf7158809cf4f3c";
let numbers = 0;
const eui = () => (0xa0_00_00_00 + numbers++).toString(16).padStart(16, "0");

describe("a device profile", () => {
  const make = (profile: object) =>
    call("profiles", "POST /v1/wireless/device-profiles", { name: "p", region: "EU868", ...profile });

  test("says what MAC commands set, within its region", async () => {
    const settings = {
      ...{ lorawanVersion: "1.0.4", uplinkDwellTime: false, downlinkDwellTime: true, maxEirpDbm: 14, maxDutyCycle: 7 },
      rx1Frequencies: [{ uplinkHz: 923_200_000, downlinkHz: 924_600_000 }],
    };
    const made = await make({ region: "AS923", ...settings });
    expect(made).toMatchObject(settings);
    expect(await make({})).toMatchObject({
      ...{ lorawanVersion: "1.0.3", uplinkDwellTime: null, downlinkDwellTime: null, maxEirpDbm: null },
      ...{ maxDutyCycle: null, rx1Frequencies: [] },
    });
  });

  const pair = (uplinkHz: number, downlinkHz: number) => ({ rx1Frequencies: [{ uplinkHz, downlinkHz }] });
  test.for<[object, string]>([
    [{ maxDutyCycle: 16 }, "maxDutyCycle"],
    [{ lorawanVersion: "1.1.0" }, "lorawanVersion"],
    [{ uplinkDwellTime: false }, "uplinkDwellTime"],
    [{ maxEirpDbm: 14 }, "maxEirpDbm"],
    [{ region: "AU915", downlinkDwellTime: true }, "downlinkDwellTime"],
    [{ region: "AU915", lorawanVersion: "1.0.2", uplinkDwellTime: false }, "uplinkDwellTime"],
    [{ region: "AS923", lorawanVersion: "1.0.1", maxEirpDbm: 14 }, "maxEirpDbm"],
    [{ region: "AS923", downlinkDwellTime: true, rx2DataRate: 1 }, "rx2DataRate"],
    [pair(868_100_000, 923_300_000), "rx1Frequencies.0.downlinkHz"],
    [pair(868_200_000, 869_525_000), "rx1Frequencies.0.uplinkHz"],
    [pair(868_100_000, 869_525_050), "rx1Frequencies.0.downlinkHz"],
    [{ region: "US915", ...pair(902_300_000, 923_300_000) }, "rx1Frequencies"],
    [{ lorawanVersion: "1.0.1", ...pair(868_100_000, 869_525_000) }, "rx1Frequencies"],
  ])("%j is refused, naming %s", async ([profile, field]) => {
    await expect(make(profile)).rejects.toEqual(fault("body-invalid", field));
  });

  test("shows how its devices are set, what they have not answered and what they refused", async () => {
    const devEui = eui();
    const where = await setUp("settings", { region: "AS923", supportsOtaa: false });
    await call("settings", "POST /v1/wireless/devices", { ...where, devEui, name: "d" });
    const keys = { nwkSKey: APP_KEY, appSKey: APP_KEY };
    const status = `GET /v1/wireless/devices/${devEui}/status`;
    expect(await call("settings", status)).toMatchObject({ settings: null, pendingRequests: [], refusedRequests: [] });
    await call("settings", `PUT /v1/wireless/devices/${devEui}/activation`, { devAddr: "26010203", ...keys });
    const session = records.book.session(devEui)!;
    session.mac = {
      ...session.mac,
      ...{ channels: [0, 1], maxDutyCycle: 7, rx1Moved: [{ channel: 1, frequencyHz: 924_600_000 }] },
      tx: { uplinkDwellTime: true, downlinkDwellTime: null, maxEirpIndex: 5 },
      pending: [{ cid: 9, payload: "15", tries: 2 }],
      refused: ["0a0010398d", "0a0110398d", "0407"],
    };
    expect(await call("settings", status)).toMatchObject({
      settings: {
        ...{ channelsHz: [923_200_000, 923_400_000], uplinkDwellTime: true, downlinkDwellTime: null, maxEirpDbm: 16 },
        ...{ maxDutyCycle: 7, rx1Frequencies: [{ uplinkHz: 923_400_000, downlinkHz: 924_600_000 }] },
      },
      pendingRequests: [{ request: "TxParamSetupReq", tries: 2 }],
      refusedRequests: ["DlChannelReq", "DutyCycleReq"],
    });
  });
});

test("every route is documented, guarded and unlike any other", () => {
  for (const route of routes) {
    expect(route.path).toMatch(/^\/v1\/wireless\//);
    if (route.for === "operator") expect(route.path).toMatch(/registrations/);
    else expect(route.scope).toBe(route.method === "GET" ? "wireless:read" : "wireless:write");
    if (route.status !== 204) expect(route.reply, route.path).toBeDefined();
  }
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
});

test("the operator sees whose a DevEUI is, and frees it for the customer whose device it is", async () => {
  const devEui = eui();
  const register = async (customer: string) =>
    call(customer, "POST /v1/wireless/devices", { ...(await setUp(customer)), devEui, name: "d", appKey: APP_KEY });
  await register("squatter");
  await expect(register("owner")).rejects.toEqual(fault("device-exists", "devEui"));
  const path = `/v1/wireless/registrations/${devEui.toUpperCase()}`;
  expect(await call("", `GET ${path}`)).toMatchObject({ customer: "squatter", joinedAt: null, lastSeenAt: null });
  await call("", `DELETE ${path}`);
  await expect(call("", `GET ${path}`)).rejects.toEqual(fault("device-not-found", "devEui"));
  await register("owner");
  expect(await call("", `GET ${path}`)).toMatchObject({ devEui, customer: "owner" });
});

describe("a device", () => {
  test("is registered, listed by pages, changed and deleted", async () => {
    const where = await setUp("pager");
    const euis = [eui(), eui(), eui()];
    for (const devEui of euis) {
      const pasted = devEui.toUpperCase().replaceAll(/(..)(?=.)/g, "$1-");
      await call("pager", "POST /v1/wireless/devices", { ...where, devEui: pasted, name: "d", appKey: APP_KEY });
    }
    const first = await call("pager", `GET /v1/wireless/devices?limit=2&applicationId=${String(where.applicationId)}`);
    expect((first["devices"] as Answer[]).map((device) => device["devEui"])).toEqual(euis.slice(0, 2));
    expect(first["next"]).toBe(euis[1]);
    const second = await call("pager", `GET /v1/wireless/devices?limit=2&after=${euis[1]!}`);
    expect(second).toMatchObject({ devices: [{ devEui: euis[2] }], next: null });
    expect(await call("pager", `PUT /v1/wireless/devices/${euis[0]!}`, { name: "new" })).toMatchObject({ name: "new" });
    await expect(call("pager", `DELETE /v1/wireless/applications/${String(where.applicationId)}`)).rejects.toEqual(
      fault("application-conflict"),
    );
    for (const devEui of euis) await call("pager", `DELETE /v1/wireless/devices/${devEui}`);
    await call("pager", `DELETE /v1/wireless/applications/${String(where.applicationId)}`);
    await call("pager", `DELETE /v1/wireless/device-profiles/${String(where.profileId)}`);
    expect(await call("pager", "GET /v1/wireless/device-profiles")).toEqual({ deviceProfiles: [] });
  });

  test("never shows a key again, only whether two are the same", async () => {
    const where = await setUp("secretive");
    const [one, two, other] = [eui(), eui(), eui()];
    const nwkSKey = "44024241ed4ce9a68c6a8bc055233fd3";
    const answers = [
      await call("secretive", "POST /v1/wireless/devices", { ...where, devEui: one, name: "1", appKey: APP_KEY }),
      await call("secretive", "POST /v1/wireless/devices", { ...where, devEui: two, name: "2", appKey: APP_KEY }),
      await call("secretive", "POST /v1/wireless/devices", { ...where, devEui: other, name: "3", appKey: nwkSKey }),
      await call("secretive", `PUT /v1/wireless/devices/${one}/activation`, {
        ...{ devAddr: "01020304", nwkSKey, appSKey: APP_KEY },
      }),
      await call("secretive", `GET /v1/wireless/devices/${one}`),
      await call("secretive", `GET /v1/wireless/devices/${one}/status`),
      await call("secretive", "GET /v1/wireless/devices"),
      await call("secretive", `PUT /v1/wireless/devices/${one}`, { name: "again" }),
    ];
    const shown = JSON.stringify(answers).toLowerCase();
    for (const key of [APP_KEY, nwkSKey]) {
      expect(shown).not.toContain(key);
      expect(shown).not.toContain(Buffer.from(key, "hex").toString("base64").toLowerCase().slice(0, 20));
    }
    const [first, second, third] = answers.map((answer) => answer["appKeyFingerprint"]);
    expect(first).toMatch(/^[0-9a-f]{8}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(answers[5]).toMatchObject({ devAddr: "01020304", fCntUp: null, fCntDown: 0 });
  });

  test("is silent after three intervals without an uplink", async () => {
    const where = await setUp("quiet", { uplinkIntervalS: 60, supportsOtaa: false });
    const devEui = eui();
    await call("quiet", "POST /v1/wireless/devices", { ...where, devEui, name: "q" });
    const session = { devAddr: "01020304", nwkSKey: APP_KEY, appSKey: APP_KEY };
    await call("quiet", `PUT /v1/wireless/devices/${devEui}/activation`, session);
    at.clock.nowMs += 181_000;
    const status = `GET /v1/wireless/devices/${devEui}/status`;
    expect(await call("quiet", status)).toMatchObject({ silent: true, lastSeenAt: null });
    const live = records.book.session(devEui)!;
    live.fCntUp = 0;
    await records.book.save(live);
    const heard = new Date(at.clock.nowMs).toISOString();
    expect(await call("quiet", status)).toMatchObject({ silent: false, lastSeenAt: heard, fCntUp: 0 });
    await call("quiet", `DELETE /v1/wireless/devices/${devEui}/activation?forgetDevNonces=true`);
    expect(await call("quiet", status)).toMatchObject({ devAddr: null });
    expect(records.book.sessionsAt("01020304").filter((each) => each.devEui === devEui)).toEqual([]);
  });
});

test("a customer neither sees nor changes what another has", async () => {
  const [alice, mallory] = [await setUp("alice"), await setUp("mallory")];
  const devEui = eui();
  await call("alice", "POST /v1/wireless/devices", { ...alice, devEui, name: "hers", appKey: APP_KEY });
  await call("alice", `POST /v1/wireless/devices/${devEui}/queue`, { fPort: 1, data: "AQ==" });
  const device = `/v1/wireless/devices/${devEui}`;
  const session = { devAddr: "01020304", nwkSKey: APP_KEY, appSKey: APP_KEY };
  for (const [line, body] of [
    [`GET ${device}`],
    [`PUT ${device}`, { name: "mine", appKey: APP_KEY }],
    [`DELETE ${device}`],
    [`GET ${device}/status`],
    [`PUT ${device}/activation`, session],
    [`DELETE ${device}/activation`],
    [`POST ${device}/queue`, { fPort: 1, data: "AQ==" }],
    [`GET ${device}/queue`],
    [`DELETE ${device}/queue`],
  ] as const) {
    await expect(call("mallory", line, body), line).rejects.toEqual(fault("device-not-found", "devEui"));
  }
  const application = `/v1/wireless/applications/${String(alice.applicationId)}`;
  const profile = `/v1/wireless/device-profiles/${String(alice.profileId)}`;
  for (const [line, body] of [
    [`GET ${application}`],
    [`PUT ${application}`, { name: "x" }],
    [`DELETE ${application}`],
    [`GET /v1/wireless/devices?applicationId=${String(alice.applicationId)}`],
    [
      "POST /v1/wireless/devices",
      { ...mallory, ...{ applicationId: alice.applicationId }, devEui: eui(), name: "x", appKey: APP_KEY },
    ],
    ["POST /v1/wireless/imports", { format: "tts-csv", text: "dev_eui", applicationId: alice.applicationId }],
  ] as const) {
    await expect(call("mallory", line, body), line).rejects.toEqual(fault("application-not-found"));
  }
  for (const [line, body] of [
    [`GET ${profile}`],
    [`PUT ${profile}`, { name: "x", region: "EU868" }],
    [`DELETE ${profile}`],
    [
      "POST /v1/wireless/devices",
      { ...mallory, profileId: alice.profileId, devEui: eui(), name: "x", appKey: APP_KEY },
    ],
  ] as const) {
    await expect(call("mallory", line, body), line).rejects.toEqual(fault("profile-not-found"));
  }
  expect(await call("mallory", "GET /v1/wireless/devices")).toEqual({ devices: [], next: null });
  expect(await call("alice", `GET ${device}`)).toMatchObject({ name: "hers", devAddr: null });
  expect(await call("alice", `GET ${device}/queue`)).toMatchObject({ downlinks: [{ fPort: 1, data: "AQ==" }] });
});

describe("refusals", () => {
  test("name the field", async () => {
    const where = await setUp("wrong");
    const device = { ...where, devEui: eui(), name: "w", appKey: APP_KEY };
    for (const [line, body, field] of [
      ["POST /v1/wireless/devices", { ...device, devEui: "12" }, "devEui"],
      ["POST /v1/wireless/devices", { ...device, joinEui: "xx" }, "joinEui"],
      ["POST /v1/wireless/devices", { ...device, appKey: "00" }, "appKey"],
      ["POST /v1/wireless/devices", { ...device, appKey: null }, "appKey"],
      ["POST /v1/wireless/devices", { ...device, name: " " }, "name"],
      ["POST /v1/wireless/device-profiles", { name: "p", region: "CN470" }, "region"],
      ["POST /v1/wireless/device-profiles", { name: "p", region: "EU868", copies: 9 }, "copies"],
      [
        "POST /v1/wireless/device-profiles",
        {
          ...{ name: "p", region: "EU868" },
          decoder: { kind: "javascript", source: "é".repeat(DECODER_SOURCE_BYTES_MAX / 2 + 1) },
        },
        "decoder.source",
      ],
    ] as const) {
      await expect(call("wrong", line, body), `${line} ${field}`).rejects.toEqual(fault("body-invalid", field));
    }
    await expect(call("wrong", "GET /v1/wireless/devices/zz")).rejects.toEqual(fault("path-invalid", "devEui"));
    await expect(call("wrong", "GET /v1/wireless/applications/zz")).rejects.toEqual(fault("path-invalid", "id"));
    await expect(call("wrong", "GET /v1/wireless/devices?limit=0")).rejects.toEqual(fault("query-invalid", "limit"));
  });

  test("a DevEUI is registered once, and only so many", async () => {
    const where = await setUp("many");
    const devices = Array.from({ length: 7 }, () => ({ ...where, devEui: eui(), name: "m", appKey: APP_KEY }));
    for (const device of devices.slice(0, 6)) await call("many", "POST /v1/wireless/devices", device);
    await expect(call("many", "POST /v1/wireless/devices", devices[6])).rejects.toEqual(fault("devices-limit-refused"));
    await expect(call("many", "POST /v1/wireless/devices", devices[0])).rejects.toEqual(
      fault("device-exists", "devEui"),
    );
  });
});

test("the queue takes bytes or an object, and can be flushed", async () => {
  const plain = await setUp("sender");
  const scripted = await setUp("sender", { decoder: { kind: "javascript", source: "" } });
  const [one, two] = [eui(), eui()];
  await call("sender", "POST /v1/wireless/devices", { ...plain, devEui: one, name: "1", appKey: APP_KEY });
  await call("sender", "POST /v1/wireless/devices", { ...scripted, devEui: two, name: "2", appKey: APP_KEY });
  const queue = `/v1/wireless/devices/${two}/queue`;
  await call("sender", `POST ${queue}`, { fPort: 7, object: 9, confirmed: true });
  expect(records.queue.head(two)).toMatchObject({ fPort: 7, data: Uint8Array.of(7, 9), confirmed: true });
  await call("sender", `POST ${queue}`, { fPort: 223, data: Buffer.alloc(222).toString("base64") });
  for (const [body, field] of [
    [{ fPort: 0, data: "" }, "fPort"],
    [{ fPort: 224, data: "" }, "fPort"],
    [{ fPort: 1, data: "AQ" }, "data"],
    [{ fPort: 1 }, "data"],
    [{ fPort: 1, data: "", object: 1 }, "data"],
    [{ fPort: 1, data: Buffer.alloc(223).toString("base64") }, "data"],
    [{ fPort: 1, object: "x".repeat(9_000) }, "object"],
  ] as const) {
    await expect(call("sender", `POST ${queue}`, body), JSON.stringify(body)).rejects.toEqual(
      fault("body-invalid", field),
    );
  }
  await expect(call("sender", `POST /v1/wireless/devices/${one}/queue`, { fPort: 1, object: 1 })).rejects.toEqual(
    fault("body-invalid", "object"),
  );
  expect(await call("sender", `DELETE ${queue}`)).toEqual({ flushed: 2 });
  expect(await call("sender", `GET ${queue}`)).toEqual({ downlinks: [] });
});
