import fc from "fast-check";
import { expect, test } from "vitest";
import { WayleaveError } from "@wayleave/core/errors";
import { downlinkSchema, downlinkToJson } from "./agentApi.ts";
import type { RadioDownlink, RadioUplink } from "./radio.ts";
import {
  RECORD_BYTES_MAX,
  type StreamItem,
  UplinkStreamDecoder,
  encodeHeartbeat,
  encodeStreamBegin,
  encodeUplink,
} from "./uplinkStream.ts";

const BOOT_ID = "00112233445566778899aabbccddeeff";
const hex = (digits: number) =>
  fc.uint8Array({ minLength: digits / 2, maxLength: digits / 2 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const modulation = fc.oneof(
  fc.record({
    kind: fc.constant("lora" as const),
    spreadingFactor: fc.integer({ min: 5, max: 12 }),
    bandwidthHz: fc.constantFrom(125_000 as const, 250_000 as const, 500_000 as const),
  }),
  fc.record({ kind: fc.constant("fsk" as const), bitsPerSecond: fc.integer({ min: 1, max: 1_000_000 }) }),
);
const codingRate = fc.constantFrom("4/5" as const, "4/6" as const, "4/7" as const, "4/8" as const);
const decibels = fc.integer({ min: -32_768, max: 32_767 }).map((hundredths) => hundredths / 100);
const anyUplink: fc.Arbitrary<RadioUplink> = fc.record({
  payload: fc.uint8Array({ minLength: 1, maxLength: 255 }),
  gatewayEui: hex(16),
  frequencyHz: fc.integer({ min: 0, max: 0xffff_ffff }),
  modulation,
  codingRate: fc.option(codingRate),
  rssiDbm: decibels,
  snrDb: decibels,
  context: fc.uint8Array({ maxLength: 32 }),
  receivedAtMs: fc.maxSafeNat(),
});

function streamOf(uplinks: readonly RadioUplink[]): Buffer {
  const heartbeat = { serving: true, droppedQueueFull: 3, withheldUnpaid: 2 ** 40, withheldUnbought: 7 };
  const records = uplinks.map((uplink, i) => encodeUplink(i + 1, uplink));
  return Buffer.concat([encodeStreamBegin(BOOT_ID), ...records, encodeHeartbeat(heartbeat)]);
}

test("what is written is read, however the stream is cut into chunks", () => {
  fc.assert(
    fc.property(fc.array(anyUplink, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 400 })), (uplinks, cuts) => {
      const stream = streamOf(uplinks);
      const decoder = new UplinkStreamDecoder();
      const items: StreamItem[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.byteLength]) {
        items.push(...decoder.push(stream.subarray(at, at + cut)));
        at += cut;
      }
      expect(items).toEqual([
        { type: "begin", bootId: BOOT_ID },
        ...uplinks.map((uplink, i) => ({ type: "uplink", sequence: i + 1, uplink })),
        { type: "heartbeat", serving: true, droppedQueueFull: 3, withheldUnpaid: 2 ** 40, withheldUnbought: 7 },
      ]);
    }),
  );
});

test("hostile bytes end in uplink-stream-invalid or wait for more, and never in anything else", () => {
  const damaged = fc.tuple(fc.array(anyUplink, { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(255));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc.uint8Array({ maxLength: 600 }).map((tail) => Buffer.concat([encodeStreamBegin(BOOT_ID), tail])),
    damaged.map(([uplinks, at, byte]) => {
      const stream = streamOf(uplinks);
      stream[at % stream.byteLength] = byte;
      return stream;
    }),
  );
  fc.assert(
    fc.property(bytes, (hostile) => {
      const decoder = new UplinkStreamDecoder();
      try {
        for (const item of decoder.push(hostile)) {
          if (item.type === "uplink") expect(item.uplink.payload.byteLength).toBeGreaterThan(0);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(WayleaveError);
        expect(() => decoder.push(streamOf([]))).toThrow("not readable");
      }
    }),
    { numRuns: 1000 },
  );
});

test.for([
  ["magic", Buffer.from("HTTP")],
  ["length", Buffer.concat([encodeStreamBegin(BOOT_ID), Buffer.of(0xff, 0xff)])],
  ["length", Buffer.concat([encodeStreamBegin(BOOT_ID), Buffer.of(0, 0)])],
  [
    "length",
    Buffer.concat([encodeStreamBegin(BOOT_ID), Buffer.of((RECORD_BYTES_MAX + 1) >> 8, (RECORD_BYTES_MAX + 1) & 255)]),
  ],
  ["type", Buffer.concat([encodeStreamBegin(BOOT_ID), Buffer.of(0, 1, 9)])],
] as const)("a wrong %s is refused before more is read", ([field, bytes]) => {
  expect(() => new UplinkStreamDecoder().push(bytes)).toThrow(expect.objectContaining({ facts: { field } }));
});

test("a sequence that does not ascend ends the stream: it could be bought twice", () => {
  const uplink = fc.sample(anyUplink, 1)[0]!;
  const decoder = new UplinkStreamDecoder();
  decoder.push(Buffer.concat([encodeStreamBegin(BOOT_ID), encodeUplink(7, uplink)]));
  expect(() => decoder.push(encodeUplink(7, uplink))).toThrow(
    expect.objectContaining({ facts: { field: "sequence" } }),
  );
});

test("a downlink survives its JSON", () => {
  const anyDownlink: fc.Arbitrary<RadioDownlink> = fc.record({
    payload: fc.uint8Array({ minLength: 1, maxLength: 255 }),
    gatewayEui: hex(16),
    frequencyHz: fc.integer({ min: 100_000_000, max: 4_000_000_000 }),
    modulation,
    codingRate,
    powerDbm: fc.integer({ min: -30, max: 40 }),
    timing: fc.option(
      fc.record({
        context: fc.uint8Array({ minLength: 1, maxLength: 32 }),
        delayMs: fc.integer({ min: 0, max: 20_000 }),
      }),
    ),
  });
  fc.assert(
    fc.property(anyDownlink, (downlink) => {
      const json: unknown = JSON.parse(JSON.stringify(downlinkToJson(downlink)));
      expect(downlinkSchema.parse(json)).toEqual(downlink);
    }),
  );
  const hostile = { ...downlinkToJson(fc.sample(anyDownlink, 1)[0]!), payload: "A".repeat(344) };
  expect(downlinkSchema.safeParse(hostile).success).toBe(false);
});
