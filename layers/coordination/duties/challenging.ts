import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Judge, Logger } from "@wayleave/core/kind";
import { type SignedCommitment, ZERO_HASH } from "@wayleave/core/messages";
import { challengeDueAt, type Clock, type Schedule } from "@wayleave/core/time";
import { askChallenge, type DeviceLinks } from "../deviceLinks.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import { challengeFor, type RevealChain } from "../settle/challenges.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import { sleepUntil } from "./pacing.ts";

/** Nobody answered before the deadline; counts against the device as unanswered, never as a data fault. */
export const NO_ANSWER = "no-answer";
/** A right answer after the deadline: the slot counts neither way. */
export const VOID = "void";
/** Challenges under way at once from one verifier: a bound on memory, far above a locality's devices in one slot. */
const CONCURRENT_CHALLENGES = 512;

interface Needs {
  readonly links: DeviceLinks;
  readonly store: VerifierStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly judges: ReadonlyMap<number, Judge>;
  readonly self: Address;
}

export interface ChallengeRound {
  readonly epoch: number;
  readonly seed: Hash32;
  readonly chain: RevealChain;
  readonly registry: RegistrySnapshot;
  /** Devices this verifier was drawn for, with the kind. */
  readonly assigned: readonly { readonly device: Address; readonly kind: number }[];
  readonly commitments: ReadonlyMap<string, SignedCommitment>;
}

/** Under which a commitment is found: devices may have several kinds. */
export function commitmentKey(device: Address, kind: number): string {
  return `${device}/${kind}`;
}

interface Due {
  readonly at: number;
  readonly slot: number;
  readonly device: Address;
  readonly kind: number;
  readonly challenge: Hash32;
}

/**
 * Sends every due challenge of an epoch at its moment, judges the answers and stores the rows. Resolves when all are
 * judged: each is within twice the answer deadline, whatever the device does.
 */
export async function challengeEpoch(needs: Needs, round: ChallengeRound, signal: AbortSignal): Promise<void> {
  const due = dueChallenges(needs, round);
  const underWay = new Set<Promise<void>>();
  for (const item of due) {
    await sleepUntil(needs.clock, item.at, signal);
    // Room as soon as any is judged: one silent device must not hold back the others' challenges.
    while (underWay.size >= CONCURRENT_CHALLENGES) await Promise.race(underWay);
    // What came due while this verifier (or its machine) was not running is not asked late: it would be no surprise.
    if (item.at < needs.clock.now() - needs.schedule.answerDeadlineMs) continue;
    const judged = challengeOne(needs, round, item)
      .catch((error: unknown) => {
        const { device, slot } = item;
        needs.log.error({ epoch: round.epoch, device, slot, reason: String(error) }, "Lost a verdict");
      })
      .finally(() => underWay.delete(judged));
    underWay.add(judged);
  }
  await Promise.all(underWay);
}

function dueChallenges({ schedule }: Needs, round: ChallengeRound): Due[] {
  const due: Due[] = [];
  for (const { device, kind } of round.assigned) {
    for (let slot = 0; slot < schedule.slotsPerEpoch; slot++) {
      const challenge = challengeFor(round.seed, round.chain.reveals[slot]!, device, slot);
      due.push({ at: challengeDueAt(schedule, round.epoch, slot, challenge), slot, device, kind, challenge });
    }
  }
  return due.sort((a, b) => a.at - b.at);
}

async function challengeOne(needs: Needs, round: ChallengeRound, due: Due): Promise<void> {
  const { clock, log, schedule, store, self } = needs;
  const sentAt = clock.monotonicMs();
  const response = await responseTo(needs, round, due);
  const late = clock.monotonicMs() - sentAt > schedule.answerDeadlineMs;
  const { outcome, keep } = judgeResponse(needs, round, due, response, late);
  const evidence = keep === null ? ZERO_HASH : keccakHex(keep);
  const { device, kind, slot, challenge } = due;
  const row = { verifier: self, epoch: round.epoch, device, kind, slot, challenge, outcome, evidence };
  await store.saveVerdict({ ...row, response: keep });
  if (outcome !== "pass") log.info({ epoch: round.epoch, device, slot, outcome }, "Judged a challenge");
}

/** Null when the device is not linked, refuses, or is silent for a deadline longer than its own. */
async function responseTo(needs: Needs, round: ChallengeRound, due: Due): Promise<Uint8Array | null> {
  const peer = needs.links.peer(due.device);
  const judge = needs.judges.get(due.kind);
  if (peer === null || judge === undefined) return null;
  // A late but right proof makes the slot void instead of failed: so the wait is twice the deadline.
  const timeoutMs = 2 * needs.schedule.answerDeadlineMs;
  try {
    return await askChallenge(peer, { kind: judge.rule.name, epoch: round.epoch, challenge: due.challenge, timeoutMs });
  } catch (error) {
    needs.log.debug({ device: due.device, slot: due.slot, reason: String(error) }, "Heard no answer");
    return null;
  }
}

function judgeResponse(
  needs: Needs,
  round: ChallengeRound,
  due: Due,
  response: Uint8Array | null,
  late: boolean,
): { outcome: string; keep: Uint8Array | null } {
  const judge = needs.judges.get(due.kind);
  const device = round.registry.devices.get(due.device);
  if (response === null || judge === undefined || device === undefined) return { outcome: NO_ANSWER, keep: null };
  const verdict = judge.judge({
    device: due.device,
    publicKey: device.publicKey,
    epoch: round.epoch,
    challenge: due.challenge,
    commitment: round.commitments.get(commitmentKey(due.device, due.kind)) ?? null,
    response,
  });
  if (!verdict.pass) return { outcome: verdict.fault, keep: response };
  return { outcome: late ? VOID : "pass", keep: response };
}
