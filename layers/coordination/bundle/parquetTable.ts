import { parquetMetadata, parquetReadObjects, snappyUncompress } from "hyparquet";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { WayleaveError } from "@wayleave/core/errors";

/** What a column holds; `fixed` names its bytes. Every column is required: there are no nulls in a bundle. */
export type ColumnType = "blob" | "text" | "int32" | "int64" | { readonly fixed: number };
export type Columns = Readonly<Record<string, ColumnType>>;

/** A cell as it is written and read: fixed and blob as bytes, int32 as number, int64 as bigint in [0, 2⁶³). */
export type Cell = Uint8Array | string | number | bigint;
export type Row = Readonly<Record<string, Cell>>;

/** A million devices' vouchers are ~250 MB; what is larger must be sharded before it can be a bundle. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;
export const MAX_FILE_ROWS = 24_000_000;
/** Snappy's best ratio is about 21; ours are mostly hashes and hardly shrink. Bounds what a hostile file can unfold to. */
const MAX_EXPANSION = 32;
const EXPANSION_FLOOR_BYTES = 1024 * 1024;
/** Large enough that no page header's claim is believed beyond it. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
/** One group up to here: footers cost ~1 kB per group. */
const ROW_GROUP_ROWS = 1_000_000;

/** Parquet, Snappy, deterministic: the same rows in the same order are the same bytes. */
export function writeTable(columns: Columns, rows: readonly Row[]): Uint8Array {
  const names = Object.keys(columns);
  const writer = new ByteWriter();
  const finished = parquetWrite({
    writer,
    columnData: names.map((name) => ({ name, data: rows.map((row) => row[name]!), offsetIndex: false })),
    schema: [{ name: "root", num_children: names.length }, ...names.map((name) => elementOf(name, columns[name]!))],
    statistics: false, // of hashes they tell nothing, and they cost bytes
    rowGroupSize: ROW_GROUP_ROWS,
    createdBy: "wayleave",
  });
  if (finished instanceof Promise) throw new TypeError("a writer to memory does not wait");
  return writer.getBytes().slice();
}

/**
 * Reads a hostile file that must be exactly what {@link writeTable} makes of these columns; types are checked here, row
 * meaning is not. @throws WayleaveError `bundle-file` naming the file, and the row and field where there is one.
 */
export async function readTable(file: string, columns: Columns, bytes: Uint8Array, rows: number): Promise<Row[]> {
  const buffer = new Uint8Array(bytes).buffer; // a copy: a Buffer shares its pool, and its slice() shares too
  try {
    const metadata = parquetMetadata(buffer);
    if (Number(metadata.num_rows) !== rows) {
      throw badFile(file, "has another number of rows than its manifest says", {
        rows: metadata.num_rows,
        expected: rows,
      });
    }
    const unfolded = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (unfolded > Math.max(EXPANSION_FLOOR_BYTES, bytes.byteLength * MAX_EXPANSION)) {
      throw badFile(file, "unfolds to more than it may", { unfoldedBytes: unfolded });
    }
    const names = metadata.schema.slice(1).map((element) => element.name);
    if (names.join() !== Object.keys(columns).join())
      throw badFile(file, "has other columns", { columns: names.join() });
    if (rows === 0) return [];
    const read = await parquetReadObjects({ file: buffer, metadata, utf8: false, compressors: { SNAPPY: unfold } });
    if (read.length !== rows) throw badFile(file, "is cut short", { rows: read.length, expected: rows });
    read.forEach((row, index) => checkRow(file, columns, row, index));
    return read as Row[];
  } catch (error) {
    if (error instanceof WayleaveError) throw error;
    throw badFile(file, "is not readable Parquet", { reason: String(error).slice(0, 200) }, error);
  }
}

export function badFile(
  file: string,
  what: string,
  facts: Record<string, string | number | bigint>,
  cause?: unknown,
): WayleaveError {
  return new WayleaveError("bundle-file", `${file} ${what}`, { file, ...facts }, { cause });
}

function elementOf(name: string, type: ColumnType) {
  const required = { name, repetition_type: "REQUIRED" as const };
  if (typeof type === "object") return { ...required, type: "FIXED_LEN_BYTE_ARRAY" as const, type_length: type.fixed };
  if (type === "text") return { ...required, type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const };
  if (type === "blob") return { ...required, type: "BYTE_ARRAY" as const };
  return { ...required, type: type === "int32" ? ("INT32" as const) : ("INT64" as const) };
}

function unfold(input: Uint8Array, outputLength: number): Uint8Array {
  if (outputLength > MAX_PAGE_BYTES) throw new RangeError(`a page of ${outputLength} bytes is larger than any of ours`);
  const output = new Uint8Array(outputLength);
  snappyUncompress(input, output);
  return output;
}

function checkRow(file: string, columns: Columns, row: Record<string, unknown>, index: number): void {
  for (const [field, type] of Object.entries(columns)) {
    if (!fits(type, row[field])) throw badFile(file, "holds a value of another type", { row: index, field });
  }
}

function fits(type: ColumnType, value: unknown): boolean {
  if (typeof type === "object") return value instanceof Uint8Array && value.byteLength === type.fixed;
  if (type === "blob") return value instanceof Uint8Array;
  if (type === "text") return typeof value === "string";
  if (type === "int32") return typeof value === "number" && value >= 0;
  return typeof value === "bigint" && value >= 0n;
}
