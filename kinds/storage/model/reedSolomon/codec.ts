import { assert } from "@wayleave/core/errors";
import { type Matrix, generatorMatrix, invertMatrix, multiply, multiplyMatrices } from "./galois.ts";
import { PLAIN_KERNELS, RELAXED_KERNELS } from "./kernels.ts";
import { type WasmModule, wasm } from "./wasm.ts";

/** Shards of one stripe are at most this long: the largest block. */
export const MAX_SHARD_BYTES = 65_536;
/** Field elements: rows of the generator matrix are told apart by one byte. */
export const MAX_SHARDS = 256;
const WASM_PAGE_BYTES = 65_536;
/** Rows of one kernel call: what `generate.ts` unrolled. */
const ROWS_PER_PASS = 4;
/** Two 16-byte vectors a turn. */
const KERNEL_STEP_BYTES = 32;
/** Keeps shards of 64 KiB from falling on the same cache sets, which costs a third of the speed. */
const STRIDE_SKEW_BYTES = 64;
/** A repair meets the same few patterns of missing shards stripe after stripe. */
const MAX_CACHED_PLANS = 32;

type Kernel = (
  length: number,
  inputs: number,
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  tables: number,
) => void;

let compiled: WasmModule | undefined;
/** Relaxed swizzle is one instruction where the plain one is three, and the same for our indexes, all below 16. */
function kernelModule(): WasmModule {
  const relaxed = Buffer.from(RELAXED_KERNELS, "base64");
  compiled ??= new wasm.Module(wasm.validate(relaxed) ? relaxed : Buffer.from(PLAIN_KERNELS, "base64"));
  return compiled;
}

/**
 * A systematic k-of-n Reed–Solomon code over GF(2⁸) for stripes of at most {@link MAX_SHARD_BYTES} a shard. Holds its
 * shards in WebAssembly memory; not re-entrant, one per thread. 64 KiB × n plus tables of memory.
 */
export interface Codec {
  readonly k: number;
  readonly n: number;
  /**
   * Where shard `index` of the stripe lies in the codec's memory: write data shards here (0…k−1), call
   * {@link encodeInPlace}, read parity here (k…n−1). Valid until the codec's next call; a view, never transfer it.
   */
  shard(index: number, shardBytes: number): Uint8Array;
  /** Computes the n−k parity shards of the data shards that lie in memory. */
  encodeInPlace(shardBytes: number): void;
  /** Copies data in, encodes, copies parity out. `parityOut` holds n−k arrays of `shardBytes`. */
  encode(data: readonly Uint8Array[], shardBytes: number, parityOut: readonly Uint8Array[]): void;
  /**
   * Restores shards from any k others of the same stripe.
   *
   * @param present - at least k shards by index, `shardBytes` each; what is beyond k is ignored, data shards first.
   * @param wanted - indexes in [0, n); a present one is copied.
   * @returns fresh arrays by index.
   */
  reconstruct(
    present: ReadonlyMap<number, Uint8Array>,
    wanted: readonly number[],
    shardBytes: number,
  ): Map<number, Uint8Array>;
}

/** Forces one of the two kernels; only tests and benchmarks do. */
export interface CodecOptions {
  readonly kernels?: WasmModule;
}

interface Pass {
  readonly rows: number;
  readonly firstRow: number;
  readonly tables: number;
}

/** @throws RangeError unless 1 ≤ k < n ≤ 256. */
export function createCodec(k: number, n: number, options: CodecOptions = {}): Codec {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 1 && n > k && n <= MAX_SHARDS)) {
    throw new RangeError(`a code needs 1 ≤ k < n ≤ ${MAX_SHARDS}, got ${k} of ${n}`);
  }
  return new WasmCodec(k, n, options.kernels ?? kernelModule());
}

class WasmCodec implements Codec {
  readonly k: number;
  readonly n: number;
  readonly #generator: Matrix;
  readonly #memory: Uint8Array;
  readonly #kernels: readonly Kernel[];
  readonly #encodePasses: readonly Pass[];
  readonly #stride = MAX_SHARD_BYTES + STRIDE_SKEW_BYTES;
  readonly #shards: number;
  readonly #decodeTables: number;
  readonly #plans = new Map<string, Matrix>();

  constructor(k: number, n: number, module: WasmModule) {
    this.k = k;
    this.n = n;
    this.#generator = generatorMatrix(k, n);
    const encodeTableBytes = 2 * 16 * k * (n - k);
    this.#decodeTables = encodeTableBytes;
    this.#shards = align(encodeTableBytes + 2 * 16 * k * n);
    const memory = new wasm.Memory({ initial: Math.ceil((this.#shards + n * this.#stride) / WASM_PAGE_BYTES) });
    this.#memory = new Uint8Array(memory.buffer);
    const { exports } = new wasm.Instance(module, { m: { memory } });
    this.#kernels = Array.from({ length: ROWS_PER_PASS }, (_, i) => exports[`rows${i + 1}`] as Kernel);
    this.#encodePasses = this.#writeTables(this.#generator.slice(k), 0);
  }

  shard(index: number, shardBytes: number): Uint8Array {
    assert(index >= 0 && index < this.n, "a shard's index is in [0, n)");
    assert(shardBytes > 0 && shardBytes <= MAX_SHARD_BYTES, "a shard's length is in [1, 64 KiB]");
    const start = this.#shards + index * this.#stride;
    return this.#memory.subarray(start, start + shardBytes);
  }

  encodeInPlace(shardBytes: number): void {
    this.#run(this.#encodePasses, shardBytes);
  }

  encode(data: readonly Uint8Array[], shardBytes: number, parityOut: readonly Uint8Array[]): void {
    assert(data.length === this.k && parityOut.length === this.n - this.k, "k data shards give n - k parity shards");
    data.forEach((bytes, i) => this.#load(i, bytes, shardBytes));
    this.encodeInPlace(shardBytes);
    parityOut.forEach((out, i) => {
      assert(out.byteLength === shardBytes, "a parity shard is as long as a data shard");
      out.set(this.shard(this.k + i, shardBytes));
    });
  }

  reconstruct(
    present: ReadonlyMap<number, Uint8Array>,
    wanted: readonly number[],
    shardBytes: number,
  ): Map<number, Uint8Array> {
    assert(present.size >= this.k, "k shards are needed");
    const restored = new Map<number, Uint8Array>();
    const lost = wanted.filter((index) => !present.has(index));
    for (const index of wanted) if (present.has(index)) restored.set(index, present.get(index)!.slice(0, shardBytes));
    if (lost.length === 0) return restored;
    assert(
      lost.every((index) => index >= 0 && index < this.n),
      "a wanted shard's index is in [0, n)",
    );
    const used = [...present.keys()].sort((a, b) => a - b).slice(0, this.k);
    const plan = this.#plan(used, lost);
    // More lost shards than parity slots (k or more wanted at once) go in turns.
    for (let from = 0; from < lost.length; from += this.n - this.k) {
      const batch = lost.slice(from, from + this.n - this.k);
      used.forEach((index, slot) => this.#load(slot, present.get(index)!, shardBytes));
      this.#run(this.#writeTables(plan.slice(from, from + batch.length), this.#decodeTables), shardBytes);
      batch.forEach((index, i) => restored.set(index, this.shard(this.k + i, shardBytes).slice()));
    }
    return restored;
  }

  /** The rows that turn the used shards into the lost ones. */
  #plan(used: readonly number[], lost: readonly number[]): Matrix {
    const key = `${used.join()}:${lost.join()}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const toData = invertMatrix(used.map((index) => this.#generator[index]!));
    const plan = multiplyMatrices(
      lost.map((index) => this.#generator[index]!),
      toData,
    );
    if (this.#plans.size >= MAX_CACHED_PLANS) this.#plans.delete(this.#plans.keys().next().value!);
    this.#plans.set(key, plan);
    return plan;
  }

  #load(slot: number, bytes: Uint8Array, shardBytes: number): void {
    assert(bytes.byteLength === shardBytes, "the shards of a stripe are equally long");
    const target = this.shard(slot, shardBytes);
    if (target.byteOffset !== bytes.byteOffset || target.buffer !== bytes.buffer) target.set(bytes);
  }

  #run(passes: readonly Pass[], shardBytes: number): void {
    assert(shardBytes > 0 && shardBytes <= MAX_SHARD_BYTES, "a shard's length is in [1, 64 KiB]");
    const length = Math.ceil(shardBytes / KERNEL_STEP_BYTES) * KERNEL_STEP_BYTES;
    const target = this.#shards + this.k * this.#stride;
    for (const { rows, firstRow, tables } of passes) {
      const out = target + firstRow * this.#stride;
      this.#kernels[rows - 1]!(length, this.k, this.#shards, this.#stride, out, this.#stride, tables);
    }
  }

  /** Lays out the nibble tables of a matrix, input-major within each pass of up to four rows. */
  #writeTables(matrix: Matrix, start: number): Pass[] {
    const passes: Pass[] = [];
    let at = start;
    for (let firstRow = 0; firstRow < matrix.length; firstRow += ROWS_PER_PASS) {
      const group = matrix.slice(firstRow, firstRow + ROWS_PER_PASS);
      passes.push({ rows: group.length, firstRow, tables: at });
      for (let input = 0; input < this.k; input++) {
        for (const row of group) {
          for (let nibble = 0; nibble < 16; nibble++) {
            this.#memory[at + nibble] = multiply(row[input]!, nibble);
            this.#memory[at + 16 + nibble] = multiply(row[input]!, nibble << 4);
          }
          at += 32;
        }
      }
    }
    return passes;
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / STRIDE_SKEW_BYTES) * STRIDE_SKEW_BYTES;
}
