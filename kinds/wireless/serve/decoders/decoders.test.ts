import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Decoders } from "./decoders.ts";

const clock = { now: () => Date.UTC(2026, 0, 5, 10), monotonicMs: () => performance.now() };
const log = { debug() {}, info() {}, warn() {}, error() {} };
let decoders: Decoders;
let scripts = 0;

beforeAll(() => {
  decoders = new Decoders({ clock, log });
});
afterAll(() => decoders.close());

function profile(source: string) {
  return { id: `profile-${++scripts}`, decoder: { kind: "javascript", source } } as const;
}
const code = ({ errors }: { errors: readonly { code: string }[] }) => errors[0]?.code;

describe("decoders", () => {
  test("run The Things Stack's and ChirpStack v4's convention", async () => {
    const script = profile(`function decodeUplink(input) {
      return { data: { t: (input.bytes[0] << 8 | input.bytes[1]) / 10, port: input.fPort, at: input.recvTime.toISOString() },
               warnings: ["battery low"] };
    }
    const encodeDownlink = ({ data }) => ({ bytes: [data.led ? 1 : 0, -1], fPort: 7 });`);
    expect(await decoders.decode(script, 2, Uint8Array.of(0, 215))).toEqual({
      object: { t: 21.5, port: 2, at: "2026-01-05T10:00:00.000Z" },
      errors: [{ code: "decoder-warning", message: "battery low" }],
    });
    expect(await decoders.encode(script, 1, { led: true })).toEqual({
      bytes: Uint8Array.of(1, 255),
      fPort: 7,
      errors: [],
    });
  });

  test("run ChirpStack v3's and TTN v2's, and CayenneLPP", async () => {
    const three = profile(
      "function Decode(fPort, bytes) { return { fPort, n: bytes.length } } function Encode(fPort, o) { return [fPort, o.x] }",
    );
    expect(await decoders.decode(three, 3, Uint8Array.of(1, 2))).toEqual({ object: { fPort: 3, n: 2 }, errors: [] });
    expect((await decoders.encode(three, 3, { x: 9 })).bytes).toEqual(Uint8Array.of(3, 9));
    const two = profile("function Decoder(bytes, port) { return { port, first: bytes[0] } }");
    expect((await decoders.decode(two, 4, Uint8Array.of(8))).object).toEqual({ port: 4, first: 8 });
    const cayenne = { id: "lpp", decoder: { kind: "cayenne-lpp" } } as const;
    expect((await decoders.decode(cayenne, 1, Uint8Array.of(3, 0x67, 1, 0x10))).object).toEqual({
      temperature_3: 27.2,
    });
    expect(await decoders.decode(cayenne, 1, Uint8Array.of(3, 0x67, 1))).toMatchObject({ object: null, errors: [{}] });
    expect(await decoders.decode({ id: "n", decoder: { kind: "none" } }, 1, Uint8Array.of(1))).toEqual({
      object: null,
      errors: [],
    });
  });

  test("any payload arrives as it was sent, and any JSON comes back as it was", async () => {
    const echo = profile(
      "function decodeUplink({ bytes }) { return { data: bytes } } function encodeDownlink({ data }) { return { bytes: data } }",
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 242 }), async (bytes) => {
        expect((await decoders.decode(echo, 1, bytes)).object).toEqual([...bytes]);
        expect((await decoders.encode(echo, 1, [...bytes])).bytes).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
    const json = profile(
      "function decodeUplink({ bytes }) { return { data: JSON.parse(String.fromCharCode(...bytes)) } }",
    );
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3, stringUnit: "grapheme-ascii" }), async (text) => {
        expect((await decoders.decode(json, 1, Buffer.from(text))).object).toEqual(JSON.parse(text));
      }),
      { numRuns: 50 },
    );
  });

  test.for([
    ["does not end", "function decodeUplink() { for (;;); }", "decoder-timeout"],
    ["does not end while it is loaded", "for (;;);", "decoder-timeout"],
    [
      "catches what should end it",
      "function decodeUplink() { for (;;) try { for (;;); } catch {} }",
      "decoder-timeout",
    ],
    ["searches without end", "function decodeUplink() { /(a+)+$/.test('a'.repeat(60) + 'b') }", "decoder-timeout"],
    ["ends only in its toJSON", "function decodeUplink() { return { toJSON() { for (;;); } } }", "decoder-timeout"],
    ["takes one large block", "function decodeUplink() { return 'x'.repeat(1 << 26) }", "decoder-out-of-memory"],
    ["recurses", "function decodeUplink() { return decodeUplink() }", "decoder-failed"],
    ["returns too much", "function decodeUplink() { return { data: 'x'.repeat(100000) } }", "decoder-result-too-large"],
    ["returns itself", "function decodeUplink() { const a = {}; a.a = a; return { data: a } }", "decoder-failed"],
    ["returns nothing", "function decodeUplink() {}", "decoder-result-invalid"],
    ["returns a text", "function decodeUplink() { return 'x' }", "decoder-result-invalid"],
    ["throws what cannot be shown", "function decodeUplink() { throw { get name() { throw 1 } } }", "decoder-failed"],
    ["throws", "function decodeUplink() { throw new Error('no such port') }", "decoder-failed"],
    ["is no JavaScript", "function (", "decoder-failed"],
    ["has no function", "var x = 1", "decoder-function-missing"],
    ["imports", "import fs from 'fs'; function decodeUplink() { return { data: 1 } }", "decoder-failed"],
    ["reports errors", "function decodeUplink() { return { data: 1, errors: ['bad port'] } }", "decoder-error"],
  ] as const)("a script that %s fails with its code", async ([, source, expected]) => {
    const result = await decoders.decode(profile(source), 1, Uint8Array.of(1));
    expect(result.object).toBeNull();
    expect(code(result)).toBe(expected);
  });

  test("a script that allocates without end runs out of memory or time, and its neighbour is well", async () => {
    const hog = profile("let all = []; function decodeUplink() { for (;;) all.push(new Uint8Array(65536).fill(1)) }");
    const good = profile("function decodeUplink({ bytes }) { return { data: bytes[0] } }");
    for (let i = 0; i < 4; i++) {
      const [bad, well] = await Promise.all([
        decoders.decode(hog, 1, Uint8Array.of(1)),
        decoders.decode(good, 1, Uint8Array.of(i)),
      ]);
      expect(["decoder-out-of-memory", "decoder-timeout"]).toContain(code(bad));
      expect(well).toEqual({ object: i, errors: [] });
    }
  });

  test("what the interpreter cannot interrupt costs its worker; calls of others are made again", async () => {
    const own = new Decoders({ clock, log });
    const stuck = profile("function decodeUplink() { return Array(2 ** 31).join('x').length }");
    const good = profile("function decodeUplink({ bytes }) { return { data: bytes[0] } }");
    await own.decode(good, 1, Uint8Array.of(0));
    let mainLoopTurns = 0;
    const turning = setInterval(() => mainLoopTurns++, 5);
    const [bad, ...well] = await Promise.all([
      own.decode(stuck, 1, Uint8Array.of(1)),
      ...Array.from({ length: 20 }, (_, i) => own.decode(good, 1, Uint8Array.of(i))),
    ]);
    clearInterval(turning);
    expect(code(bad)).toBe("decoder-timeout");
    expect(well.map(({ object }) => object)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(own.replaced).toBe(1);
    expect(mainLoopTurns).toBeGreaterThan(3);
    expect(code(await own.decode(stuck, 1, Uint8Array.of(1)))).toBe("decoder-suspended");
    await own.close();
    expect(code(await own.decode(good, 1, Uint8Array.of(1)))).toBe("decoder-closed");
  });

  test("scripts reach nothing of the process, of each other, or of the objects they return", async () => {
    const names = [
      "process",
      "require",
      "fetch",
      "setTimeout",
      "std",
      "os",
      "console",
      "WebAssembly",
      "Worker",
      "module",
    ];
    const looking = profile(
      `function decodeUplink() { return { data: ${JSON.stringify(names)}.filter((n) => n in globalThis) } }`,
    );
    expect((await decoders.decode(looking, 1, Uint8Array.of(1))).object).toEqual([]);
    const evil = profile(`
      Object.prototype.polluted = 1; globalThis.shared = 1;
      JSON.stringify = () => '{"data":"stolen"}'; JSON.parse = () => 1;
      function decodeUplink() { return { data: JSON.constructor("return this")().shared, errors: [] } }`);
    await decoders.decode(evil, 1, Uint8Array.of(1));
    const other = profile(
      "function decodeUplink() { return { data: [typeof shared, ({}).polluted === undefined, JSON.stringify({})] } }",
    );
    expect((await decoders.decode(other, 1, Uint8Array.of(1))).object).toEqual(["undefined", true, "{}"]);
    const proto = profile(`function decodeUplink() { return { data: JSON.parse('{"__proto__":{"admin":true}}') } }`);
    const { object } = await decoders.decode(proto, 1, Uint8Array.of(1));
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect((object as { admin?: boolean }).admin).toBeUndefined();
  });

  test("a script that was changed is used at once; one that keeps failing its limits rests", async () => {
    const before = profile("function decodeUplink() { return { data: 1 } }");
    const after = {
      ...before,
      decoder: { kind: "javascript", source: "function decodeUplink() { return { data: 2 } }" },
    } as const;
    expect((await decoders.decode(before, 1, Uint8Array.of(1))).object).toBe(1);
    expect((await decoders.decode(after, 1, Uint8Array.of(1))).object).toBe(2);
    const slow = profile("function decodeUplink() { for (;;); }");
    const codes = [];
    for (let i = 0; i < 6; i++) codes.push(code(await decoders.decode(slow, 1, Uint8Array.of(1))));
    expect(codes).toEqual([...Array<string>(5).fill("decoder-timeout"), "decoder-suspended"]);
  });
});
