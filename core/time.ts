import type { Hash32 } from "./ids.ts";
import { hexToBytes } from "./bytes.ts";
import { assert } from "./errors.ts";

/** Milliseconds since 1970-01-01T00:00Z. Never read from the machine in pure code: it comes from a {@link Clock}. */
export type UnixMs = number;

export interface Clock {
  now(): UnixMs;
  /** Never goes back; only differences mean anything. What deadlines are measured by. */
  monotonicMs(): number;
}

/** The accounting calendar of one network. Fixed at deployment; all in milliseconds but the block count. */
export interface Schedule {
  /** Start of epoch 0. */
  readonly genesisMs: UnixMs;
  readonly epochMs: number;
  readonly slotsPerEpoch: number;
  /** From an epoch's opening to its first slot: the seed's block must be mined and recorded first. */
  readonly leadMs: number;
  /** How long a device may take to answer, on the verifier's monotonic clock. */
  readonly answerDeadlineMs: number;
  /** Vouchers are signed and countersigned this often; also how much unpaid service a device tolerates. */
  readonly tickMs: number;
  /** After an epoch's end: what reaches a verifier later counts for the next epoch. */
  readonly cutMs: number;
  readonly proposerTurnMs: number;
  readonly disputeWindowMs: number;
}

/** The epoch that `at` lies in; negative before genesis. */
export function epochAt(schedule: Schedule, at: UnixMs): number {
  return Math.floor((at - schedule.genesisMs) / schedule.epochMs);
}

export function epochStart(schedule: Schedule, epoch: number): UnixMs {
  return schedule.genesisMs + epoch * schedule.epochMs;
}

/** Length of one slot: what the epoch leaves after its lead and one answer deadline at the end, split evenly. */
export function slotMs(schedule: Schedule): number {
  const usable = schedule.epochMs - schedule.leadMs - schedule.answerDeadlineMs;
  assert(usable > schedule.slotsPerEpoch, "an epoch is longer than its lead and one answer deadline");
  return Math.floor(usable / schedule.slotsPerEpoch);
}

/**
 * When a challenge is due: its slot's start plus (challenge mod slot length), so the moment is as unpredictable as the
 * question and anybody can check afterwards that it was kept.
 */
export function challengeDueAt(schedule: Schedule, epoch: number, slot: number, challenge: Hash32): UnixMs {
  assert(slot >= 0 && slot < schedule.slotsPerEpoch, "a slot lies in its epoch");
  const length = slotMs(schedule);
  const offset = Number(BigInt(challenge) % BigInt(length));
  return epochStart(schedule, epoch) + schedule.leadMs + slot * length + offset;
}

/** The 8 big-endian bytes under which an epoch or slot number enters a hash. */
export function uint64Bytes(value: number | bigint): Uint8Array {
  return hexToBytes(`0x${BigInt(value).toString(16).padStart(16, "0")}`);
}
