import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import type { ApiRoute } from "@wayleave/layer-service/apiRoute";
import { testLog } from "@wayleave/layer-service/testing/testLayer";
import { openApiDocument } from "@wayleave/layer-service/openApi";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoverageFeed } from "./coverageFeed.ts";
import { coverageRoutes } from "./coverageRoutes.ts";

const DEVICE = `0x${"d1".repeat(20)}`;
const BERN = 0x881f8342cdfffffn;
const hashOf = (epoch: number) => `0x${String(epoch).padStart(64, "0")}`;

let newest: number | null;
/** What each verifier serves of each epoch. */
let served: Map<number, object>[];
let asked: number;
let servers: Server[];
let urls: string[];
let nowMs: number;

beforeEach(async () => {
  [newest, asked, nowMs] = [null, 0, 0];
  served = [new Map(), new Map(), new Map()];
  servers = served.map((epochs) =>
    createServer((request, response) => {
      asked++;
      const tables = epochs.get(Number(request.url!.split("/").at(-1)));
      if (tables === undefined) response.writeHead(404).end();
      else response.end(JSON.stringify(tables));
    }).listen(0, "127.0.0.1"),
  );
  await Promise.all(servers.map((server) => once(server, "listening")));
  urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  for (const server of servers) server.close();
});

const index = {
  generation: () => 0,
  head: async () => ({ number: 99n, hash: hashOf(0), timestampMs: 5 }),
  async select({ name }: { readonly name: string }) {
    if (newest === null) return [];
    const statementHash = hashOf(newest);
    const event = { block: 1n, logIndex: 1, transaction: hashOf(1_000 + newest), timestampMs: 1 };
    const args = { epoch: newest, statementHash, finalAtMs: 9, statement: {} };
    if (name === "StatementPosted") return [{ ...event, name, args }];
    const sources = { statementHash, signers: [], bundleHeads: [], allottedByKind: [] };
    return name === "StatementSources" ? [{ ...event, name, args: sources }] : [];
  },
} as unknown as EventIndex;

function tables(epoch: number, units = "1250000"): object {
  const device = { device: DEVICE, locality: BERN.toString(), units, qualityPpm: "1000000", x: `${units}000000` };
  return {
    statementHash: hashOf(epoch),
    devices: [{ ...device, kind: 0, wayAllotted: "7", fault: null }],
    explanations: [{ about: DEVICE, kind: 0, code: "beacon-unwitnessed", facts: { witnesses: 0 } }],
    vouchers: [],
  };
}

function serve(epoch: number, ...by: (object | null)[]): void {
  by.forEach((each, i) => each !== null && served[i]!.set(epoch, each));
}

const open = () => new CoverageFeed({ index, verifierUrls: () => urls, log: testLog(), monotonicMs: () => nowMs });
const policy = { cells: [{ kind: 0, locality: BERN, weight: 1n, target: 12_000_000n, network: 0n }] };
function ask(routes: readonly ApiRoute[], path: string, device = ""): Promise<unknown> {
  const route = routes.find((each) => each.path === path)!;
  return route.handle({ params: { device } } as unknown as Parameters<ApiRoute["handle"]>[0]);
}

test("what two verifiers tell alike is served, asked for once, until a newer statement comes", async () => {
  const feed = open();
  expect(await feed.latest()).toBeNull();
  newest = 3;
  serve(3, tables(3), tables(3), null);
  nowMs += 2_000;
  const both = await Promise.all([feed.latest(), feed.latest()]);
  expect(both.map((settled) => settled?.epoch)).toEqual([3, 3]);
  expect(asked).toBe(3);
  nowMs += 60_000;
  await feed.latest();
  expect(asked).toBe(3);
  newest = 4;
  nowMs += 60_000;
  expect((await feed.latest())?.epoch).toBe(3); // nobody serves the newer one yet
  serve(4, tables(4), tables(4), tables(4));
  nowMs += 60_000;
  expect((await feed.latest())?.epoch).toBe(4);
});

test("one verifier that lies, or serves another statement, is not believed", async () => {
  newest = 3;
  serve(3, tables(3, "99000000"), tables(3), tables(2));
  const feed = open();
  await expect(feed.latest()).rejects.toMatchObject({ code: "coverage-unavailable", retryable: true });
  serve(3, null, null, tables(3));
  nowMs += 2_000;
  expect((await feed.latest())?.tables.devices[0]!.units).toBe(1_250_000n);
});

test("by cell, and by device with reasons", async () => {
  const routes = coverageRoutes(open(), { policy } as unknown as Parameters<typeof coverageRoutes>[1]);
  const cell = { cell: BERN.toString(16), wantedUnits: 12_000_000n };
  const byCell = () => ask(routes, "/v1/wireless/coverage");
  const byDevice = (device: string) => ask(routes, "/v1/wireless/coverage/devices/:device", device);
  expect(await byCell()).toMatchObject({ epoch: null, cells: [{ ...cell, devices: 0 }] });
  await expect(byDevice(DEVICE)).rejects.toMatchObject({ code: "coverage-not-found" });
  newest = 3;
  serve(3, tables(3), tables(3), tables(3));
  nowMs += 2_000;
  expect(await byCell()).toMatchObject({ epoch: 3, final: false, cells: [{ ...cell, devices: 1, wayAllotted: 7n }] });
  expect(await byDevice(DEVICE)).toMatchObject({
    ...{ device: DEVICE, units: 1_250_000n, cell: cell.cell },
    acts: [{ counted: false, code: "beacon-unwitnessed", reason: expect.stringContaining("Nobody validly witnessed") }],
  });
  await expect(byDevice("0xzz")).rejects.toMatchObject({ code: "path-invalid", facts: { field: "device" } });
});

test("both are in the OpenAPI document, for everybody", () => {
  const routes = coverageRoutes(open(), { policy } as unknown as Parameters<typeof coverageRoutes>[1]);
  const { paths } = openApiDocument(routes, "1") as { paths: Record<string, { get: Record<string, unknown> }> };
  expect(Object.keys(paths)).toEqual(["/v1/wireless/coverage", "/v1/wireless/coverage/devices/{device}"]);
  expect(paths["/v1/wireless/coverage"]!.get["security"]).toBeUndefined();
  expect(JSON.stringify(paths)).toContain("wantedUnits");
});
