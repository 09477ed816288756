import { hexToBytes, utf8 } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import type { Hash32 } from "@wayleave/core/ids";
import type { RegionName } from "./device.ts";
import type { Modulation } from "./radio.ts";

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

/** Uplink channels that gateways of a region listen to without being told, and the highest EIRP there. @see RP002-1.0.4 §2 */
const BEACON_CHANNELS: Record<
  RegionName,
  { readonly firstHz: number; readonly stepHz: number; readonly count: number; readonly powerMaxCentiDbm: number }
> = {
  EU868: { firstHz: 868_100_000, stepHz: 200_000, count: 3, powerMaxCentiDbm: 1_600 },
  US915: { firstHz: 903_900_000, stepHz: 200_000, count: 8, powerMaxCentiDbm: 3_000 },
  AU915: { firstHz: 916_800_000, stepHz: 200_000, count: 8, powerMaxCentiDbm: 3_000 },
  AS923: { firstHz: 923_200_000, stepHz: 200_000, count: 2, powerMaxCentiDbm: 1_600 },
  IN865: { firstHz: 865_062_500, stepHz: 340_000, count: 2, powerMaxCentiDbm: 3_000 },
  KR920: { firstHz: 922_100_000, stepHz: 200_000, count: 3, powerMaxCentiDbm: 1_400 },
};

/** 24 bytes are 0.27 s on air: within the dwell time of every region (400 ms) and 36 s of silence at 1 % duty cycle. */
const BEACON_MODULATION = { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 } as const;

/**
 * The beacon that one challenge asks for: unknown to everybody before the verifier sends the challenge, and then to the
 * challenged device alone until it is on the air; recomputed by whoever sees the challenge afterwards.
 */
export function beaconPlan(region: RegionName, challenge: Hash32): BeaconPlan {
  const hash = keccak256(utf8(`wayleave beacon v1 ${region}`), hexToBytes(challenge));
  const payload = Uint8Array.of(BEACON_MHDR, ...hash.subarray(0, BEACON_BYTES - 1));
  const { firstHz, stepHz, count, powerMaxCentiDbm } = BEACON_CHANNELS[region];
  const channel = hash[BEACON_BYTES]! % count;
  return { payload, frequencyHz: firstHz + channel * stepHz, modulation: BEACON_MODULATION, powerMaxCentiDbm };
}

/** The payload alone: MHDR 0xE0 and hash. */
export function beaconPayload(region: RegionName, challenge: Hash32): Uint8Array {
  return beaconPlan(region, challenge).payload;
}

/** Whether a frame may be somebody's beacon: what an agent keeps as a witness report. Hostile. */
export function mayBeBeacon(payload: Uint8Array): boolean {
  return payload.byteLength === BEACON_BYTES && payload[0] === BEACON_MHDR;
}
