import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type {
  JointAssessment,
  JointDevice,
  JointJudge,
  JointSource,
  RecordedAnswer,
  VerdictRow,
} from "@wayleave/core/kind";
import { assignedVerifiers } from "./assignment.ts";
import { type BundleIndex, indexBundle } from "./bundleIndex.ts";
import { challengeFor } from "./challenges.ts";
import { countedBundles } from "./countedBundles.ts";
import { byText, majority } from "./order.ts";
import type { SettleInput } from "./settleInput.ts";

/** What kinds that judge their devices together are asked, by kind number: all that assigned verifiers recorded. Pure. */
export function jointSources(input: SettleInput): Map<number, JointSource> {
  const { epoch, seed, judges } = input;
  const indexes = countedBundles(input).map(indexBundle);
  const joint = [...judges].flatMap(([kind, judge]) =>
    judge.joint === undefined ? [] : [[kind, judge.joint] as const],
  );
  return new Map(
    joint.map(([kind, judge]) => {
      const carried = new Map(
        input.previous.state.carried.filter((row) => row.kind === kind).map(({ device, data }) => [device, data]),
      );
      const devices = [...input.registry.devices.keys()]
        .filter((device) => input.registry.devices.get(device)!.kinds.includes(kind))
        .sort(byText);
      const source: JointSource = {
        epoch,
        seed,
        *devices() {
          for (const device of devices) {
            const { publicKey } = input.registry.devices.get(device)!;
            const found = recordedOf(input, { kind, judge, device, indexes });
            yield { device, publicKey, ...found, carried: carried.get(device) ?? null };
          }
        },
      };
      return [kind, source];
    }),
  );
}

/** In this thread. Pure. */
export function assessJointly(input: SettleInput): Map<number, JointAssessment> {
  return new Map(
    [...jointSources(input)].map(([kind, { devices, ...source }]) => {
      return [kind, input.judges.get(kind)!.joint!.assess({ ...source, devices: [...devices()] })];
    }),
  );
}

interface Subject {
  readonly kind: number;
  readonly judge: JointJudge;
  readonly device: Address;
  readonly indexes: readonly BundleIndex[];
}

/** What the bundles of a device's assigned verifiers say of it. */
function recordedOf(
  input: SettleInput,
  { kind, judge, device, indexes }: Subject,
): Pick<JointDevice, "cell" | "prefix" | "challenges" | "answers"> {
  const { epoch, seed, slotsPerEpoch } = input;
  const drawn = assignedVerifiers(seed, input.registry.verifiers.keys(), device);
  const present = indexes.filter(({ verifier }) => drawn.includes(verifier));
  const seen = present.map((index) => index.sightingOf(device)).filter((sighting) => sighting !== null);
  const challenges: { slot: number; challenge: Hash32 }[] = [];
  const answers: RecordedAnswer[] = [];
  for (const index of present) {
    const due = new Map(
      index.reveals.slice(0, slotsPerEpoch).flatMap((reveal, slot): [number, Hash32][] => {
        return reveal === null ? [] : [[slot, challengeFor(seed, reveal, device, slot)]];
      }),
    );
    for (const [slot, challenge] of due) challenges.push({ slot, challenge });
    const packed = index.answersOf(device, kind);
    if (packed === null) continue;
    const rows = new Map(index.rowsOf(device, kind).map((row) => [row.slot, row]));
    const challengeOf = (slot: number) => due.get(slot) ?? null;
    for (const answer of judge.unpack(packed, { device, epoch, challengeOf })) {
      if (isRecorded(rows.get(answer.slot), answer)) answers.push(answer);
    }
  }
  const cell = majority(seen.map((each) => each.cell)) ?? 0n;
  return { cell, prefix: majority(seen.map(({ prefix }) => prefix)), challenges, answers };
}

/** A row says that the verifier judged these very bytes as right, in time or late. */
function isRecorded(row: VerdictRow | undefined, { response }: RecordedAnswer): boolean {
  if (row === undefined || (row.outcome !== "pass" && row.outcome !== "void")) return false;
  return keccakHex(response) === row.evidence;
}
