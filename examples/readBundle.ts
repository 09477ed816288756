/**
 * Reads what a verifier published for one epoch, and asks it two questions. A bundle is seven Parquet files beside a
 * signed manifest, served over plain HTTP: no key is needed. DuckDB opens the same URLs:
 * `duckdb -c "SELECT outcome, count(*) FROM 'http://…/bundles/7/verdicts.parquet' GROUP BY ALL"`.
 *
 *     node examples/readBundle.ts [epoch]       default: the newest epoch that was settled
 */
import { parquetReadObjects } from "hyparquet";
import { readNetworkFile } from "./readNetworkFile.ts";

const ADDRESS_BYTES = 20;

interface Manifest {
  readonly verifier: string;
  readonly files: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
}

const verifier = readNetworkFile().endpoints.verifiers[0]!;
const { lastStatement } = (await (await fetch(`${verifier}/status`)).json()) as {
  lastStatement: { epoch: number } | null;
};
const epoch = process.argv[2] ?? lastStatement?.epoch;
if (epoch === undefined) throw new Error("no epoch is settled yet: try again in a minute");

const { manifest } = (await (await fetch(`${verifier}/bundles/${epoch}/manifest.json`)).json()) as {
  manifest: Manifest;
};
console.log(`epoch ${epoch}, as verifier ${manifest.verifier} published it:`);
const tables = new Map<string, Record<string, unknown>[]>();
for (const { name, rows, bytes } of manifest.files) {
  const file = await (await fetch(`${verifier}/bundles/${epoch}/${name}`)).arrayBuffer();
  tables.set(name, rows === 0 ? [] : await parquetReadObjects({ file, utf8: false }));
  console.log(`  ${name.padEnd(20)} ${String(rows).padStart(6)} rows ${String(bytes).padStart(8)} bytes`);
}
const hex = (value: unknown) => `0x${Buffer.from(value as Uint8Array).toString("hex")}`;

console.log("\nHow did each device answer its challenges?");
const outcomes = Map.groupBy(
  tables.get("verdicts.parquet")!,
  ({ device, outcome }) => `${hex(device)} ${String(outcome)}`,
);
for (const [answer, rows] of [...outcomes].sort()) console.log(`  ${answer}: ${rows.length}`);

console.log("\nWhat was each device promised so far, and how many notaries countersigned?");
for (const { device, total_micro_usd: total, notaries } of tables.get("vouchers.parquet")!) {
  console.log(
    `  ${hex(device)}: ${String(total)} micro-dollars, ${(notaries as Uint8Array).byteLength / ADDRESS_BYTES}`,
  );
}
