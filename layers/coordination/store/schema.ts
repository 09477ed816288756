import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import { applySchemaSteps } from "@wayleave/core/schemaSteps";

/**
 * What one verifier remembers. Money and 128-bit figures are decimal text (`numeric` would be text in the driver anyway);
 * hashes and addresses are `0x` hex, as they travel.
 */
export interface VerifierTables {
  verdict: {
    epoch: number;
    device: string;
    kind: number;
    slot: number;
    challenge: string;
    outcome: string;
    evidence: string;
  };
  evidence: { digest: string; epoch: number; body: Buffer };
  commitment: { epoch: number; device: string; kind: number; signed: string };
  offer: { epoch: number; device: string; kind: number; signed: string };
  sighting: { epoch: number; device: string; prefix: string; network: number };
  claim: { epoch: number; kind: number; device: string; digest: string; body: Buffer; outcome: string };
  voucher: {
    payer: string;
    device: string;
    kind: number;
    standing: VoucherStanding;
    total: string;
    countersigned: string;
  };
  reveal_secret: { epoch: number; secret: string };
  bundle: { epoch: number; head: string };
  signed_statement: { epoch: number; digest: string };
  settled: { epoch: number; statement_hash: string; tables: string };
  /** `said`: JSON of `rememberedRoundSchema`. */
  round: { epoch: number; said: string };
}

/** The newest voucher seen, and the newest that this verifier countersigned: it may be older, and stays promised. */
export type VoucherStanding = "newest" | "countersigned";

export type VerifierDatabase = Kysely<VerifierTables>;

const STEPS: readonly string[] = [
  `
    create table verdict (
      epoch integer not null, device text not null, kind smallint not null, slot smallint not null,
      challenge text not null, outcome text not null, evidence text not null,
      primary key (epoch, kind, device, slot));
    create table evidence (digest text primary key, epoch integer not null, body bytea not null);
    create index evidence_epoch on evidence (epoch);
    create table commitment (
      epoch integer not null, device text not null, kind smallint not null, signed text not null,
      primary key (epoch, kind, device));
    create table offer (
      epoch integer not null, device text not null, kind smallint not null, signed text not null,
      primary key (epoch, kind, device));
    create table sighting (
      epoch integer not null, device text not null, prefix text not null, network bigint not null,
      primary key (epoch, device));
    create table claim (
      epoch integer not null, kind smallint not null, device text not null, digest text not null, body bytea not null,
      outcome text not null, primary key (epoch, digest));
    create table voucher (
      payer text not null, device text not null, kind smallint not null, standing text not null, total text not null,
      countersigned text not null, primary key (payer, device, kind, standing));
    create table reveal_secret (epoch integer primary key, secret text not null);
    create table bundle (epoch integer primary key, head text not null);
    create table signed_statement (epoch integer primary key, digest text not null);
    create table settled (epoch integer primary key, statement_hash text not null, tables text not null);
  `,
  `create table round (epoch integer primary key, said text not null)`,
];

/**
 * Opens the verifier's tables, creating or extending them first. Safe to call on every start.
 * @throws WayleaveError `schema-newer-refused`.
 */
export async function openVerifierDatabase(pool: Pool): Promise<VerifierDatabase> {
  await applySchemaSteps(pool, "public", STEPS);
  return new Kysely<VerifierTables>({ dialect: new PostgresDialect({ pool }) });
}
