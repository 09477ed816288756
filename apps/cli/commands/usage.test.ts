import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { frontFixture, printed, Refusal } from "../testing/networkFixture.ts";
import { recover } from "./recover.ts";
import { usage } from "./usage.ts";

const LINE = { kind: "storage", act: "storage.get", subject: "demo", workUnits: "113", pricePicoUsd: "675636000" };
const BILL = {
  lines: [{ id: "bGluZQ", dayStartMs: 1_700_000_000_000, ...LINE, usd: "0.000675636", receipts: 1_001 }],
  totalPricePicoUsd: "675636000",
  totalUsd: "0.000675636",
  truncated: false,
};
const receipt = (id: number) => ({
  ...{ id: String(id), atMs: 1_700_000_000_000 + id, tick: 5, device: `0x${"ab".repeat(20)}`, workUnits: "1" },
  ...{ pricePicoUsd: "12", devicePicoUsd: "10", usd: "0.000000000012" },
  voucher: id === 1 ? { tick: 6, totalMicroUsd: "117", signature: `0x${"cd".repeat(65)}` } : null,
});

const asked: { method: string; url: string; key: string; body: string }[] = [];
let recovery: unknown;
let dir: string;
let tidy: () => Promise<void>;

beforeEach(async () => {
  asked.length = 0;
  ({ dir, tidy } = await frontFixture((request, body) => {
    const key = request.headers.authorization ?? "";
    asked.push({ method: request.method!, url: request.url, key, body });
    if (request.url === "/v1/usage") return BILL;
    if (request.url === "/v1/balance") return { availableMicroUsd: "-5", bookedMicroUsd: "0", usd: "-0.000005" };
    if (request.url === "/v1/recover") return recovery;
    const page = /^\/v1\/usage\/bGluZQ\/receipts\?after=(\d+)&limit=1000$/.exec(request.url);
    if (page === null) return null;
    const after = Number(page[1]);
    const receipts = Array.from({ length: after === 0 ? 1_000 : 1 }, (_, i) => receipt(after + i + 1));
    return { receipts, next: after === 0 ? "1000" : null };
  }));
});
afterEach(() => tidy());

test("the bill has its lines, their sum and what is left, in dollars", async () => {
  const text = await printed(() => usage({ dir }));
  expect(text).toContain("$-0.000005 left");
  expect(text).toMatch(/1 +2023-11-14 +storage\.get +demo +113 +1001 +\$0\.000675636/);
  expect(asked.every(({ key }) => key === "Bearer wl_key")).toBe(true);
});

test("all receipts of a line, page after page, each with the voucher that pays it", async () => {
  const text = await printed(() => usage({ dir, receipts: "1" }));
  expect(text.trim().split("\n")).toHaveLength(2 + 1_001);
  expect(text).toContain("$0.000117 in all, tick 6, 0xcdcdcdcdcdcd…");
  expect(text).toContain("not signed yet");
  const json = JSON.parse(await printed(() => usage({ dir, receipts: "bGluZQ", json: "true" }))) as { receipts: [] };
  expect(json.receipts).toHaveLength(1_001);
});

test("a line that is not on the bill is named", async () => {
  await expect(printed(() => usage({ dir, receipts: "2" }))).rejects.toMatchObject({ code: "line-unknown" });
});

test("recovery hands over the key of the state directory and shows what came back", async () => {
  recovery = {
    ...{ buckets: 2, objects: 31, storedBytes: 4_096, brokenObjects: 1, customers: 1, devicesAsked: 6 },
    ...{ devicesFailed: 2, missingChunks: [7], newestChunkAtMs: Date.now() - 90_000 },
    parts: {
      lorawan: { applications: 1, devices: 3, sessions: 2, orphans: 4 },
      "lorawan-integrations": { webhooks: 5 },
    },
  };
  writeKey(`0x${"12".repeat(32)}`);
  const text = await printed(() => recover({ dir }));
  expect(asked.at(-1)).toMatchObject({
    ...{ method: "POST", url: "/v1/recover", key: "Bearer admin-key-of-at-least-32-characters" },
    body: JSON.stringify({ recoveryKey: `0x${"12".repeat(32)}` }),
  });
  expect(text).toContain("2 buckets, 31 objects (4.0 KiB) and 1 customers are back");
  expect(text).toContain("1 LoRaWAN applications, 3 devices (2 go on without joining) and 5 webhooks are back");
  expect(text).toContain("4 LoRaWAN records are lost with what they belong to");
  expect(text).toContain("(1 min ago)");
  expect(text).toContain("1 objects cannot be read");
});

test("a front that refuses says why; a bad key is never shown", async () => {
  writeKey(`0x${"12".repeat(32)}`);
  recovery = new Refusal(403, { code: "recovery-refused", detail: "there is nothing to recover" });
  await expect(printed(() => recover({ dir }))).rejects.toMatchObject({ code: "recovery-refused" });
  writeKey("almost a secret");
  const failure = await printed(() => recover({ dir })).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "recovery-key-invalid" });
  expect(JSON.stringify(failure) + String(failure)).not.toContain("almost a secret");
});

/** Where `wayleave up` keeps it. */
function writeKey(text: string): void {
  mkdirSync(path.join(dir, "keys"), { recursive: true });
  writeFileSync(path.join(dir, "keys", "recovery"), `${text}\n`);
}
