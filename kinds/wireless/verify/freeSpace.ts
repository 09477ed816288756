/**
 * Distances and free-space path loss that come out alike on every machine: verdicts may not depend on how an engine
 * rounds a logarithm. Only IEEE basic operations and integers are used here. The one exception is a cell's centre, which
 * comes from h3-js: its sines differ between engines by 1e-16 at most, and rounding to 1e-7 degrees (1 cm) removes that
 * but for one place in about a hundred million.
 */
import { assert } from "@wayleave/core/errors";
import { cellToLatLng, gridDistance } from "h3-js";
import { cellText, parentCell } from "./cellPath.ts";

/** A place on a sphere. */
export interface Place {
  /** 10⁻⁷ degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

const DEGREE_STEPS = 1e7;
/** IUGG mean radius. */
const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS_PER_STEP = 3.141592653589793 / 180 / DEGREE_STEPS;

/** Centre of a valid H3 cell. */
export function placeOf(cell: bigint): Place {
  const [latitude, longitude] = cellToLatLng(cellText(cell));
  return { latitude: Math.round(latitude * DEGREE_STEPS), longitude: Math.round(longitude * DEGREE_STEPS) };
}

/**
 * Great-circle distance in whole metres, rounded to the nearest. Exact to a metre up to 1,000 km; beyond that it falls
 * short of the truth, by up to a fifth, and is never below 1,000 km.
 */
export function distanceM(a: Place, b: Place): number {
  const [from, to] = [unitVector(a), unitVector(b)];
  const squared = (from[0] - to[0]) ** 2 + (from[1] - to[1]) ** 2 + (from[2] - to[2]) ** 2;
  const half = Math.sqrt(squared) / 2;
  // asin as a series in half the chord, which is below 0.08 up to 1,000 km: the next term is 1e-10 of it.
  const h2 = half * half;
  const arc = half * (1 + h2 * (1 / 6 + h2 * (3 / 40 + h2 * (15 / 336))));
  return Math.round(2 * arc * EARTH_RADIUS_M);
}

function unitVector({ latitude, longitude }: Place): readonly [number, number, number] {
  const [lat, lng] = [latitude * RADIANS_PER_STEP, longitude * RADIANS_PER_STEP];
  return [cosine(lat) * cosine(lng), cosine(lat) * sine(lng), sine(lat)];
}

/** Of |x| ≤ π: a Taylor series until nothing is added. Math.sin may differ between engines; this may not. */
function sine(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 2; Math.abs(term) > 1e-18; n += 2) {
    term = (-term * x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

function cosine(x: number): number {
  let [term, sum] = [1, 1];
  for (let n = 1; Math.abs(term) > 1e-18; n += 2) {
    term = (-term * x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

/** Cells between two places on the grid of one resolution; null when H3 cannot tell (far apart, or a pentagon between). */
export function gridDistanceAt(a: bigint, b: bigint, resolution: number): number | null {
  try {
    return gridDistance(cellText(parentCell(a, resolution)), cellText(parentCell(b, resolution)));
  } catch {
    return null;
  }
}

const LOG_FRACTION_BITS = 24;
const MANTISSA_BITS = 62n;
/** 20·log10(2) in thousandths of a dB, as a fraction of integers. */
const MILLI_DB_PER_OCTAVE = 6_020_599_913_279_624n;
const MILLI_DB_PER_OCTAVE_SCALE = 1_000_000_000_000n;
/** 20·log10(4π/c) for metres and hertz, with the design's c = 2.998e8: −147.552435 dB, floored. */
const SPHERE_MILLI_DB = -147_553n;

/**
 * Free-space path loss 20·log10(4πdf/c) in thousandths of a dB, floored: at most 0.002 dB below the exact value, in the
 * gateway's favour.
 * @param metres - whole, ≥ 1. @param frequencyHz - whole, ≥ 1.
 */
export function freeSpaceLossMilliDb(metres: number, frequencyHz: number): bigint {
  assert(metres >= 1 && frequencyHz >= 1, "a path has a length and a frequency");
  const octaves = log2Fixed(BigInt(metres) * BigInt(frequencyHz));
  const spread = (octaves * MILLI_DB_PER_OCTAVE) / (MILLI_DB_PER_OCTAVE_SCALE << BigInt(LOG_FRACTION_BITS)); // floors
  return spread + SPHERE_MILLI_DB;
}

/** ⌊log2(x)·2²⁴⌋ (or one less) for x ≥ 1, by squaring: integers only. */
function log2Fixed(x: bigint): bigint {
  const whole = BigInt(x.toString(2).length - 1);
  let mantissa = whole <= MANTISSA_BITS ? x << (MANTISSA_BITS - whole) : x >> (whole - MANTISSA_BITS);
  let fraction = 0n;
  for (let bit = 0; bit < LOG_FRACTION_BITS; bit++) {
    mantissa = (mantissa * mantissa) >> MANTISSA_BITS;
    fraction <<= 1n;
    if (mantissa >> (MANTISSA_BITS + 1n) > 0n) {
      mantissa >>= 1n;
      fraction |= 1n;
    }
  }
  return (whole << BigInt(LOG_FRACTION_BITS)) | fraction;
}
