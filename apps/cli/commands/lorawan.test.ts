import { afterEach, beforeEach, expect, test } from "vitest";
import { frontFixture, printed, Refusal } from "../testing/networkFixture.ts";
import { downlink } from "./downlink.ts";
import { events } from "./events.ts";

const DEV_EUI = "02577761796d0001";
const asked: { method: string; url: string; key: string; after: unknown; body: string }[] = [];
let stream: (request: number) => unknown;
let dir: string;
let tidy: () => Promise<void>;

const status = (battery: number) => ({
  ...{ type: "status", id: String(battery), at: "2026-11-22T17:05:37.867Z", applicationId: "a", deviceName: "attic" },
  ...{ devEui: DEV_EUI, battery, marginDb: 3 },
});
const chunk = (id: number, event: object) => `id: ${id}\nevent: status\ndata: ${JSON.stringify(event)}\n\n`;

beforeEach(async () => {
  asked.length = 0;
  ({ dir, tidy } = await frontFixture((request, body) => {
    const { authorization = "", "last-event-id": after = null } = request.headers;
    asked.push({ method: request.method!, url: request.url, key: authorization, after, body });
    if (request.url.startsWith("/v1/wireless/events/stream")) return stream(asked.length);
    if (request.url !== `/v1/wireless/devices/${DEV_EUI}/queue`) return null;
    const {
      fPort,
      data = "AQI=",
      confirmed,
    } = JSON.parse(body) as { fPort: number; data?: string; confirmed: boolean };
    return { id: "queued-1", fPort, data, confirmed, queuedAt: "now", fCntDown: null };
  }));
});
afterEach(() => tidy());

test("events come as lines, as many as asked for; a stream that ends goes on where it was", async () => {
  stream = (request) => (request === 1 ? chunk(7, status(127)) : chunk(8, status(254)) + chunk(9, status(0)));
  const text = await printed(() => events({ dir, once: "2", device: "02-57-77-61-79-6D-00-01" }));
  expect(text.trim().split("\n")).toEqual([expect.stringContaining("battery 50 %"), expect.stringContaining("100 %")]);
  expect(asked.map(({ after }) => after)).toEqual([null, "7"]);
  expect(asked[0]).toMatchObject({ key: "Bearer wl_key", url: `/v1/wireless/events/stream?devEui=${DEV_EUI}` });
});

test("events as JSON are one document in each line; another customer's key is taken", async () => {
  stream = () => chunk(1, status(1)) + chunk(2, { type: "unknown" });
  const text = await printed(() => events({ dir, once: "2", json: "true", apiKey: "wl_other" }));
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([status(1), { type: "unknown" }]);
  expect(asked[0]!.key).toBe("Bearer wl_other");
});

test("a front that refuses says why, and wrong options are named", async () => {
  stream = () => new Refusal(401, { code: "key-unauthenticated", detail: "Send a valid API key" });
  await expect(printed(() => events({ dir }))).rejects.toMatchObject({ code: "key-unauthenticated" });
  for (const [option, options] of [
    ["device", { device: "12" }],
    ["once", { once: "0" }],
    ["api-key", { apiKey: "two words" }],
  ] as const) {
    await expect(printed(() => events({ dir, ...options }))).rejects.toMatchObject({ facts: { option } });
  }
});

test("a downlink is queued as bytes or as an object", async () => {
  const text = await printed(() =>
    downlink("0257 7761 796D 0001", { dir, port: "3", data: "00:FF", confirmed: "true" }),
  );
  expect(text).toContain("Queued 2 bytes (00ff) for port 3 as queued-1");
  expect(JSON.parse(asked[0]!.body)).toEqual({ fPort: 3, confirmed: true, data: "AP8=" });
  await printed(() => downlink(DEV_EUI, { dir, port: "9", object: '{"led":true}' }));
  expect(JSON.parse(asked[1]!.body)).toEqual({ fPort: 9, confirmed: false, object: { led: true } });
});

test.for([
  ["DEVEUI", "12", { port: "1", data: "00" }],
  ["port", DEV_EUI, { port: "224", data: "00" }],
  ["data", DEV_EUI, { port: "1" }],
  ["data", DEV_EUI, { port: "1", data: "0" }],
  ["data", DEV_EUI, { port: "1", data: "00", object: "{}" }],
  ["object", DEV_EUI, { port: "1", object: "{led" }],
] as const)("a downlink's wrong %s is named", async ([option, device, options]) => {
  await expect(printed(() => downlink(device, { dir, ...options }))).rejects.toMatchObject({
    ...{ code: "usage-invalid", facts: { option } },
  });
  expect(asked).toEqual([]);
});
