import { type Address, addressSchema } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { amountSchema } from "@wayleave/core/money";
import type { ChainEvent } from "@wayleave/chain/chainEvent";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import { type PostedStatement, statements } from "@wayleave/chain/settlementHistory";
import type { Ledger } from "@wayleave/layer-service/ledger";
import { z } from "zod";

/** Deposits and settlements are minutes apart; the books follow within this time. */
const POLL_MS = 3_000;
const TIMEOUT_MS = 5_000;
/** Epochs looked at in one round, newest first: two weeks of hours. A front that was away for longer needs a person. */
const EPOCHS_BACK = 500;
const MAX_ROWS = 4_000_000;
/** Who got what is taken from as many verifiers that say the same; one of them alone could name others. */
const AGREEING_VERIFIERS = 2;

const tablesSchema = z.object({
  statementHash: z.string(),
  vouchers: z
    .array(
      z.object({ payer: addressSchema, device: addressSchema, kind: z.number().int(), paidMicroUsd: amountSchema }),
    )
    .max(MAX_ROWS),
});
type PaidRow = z.output<typeof tablesSchema>["vouchers"][number];

export interface SettlementNeeds {
  readonly index: EventIndex;
  readonly ledger: Pick<Ledger, "escrowDeposited" | "escrowWithdrawn" | "vouchersSettled">;
  readonly payer: Address;
  readonly verifierUrls: () => readonly string[];
  readonly log: Logger;
}

/**
 * Brings into the ledger what the chain did with this payer's dollars: deposits, withdrawals, and what each epoch paid to
 * whom. Every entry has a reference of its own, so that reading twice books once. Statements are booked when they are
 * accepted: nothing voids one yet; whoever adds disputes books `PutBack` here.
 */
export function followSettlements(needs: SettlementNeeds): { close(): Promise<void> } {
  const round = settlementRounds(needs);
  let busy: Promise<void> = Promise.resolve();
  const polling = setInterval(() => {
    busy = busy
      .then(round)
      .catch((error: unknown) => needs.log.warn({ reason: String(error) }, "Could not book what the chain settled"));
  }, POLL_MS);
  return {
    async close() {
      clearInterval(polling);
      await busy;
    },
  };
}

/** @returns what books everything that is new, each time it is called; never two at once. */
export function settlementRounds(needs: SettlementNeeds): () => Promise<void> {
  let bookedEpoch = -1;
  return async () => {
    const { index, payer, ledger } = needs;
    for (const { reference, microUsd } of numbered(await index.select({ name: "Deposited", subject: payer }))) {
      await ledger.escrowDeposited(microUsd, `deposit:${reference}`);
    }
    for (const { reference, microUsd } of numbered(await index.select({ name: "Withdrawn", subject: payer }))) {
      await ledger.escrowWithdrawn(microUsd, `withdrawal:${reference}`);
    }
    bookedEpoch = await bookEpochs(needs, bookedEpoch);
  };
}

/** By transaction and place inside it: both stay when a reorganization puts the transaction elsewhere. */
function numbered(events: readonly ChainEvent<"Deposited" | "Withdrawn">[]) {
  const seen = new Map<string, number>();
  return events.map(({ transaction, args }) => {
    const place = seen.get(transaction) ?? 0;
    seen.set(transaction, place + 1);
    return { reference: `${transaction}:${place}`, microUsd: args.amount };
  });
}

/** @returns the newest epoch up to which everything is booked. */
async function bookEpochs(needs: SettlementNeeds, booked: number): Promise<number> {
  const { index, ledger, payer, log } = needs;
  const [newest] = await index.select({ name: "StatementPosted", newestFirst: true, limit: 1 });
  if (newest === undefined || newest.args.epoch <= booked) return booked;
  const limit = Math.min(EPOCHS_BACK, newest.args.epoch - booked);
  const posted = (await statements(index, { limit })).filter(({ epoch }) => epoch > booked);
  let done = booked;
  for (const statement of posted.toReversed()) {
    const { epoch } = statement;
    const takenMicroUsd = statement.payerRows.find((row) => row.payer === payer)?.amount ?? 0n;
    if (takenMicroUsd > 0n) {
      const rows = await paidRows(needs, statement, takenMicroUsd);
      if (rows === null) {
        log.warn({ epoch, takenMicroUsd }, "Wait for verifiers to agree who was paid in an epoch");
        return done;
      }
      for (const { device, kind, paidMicroUsd } of rows) {
        await ledger.vouchersSettled(device, paidMicroUsd, `settled:${epoch}:${device}:${kind}`);
      }
    }
    done = epoch;
  }
  return done;
}

/**
 * What the epoch paid of our vouchers: rows that add up to what the chain says was taken, and that two verifiers tell
 * alike (one, when there is only one). Null when nobody tells such.
 */
async function paidRows(needs: SettlementNeeds, posted: PostedStatement, takenMicroUsd: bigint) {
  const urls = needs.verifierUrls();
  const told = await Promise.all(urls.map((url) => rowsFrom(url, needs, posted)));
  const fitting = told.filter(
    (rows) => rows !== null && rows.reduce((sum, { paidMicroUsd }) => sum + paidMicroUsd, 0n) === takenMicroUsd,
  );
  const alike = Map.groupBy(fitting, (rows) => rows!.map(nameOf).sort().join("\n"));
  const agreed = [...alike.values()].find((same) => same.length >= Math.min(AGREEING_VERIFIERS, urls.length));
  return agreed?.[0] ?? null;
}

function nameOf({ device, kind, paidMicroUsd }: PaidRow): string {
  return `${device} ${kind} ${paidMicroUsd}`;
}

async function rowsFrom(
  url: string,
  { payer, log }: SettlementNeeds,
  { epoch, statementHash }: PostedStatement,
): Promise<readonly PaidRow[] | null> {
  try {
    const response = await fetch(`${url}/statements/${epoch}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const tables = tablesSchema.parse(await response.json());
    if (tables.statementHash !== statementHash) throw new Error("it serves another statement's tables");
    return tables.vouchers.filter((row) => row.payer === payer && row.paidMicroUsd > 0n);
  } catch (error) {
    log.debug({ epoch, verifier: url, reason: String(error) }, "Got no tables of an epoch");
    return null;
  }
}
