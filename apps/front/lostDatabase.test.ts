import { Readable } from "node:stream";
import type { Logger } from "@wayleave/core/kind";
import type { LinkClientReply, LinkPeer } from "@wayleave/link/types";
import { expect, test } from "vitest";
import { databaseWasLost } from "./lostDatabase.ts";

const log: Logger = { debug() {}, info() {}, warn() {}, error() {} };
let made = 0;
function device(answer: () => Promise<LinkClientReply>): LinkPeer & { asked: string[] } {
  const asked: string[] = [];
  return {
    id: `0x${String(made++).padStart(40, "0")}`,
    asked,
    async request({ method, path }: { method: string; path: string }) {
      asked.push(`${method} ${path}`);
      return answer();
    },
  } as unknown as LinkPeer & { asked: string[] };
}
const reply = (status: number, body: string): LinkClientReply => ({
  status,
  headers: {},
  body: Readable.from([Buffer.from(body)]),
});
const saying = (status: number, body: string) => device(async () => reply(status, body));
const holder = () => saying(200, JSON.stringify({ pieces: [{ name: "chunk" }], next: null }));
const empty = () => saying(200, JSON.stringify({ pieces: [] }));
const ask = (peers: readonly LinkPeer[], over: Partial<Parameters<typeof databaseWasLost>[0]> = {}) =>
  databaseWasLost({
    booksAreEmpty: true,
    registered: () => peers.length,
    peers: () => peers,
    log,
    patienceMs: 0,
    ...over,
  });

test("empty books and a device that holds our snapshots: the database was lost", async () => {
  const devices = [empty(), holder(), empty()];
  expect(await ask(devices)).toBe(true);
  expect(devices[1]!.asked).toEqual(["GET /storage/metadata"]);
});

test("empty books and devices that hold nothing of ours: a new front", async () => {
  expect(await ask([empty(), empty()])).toBe(false);
});

test("books that have customers, or a network without devices, ask nobody", async () => {
  const devices = [holder()];
  expect(await ask(devices, { booksAreEmpty: false })).toBe(false);
  expect(await ask(devices, { registered: () => 0 })).toBe(false);
  expect(devices[0]!.asked).toEqual([]);
});

test("devices that refuse, hang up, or answer nonsense or without end neither count nor hinder", async () => {
  const endless = device(async () => {
    const chunks = (function* () {
      for (;;) yield Buffer.alloc(65_536, 0x20);
    })();
    return { status: 200, headers: {}, body: Readable.from(chunks) };
  });
  const broken = [
    saying(403, "{}"),
    saying(200, "<html>"),
    saying(200, '{"pieces":7}'),
    endless,
    device(() => Promise.reject(new Error("link-timeout"))),
  ];
  expect(await ask(broken)).toBe(false);
  expect(await ask([...broken, holder()])).toBe(true);
});

test("devices that hang are waited for together, and those that come late are asked once each", async () => {
  const hanging = Array.from({ length: 20 }, () =>
    device(async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new Error("link-timeout");
    }),
  );
  const late = holder();
  let looks = 0;
  const peers = () => (++looks > 2 ? [...hanging, late] : hanging);
  const startedMs = performance.now();
  expect(await ask([], { registered: () => 21, peers, patienceMs: 5_000 })).toBe(true);
  expect(performance.now() - startedMs).toBeLessThan(2_000); // one after another they would take four seconds
  for (const { asked } of [...hanging, late]) expect(asked).toHaveLength(1);
});
