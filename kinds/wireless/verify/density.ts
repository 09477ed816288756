import { assert } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { neighbourPaths, parentPath, pathOf } from "./cellPath.ts";

/** Resolution at which devices are counted. */
const FINEST = 11;
const COARSEST = 4;

interface DensityRule {
  /** N: so many dense cells of the seven around a cell are normal. */
  readonly denseNeighbours: number;
  readonly target: number;
  readonly max: number;
}

/** By resolution. @see HIP-17, as amended by chain variables; wireless.md */
const RULES: Readonly<Record<number, DensityRule>> = {
  4: { denseNeighbours: 2, target: 500, max: 1000 },
  5: { denseNeighbours: 4, target: 100, max: 200 },
  6: { denseNeighbours: 4, target: 25, max: 50 },
  7: { denseNeighbours: 4, target: 5, max: 10 },
  8: { denseNeighbours: 2, target: 1, max: 1 },
  9: { denseNeighbours: 2, target: 1, max: 1 },
  10: { denseNeighbours: 2, target: 1, max: 1 },
};

/** Scales are whole ten-thousandths, in PPM: the design rounds to four places. */
const SCALE_STEPS = 10_000n;
const PPM_PER_STEP = 100n;
/** 0.2: what a beacon of a device outside the map is worth. */
export const OUTSIDE_SCALE_PPM = 200_000n;

/**
 * How crowded each place is: a device's scale is the product over resolutions 4…11 of how much of its cell's count is
 * left after clipping. One device more or less touches its own cells and, where a count passes its target, the cells
 * beside it. Building from nothing is the same algorithm with many devices at once.
 *
 * Pure but for its own state: the same devices in any order give the same scales.
 */
export class DensityMap {
  readonly #cellOf = new Map<Address, number>();
  /** By resolution, then path: devices after clipping the children, and after clipping the cell itself. */
  readonly #unclipped: Map<number, number>[] = [];
  readonly #clipped: Map<number, number>[] = [];
  /** By path of resolution 11; forgotten at every change, since a change may move anybody's. */
  #scales = new Map<number, bigint>();

  constructor() {
    for (let resolution = COARSEST; resolution <= FINEST; resolution++) {
      this.#unclipped[resolution] = new Map();
      this.#clipped[resolution] = new Map();
    }
  }

  get size(): number {
    return this.#cellOf.size;
  }

  /**
   * @param removed - devices to leave the map; whoever is not in it is passed over.
   * @param added - devices with a valid H3 cell of resolution 11 or finer; one that is in the map already moves.
   */
  update(removed: Iterable<Address>, added: Iterable<readonly [Address, bigint]>): void {
    const changes = new Map<number, number>();
    const leave = (device: Address) => {
      const path = this.#cellOf.get(device);
      if (path === undefined) return;
      this.#cellOf.delete(device);
      changes.set(path, (changes.get(path) ?? 0) - 1);
    };
    for (const device of removed) leave(device);
    for (const [device, cell] of added) {
      leave(device);
      const path = pathOf(cell, FINEST);
      this.#cellOf.set(device, path);
      changes.set(path, (changes.get(path) ?? 0) + 1);
    }
    this.#apply(changes);
  }

  /** Leaves exactly these devices in the map, whoever was there before. @param devices - as for {@link update}. */
  become(devices: Iterable<readonly [Address, bigint]>): void {
    const wanted = new Map(devices);
    const gone = [...this.#cellOf.keys()].filter((device) => !wanted.has(device));
    for (const [device, cell] of wanted) {
      if (this.#cellOf.get(device) === pathOf(cell, FINEST)) wanted.delete(device);
    }
    this.update(gone, wanted);
  }

  /** The scale of a device, 0…1,000,000 PPM in steps of 100, rounded to the nearest; 0.2 when it is not in the map. */
  scalePpm(device: Address): bigint {
    const path = this.#cellOf.get(device);
    if (path === undefined) return OUTSIDE_SCALE_PPM;
    const known = this.#scales.get(path);
    if (known !== undefined) return known;
    const scale = this.#scaleAt(path);
    this.#scales.set(path, scale);
    return scale;
  }

  #scaleAt(finest: number): bigint {
    let [clipped, unclipped] = [1n, 1n];
    let path = parentPath(finest); // at resolution 11 nothing is clipped
    for (let resolution = FINEST - 1; resolution >= COARSEST; resolution--) {
      const [cl, un] = [this.#clipped[resolution]!.get(path)!, this.#unclipped[resolution]!.get(path)!];
      if (cl !== un) {
        clipped *= BigInt(cl);
        unclipped *= BigInt(un);
      }
      path = parentPath(path);
    }
    return ((2n * clipped * SCALE_STEPS + unclipped) / (2n * unclipped)) * PPM_PER_STEP; // half up
  }

  /** @param finest - by path of resolution 11, how the number of devices there changed. */
  #apply(finest: Map<number, number>): void {
    if (finest.size > 0) this.#scales = new Map();
    let changes = new Map<number, number>();
    for (const [path, change] of finest) {
      add(this.#unclipped[FINEST]!, path, change);
      add(this.#clipped[FINEST]!, path, change);
      add(changes, parentPath(path), change);
    }
    for (let resolution = FINEST - 1; resolution >= COARSEST; resolution--) {
      const touched = this.#count(resolution, changes);
      const next = new Map<number, number>();
      for (const path of touched) {
        const change = this.#clip(resolution, path);
        if (change !== 0) add(next, parentPath(path), change);
      }
      changes = next;
    }
  }

  /** Takes over the children's changes. @returns the cells whose clipping may have changed by it. */
  #count(resolution: number, changes: ReadonlyMap<number, number>): Set<number> {
    const unclipped = this.#unclipped[resolution]!;
    const { target, max } = RULES[resolution]!;
    const touched = new Set<number>();
    const crossed: number[] = [];
    for (const [path, change] of changes) {
      if (change === 0) continue;
      const before = unclipped.get(path) ?? 0;
      add(unclipped, path, change);
      touched.add(path);
      if (max > target && before >= target !== before + change >= target) crossed.push(path);
    }
    for (const path of crossed) {
      for (const neighbour of neighbourPaths(path, resolution)) {
        // At or below the target nothing is clipped, whatever the neighbours are.
        if ((unclipped.get(neighbour) ?? 0) > target) touched.add(neighbour);
      }
    }
    return touched;
  }

  /** Clips one cell anew. @returns by how much its clipped count changed. */
  #clip(resolution: number, path: number): number {
    const un = this.#unclipped[resolution]!.get(path) ?? 0;
    const clipped = this.#clipped[resolution]!;
    const before = clipped.get(path) ?? 0;
    const after = Math.min(un, this.#limit(resolution, path, un));
    if (after === 0) clipped.delete(path);
    else clipped.set(path, after);
    return after - before;
  }

  #limit(resolution: number, path: number, un: number): number {
    const { denseNeighbours, target, max } = RULES[resolution]!;
    if (un <= target || max === target) return target;
    const counts = this.#unclipped[resolution]!;
    let dense = 1; // itself
    for (const neighbour of neighbourPaths(path, resolution)) {
      if ((counts.get(neighbour) ?? 0) >= target) dense++;
    }
    return Math.min(max, target * Math.max(dense - denseNeighbours + 1, 1));
  }
}

/** Zero entries are dropped, so that a map is as large as what is in it. */
function add(counts: Map<number, number>, path: number, change: number): void {
  const after = (counts.get(path) ?? 0) + change;
  assert(Number.isSafeInteger(after), "counts are whole");
  if (after === 0) counts.delete(path);
  else counts.set(path, after);
}
