import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { airtimeUs } from "./airtime.ts";
import { REGION_NAMES } from "./device.ts";
import type { CodingRate, Modulation } from "./radio.ts";
import { regionOf } from "./regions/region.ts";

const lora = (spreadingFactor: number, bandwidthHz: 125_000 | 250_000 | 500_000): Modulation => {
  return { kind: "lora", spreadingFactor, bandwidthHz };
};

describe("airtimeUs", () => {
  /** Ten bytes with CRC: what Semtech's calculator says, and The Things Stack's tests. */
  test.for([
    [7, 125_000, 41_216],
    [8, 125_000, 72_192],
    [9, 125_000, 144_384],
    [10, 125_000, 288_768],
    [11, 125_000, 577_536],
    [12, 125_000, 991_232],
    [7, 250_000, 20_608],
    [7, 500_000, 10_304],
  ] as const)("10 bytes at SF%i, %i Hz: %i µs", ([spreadingFactor, bandwidthHz, us]) => {
    expect(airtimeUs(lora(spreadingFactor, bandwidthHz), 10, { crc: true })).toBe(us);
  });

  test.for([
    ["4/5", 41_216],
    ["4/6", 45_312],
    ["4/7", 49_408],
    ["4/8", 53_504],
  ] as const)("coding rate %s: %i µs", ([codingRate, us]) => {
    expect(airtimeUs(lora(7, 125_000), 10, { crc: true, codingRate })).toBe(us);
  });

  /** Join request (23 bytes) and the largest frames of EU868: the figures that every duty cycle table prints. */
  test.for([
    [7, 23, 61_696],
    [12, 23, 1_482_752],
    [7, 13, 46_336],
    [7, 15, 46_336],
    [7, 16, 51_456],
    [12, 64, 2_793_472],
    [7, 255, 399_616],
  ] as const)("SF%i, %i bytes: %i µs", ([spreadingFactor, bytes, us]) => {
    expect(airtimeUs(lora(spreadingFactor, 125_000), bytes, { crc: true })).toBe(us);
  });

  test("a downlink without CRC is a block shorter where the CRC began one", () => {
    expect(airtimeUs(lora(7, 125_000), 10, { crc: false })).toBe(36_096);
    expect(airtimeUs(lora(12, 500_000), 33, { crc: false })).toBe(411_648);
  });

  /** SX1261/2 §6.1.4: 6.25 symbols after the preamble, no 8 bits in front. 64 µs symbols at SF5/500 kHz. */
  test("SF5 and SF6", () => {
    expect(airtimeUs(lora(5, 500_000), 10, { crc: true })).toBe((14.25 + 8 + 5 * 5) * 64);
    expect(airtimeUs(lora(6, 125_000), 10, { crc: true })).toBe((14.25 + 8 + 4 * 5) * 512);
  });

  test("FSK: eleven bytes around the payload at 50 kbit/s", () => {
    expect(airtimeUs({ kind: "fsk", bitsPerSecond: 50_000 }, 200, { crc: true })).toBe(33_760);
    expect(airtimeUs({ kind: "fsk", bitsPerSecond: 50_000 }, 0, { crc: true })).toBe(1_760);
  });

  test("is whole, positive, and never falls with a longer payload or a stronger code", () => {
    const codes: readonly CodingRate[] = ["4/5", "4/6", "4/7", "4/8"];
    const modulations = fc.tuple(fc.integer({ min: 5, max: 12 }), fc.constantFrom(125_000, 250_000, 500_000));
    fc.assert(
      fc.property(modulations, fc.nat(254), fc.nat(2), fc.boolean(), ([sf, hz], bytes, code, crc) => {
        const us = (payload: number, at: number): number =>
          airtimeUs(lora(sf, hz as 125_000), payload, { crc, codingRate: codes[at] ?? "4/5" });
        expect(Number.isInteger(us(bytes, code))).toBe(true);
        expect(us(bytes, code)).toBeGreaterThan(0);
        expect(us(bytes + 1, code)).toBeGreaterThanOrEqual(us(bytes, code));
        expect(us(bytes, code + 1)).toBeGreaterThanOrEqual(us(bytes, code));
      }),
    );
  });

  test.for(REGION_NAMES)("a coverage beacon of %s keeps under 400 ms, as long as it may be", (name) => {
    const { modulation, payloadBytesMax, codingRate } = regionOf(name).coverage;
    expect(airtimeUs(modulation, payloadBytesMax, { crc: true, codingRate })).toBeLessThan(400_000);
  });

  test.for([
    ["US915", 0, 4],
    ["AU915", 0, 6],
    ["AS923", 0, 5],
  ] as const)("%s: the largest frames under a dwell time limit keep under 400 ms", ([name, first, last]) => {
    const region = regionOf(name);
    for (let dataRate = first; dataRate <= last; dataRate += 1) {
      const limit = region.maxPayload(dataRate, "up", true);
      const modulation = region.dataRate(dataRate, "up");
      if (limit === null || modulation === null || limit.macPayloadBytes === 0) continue;
      expect(airtimeUs(modulation, limit.macPayloadBytes + 5, { crc: true })).toBeLessThanOrEqual(400_000);
    }
  });
});
