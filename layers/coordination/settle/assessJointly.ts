import type { Address } from "@wayleave/core/ids";
import { CLAIM_SLOT, type JointAssessment, type JointInput } from "@wayleave/core/kind";
import type { BundleIndex } from "./bundleIndex.ts";
import { challengeFor } from "./challenges.ts";
import { majority } from "./order.ts";
import type { SettleInput } from "./settleInput.ts";

/**
 * Hands a kind all that its devices' assigned verifiers recorded of them, when the kind judges its devices together.
 *
 * @param assigned - the bundles that count for a device. @param devices - all registered ones, ascending.
 * @returns null for a kind that judges each device alone.
 */
export function assessKindJointly(
  input: SettleInput,
  kind: number,
  assigned: (device: Address) => readonly BundleIndex[],
  devices: readonly Address[],
): JointAssessment | null {
  const judge = input.judges.get(kind)!;
  if (judge.assessJointly === undefined) return null;
  const places: JointInput["devices"][number][] = [];
  const challenges: JointInput["challenges"][number][] = [];
  const answers: JointInput["answers"][number][] = [];
  for (const device of devices) {
    if (!input.registry.devices.get(device)!.kinds.includes(kind)) continue;
    const present = assigned(device);
    const seen = present.map((index) => index.sightingOf(device)).filter((sighting) => sighting !== null);
    places.push({
      device,
      publicKey: input.registry.devices.get(device)!.publicKey,
      cell: majority(seen.map(({ cell }) => cell)) ?? 0n,
      prefix: majority(seen.map(({ prefix }) => prefix)),
    });
    for (const index of present) {
      for (const [slot, reveal] of index.reveals.entries()) {
        if (reveal === null || slot >= input.slotsPerEpoch) continue;
        challenges.push({ device, slot, challenge: challengeFor(input.seed, reveal, device, slot) });
      }
      for (const { slot, challenge, outcome, evidence } of index.rowsOf(device, kind)) {
        if (slot === CLAIM_SLOT || slot >= input.slotsPerEpoch) continue;
        if (outcome !== "pass" && outcome !== "void") continue;
        const response = index.evidenceOf(evidence);
        if (response !== null) answers.push({ device, challenge, response });
      }
    }
  }
  const carried = input.previous.state.carried.filter((row) => row.kind === kind);
  return judge.assessJointly({
    epoch: input.epoch,
    seed: input.seed,
    devices: places,
    challenges,
    answers,
    carried: new Map(carried.map(({ device, data }) => [device, data])),
  });
}
