import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketGuard } from "./packetGuard.ts";

const LIMITS = { packetBytesMax: 300, packetsPerS: 10, packetsBurst: 20 };

function packet(type: number, size: number): Uint8Array {
  const length: number[] = [];
  for (let rest = size; ;) {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? low | 0x80 : low);
    if (rest === 0) break;
  }
  return Uint8Array.from([type << 4, ...length, ...new Uint8Array(size).fill(0xff)]);
}

describe("the packet guard", () => {
  test("lets packets pass however the stream is cut, and stops at the first that is too large", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.integer({ min: 1, max: 200 })), (all, cuts) => {
        const guard = new PacketGuard(LIMITS, () => 0);
        const bytes = Buffer.concat(all.map((size) => packet(3, size)));
        let fault = null;
        for (let at = 0; at < bytes.length && fault === null;) {
          const size = cuts.next().value!;
          fault = guard.admit(bytes.subarray(at, at + size));
          at += size;
        }
        expect(fault).toBe(all.some((size) => size > 300) ? "packet-too-large" : null);
      }),
    );
  });

  test("allows a burst, then the rate; acknowledgements do not count", () => {
    let nowMs = 0;
    const guard = new PacketGuard(LIMITS, () => nowMs);
    for (let i = 0; i < 20; i++) expect(guard.admit(packet(12, 0))).toBeNull();
    for (let i = 0; i < 1_000; i++) expect(guard.admit(packet(4, 2))).toBeNull();
    nowMs = 100;
    expect(guard.admit(packet(12, 0))).toBeNull();
    expect(guard.admit(packet(12, 0))).toBe("packet-rate");
  });

  test("refuses a length that never ends", () => {
    const guard = new PacketGuard(LIMITS, () => 0);
    expect(guard.admit(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0xff))).toBe("packet-malformed");
  });
});
