import { type Address, addressSchema } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { amountSchema } from "@wayleave/core/money";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import { statements } from "@wayleave/chain/settlementHistory";
import type { Ledger } from "@wayleave/layer-service/ledger";
import { z } from "zod";

/** Deposits and settlements are minutes apart; the books follow within this time. */
const POLL_MS = 3_000;
const TIMEOUT_MS = 5_000;
/** A front that was away for longer books the older epochs from the chain's own history when it is asked to. */
const EPOCHS_BACK = 500;
const MAX_ROWS = 4_000_000;

const tablesSchema = z.object({
  statementHash: z.string(),
  vouchers: z
    .array(z.object({ payer: addressSchema, device: addressSchema, kind: z.number(), paidMicroUsd: amountSchema }))
    .max(MAX_ROWS),
});

interface Needs {
  readonly index: EventIndex;
  readonly ledger: Pick<Ledger, "escrowDeposited" | "vouchersSettled">;
  readonly payer: Address;
  readonly verifierUrls: () => readonly string[];
  readonly log: Logger;
}

/**
 * Brings into the ledger what the chain did with this payer's dollars: deposits, and what each epoch paid to whom. Every
 * entry has a reference of its own, so that reading twice books once.
 */
export function followSettlements(needs: Needs): { close(): Promise<void> } {
  let bookedEpoch = -1;
  let busy: Promise<void> = Promise.resolve();
  const round = async () => {
    await bookDeposits(needs);
    bookedEpoch = await bookEpochs(needs, bookedEpoch);
  };
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

async function bookDeposits({ index, ledger, payer }: Needs): Promise<void> {
  for (const { args, transaction, logIndex } of await index.select({ name: "Deposited", subject: payer })) {
    await ledger.escrowDeposited(args.amount, `deposit:${transaction}:${logIndex}`);
  }
}

/** @returns the newest epoch that is booked. */
async function bookEpochs(needs: Needs, booked: number): Promise<number> {
  const { index, ledger, payer, log } = needs;
  const posted = (await statements(index, { limit: EPOCHS_BACK })).filter(({ epoch }) => epoch > booked);
  let newest = booked;
  for (const { epoch, statementHash, payerRows } of posted.toReversed()) {
    const taken = payerRows.find((row) => row.payer === payer)?.amount ?? 0n;
    if (taken > 0n) {
      const rows = await paidRows(needs, epoch, statementHash);
      const sum = rows.reduce((total, { paidMicroUsd }) => total + paidMicroUsd, 0n);
      if (sum !== taken) {
        log.warn(
          { epoch, takenMicroUsd: taken, foundMicroUsd: sum },
          "Waits for an epoch's tables that add up to what was taken",
        );
        return newest;
      }
      for (const { device, kind, paidMicroUsd } of rows) {
        await ledger.vouchersSettled(device, paidMicroUsd, `settled:${epoch}:${device}:${kind}`);
      }
    }
    newest = epoch;
  }
  return newest;
}

/** What the epoch paid of our vouchers, from the first verifier whose tables are those of the posted statement. */
async function paidRows({ payer, verifierUrls, log }: Needs, epoch: number, statementHash: string) {
  for (const url of verifierUrls()) {
    try {
      const response = await fetch(`${url}/statements/${epoch}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const tables = tablesSchema.parse(await response.json());
      if (tables.statementHash !== statementHash) throw new Error("it serves another statement's tables");
      return tables.vouchers.filter((row) => row.payer === payer && row.paidMicroUsd > 0n);
    } catch (error) {
      log.debug({ epoch, verifier: url, reason: String(error) }, "Got no tables of an epoch");
    }
  }
  return [];
}
