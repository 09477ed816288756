import type { Address, Hash32 } from "@wayleave/core/ids";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { PayerRow, PayoutRow, Statement } from "@wayleave/core/statement";
import type { SumTree } from "@wayleave/core/sumTree";
import type { StateTable } from "./settleInput.ts";

/** How well something is known: anybody can check it, a quorum saw it, or it is somebody's word. */
export type Trust = "proven" | "attested" | "trusted";

/** One payer's promise to one device for one kind, as this epoch settles it. Proven: it is signed. */
export interface VoucherRow {
  readonly payer: Address;
  readonly device: Address;
  readonly kind: number;
  /** Lifetime total after this epoch. */
  readonly settledMicroUsd: MicroUsd;
  /** What this epoch took from the payer for it: Δ. */
  readonly paidMicroUsd: MicroUsd;
  /** Newest promise with enough countersignatures, and newest promise at all; lifetime totals. */
  readonly firmMicroUsd: MicroUsd;
  readonly newestMicroUsd: MicroUsd;
  readonly workUnits: bigint;
}

/** One assigned verifier's judgements of one device and kind. */
export interface VerdictTableRow {
  readonly kind: number;
  readonly device: Address;
  readonly verifier: Address;
  /** Challenges judged, and those among them that carry what a device signed or a corroborated time-out. */
  readonly judged: number;
  readonly credited: number;
  readonly qualityPpm: bigint;
  /** A fault that anybody can re-judge from recorded bytes; null when none. */
  readonly fault: string | null;
  /** keccak256 over the rows (slot, challenge, outcome, evidence) in slot order. */
  readonly rowsHash: Hash32;
}

export interface DeviceRow {
  readonly kind: number;
  /** A cell or a network number; 0 when nobody saw it anywhere. */
  readonly locality: bigint;
  readonly device: Address;
  /** The account that this row's pay goes to: the owner, or the device itself. */
  readonly account: Address;
  readonly units: bigint;
  readonly qualityPpm: bigint;
  /** units · qualityPpm, 0 with a fault. */
  readonly x: bigint;
  /** Dollars for what it served (its share of Δ), and of its kind's capacity pool. */
  readonly serviceMicroUsd: MicroUsd;
  readonly poolMicroUsd: MicroUsd;
  /** WAY allotted, which then vests. */
  readonly wayAllotted: Way;
  readonly fault: string | null;
  /** `proven` when a fault or nothing but signed vouchers decided it; `attested` when verifiers' timing or quality did. */
  readonly trust: Trust;
}

export interface LocalityRow {
  readonly kind: number;
  readonly locality: bigint;
  /** X_z = Σ x. */
  readonly x: bigint;
  /** A_z after its network's cap. */
  readonly weighted: bigint;
  /** G_z of the two pools. */
  readonly poolMicroUsd: MicroUsd;
  readonly poolWay: Way;
}

/** keccak256 of a verifier's manifest. The list, like the statement, is ascending by head. */
export interface BundleHead {
  readonly verifier: Address;
  readonly head: Hash32;
}

/** Why something came out as it did, for people: `code` is stable and kebab-case. */
export interface Explanation {
  readonly trust: Trust;
  readonly about: Address;
  readonly kind: number | null;
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number | bigint>>;
}

export interface SettlementTables {
  /** Ascending by payer, device, kind. */
  readonly vouchers: readonly VoucherRow[];
  /** Ascending by kind, device, verifier. */
  readonly verdicts: readonly VerdictTableRow[];
  /** Ascending by kind, locality, device. */
  readonly devices: readonly DeviceRow[];
  /** Ascending by kind, locality. */
  readonly localities: readonly LocalityRow[];
  /** Ascending by account. */
  readonly payouts: readonly PayoutRow[];
  readonly state: StateTable;
}

export type TreeName = "vouchers" | "verdicts" | "devices" | "localities" | "payouts" | "state";

/** One epoch's books: what verifiers sign, what the contract is given, and everything behind it. */
export interface Settlement {
  readonly statement: Statement;
  /** EIP-712 struct hash: the next epoch's `previous`. */
  readonly statementHash: Hash32;
  /** What verifiers sign (domain: the Settlement). */
  readonly statementDigest: Hash32;
  /** Strictly ascending by payer; rows of zero are left out. */
  readonly payerRows: readonly PayerRow[];
  /** WAY allotted this epoch, by kind number. */
  readonly allottedByKind: readonly Way[];
  readonly bundleHeads: readonly BundleHead[];
  readonly tables: SettlementTables;
  readonly trees: Readonly<Record<TreeName, SumTree>>;
  readonly explanations: readonly Explanation[];
}
