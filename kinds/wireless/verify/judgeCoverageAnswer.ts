import type { SigningDomain } from "@wayleave/core/eip712";
import type { JudgeInput } from "@wayleave/core/kind";
import { PASS, type Verdict, fault } from "@wayleave/core/verdict";
import { decodeCoverageAnswer, isCoverageAnswerOf } from "../model/coverage.ts";

/** Why an answer failed. Whoever has the bundle's evidence can reproduce each. */
export type CoverageFault =
  /** Nothing came before the deadline: attested, never slashed. */
  | "no-answer"
  | "answer-malformed"
  /** An answer to another challenge: a replay. */
  | "challenge-mismatch"
  | "signature-invalid"
  /** The device signed this challenge's answer for another epoch. */
  | "epoch-mismatch";

/** Found only after the answer's own signature held: one verifier's record of them convinces everybody. */
export const COVERAGE_SIGNED_FAULTS: ReadonlySet<string> = new Set<CoverageFault>(["epoch-mismatch"]);

/**
 * Judges one answer by itself: is it well-formed, the device's, and for this challenge and epoch? What it says of beacons
 * and witnesses only counts or does not count (`assessCoverage.ts`): a wrong claim there is no fault. Pure; never throws.
 *
 * @returns the first fault found, cheapest check first.
 */
export function judgeCoverageAnswer(
  input: Pick<JudgeInput, "device" | "publicKey" | "epoch" | "challenge" | "response">,
  domain: SigningDomain,
): Verdict<CoverageFault> {
  if (input.response === null) return fault("no-answer");
  const answer = decodeCoverageAnswer(input.response);
  if (answer === null) return fault("answer-malformed");
  if (answer.challenge !== input.challenge) return fault("challenge-mismatch");
  if (!isCoverageAnswerOf(answer, input.device, input.publicKey, domain)) return fault("signature-invalid");
  if (answer.epoch !== input.epoch) return fault("epoch-mismatch");
  return PASS;
}
