import type { Logger } from "@wayleave/core/kind";
import { packSums } from "@wayleave/core/statement";
import { type Clock, type Schedule } from "@wayleave/core/time";
import type { CoordinationChain, PayoutClaim } from "../chainPort.ts";
import type { Settlement } from "../settle/settlement.ts";
import { sleepUntil } from "./pacing.ts";

/** One transaction of this many claims stays far below a block's gas. */
const CLAIMS_PER_TRANSACTION = 64;
/** Dispute windows are counted in block time, which lags the wall clock by up to a block. */
const BLOCK_LAG_MS = 1_500;

interface Needs {
  readonly chain: CoordinationChain;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
}

/** Once a statement is final, pays everybody it names: claims are permissionless and verifiers take turns at it. */
export async function claimForAll(needs: Needs, settlement: Settlement, signal: AbortSignal): Promise<number> {
  const { chain, clock, log, schedule } = needs;
  await sleepUntil(clock, clock.now() + schedule.disputeWindowMs + BLOCK_LAG_MS, signal);
  const due = await dueClaims(chain, settlement);
  for (let from = 0; from < due.length; from += CLAIMS_PER_TRANSACTION) {
    await chain.claimBatch(due.slice(from, from + CLAIMS_PER_TRANSACTION));
  }
  if (due.length > 0)
    log.info({ epoch: Number(settlement.statement.epoch), accounts: due.length }, "Claimed payouts for everyone");
  return due.length;
}

async function dueClaims(chain: CoordinationChain, settlement: Settlement): Promise<PayoutClaim[]> {
  const { payouts } = settlement.tables;
  const due: PayoutClaim[] = [];
  for (const [index, row] of payouts.entries()) {
    const paid = await chain.claimed(row.account);
    if (packSums(row.dollars, row.way) > packSums(paid.dollars, paid.way))
      due.push({ ...row, index, proof: settlement.trees.payouts.proof(index) });
  }
  return due;
}
