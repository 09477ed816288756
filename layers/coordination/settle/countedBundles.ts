import type { CheckedBundle } from "../bundle/bundleData.ts";
import { byText } from "./order.ts";
import type { SettleInput } from "./settleInput.ts";

/** Bundles whose verdicts count, ascending by verifier: their challenges were fixed before the seed was known. */
export function countedBundles({ bundles, committedHeads }: SettleInput): CheckedBundle[] {
  return bundles
    .filter(({ verifier, revealHead }) => committedHeads.get(verifier) === revealHead)
    .sort((a, b) => byText(a.verifier, b.verifier));
}
