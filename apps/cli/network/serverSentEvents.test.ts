import fc from "fast-check";
import { expect, test } from "vitest";
import { serverSentEvents } from "./serverSentEvents.ts";

async function read(parts: readonly Uint8Array[]) {
  const found = [];
  for await (const event of serverSentEvents(
    (async function* () {
      yield* parts;
    })(),
  ))
    found.push(event);
  return found;
}

const TEXT =
  'retry: 3000\n\n: heartbeat\n\nid: 7\nevent: up\ndata: {"name":"Zürich"}\n\ndata:a\r\ndata: b\r\n\r\nid: 8\ndata: cut';
const EVENTS = [
  { id: "7", data: '{"name":"Zürich"}' },
  { id: null, data: "a\nb" },
];

test("however the bytes are cut, the same events come, and none that did not end", async () => {
  const bytes = Buffer.from(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.byteLength), { maxLength: 12 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.byteLength];
      const parts = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      expect(await read(parts)).toEqual(EVENTS);
    }),
  );
});

test("an event without an end is not kept for ever", async () => {
  const megabyte = Buffer.alloc(2 ** 20, "x");
  await expect(read([Buffer.from("data: "), megabyte])).rejects.toMatchObject({ code: "answer-too-large" });
});
