/**
 * What a gateway's device signs about coverage: its answer to a challenge. The verifiers' ordinary challenges drive it.
 * The first challenge of a bucket decides the device's beacon (`beacon.ts`); what it hears of others' beacons it first
 * commits to by hash and reveals in a later answer, so nobody can copy a report that nobody has published yet.
 *
 * Big-endian; every byte belongs to exactly one reading:
 *
 *     answer = version:1 (1) ‖ challenge:32 ‖ epoch:8 ‖ region:1 ‖ gain:2 ‖ hasBeacon:1 ‖ beacon? ‖
 *              count:2 ‖ commitment:32 … ‖ count:2 ‖ report:64 … ‖ signature:64
 *     beacon = challenge:32 ‖ payload:24 ‖ transmittedAt:8 ‖ frequency:4 ‖ spreadingFactor:1 ‖ bandwidth:1 ‖ power:2
 *     report = payload:24 ‖ frequency:4 ‖ rssi:2 ‖ snr:2 ‖ receivedAt:8 ‖ gatewayEui:8 ‖ salt:16
 *
 * Commitments and reports ascend strictly, so that the same facts are the same bytes. The signature is the device's over
 * core's `Answer { device, challenge, answerHash }`, answerHash = keccak256 of all before the signature.
 */
import { compareBytes, concatBytes, hexToBytes, toHex, utf8 } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { assert } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { ANSWER } from "@wayleave/core/messages";
import { BEACON_BYTES } from "./beacon.ts";
import { ByteReader } from "./byteReader.ts";
import { REGION_NAMES, type RegionName } from "./device.ts";
import type { Eui64, Modulation } from "./radio.ts";

/** The beacon a device sent, in its own words. */
export interface BeaconStatement {
  /** The challenge its payload was made of. */
  readonly challenge: Hash32;
  /** {@link BEACON_BYTES} bytes. */
  readonly payload: Uint8Array;
  readonly transmittedAtMs: number;
  readonly frequencyHz: number;
  readonly modulation: Extract<Modulation, { kind: "lora" }>;
  /** Conducted power and cable, without the antenna's gain: hundredths of a dBm. */
  readonly powerCentiDbm: number;
}

/** One beacon of somebody else, as a device says it heard it. */
export interface WitnessReport {
  /** {@link BEACON_BYTES} bytes. */
  readonly payload: Uint8Array;
  readonly frequencyHz: number;
  /** Hundredths of a dBm and of a dB: integers, so that verdicts need no floats. */
  readonly rssiCentiDbm: number;
  readonly snrCentiDb: number;
  /** On the device's clock. */
  readonly receivedAtMs: number;
  readonly gatewayEui: Eui64;
  /** {@link SALT_BYTES} random bytes: without them the sender of a beacon could guess reports from their commitments. */
  readonly salt: Uint8Array;
}

export interface CoverageAnswer {
  readonly challenge: Hash32;
  readonly epoch: number;
  /** The radio region the gateway works in. */
  readonly region: RegionName;
  /** Gain of the antenna less the cable's loss, hundredths of a dBi: 0…{@link GAIN_MAX_CENTI_DB}. */
  readonly gainCentiDb: number;
  /** Sent since the epoch began; repeated in later answers, so that one verifier cannot hide it. */
  readonly beacon: BeaconStatement | null;
  /** Of {@link reportCommitment}. */
  readonly commitments: readonly Hash32[];
  readonly reveals: readonly WitnessReport[];
}

/** What was decoded, still hostile, with what the signature covers. */
export interface DecodedCoverageAnswer extends CoverageAnswer {
  readonly answerHash: Hash32;
  readonly signature: Uint8Array;
}

/** The largest antennas gateways are sold with. */
export const GAIN_MAX_CENTI_DB = 1_500;
export const SALT_BYTES = 16;
/** More beacons than are heard in one bucket even in a dense city (one device hears some tens). Whoever hears more drops the rest. */
export const COMMITMENTS_MAX = 256;
export const REVEALS_MAX = 256;
const VERSION = 1;
const HEADER_BYTES = 1 + 32 + 8 + 1 + 2 + 1;
const BEACON_STATEMENT_BYTES = 32 + BEACON_BYTES + 8 + 4 + 1 + 1 + 2;
const REPORT_BYTES = BEACON_BYTES + 4 + 2 + 2 + 8 + 8 + SALT_BYTES;
export const SIGNATURE_BYTES = 64;
/** 25 KB: below the largest response a bundle carries. */
export const MAX_COVERAGE_ANSWER_BYTES =
  HEADER_BYTES + BEACON_STATEMENT_BYTES + 2 + COMMITMENTS_MAX * 32 + 2 + REVEALS_MAX * REPORT_BYTES + SIGNATURE_BYTES;

const REPORT_TAG = utf8("wayleave witness report v1");
const BANDWIDTHS_HZ = [125_000, 250_000, 500_000] as const;

/** The hash that stands for a report until it is revealed. The device is in it: nobody else's copy of it means anything. */
export function reportCommitment(device: Address, report: WitnessReport): Hash32 {
  return toHex(keccak256(REPORT_TAG, hexToBytes(device), encodeReport(report)));
}

/** @param sign - the device's key over the digest: 64 bytes. Sorts the lists, and leaves out repetitions. */
export function encodeCoverageAnswer(
  answer: CoverageAnswer,
  signer: {
    readonly domain: SigningDomain;
    readonly device: Address;
    readonly sign: (digest: Uint8Array) => Uint8Array;
  },
): Uint8Array {
  const unsigned = unsignedCoverageAnswer(answer);
  const answerHash = toHex(keccak256(unsigned));
  const digest = typedDigest(signer.domain, ANSWER, { device: signer.device, challenge: answer.challenge, answerHash });
  return concatBytes(unsigned, signer.sign(digest));
}

/** All of an answer before its signature. */
export function unsignedCoverageAnswer(answer: CoverageAnswer): Uint8Array {
  const commitments = ascending(answer.commitments.map(hexToBytes));
  const reveals = ascending(answer.reveals.map(encodeReport));
  assert(commitments.length <= COMMITMENTS_MAX && reveals.length <= REVEALS_MAX, "an answer's lists are bounded");
  assert(answer.gainCentiDb >= 0 && answer.gainCentiDb <= GAIN_MAX_CENTI_DB, "an antenna's gain is bounded");
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = VERSION;
  header.set(hexToBytes(answer.challenge), 1);
  header.writeBigUInt64BE(BigInt(answer.epoch), 33);
  header[41] = REGION_NAMES.indexOf(answer.region);
  header.writeUInt16BE(answer.gainCentiDb, 42);
  header[44] = answer.beacon === null ? 0 : 1;
  const beacon = answer.beacon === null ? [] : [encodeBeacon(answer.beacon)];
  const lists = [count16(commitments), ...commitments, count16(reveals), ...reveals];
  return concatBytes(header, ...beacon, ...lists);
}

/** Reads hostile bytes. @returns null unless they are exactly one answer, in canonical order. */
export function decodeCoverageAnswer(bytes: Uint8Array): DecodedCoverageAnswer | null {
  if (bytes.byteLength < HEADER_BYTES + SIGNATURE_BYTES || bytes.byteLength > MAX_COVERAGE_ANSWER_BYTES) return null;
  const unsigned = bytes.subarray(0, bytes.byteLength - SIGNATURE_BYTES);
  const reader = new ByteReader(unsigned);
  if (reader.uint8() !== VERSION) return null;
  const challenge = toHex(reader.take(32));
  const epoch = reader.safeUint64();
  const region = REGION_NAMES[reader.uint8()];
  const gainCentiDb = reader.uint16();
  const hasBeacon = reader.uint8();
  if (region === undefined || hasBeacon > 1 || gainCentiDb > GAIN_MAX_CENTI_DB) return null;
  const beacon = hasBeacon === 1 ? decodeBeacon(reader) : null;
  const commitments = takeAscending(reader, 32, COMMITMENTS_MAX).map(toHex);
  const reports = takeAscending(reader, REPORT_BYTES, REVEALS_MAX).map(decodeReport);
  const reveals = reports.filter((report) => report !== null);
  if (reader.failed || !reader.atEnd || reveals.length < reports.length) return null;
  const answerHash = toHex(keccak256(unsigned));
  const signature = bytes.subarray(-SIGNATURE_BYTES);
  return { challenge, epoch, region, gainCentiDb, beacon, commitments, reveals, answerHash, signature };
}

/** Whether `publicKey` (x‖y of `device`) signed exactly this answer. All hostile; never throws. */
export function isCoverageAnswerOf(
  answer: DecodedCoverageAnswer,
  device: Address,
  publicKey: Uint8Array,
  domain: SigningDomain,
): boolean {
  const { challenge, answerHash } = answer;
  const digest = typedDigest(domain, ANSWER, { device, challenge, answerHash });
  return verifyDeviceSignature(publicKey, digest, answer.signature);
}

/** {@link BEACON_STATEMENT_BYTES} of them. */
export function encodeBeacon(beacon: BeaconStatement): Uint8Array {
  const bytes = Buffer.alloc(BEACON_STATEMENT_BYTES);
  bytes.set(hexToBytes(beacon.challenge), 0);
  bytes.set(payloadOf(beacon), 32);
  bytes.writeBigUInt64BE(BigInt(beacon.transmittedAtMs), 56);
  bytes.writeUInt32BE(beacon.frequencyHz, 64);
  bytes[68] = beacon.modulation.spreadingFactor;
  bytes[69] = BANDWIDTHS_HZ.indexOf(beacon.modulation.bandwidthHz);
  bytes.writeInt16BE(beacon.powerCentiDbm, 70);
  return bytes;
}

/** Marks the reader failed when they are no beacon. */
export function decodeBeacon(reader: ByteReader): BeaconStatement {
  const challenge = toHex(reader.take(32));
  const payload = reader.take(BEACON_BYTES);
  const transmittedAtMs = reader.safeUint64();
  const frequencyHz = reader.uint32();
  const spreadingFactor = reader.uint8();
  const bandwidthHz = BANDWIDTHS_HZ[reader.uint8()];
  if (bandwidthHz === undefined || spreadingFactor < 5 || spreadingFactor > 12) reader.failed = true;
  const modulation = { kind: "lora", spreadingFactor, bandwidthHz: bandwidthHz ?? BANDWIDTHS_HZ[0] } as const;
  return { challenge, payload, transmittedAtMs, frequencyHz, modulation, powerCentiDbm: reader.int16() };
}

function encodeReport(report: WitnessReport): Uint8Array {
  assert(report.salt.byteLength === SALT_BYTES, "a report has a salt");
  const bytes = Buffer.alloc(REPORT_BYTES);
  bytes.set(payloadOf(report), 0);
  bytes.writeUInt32BE(report.frequencyHz, 24);
  bytes.writeInt16BE(report.rssiCentiDbm, 28);
  bytes.writeInt16BE(report.snrCentiDb, 30);
  bytes.writeBigUInt64BE(BigInt(report.receivedAtMs), 32);
  bytes.set(hexToBytes(`0x${report.gatewayEui}`), 40);
  bytes.set(report.salt, 48);
  return bytes;
}

/** @param bytes - {@link REPORT_BYTES} of them. */
function decodeReport(bytes: Uint8Array): WitnessReport | null {
  const reader = new ByteReader(bytes);
  const report = {
    payload: reader.take(BEACON_BYTES),
    frequencyHz: reader.uint32(),
    rssiCentiDbm: reader.int16(),
    snrCentiDb: reader.int16(),
    receivedAtMs: reader.safeUint64(),
    gatewayEui: toHex(reader.take(8)).slice(2),
    salt: reader.take(SALT_BYTES),
  };
  return reader.failed ? null : report;
}

function payloadOf({ payload }: { readonly payload: Uint8Array }): Uint8Array {
  assert(payload.byteLength === BEACON_BYTES, "a beacon's payload has a fixed length");
  return payload;
}

function ascending(items: readonly Uint8Array[]): Uint8Array[] {
  return items.toSorted(compareBytes).filter((item, i, all) => i === 0 || compareBytes(all[i - 1]!, item) !== 0);
}

function takeAscending(reader: ByteReader, itemBytes: number, most: number): Uint8Array[] {
  const count = reader.uint16();
  if (count > most) reader.failed = true;
  const items: Uint8Array[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    const item = reader.take(itemBytes);
    if (i > 0 && compareBytes(items[i - 1]!, item) >= 0) reader.failed = true;
    items.push(item);
  }
  return reader.failed ? [] : items;
}

function count16(items: readonly unknown[]): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(items.length);
  return bytes;
}
