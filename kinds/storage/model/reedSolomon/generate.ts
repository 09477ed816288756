/**
 * Writes `kernels.ts`: the Reed–Solomon inner loops as WebAssembly SIMD, in plain and in relaxed swizzle.
 * Run with `node kinds/storage/model/reedSolomon/generate.ts` after a change here; a test compares the two.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

/** Output rows that one pass over the inputs computes; more would spill the 16 vector registers of x86-64. */
export const ROWS_PER_PASS = 4;
/** 16-byte columns that one turn of the loop handles: shard lengths are rounded up to a multiple of 32 bytes. */
const COLUMNS = 2;

/**
 * One exported function `rows<R>(lengthBytes, inputs, source, sourceStride, target, targetStride, tables)`:
 * target[r] = Σ over inputs j of coefficient[r][j] · source[j] in GF(2⁸). A product with a constant is two 16-entry
 * table look-ups, one a nibble, and a swizzle is 16 look-ups at once; `tables` holds 32 bytes per (j, r), j-major.
 */
function kernel(rows: number, swizzle: string): string {
  const lines: string[] = [];
  const columns = Array.from({ length: COLUMNS }, (_, column) => column);
  const outputs = Array.from({ length: rows }, (_, row) => row);
  const put = (line: string): void => void lines.push(line);
  put(`(func (export "rows${rows}") (param $len i32) (param $k i32) (param $src i32) (param $ss i32)`);
  put(`(param $dst i32) (param $ds i32) (param $tab i32)`);
  put(`(local $i i32) (local $j i32) (local $s i32) (local $t i32) (local $d i32)`);
  put(`(local $m v128) (local $tl v128) (local $th v128)`);
  for (const u of columns) {
    put(`(local $x${u} v128) (local $h${u} v128)`);
    for (const r of outputs) put(`(local $a${u}_${r} v128)`);
  }
  put(`(local.set $m (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))`);
  put(`(block $done (loop $column (br_if $done (i32.ge_u (local.get $i) (local.get $len)))`);
  for (const u of columns) for (const r of outputs) put(`(local.set $a${u}_${r} (v128.const i32x4 0 0 0 0))`);
  put(`(local.set $j (local.get $k)) (local.set $s (i32.add (local.get $src) (local.get $i)))`);
  put(`(local.set $t (local.get $tab)) (loop $input`);
  for (const u of columns) {
    put(`(local.set $x${u} (v128.load offset=${16 * u} (local.get $s)))`);
    put(`(local.set $h${u} (v128.and (i16x8.shr_u (local.get $x${u}) (i32.const 4)) (local.get $m)))`);
    put(`(local.set $x${u} (v128.and (local.get $x${u}) (local.get $m)))`);
  }
  for (const r of outputs) {
    put(`(local.set $tl (v128.load offset=${32 * r} (local.get $t)))`);
    put(`(local.set $th (v128.load offset=${32 * r + 16} (local.get $t)))`);
    for (const u of columns) {
      const low = `(${swizzle} (local.get $tl) (local.get $x${u}))`;
      const high = `(${swizzle} (local.get $th) (local.get $h${u}))`;
      put(`(local.set $a${u}_${r} (v128.xor (local.get $a${u}_${r}) (v128.xor ${low} ${high})))`);
    }
  }
  put(`(local.set $s (i32.add (local.get $s) (local.get $ss)))`);
  put(`(local.set $t (i32.add (local.get $t) (i32.const ${32 * rows})))`);
  put(`(br_if $input (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))`);
  put(`(local.set $d (i32.add (local.get $dst) (local.get $i)))`);
  for (const r of outputs) {
    for (const u of columns) put(`(v128.store offset=${16 * u} (local.get $d) (local.get $a${u}_${r}))`);
    put(`(local.set $d (i32.add (local.get $d) (local.get $ds)))`);
  }
  put(`(local.set $i (i32.add (local.get $i) (i32.const ${16 * COLUMNS}))) (br $column))))`);
  return lines.join("\n");
}

/** The text of the module: one kernel for each number of rows, over an imported memory. */
export function moduleText(relaxed: boolean): string {
  const swizzle = relaxed ? "i8x16.relaxed_swizzle" : "i8x16.swizzle";
  const kernels = Array.from({ length: ROWS_PER_PASS }, (_, i) => kernel(i + 1, swizzle));
  return `(module (import "m" "memory" (memory 1))\n${kernels.join("\n")})`;
}

export async function assemble(relaxed: boolean): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const parsed = parseWat("kernels.wat", moduleText(relaxed), { simd: true, relaxed_simd: true });
  return parsed.toBinary({}).buffer;
}

/** The committed module's text. */
export async function kernelsSource(): Promise<string> {
  const base64 = async (relaxed: boolean): Promise<string> => Buffer.from(await assemble(relaxed)).toString("base64");
  return [
    "// Written by generate.ts: do not edit. WebAssembly as base64.",
    `export const PLAIN_KERNELS = "${await base64(false)}";`,
    `export const RELAXED_KERNELS = "${await base64(true)}";`,
    "",
  ].join("\n");
}

const target = new URL("./kernels.ts", import.meta.url);
export const readCommitted = (): string => readFileSync(target, "utf8");
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await kernelsSource());
