import { z } from "zod";
import { addressSchema } from "./ids.ts";
import { amountSchema } from "./money.ts";
import type { Schedule } from "./time.ts";

/** Addresses of one network's deployed contracts. */
export const contractsSchema = z.strictObject({
  dollar: addressSchema,
  way: addressSchema,
  escrow: addressSchema,
  registry: addressSchema,
  settlement: addressSchema,
  auction: addressSchema,
  timelock: addressSchema,
});
export type ContractAddresses = z.infer<typeof contractsSchema>;

const positiveMs = z.number().int().positive();
export const scheduleSchema = z.strictObject({
  genesisMs: z.number().int().nonnegative(),
  epochMs: positiveMs,
  slotsPerEpoch: z.number().int().min(1).max(254),
  leadMs: positiveMs,
  answerDeadlineMs: positiveMs,
  tickMs: positiveMs,
  cutMs: positiveMs,
  proposerTurnMs: positiveMs,
  disputeWindowMs: positiveMs,
}) satisfies z.ZodType<Schedule>;

/** The part of the parameters that only verifiers compute with (`economy/parameters.ts`, `PolicyParameters`). */
export const policySchema = z.strictObject({
  treasuryBps: amountSchema,
  treasury: addressSchema,
  stipendPerVerifier: amountSchema,
  maxWayPerUnit: z.array(amountSchema).length(4),
  networkTargets: z.array(amountSchema.nullable()).length(4),
  vestingEpochs: amountSchema,
  cells: z
    .array(
      z.strictObject({
        kind: z.number().int().min(0).max(3),
        locality: amountSchema,
        weight: amountSchema,
        target: amountSchema,
        network: amountSchema,
      }),
    )
    .max(1_000_000),
});

/**
 * What a program must know to take part in one network; public, no secrets. A provider's agent and anybody who
 * verifies get it as a file or from any front or verifier at `/network`.
 */
export const networkSchema = z.strictObject({
  name: z.string().min(1).max(64),
  chainId: z.number().int().positive(),
  rpcUrl: z.url(),
  contracts: contractsSchema,
  /** Block in which the first contract was deployed: where event indexes begin. */
  deployedAtBlock: z.number().int().nonnegative(),
  schedule: scheduleSchema,
  policy: policySchema,
});
export type Network = z.infer<typeof networkSchema>;

/** The schedule of a local network for a given epoch length: `settlement.md`'s local column, scaled below 60 s. */
export function localSchedule(genesisMs: number, epochMs = 60_000): Schedule {
  const scaled = (atSixtySeconds: number) => Math.max(500, Math.round((atSixtySeconds * epochMs) / 60_000));
  return {
    genesisMs,
    epochMs,
    slotsPerEpoch: 6,
    leadMs: Math.max(6_000, scaled(6_000)), // seed delay of two 1-s blocks, two transactions, one missed block
    answerDeadlineMs: 2_000,
    tickMs: scaled(5_000),
    cutMs: scaled(5_000),
    proposerTurnMs: scaled(5_000),
    disputeWindowMs: scaled(20_000),
  };
}
