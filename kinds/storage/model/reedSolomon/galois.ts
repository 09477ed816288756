/** Arithmetic of GF(2⁸) with the polynomial x⁸+x⁴+x³+x²+1 (0x11d), and matrices over it. Pure; not constant-time: shards are ciphertext. */
import { assert } from "@wayleave/core/errors";

const POLYNOMIAL = 0x11d;
const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, power = 1; i < 255; i++) {
  EXP[i] = power;
  EXP[i + 255] = power;
  LOG[power] = i;
  power <<= 1;
  if (power & 0x100) power ^= POLYNOMIAL;
}

export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!;
}

export function inverse(a: number): number {
  assert(a !== 0, "zero has no inverse");
  return EXP[255 - LOG[a]!]!;
}

/** Rows of equal length. */
export type Matrix = readonly Uint8Array[];

/**
 * The n×k matrix of a systematic maximum-distance code: the identity above a Cauchy matrix 1/((r) ⊕ (c)), r ≥ k > c,
 * every k rows of which are independent, so any k of n shards restore the data. n ≤ 256.
 */
export function generatorMatrix(k: number, n: number): Matrix {
  return Array.from({ length: n }, (_, row) =>
    Uint8Array.from({ length: k }, (_, column) => (row < k ? Number(row === column) : inverse(row ^ column))),
  );
}

export function multiplyMatrices(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => {
    const product = new Uint8Array(b[0]!.length);
    row.forEach((factor, j) => {
      const other = b[j]!;
      for (let c = 0; c < product.length; c++) product[c]! ^= multiply(factor, other[c]!);
    });
    return product;
  });
}

/** Gauss–Jordan. @throws AssertionFailure for a singular matrix: no k distinct rows of {@link generatorMatrix} are. */
export function invertMatrix(matrix: Matrix): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, i) => {
    const wide = new Uint8Array(2 * size);
    wide.set(row);
    wide[size + i] = 1;
    return wide;
  });
  for (let column = 0; column < size; column++) {
    const pivot = rows.findIndex((row, i) => i >= column && row[column] !== 0);
    assert(pivot >= 0, "k different shards are independent");
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const scale = inverse(rows[column]![column]!);
    const unit = rows[column]!.map((value) => multiply(value, scale));
    rows[column] = unit;
    rows.forEach((row, i) => {
      const factor = row[column]!;
      if (i === column || factor === 0) return;
      for (let c = 0; c < row.length; c++) row[c]! ^= multiply(factor, unit[c]!);
    });
  }
  return rows.map((row) => row.slice(size));
}
