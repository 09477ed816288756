/**
 * Opens in DuckDB what a verifier published for one epoch, and asks it two questions. A bundle is seven Parquet files
 * beside a signed manifest, served over plain HTTP: no key is needed.
 *
 *     node examples/readBundle.ts [epoch]       default: the newest epoch that was settled
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { readNetworkFile } from "./readNetworkFile.ts";

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
const folder = await mkdtemp(path.join(tmpdir(), "wayleave-bundle-"));

const { manifest } = (await (await fetch(`${verifier}/bundles/${epoch}/manifest.json`)).json()) as {
  manifest: Manifest;
};
console.log(`epoch ${epoch}, as verifier ${manifest.verifier} published it:`);
for (const { name, rows, bytes } of manifest.files) {
  const response = await fetch(`${verifier}/bundles/${epoch}/${name}`);
  await writeFile(path.join(folder, name), Buffer.from(await response.arrayBuffer()));
  console.log(`  ${name.padEnd(20)} ${String(rows).padStart(6)} rows ${String(bytes).padStart(8)} bytes`);
}

const database = await DuckDBInstance.create();
const duckDb = await database.connect();
const ask = async (question: string, query: string) => {
  console.log(`\n${question}`);
  console.table((await duckDb.runAndReadAll(query)).getRowObjectsJson());
};
await ask(
  "How did each device answer its challenges?",
  `SELECT '0x' || lower(hex(device)) AS device, outcome, count(*) AS challenges
   FROM '${folder}/verdicts.parquet' GROUP BY ALL ORDER BY device, outcome`,
);
await ask(
  "What was each device promised so far, and is the voucher countersigned?",
  `SELECT '0x' || lower(hex(device)) AS device, max(total_micro_usd) AS micro_usd,
     max(octet_length(notaries) // 20) AS countersignatures
   FROM '${folder}/vouchers.parquet' GROUP BY device ORDER BY micro_usd DESC`,
);
duckDb.closeSync();
database.closeSync();
await rm(folder, { recursive: true });
