import type { Modulation } from "@wayleave/kind-wireless/model/radio";
import { gaussian, seedOf, seededRandom } from "./seeded.ts";

/** Degrees, WGS 84 taken for a sphere. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** A log-distance model: free space up to `referenceM`, then 10·`exponent` dB a decade. */
export interface PathLossModel {
  readonly exponent: number;
  readonly referenceM: number;
  /** Standard deviation of what hills and houses add to a link, the same for both ways and for ever. */
  readonly shadowingDb: number;
  readonly seed: number;
}

/** A suburb: a sensor at 14 dBm reaches a gateway over about 4 km with SF7 and 9 km with SF12. */
export const SUBURB: PathLossModel = { exponent: 4, referenceM: 40, shadowingDb: 4, seed: 1 };

const EARTH_RADIUS_M = 6_371_000;
const LIGHT_M_PER_S = 299_792_458;
/** Nearer than this the model means nothing; two radios at one place still lose something. */
const NEAREST_M = 1;

export function distanceM(a: Position, b: Position): number {
  const radians = Math.PI / 180;
  const sinLat = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const sinLon = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const h = sinLat ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * sinLon ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** dB lost over a distance, without shadowing. Never falls as the distance grows. */
export function distanceLossDb(model: PathLossModel, meters: number, frequencyHz: number): number {
  const far = Math.max(meters, NEAREST_M);
  const near = Math.min(far, model.referenceM);
  const freeSpace = 20 * Math.log10((4 * Math.PI * near * frequencyHz) / LIGHT_M_PER_S);
  return freeSpace + (far > model.referenceM ? 10 * model.exponent * Math.log10(far / model.referenceM) : 0);
}

/** dB that the surroundings of one link add, drawn by the seed; who sends and who hears does not matter. */
export function shadowingDb(model: PathLossModel, oneId: string, otherId: string): number {
  const [first, second] = oneId < otherId ? [oneId, otherId] : [otherId, oneId];
  return model.shadowingDb * gaussian(seededRandom(seedOf(`${model.seed}/${first}/${second}`)));
}

export type Receiver = "sx1276" | "sx1302";

/**
 * Sensitivity in dBm at 125 kHz by spreading factor, 7…12: SX1276 from its datasheet (table 10, band 1, highest LNA gain);
 * SX1302 with SX1250: −127 dBm at SF7 and −141 dBm at SF12, the steps between them even.
 */
const SENSITIVITY_DBM: Readonly<Record<Receiver, readonly number[]>> = {
  sx1276: [-123, -126, -129, -132, -133, -136],
  sx1302: [-127, -129.8, -132.6, -135.4, -138.2, -141],
};
const FSK_SENSITIVITY_DBM = -108;

/** The weakest signal a receiver still decodes. Twice the bandwidth costs 3 dB. */
export function sensitivityDbm(receiver: Receiver, modulation: Modulation): number {
  if (modulation.kind === "fsk") return FSK_SENSITIVITY_DBM;
  const table = SENSITIVITY_DBM[receiver];
  const at125 = table[Math.min(Math.max(modulation.spreadingFactor, 7), 12) - 7]!;
  return at125 + 10 * Math.log10(modulation.bandwidthHz / 125_000);
}

/** Thermal noise in the bandwidth and 4 dB of the receiver's own. */
export function noiseFloorDbm(modulation: Modulation): number {
  return -174 + 4 + 10 * Math.log10(modulation.kind === "lora" ? modulation.bandwidthHz : 50_000);
}
