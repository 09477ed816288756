import { hexToBytes, utf8 } from "@wayleave/core/bytes";
import { assert } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import type { Hash32 } from "@wayleave/core/ids";
import type { RegionName } from "./device.ts";
import type { Modulation } from "./radio.ts";
import { regionOf } from "./regions/region.ts";

/** One work unit: the MHDR and 23 bytes of hash (2¹⁸⁴: nobody guesses one). */
export const BEACON_BYTES = 24;
/** LoRaWAN MHDR: message type 111 "proprietary", major 0. End devices and network servers ignore such frames. @see LoRaWAN 1.0.4 §4.2.1 */
export const BEACON_MHDR = 0xe0;

/** How one beacon is sent. */
export interface BeaconPlan {
  readonly payload: Uint8Array;
  readonly frequencyHz: number;
  readonly modulation: Extract<Modulation, { kind: "lora" }>;
  /** EIRP, hundredths of a dBm: the most this region allows. A gateway may send with less and then says so. */
  readonly powerMaxCentiDbm: number;
}

/**
 * The beacon that one challenge asks for: unknown to everybody before the verifier sends the challenge, and then to the
 * challenged device alone until it is on the air; recomputed by whoever sees the challenge afterwards.
 */
export function beaconPlan(region: RegionName, challenge: Hash32): BeaconPlan {
  const hash = keccak256(utf8(`wayleave beacon v1 ${region}`), hexToBytes(challenge));
  const payload = Uint8Array.of(BEACON_MHDR, ...hash.subarray(0, BEACON_BYTES - 1));
  const { frequenciesHz, modulation, powerDbm } = regionOf(region).coverage;
  const frequencyHz = frequenciesHz[hash[BEACON_BYTES]! % frequenciesHz.length]!;
  assert(modulation.kind === "lora", "beacons are LoRa");
  return { payload, frequencyHz, modulation, powerMaxCentiDbm: Math.round(powerDbm * 100) };
}

/** The payload alone: MHDR 0xE0 and hash. */
export function beaconPayload(region: RegionName, challenge: Hash32): Uint8Array {
  return beaconPlan(region, challenge).payload;
}

/** Whether a frame may be somebody's beacon: what an agent keeps as a witness report. Hostile. */
export function mayBeBeacon(payload: Uint8Array): boolean {
  return payload.byteLength === BEACON_BYTES && payload[0] === BEACON_MHDR;
}
