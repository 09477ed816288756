import type { Logger } from "@wayleave/core/kind";
import { type Clock, type Schedule } from "@wayleave/core/time";
import type { CoordinationChain, PayoutClaim } from "../chainPort.ts";
import type { Settlement } from "../settle/settlement.ts";
import { forEachLimited, sleepUntil } from "./pacing.ts";

/** One transaction of this many claims stays far below a block's gas. */
const CLAIMS_PER_TRANSACTION = 64;
/** What a node answers side by side without complaint. */
const READS_AT_ONCE = 16;
/** Dispute windows are counted in block time, which lags the wall clock by up to a block. */
const BLOCK_LAG_MS = 1_500;

interface Needs {
  readonly chain: CoordinationChain;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
}

/** Once a statement is final, pays everybody it names: claims are permissionless and verifiers take turns at it. @returns for how many. */
export async function claimForAll(needs: Needs, settlement: Settlement, signal: AbortSignal): Promise<number> {
  const { chain, clock, log, schedule } = needs;
  await sleepUntil(clock, clock.now() + schedule.disputeWindowMs + BLOCK_LAG_MS, signal);
  const due = await dueClaims(chain, settlement);
  const epoch = Number(settlement.statement.epoch);
  let claimed = 0;
  for (let from = 0; from < due.length; from += CLAIMS_PER_TRANSACTION) {
    const batch = due.slice(from, from + CLAIMS_PER_TRANSACTION);
    try {
      await chain.claimBatch(batch);
      claimed += batch.length;
    } catch (error) {
      // Totals are cumulative: whoever is not paid now is paid with the next epoch, or claims without us.
      log.warn({ epoch, accounts: batch.length, reason: String(error) }, "Could not claim for some accounts");
    }
  }
  if (claimed > 0) log.info({ epoch, accounts: claimed }, "Claimed payouts for everyone");
  return claimed;
}

async function dueClaims(chain: CoordinationChain, settlement: Settlement): Promise<PayoutClaim[]> {
  const { payouts } = settlement.tables;
  const due: PayoutClaim[] = [];
  await forEachLimited([...payouts.entries()], READS_AT_ONCE, async ([index, row]) => {
    const paid = await chain.claimed(row.account);
    if (row.dollars > paid.dollars || row.way > paid.way)
      due.push({ ...row, index, proof: settlement.trees.payouts.proof(index) });
  });
  return due.sort((a, b) => a.index - b.index);
}
