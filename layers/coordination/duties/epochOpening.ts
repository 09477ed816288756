import { randomBytes } from "node:crypto";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { type Clock, epochStart, type Schedule } from "@wayleave/core/time";
import type { CoordinationChain } from "../chainPort.ts";
import { revealChain } from "../settle/challenges.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import { sleepUntil } from "./pacing.ts";

/** How often the chain is asked whether the seed's block is mined: half a local block. */
const POLL_MS = 400;
/** Everyone may open an epoch; those not first in turn wait this long, so that one transaction does it. */
const YIELD_TURN_MS = 900;

interface Needs {
  readonly chain: CoordinationChain;
  readonly store: VerifierStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly self: Address;
}

export interface OpenedEpoch {
  readonly epoch: number;
  readonly seed: Hash32;
  readonly seedBlock: bigint;
}

/** Commits this verifier's hash chain for an epoch that has not opened. Idempotent across restarts. */
export async function commitChain(needs: Needs, epoch: number): Promise<void> {
  const { chain, store, self, log } = needs;
  if ((await chain.committedHeads(epoch)).has(self)) return;
  const secret = await store.revealSecret(epoch, () => toHex(randomBytes(32)));
  await chain.commitReveal(epoch, revealChain(secret, needs.schedule.slotsPerEpoch).head);
  log.debug({ epoch }, "Committed the reveal chain");
}

/**
 * Sees to it that an epoch is opened on chain and its seed recorded, by whoever is first, and returns the seed.
 * @returns null when the epoch ended before that: it is skipped.
 */
export async function awaitSeed(
  needs: Needs,
  epoch: number,
  turn: number,
  signal: AbortSignal,
): Promise<OpenedEpoch | null> {
  const { chain, clock, schedule } = needs;
  const ends = epochStart(schedule, epoch + 1);
  await sleepUntil(clock, epochStart(schedule, epoch) + turn * YIELD_TURN_MS, signal);
  for (; clock.now() < ends; await sleepUntil(clock, clock.now() + POLL_MS, signal)) {
    const found = await chain.epochSeed(epoch);
    if (found === null) await attempt(needs, "open the epoch", epoch, () => chain.openEpoch(epoch));
    else if (found.seed !== null) return { epoch, seed: found.seed, seedBlock: found.seedBlock };
    else if (found.seedMined) {
      await sleepUntil(clock, clock.now() + turn * (POLL_MS / 2), signal);
      await attempt(needs, "record the seed", epoch, () => chain.recordSeed(epoch));
    }
  }
  return null;
}

/** Another verifier may have been first, or the chain's clock a block behind: the next look at the chain decides. */
async function attempt(needs: Needs, what: string, epoch: number, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    needs.log.debug({ epoch, what, reason: String(error) }, "Left to another verifier or the next block");
  }
}
