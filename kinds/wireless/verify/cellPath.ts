/**
 * H3 indexes by arithmetic. h3-js takes and returns text and walks tables for what bits say at once; a parent is a mask,
 * and a neighbour in the same base cell is a walk over a few octal digits. What crosses base cells, or touches a
 * pentagon, is left to h3-js.
 *
 * A *path* is an H3 cell of known resolution as one number: base cell and digits, base·8^res + digits. 40 bits at
 * resolution 11, so a double holds it, and hashing one is far cheaper than hashing text.
 *
 * @see https://h3geo.org/docs/core-library/h3Indexing
 */
import { hexToBytes } from "@wayleave/core/bytes";
import { assert } from "@wayleave/core/errors";
import { gridDisk, isPentagon, isValidCell } from "h3-js";

const RESOLUTION_SHIFT = 52n;
const MODE_CELL = 1n << 59n;
const FINEST = 15;
const DIGIT_BITS = 3;

/** Text as h3-js takes it. */
export function cellText(cell: bigint): string {
  return cell.toString(16);
}

export function cellBytes(cell: bigint): Uint8Array {
  return hexToBytes(`0x${cell.toString(16).padStart(16, "0")}`);
}

/** −1 unless it is a valid H3 cell. Hostile. */
export function resolutionOf(cell: bigint): number {
  if (cell <= 0n || cell >= 1n << 63n || !isValidCell(cellText(cell))) return -1;
  return Number((cell >> RESOLUTION_SHIFT) & 15n);
}

/** The cell of a coarser (or the same) resolution that a valid cell lies in. */
export function parentCell(cell: bigint, resolution: number): bigint {
  const own = Number((cell >> RESOLUTION_SHIFT) & 15n);
  assert(resolution >= 0 && resolution <= own, "a parent is coarser");
  const unused = (1n << BigInt(DIGIT_BITS * (FINEST - resolution))) - 1n;
  return (cell & ~(15n << RESOLUTION_SHIFT)) | (BigInt(resolution) << RESOLUTION_SHIFT) | unused;
}

/** A valid cell's ancestor (or itself) of one resolution as a path. */
export function pathOf(cell: bigint, resolution: number): number {
  return Number((cell >> BigInt(DIGIT_BITS * (FINEST - resolution))) & ((1n << BigInt(7 + 3 * resolution)) - 1n));
}

export function cellOfPath(path: number, resolution: number): bigint {
  const unusedBits = BigInt(DIGIT_BITS * (FINEST - resolution));
  return (
    MODE_CELL | (BigInt(resolution) << RESOLUTION_SHIFT) | (BigInt(path) << unusedBits) | ((1n << unusedBits) - 1n)
  );
}

export function parentPath(path: number): number {
  return Math.floor(path / 8);
}

/** Unit vectors of the seven digits in ijk+ coordinates: center, k, j, jk, i, ik, ij. */
const UNITS = [
  [0, 0, 0],
  [0, 0, 1],
  [0, 1, 0],
  [0, 1, 1],
  [1, 0, 0],
  [1, 0, 1],
  [1, 1, 0],
] as const;
/** Images of i, j, k one resolution finer: odd (class III) resolutions turn one way, even ones the other. */
const FINER_ODD = [
  [3, 0, 1],
  [1, 3, 0],
  [0, 1, 3],
] as const;
const FINER_EVEN = [
  [3, 1, 0],
  [0, 3, 1],
  [1, 0, 3],
] as const;

type Vector = readonly [number, number, number];

function normalized([i, j, k]: Vector): string {
  const least = Math.min(i, j, k);
  return `${i - least},${j - least},${k - least}`;
}

/** [8·digit + direction] → 8·(direction in which the parent moves) + new digit. */
function moveTable(finer: readonly Vector[]): Uint8Array {
  const table = new Uint8Array(64);
  UNITS.forEach((from, digit) =>
    UNITS.forEach((step, direction) => {
      const target = normalized([from[0] + step[0], from[1] + step[1], from[2] + step[2]]);
      UNITS.forEach((parent, parentDirection) =>
        UNITS.forEach((unit, newDigit) => {
          const at = [0, 1, 2].map(
            (axis) => finer.reduce((sum, image, n) => sum + parent[n]! * image[axis]!, 0) + unit[axis]!,
          );
          if (normalized(at as unknown as Vector) === target)
            table[8 * digit + direction] = 8 * parentDirection + newDigit;
        }),
      );
    }),
  );
  return table;
}
const MOVES_ODD = moveTable(FINER_ODD);
const MOVES_EVEN = moveTable(FINER_EVEN);

const BASE_CELLS = 122;
const isPentagonBase = Array.from({ length: BASE_CELLS }, (_, base) => isPentagon(cellText(cellOfPath(base, 0))));

/** Neighbours that h3-js had to find: cells at the edges of base cells, a few per cent of all. Forgotten when full. */
const askedNeighbours = new Map<number, readonly number[]>();
const ASKED_NEIGHBOURS_MAX = 100_000;

/** The five or six cells around one, in no order that means anything. */
export function neighbourPaths(path: number, resolution: number): readonly number[] {
  const neighbours: number[] = [];
  for (let direction = 1; direction <= 6; direction++) {
    const neighbour = movedPath(path, resolution, direction);
    if (neighbour < 0) return askNeighbours(path, resolution);
    neighbours.push(neighbour);
  }
  return neighbours;
}

/** One step within a base cell; −1 when it leaves it, or comes by a pentagon, whose seventh child is missing. */
function movedPath(path: number, resolution: number, firstDirection: number): number {
  let direction = firstDirection;
  let rest = path;
  let scale = 1;
  let moved = 0;
  for (let r = resolution; r > 0; r--) {
    const digit = rest % 8;
    const move = (r % 2 === 1 ? MOVES_ODD : MOVES_EVEN)[8 * digit + direction]!;
    rest = (rest - digit) / 8;
    moved += (move & 7) * scale;
    scale *= 8;
    direction = move >> 3;
    if (direction === 0) return isPentagonPath(rest, r - 1) ? -1 : rest * scale + moved;
  }
  return -1;
}

/** A cell of a pentagonal base cell whose digits are all zero is a pentagon itself. */
function isPentagonPath(path: number, resolution: number): boolean {
  const base = path / 8 ** resolution;
  return Number.isInteger(base) && isPentagonBase[base]!;
}

function askNeighbours(path: number, resolution: number): readonly number[] {
  // Paths of different resolutions may be the same number; 16 resolutions fit beside 40 bits.
  const key = path * 16 + resolution;
  const known = askedNeighbours.get(key);
  if (known !== undefined) return known;
  const disk = gridDisk(cellText(cellOfPath(path, resolution)), 1).map((text) =>
    pathOf(BigInt(`0x${text}`), resolution),
  );
  const found = disk.filter((each) => each !== path);
  if (askedNeighbours.size >= ASKED_NEIGHBOURS_MAX) askedNeighbours.clear();
  askedNeighbours.set(key, found);
  return found;
}
