import type { Address, Hash32 } from "@wayleave/core/ids";
import { signedOfferSchema } from "@wayleave/core/agentWire";
import { keccakHex } from "@wayleave/core/hash";
import type { Claim, RecordedAnswer, VerdictRow } from "@wayleave/core/kind";
import {
  type Countersigned,
  countersignedSchema,
  type SignedCommitment,
  signedCommitmentSchema,
  toJson,
} from "@wayleave/core/messages";
import type { Evidence, Sighting, SignedOffer } from "../bundle/bundleData.ts";
import { type RememberedRound, rememberedRoundSchema } from "../round/roundView.ts";
import type { VerifierDatabase, VoucherStanding } from "./schema.ts";

/** A verdict with the response behind it, as the challenger hands it over. */
export interface JudgedRow extends VerdictRow {
  readonly epoch: number;
  readonly response: Uint8Array | null;
}

/** Everything one verifier keeps, behind one door. Every write is durable when its promise resolves. */
export type VerifierStore = ReturnType<typeof verifierStore>;

export function verifierStore(database: VerifierDatabase, self: Address) {
  return { ...verdicts(database, self), ...epochFacts(database), ...vouchers(database), ...rounds(database) };
}

function verdicts(database: VerifierDatabase, self: Address) {
  return {
    /** A slot is judged once: a repeated row (a restart in mid-slot) is ignored. */
    async saveVerdict(row: JudgedRow): Promise<void> {
      await database.transaction().execute(async (tx) => {
        if (row.response !== null) {
          const evidence = { digest: row.evidence, epoch: row.epoch, body: Buffer.from(row.response) };
          await tx
            .insertInto("evidence")
            .values(evidence)
            // A device may answer with the same bytes in a later epoch: they are then kept for that one.
            .onConflict((conflict) => conflict.column("digest").doUpdateSet({ epoch: row.epoch }))
            .execute();
        }
        const { epoch, device, kind, slot, challenge, outcome, evidence } = row;
        await tx
          .insertInto("verdict")
          .values({ epoch, device, kind, slot, challenge, outcome, evidence })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },

    async verdictsOf(epoch: number): Promise<VerdictRow[]> {
      const rows = await database.selectFrom("verdict").selectAll().where("epoch", "=", epoch).execute();
      return rows.map((row) => ({
        verifier: self,
        device: row.device as Address,
        kind: row.kind,
        slot: row.slot,
        challenge: row.challenge as Hash32,
        outcome: row.outcome,
        evidence: row.evidence as Hash32,
      }));
    },

    /** Newest first: what a provider reads when it asks why it was not paid. */
    async verdictsOfDevice(device: Address, limit: number): Promise<(VerdictRow & { epoch: number })[]> {
      const rows = await database
        .selectFrom("verdict")
        .selectAll()
        .where("device", "=", device)
        .orderBy("epoch", "desc")
        .orderBy("slot", "desc")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        epoch: row.epoch,
        verifier: self,
        device: row.device as Address,
        kind: row.kind,
        slot: row.slot,
        challenge: row.challenge as Hash32,
        outcome: row.outcome,
        evidence: row.evidence as Hash32,
      }));
    },

    async evidence(digest: Hash32): Promise<Uint8Array | null> {
      const row = await database.selectFrom("evidence").select("body").where("digest", "=", digest).executeTakeFirst();
      return row?.body ?? null;
    },

    /** Responses behind failed rows: what goes into the bundle for every kind. */
    async failedEvidence(epoch: number): Promise<Evidence[]> {
      const rows = await database
        .selectFrom("evidence")
        .innerJoin("verdict", "verdict.evidence", "evidence.digest")
        .select(["evidence.digest", "evidence.body"])
        .distinct()
        .where("verdict.epoch", "=", epoch)
        .where("verdict.outcome", "not in", ["pass", "void", "no-answer"])
        .execute();
      return rows.map((row) => ({ digest: row.digest as Hash32, response: row.body }));
    },

    /** Of one kind: responses behind rows that passed or came late, by device, ascending by slot. */
    async rightAnswers(epoch: number, kind: number): Promise<Map<Address, RecordedAnswer[]>> {
      const rows = await database
        .selectFrom("verdict")
        .innerJoin("evidence", "verdict.evidence", "evidence.digest")
        .select(["verdict.device", "verdict.slot", "verdict.challenge", "evidence.body"])
        .where("verdict.epoch", "=", epoch)
        .where("verdict.kind", "=", kind)
        .where("verdict.outcome", "in", ["pass", "void"])
        .orderBy("verdict.slot")
        .execute();
      const answers = rows.map(({ device, slot, challenge, body }) => {
        return { device: device as Address, answer: { slot, challenge: challenge as Hash32, response: body } };
      });
      const byDevice = Map.groupBy(answers, ({ device }) => device);
      return new Map([...byDevice].map(([device, own]) => [device, own.map(({ answer }) => answer)]));
    },

    /** Full responses are kept for a while after their epoch, then dropped: rows and digests stay. */
    async dropEvidenceBefore(epoch: number): Promise<void> {
      await database.deleteFrom("evidence").where("epoch", "<", epoch).execute();
    },
  };
}

function epochFacts(database: VerifierDatabase) {
  return {
    /** The first commitment of a device and epoch stands: a second, different one is the device's equivocation, not ours. */
    async saveCommitment(epoch: number, signed: SignedCommitment): Promise<void> {
      const { device, kind } = signed.commitment;
      await database
        .insertInto("commitment")
        .values({ epoch, device, kind: Number(kind), signed: toJson(signed) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async commitments(epoch: number): Promise<SignedCommitment[]> {
      const rows = await database.selectFrom("commitment").select("signed").where("epoch", "=", epoch).execute();
      return rows.map(({ signed }) => signedCommitmentSchema.parse(JSON.parse(signed)));
    },

    async saveOffer(epoch: number, signed: SignedOffer): Promise<void> {
      const { device, kind } = signed.offer;
      await database
        .insertInto("offer")
        .values({ epoch, device, kind: Number(kind), signed: toJson(signed) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async offers(epoch: number): Promise<SignedOffer[]> {
      const rows = await database.selectFrom("offer").select("signed").where("epoch", "=", epoch).execute();
      return rows.map(({ signed }) => signedOfferSchema.parse(JSON.parse(signed)));
    },

    async saveSighting(epoch: number, seen: Omit<Sighting, "cell">): Promise<void> {
      await database
        .insertInto("sighting")
        .values({ epoch, ...seen })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async sightings(epoch: number): Promise<Omit<Sighting, "cell">[]> {
      const rows = await database.selectFrom("sighting").selectAll().where("epoch", "=", epoch).execute();
      return rows.map((row) => ({ device: row.device as Address, prefix: row.prefix, network: Number(row.network) }));
    },

    /** What a claim against a device and kind was found to prove this epoch; null when none was upheld yet. */
    async upheldClaim({ epoch, kind, device }: Omit<Claim, "evidence">): Promise<string | null> {
      const row = await database
        .selectFrom("claim")
        .select("outcome")
        .where("epoch", "=", epoch)
        .where("kind", "=", kind)
        .where("device", "=", device)
        .limit(1)
        .executeTakeFirst();
      return row?.outcome ?? null;
    },

    async saveClaim(claim: Claim, outcome: string): Promise<void> {
      const { epoch, kind, device, evidence } = claim;
      await database
        .insertInto("claim")
        .values({ epoch, kind, device, digest: keccakHex(evidence), body: Buffer.from(evidence), outcome })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async claims(epoch: number): Promise<(Claim & { readonly digest: Hash32; readonly outcome: string })[]> {
      const rows = await database.selectFrom("claim").selectAll().where("epoch", "=", epoch).execute();
      return rows.map((row) => ({
        kind: row.kind,
        device: row.device as Address,
        epoch: row.epoch,
        evidence: row.body,
        digest: row.digest as Hash32,
        outcome: row.outcome,
      }));
    },
  };
}

function vouchers(database: VerifierDatabase) {
  return {
    /** One voucher under one or both standings, all or nothing. */
    async saveVouchers(countersigned: Countersigned, standings: readonly VoucherStanding[]): Promise<void> {
      const { payer, device, kind, totalMicroUsd } = countersigned.voucher;
      const row = { total: totalMicroUsd.toString(), countersigned: toJson(countersigned) };
      await database
        .insertInto("voucher")
        .values(standings.map((standing) => ({ payer, device, kind: Number(kind), standing, ...row })))
        .onConflict((conflict) => conflict.columns(["payer", "device", "kind", "standing"]).doUpdateSet(row))
        .execute();
    },

    /** Of every payer, device and kind: totals are lifetime totals, so nothing older matters. */
    async vouchers(): Promise<{ readonly standing: VoucherStanding; readonly voucher: Countersigned }[]> {
      const rows = await database.selectFrom("voucher").select(["standing", "countersigned"]).execute();
      return rows.map((row) => ({
        standing: row.standing,
        voucher: countersignedSchema.parse(JSON.parse(row.countersigned)),
      }));
    },
  };
}

function rounds(database: VerifierDatabase) {
  return {
    /** The chain's secret must survive a crash between commit and reveal, and never change once committed. */
    async revealSecret(epoch: number, fresh: () => Hash32): Promise<Hash32> {
      await database
        .insertInto("reveal_secret")
        .values({ epoch, secret: fresh() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await database
        .selectFrom("reveal_secret")
        .select("secret")
        .where("epoch", "=", epoch)
        .executeTakeFirstOrThrow();
      return row.secret as Hash32;
    },

    /** Notes which bundle this verifier publishes for an epoch, before anybody sees it. @returns false when it was another. */
    async claimBundle(epoch: number, head: Hash32): Promise<boolean> {
      await database
        .insertInto("bundle")
        .values({ epoch, head })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await this.bundleHead(epoch)) === head;
    },

    async bundleHead(epoch: number): Promise<Hash32 | null> {
      const row = await database.selectFrom("bundle").select("head").where("epoch", "=", epoch).executeTakeFirst();
      return (row?.head ?? null) as Hash32 | null;
    },

    /** All that this verifier said in an epoch's round, before it is told to anybody: it must not say otherwise later. */
    async saveRound(epoch: number, round: RememberedRound): Promise<void> {
      const said = toJson(round);
      await database
        .insertInto("round")
        .values({ epoch, said })
        .onConflict((conflict) => conflict.column("epoch").doUpdateSet({ said }))
        .execute();
    },

    async round(epoch: number): Promise<RememberedRound | null> {
      const row = await database.selectFrom("round").select("said").where("epoch", "=", epoch).executeTakeFirst();
      return row === undefined ? null : rememberedRoundSchema.parse(JSON.parse(row.said));
    },

    /** Notes which statement this verifier signs for an epoch, before it signs. @returns false when it signed another before. */
    async claimSignature(epoch: number, digest: Hash32): Promise<boolean> {
      await database
        .insertInto("signed_statement")
        .values({ epoch, digest })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await database
        .selectFrom("signed_statement")
        .select("digest")
        .where("epoch", "=", epoch)
        .executeTakeFirstOrThrow();
      return row.digest === digest;
    },

    /** Tables of an epoch whose statement the contract accepted, as JSON text. */
    async saveSettled(epoch: number, statementHash: Hash32, tables: string): Promise<void> {
      await database
        .insertInto("settled")
        .values({ epoch, statement_hash: statementHash, tables })
        .onConflict((conflict) => conflict.column("epoch").doUpdateSet({ statement_hash: statementHash, tables }))
        .execute();
    },

    async settled(epoch: number): Promise<{ readonly statementHash: Hash32; readonly tables: string } | null> {
      const row = await database.selectFrom("settled").selectAll().where("epoch", "=", epoch).executeTakeFirst();
      return row === undefined ? null : { statementHash: row.statement_hash as Hash32, tables: row.tables };
    },
  };
}
