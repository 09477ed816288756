import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { hexToBytes } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { type Assessment, CLAIM_SLOT, type JointAssessment, type Judge, type VerdictRow } from "@wayleave/core/kind";
import { COMMITMENT } from "@wayleave/core/messages";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import { assignedVerifiers } from "./assignment.ts";
import { type BundleIndex, indexBundle } from "./bundleIndex.ts";
import { verdictRowsHash } from "./leaves.ts";
import { byText, lowerMedian, majority } from "./order.ts";
import { type Recheck, directoryOf, recheckRow } from "./recheckRow.ts";
import type { CarriedRow, SettleInput } from "./settleInput.ts";
import type { Explanation, Trust, VerdictTableRow } from "./settlement.ts";

/** Verifiers that must have seen a fault, or a time-out, that one of them alone could have made up. */
const CORROBORATING_VERIFIERS = 2;

export interface DeviceAssessment extends Assessment {
  readonly device: Address;
  readonly kind: number;
  readonly locality: bigint;
  readonly trust: Trust;
}

export interface Assessments {
  /** Ascending by kind, device: each registered device and kind that was challenged or seen. */
  readonly devices: DeviceAssessment[];
  /** Ascending by kind, device, verifier. */
  readonly verdicts: VerdictTableRow[];
  /** Credited challenges by verifier: what verification is paid by. */
  readonly credits: Map<Address, bigint>;
  readonly explanations: Explanation[];
  /** Of kinds that are assessed jointly, for the next epoch. Ascending by kind, device. */
  readonly carried: CarriedRow[];
}

type ProvenShare = JointAssessment["proven"] extends ReadonlyMap<Address, infer Share> ? Share : never;

/** One device and kind with what its assigned verifiers published of it. */
interface Subject {
  readonly device: Address;
  readonly kind: number;
  readonly judge: Judge;
  readonly publicKey: Uint8Array;
  /** Assigned verifiers whose bundle is there, ascending. */
  readonly present: readonly BundleIndex[];
  /** Those among them with at least one row, ascending; rows canonical. */
  readonly heard: readonly { readonly verifier: Address; readonly rows: readonly Recheck[] }[];
}

/**
 * What every device's epoch comes to. Only rows of assigned verifiers count, and a failed row only as far as its
 * recorded response shows the failure again: by itself when the device signed it, else when two verifiers saw a fault.
 *
 * @param bundles - of verifiers that had committed their chain before the seed, ascending.
 * @param joint - by kind number: what devices proved together, for kinds that judge them so.
 */
export function assessDevices(
  input: SettleInput,
  bundles: readonly CheckedBundle[],
  joint: ReadonlyMap<number, JointAssessment>,
): Assessments {
  const out: Assessments = { devices: [], verdicts: [], credits: new Map(), explanations: [], carried: [] };
  const indexes = bundles.map(indexBundle);
  const verifiers = [...input.registry.verifiers.keys()];
  const devices = [...input.registry.devices.keys()].sort();
  for (const kind of [...input.judges.keys()].sort((a, b) => a - b)) {
    const assigned = (device: Address) => {
      const drawn = new Set(assignedVerifiers(input.seed, verifiers, device));
      return indexes.filter(({ verifier }) => drawn.has(verifier));
    };
    const together = joint.get(kind) ?? null;
    for (const device of devices) {
      if (!input.registry.devices.get(device)!.kinds.includes(kind)) continue;
      const present = assigned(device);
      const subject = subjectOf(input, device, kind, present);
      const places = present.map((index) => index.sightingOf(device)).filter((place) => place !== null);
      if (subject.heard.length === 0 && places.length === 0) continue;
      const byCell = subject.judge.rule.locality === "cell";
      const seen = majority(places.map((place) => (byCell ? place.cell : BigInt(place.network)))) ?? 0n;
      const alone = assessOne(out, subject, seen, domainOf(input));
      out.devices.push(together === null ? alone : withProven(alone, together.proven.get(device)));
    }
    for (const { about, code, facts } of together?.reasons ?? []) {
      out.explanations.push({ trust: "attested", about, kind, code, facts });
    }
    const carried = [...(together?.carried ?? [])].filter(([, data]) => data !== "0x");
    out.carried.push(...carried.map(([device, data]) => ({ kind, device, data })).sort(byDevice));
  }
  return out;
}

/** A device's own answers decide whether it was there at all; what it proved with others decides what that is worth. */
function withProven(alone: DeviceAssessment, proven: ProvenShare | undefined): DeviceAssessment {
  const { units, qualityPpm, locality } = proven ?? { units: 0n, qualityPpm: 0n, locality: alone.locality };
  const counts = alone.fault === null && alone.qualityPpm > 0n;
  return { ...alone, units, locality, qualityPpm: counts ? qualityPpm : 0n };
}

function byDevice(a: { readonly device: Address }, b: { readonly device: Address }): number {
  return byText(a.device, b.device);
}

function subjectOf(input: SettleInput, device: Address, kind: number, present: readonly BundleIndex[]): Subject {
  const judge = input.judges.get(kind)!;
  const { publicKey } = input.registry.devices.get(device)!;
  const directory = directoryOf(input.registry);
  const heard = present.map((index) => {
    const context = { judge, device, publicKey, epoch: input.epoch, index, directory };
    const rows = index.rowsOf(device, kind).filter(({ slot }) => slot === CLAIM_SLOT || slot < input.slotsPerEpoch);
    return { verifier: index.verifier, rows: rows.toSorted(canonical).map((row) => recheckRow(context, row)) };
  });
  return { device, kind, judge, publicKey, present, heard: heard.filter(({ rows }) => rows.length > 0) };
}

function assessOne(out: Assessments, subject: Subject, locality: bigint, domain: SigningDomain): DeviceAssessment {
  const { device, kind, heard, judge } = subject;
  const corroborated = corroboratedTimeouts(subject);
  const faulting = heard.filter(({ rows }) => rows.some(({ fault }) => fault !== null)).length;
  const enough = faulting >= Math.min(CORROBORATING_VERIFIERS, subject.present.length);
  const kept: VerdictRow[] = [];
  const slotsAsked: number[] = [];
  let proven: string | null = equivocates(subject, domain) ? "commitment-equivocation" : null;
  for (const { verifier, rows } of heard) {
    const counted = rows.filter(({ fault }) => fault === null || fault.proven || enough).map(({ row }) => row);
    const provenHere = rows.find(({ fault }) => fault?.proven)?.fault?.code ?? null;
    const asked = counted.filter(({ slot }) => slot !== CLAIM_SLOT).length;
    const isCredited = ({ row, answered, timeout }: Recheck) => answered || (timeout && corroborated.has(row.slot));
    const credited = rows.filter(isCredited).length;
    out.verdicts.push({
      kind,
      device,
      verifier,
      judged: rows.length,
      credited,
      qualityPpm: provenHere === null && asked > 0 ? judge.assess(counted, { slotsDue: asked }).qualityPpm : 0n,
      fault: provenHere,
      rowsHash: verdictRowsHash(rows.map(({ row }) => row)),
    });
    out.credits.set(verifier, (out.credits.get(verifier) ?? 0n) + BigInt(credited));
    kept.push(...counted);
    if (asked > 0) slotsAsked.push(asked);
    proven ??= provenHere;
    explainRows(out.explanations, verifier, subject, rows, enough);
  }
  // The slots that most verifiers asked in: one that was down for a while, or lies about it, does not move it.
  const slotsDue = slotsAsked.length === 0 ? 0 : lowerMedian(slotsAsked.sort((a, b) => a - b));
  const assessed = kept.length === 0 ? { units: 0n, qualityPpm: 0n, fault: null } : judge.assess(kept, { slotsDue });
  const fault = proven ?? assessed.fault;
  const trust = proven === null ? "attested" : "proven";
  if (fault !== null) out.explanations.push({ trust, about: device, kind, code: "device-fault", facts: { fault } });
  return { ...assessed, fault, device, kind, locality, trust };
}

/** By slot, then by what was recorded: claims share one slot. */
function canonical(a: VerdictRow, b: VerdictRow): number {
  return a.slot - b.slot || byText(a.evidence, b.evidence) || byText(a.outcome, b.outcome);
}

/** Slots in which at least two assigned verifiers heard nothing from the device. */
function corroboratedTimeouts({ heard }: Subject): Set<number> {
  const silent = new Map<number, number>();
  for (const { rows } of heard) {
    for (const { row, timeout } of rows) if (timeout) silent.set(row.slot, (silent.get(row.slot) ?? 0) + 1);
  }
  return new Set([...silent].filter(([, count]) => count >= CORROBORATING_VERIFIERS).map(([slot]) => slot));
}

/** Two commitments for one epoch that differ: the device signed each, so both together prove it. */
function equivocates({ device, kind, publicKey, present }: Subject, domain: SigningDomain): boolean {
  const found = present.map((index) => index.commitmentOf(device, kind)).filter((signed) => signed !== null);
  const different = new Map(
    found.map((signed) => [`${signed.commitment.root}/${signed.commitment.total}/${signed.commitment.items}`, signed]),
  );
  if (different.size < 2) return false;
  const genuine = found.filter(({ commitment, signature }) =>
    verifyDeviceSignature(publicKey, typedDigest(domain, COMMITMENT, commitment), hexToBytes(signature)),
  );
  return new Set(genuine.map(({ commitment: c }) => `${c.root}/${c.total}/${c.items}`)).size > 1;
}

function domainOf({ network }: SettleInput): SigningDomain {
  return { chainId: network.chainId, verifyingContract: network.settlement };
}

function explainRows(
  out: Explanation[],
  verifier: Address,
  { device, kind }: Subject,
  rows: readonly Recheck[],
  enough: boolean,
): void {
  for (const { row, misjudged, unproven, fault } of rows) {
    const say = (trust: Trust, code: string) => {
      const facts = { device, slot: row.slot, outcome: row.outcome, evidence: row.evidence };
      out.push({ trust, about: verifier, kind, code, facts });
    };
    if (misjudged) say("proven", "verdict-misjudged");
    if (unproven) say("attested", "fault-without-evidence");
    if (fault !== null && !fault.proven && !enough) say("attested", "fault-not-corroborated");
  }
}
