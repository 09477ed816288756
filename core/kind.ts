import type { Address, Hash32, Hex } from "./ids.ts";
import type { SignedCommitment } from "./messages.ts";
import type { MicroUsd, PicoUsd } from "./money.ts";
import type { Clock, UnixMs } from "./time.ts";
import type { Verdict } from "./verdict.ts";

/** The order is the contracts': a kind's number never changes and is never reused. */
export const KIND_NUMBERS = { wireless: 0, compute: 1, storage: 2, sensors: 3 } as const;
export type KindName = keyof typeof KIND_NUMBERS;
export const KIND_NAMES = Object.keys(KIND_NUMBERS) as readonly KindName[];

/** How a kind enters the reward rule. */
export interface KindRule {
  readonly name: KindName;
  readonly number: number;
  /** Where its devices count: an H3 cell or an autonomous system. */
  readonly locality: "cell" | "network";
  /** The device that served also gets its kind's capacity pool, because capacity cannot be told from paid use. */
  readonly poolToServer: boolean;
}

/** Structured log: a capitalised verb phrase, no period, values as fields; never a secret. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// ── Physical layer ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The voucher wallet's side towards a kind: meters what was done for a payer and says whether to go on serving it. */
export interface PayerGate {
  /** Adds one metered act. Durable at the latest one tick later. Amounts ≥ 0. */
  charge(payer: Address, act: { readonly workUnits: bigint; readonly picoUsd: PicoUsd }): void;
  /** False once a payer's unpaid service passed the limit and its newest voucher is not firm. Cheap: asked per request. */
  mayServe(payer: Address): boolean;
  /** The payer behind an operator's pinned link key; null for a stranger. */
  payerOfLink(linkId: Address): Address | null;
}

/**
 * One kind's provider inside an agent: storage that is pulled, or a radio that pushes (it then keeps a streaming
 * route open and writes events as they come). Routes arrive under `/<kind>/` on every link.
 */
export interface Provider<Route> {
  readonly kind: KindName;
  readonly routes: readonly Route[];
  /** What can be sold now; signed and published by the layer. */
  offer(): {
    readonly capacity: bigint;
    readonly askPicoUsdPerUnitHour: PicoUsd;
    readonly askPicoUsdPerWorkUnit: PicoUsd;
  };
  /** Freezes what it claims to hold for `epoch`, before that epoch's seed exists. Idempotent per epoch. Null when the kind has none. */
  commit(epoch: number): Promise<SignedCommitment | null>;
  /** Answers a challenge as bytes in the kind's own encoding. @throws WayleaveError when it cannot: the verifier then sees no answer. */
  answer(ask: { readonly epoch: number; readonly challenge: Hash32 }): Promise<Uint8Array>;
  /** Called once a tick: charge for what accrues with time (byte-hours). */
  tick(now: UnixMs): Promise<void>;
  close(): Promise<void>;
}

// ── Coordination layer ──────────────────────────────────────────────────────────────────────────────────────────────

/** What a verifier knows of one challenged device when it judges. All pure data. */
export interface JudgeInput {
  readonly device: Address;
  /** x‖y, 64 bytes, from the registry. */
  readonly publicKey: Uint8Array;
  readonly epoch: number;
  readonly challenge: Hash32;
  /** What the device committed before the seed; null when it did not. */
  readonly commitment: SignedCommitment | null;
  /** Hostile bytes; null when nothing came before the deadline. */
  readonly response: Uint8Array | null;
}

/** One judged challenge, as bundles carry it. */
export interface VerdictRow {
  readonly verifier: Address;
  readonly device: Address;
  readonly kind: number;
  readonly slot: number;
  readonly challenge: Hash32;
  /** `pass`, `void` (late but right), or the fault's code. */
  readonly outcome: string;
  /** keccak256 of the full response kept by the verifier; zero when none came. */
  readonly evidence: Hash32;
}

/** A signed accusation or report from outside the challenge rhythm: an omitted piece, a witnessed beacon. */
export interface Claim {
  readonly kind: number;
  readonly device: Address;
  readonly epoch: number;
  /** In the kind's own encoding. Hostile. At most {@link MAX_CLAIM_BYTES}. */
  readonly evidence: Uint8Array;
}
export const MAX_CLAIM_BYTES = 256 * 1024;
/** The slot number under which judged claims stand among the verdict rows. */
export const CLAIM_SLOT = 255;

/** What one device's epoch comes to, as the reward rule takes it. */
export interface Assessment {
  /** Capacity units, ≥ 0. */
  readonly units: bigint;
  /** Quality, 0…1,000,000 PPM. */
  readonly qualityPpm: bigint;
  /** The fault that cost it the epoch, null when there is none. */
  readonly fault: string | null;
}

/** One right answer of a device to one verifier's challenge. Hostile. */
export interface RecordedAnswer {
  readonly slot: number;
  readonly challenge: Hash32;
  readonly response: Uint8Array;
}

/** One device of a kind whose devices prove something together, with what its assigned verifiers published of it. Pure data. */
export interface JointDevice {
  readonly device: Address;
  /** x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** The H3 cell it offered, as most of its verifiers read it; 0 when it has none. */
  readonly cell: bigint;
  /** /24 or /48 in text as most of its verifiers saw it; null when nobody saw it. */
  readonly prefix: string | null;
  /** Every challenge that was due by an assigned verifier, answered or not: none can be hidden. */
  readonly challenges: readonly { readonly slot: number; readonly challenge: Hash32 }[];
  /** What bundles hold of the responses behind rows that passed or came late. Hostile: the kind judges them again. */
  readonly answers: readonly RecordedAnswer[];
  /** What this kind left behind about it in the epoch before; null when nothing. */
  readonly carried: Hex | null;
}

export interface JointInput {
  readonly epoch: number;
  readonly seed: Hash32;
  /** Every registered device of the kind, ascending. */
  readonly devices: readonly JointDevice[];
}

/** The same before it is all in memory: a network's devices one after the other, as often as they are asked for. */
export type JointSource = Omit<JointInput, "devices"> & { readonly devices: () => Iterable<JointDevice> };

export interface JointAssessment {
  /** What a device proved; who is missing proved nothing. */
  readonly proven: ReadonlyMap<
    Address,
    { readonly units: bigint; readonly qualityPpm: bigint; readonly locality: bigint }
  >;
  /** For the next epoch, at most {@link MAX_CARRIED_BYTES} a device; empty ones are left out. */
  readonly carried: ReadonlyMap<Address, Hex>;
  /** Why something did or did not count, for whom it concerns. */
  readonly reasons: readonly {
    readonly about: Address;
    readonly code: string;
    readonly facts: Readonly<Record<string, string | number | bigint>>;
  }[];
}
/** Carried by every statement's tables for every device. */
export const MAX_CARRIED_BYTES = 64;

/** For kinds that no single device can prove (a beacon and its witnesses). Pure, all of it. */
export interface JointJudge {
  /**
   * What a bundle holds of one device's right answers to one verifier: those without which {@link JointJudge.assess} would
   * come to something else, each fact once, at most {@link MAX_PACKED_ANSWERS_BYTES}. @param answers - ascending by slot.
   */
  pack(answers: readonly RecordedAnswer[], about: { readonly device: Address; readonly epoch: number }): Uint8Array;
  /** The very bytes that were signed, ascending by slot. @param packed - hostile; of what cannot be read nothing comes back. */
  unpack(
    packed: Uint8Array,
    about: {
      readonly device: Address;
      readonly epoch: number;
      /** Null for a slot that was never opened. */
      readonly challengeOf: (slot: number) => Hash32 | null;
    },
  ): RecordedAnswer[];
  /** What all devices proved together. */
  assess(input: JointInput): JointAssessment;
}
/** Ten times what a gateway with many neighbours needs for a day. A device that says more is heard up to here. */
export const MAX_PACKED_ANSWERS_BYTES = 64 * 1024;

/** Computes {@link JointJudge.assess} elsewhere than in the caller's thread: the same result. Not pure. */
export interface JointAssessor {
  readonly rule: KindRule;
  /** How often it had to begin anew because its thread ended. */
  readonly restarts: number;
  /** @throws WayleaveError (retryable) when it cannot now. */
  assess(source: JointSource): Promise<JointAssessment>;
  close(): Promise<void>;
}

/** One kind's pure judgements inside a verifier. No clock, randomness, network or logger in here. */
export interface Judge {
  readonly rule: KindRule;
  /**
   * Faults that bytes signed by the device bring about and nothing else could excuse: one verifier's record of them
   * proves them. All others may be made up by a verifier (an unreadable answer), or be excused by bytes that it left
   * out (a deletion), and need a second one that saw a fault.
   */
  readonly signedFaults?: ReadonlySet<string>;
  /** Judges one response. Never throws on hostile bytes. */
  judge(input: JudgeInput): Verdict;
  /** Judges a claim against what the device committed. A pass means the claim is *not* upheld. */
  judgeClaim(
    input: Omit<JudgeInput, "challenge" | "response"> & { readonly claim: Claim; readonly registry: KeyDirectory },
  ): Verdict;
  /** Rows of one device and epoch, of all its assigned verifiers, in canonical order → what it is worth. */
  assess(rows: readonly VerdictRow[], context: { readonly slotsDue: number }): Assessment;
  /**
   * For a kind whose devices prove something together. Their right answers are published in bundles, and units and
   * locality come from here; quality is this one's, and zero where `assess` says zero.
   */
  readonly joint?: JointJudge;
}

/** Public keys by id, as the registry had them at the epoch's registry block. */
export interface KeyDirectory {
  /** P-256 x‖y of a device, or null. */
  deviceKey(device: Address): Uint8Array | null;
  /** P-256 x‖y of a payer's link key, or null. */
  operatorKey(payer: Address): Uint8Array | null;
}

/** One kind's way of letting a newcomer in: a real challenge over its link. Not pure. */
export interface Admission<Peer> {
  readonly rule: KindRule;
  admit(peer: Peer, signal: AbortSignal): Promise<Verdict>;
}

/**
 * One kind's way of hearing an accused device: what only it can show (a deletion its payer signed) and whoever accuses it
 * may have left out. Not pure. Optional: a kind whose claims nothing could rebut has none.
 */
export interface Hearing<Peer> {
  readonly rule: KindRule;
  /** @returns the claim with the device's defence in it, or the claim itself. @throws when the device does not answer. */
  hear(peer: Peer, claim: Claim, signal: AbortSignal): Promise<Claim>;
}

// ── Service layer ───────────────────────────────────────────────────────────────────────────────────────────────────

/** A device as a front sees it while linked: where it stands and whether it should get more. */
export interface ServingDevice<Peer> {
  readonly id: Address;
  readonly peer: Peer;
  readonly owner: Address;
  /** Autonomous system number, from the frozen table. */
  readonly network: number;
  /** /24 (IPv4) or /48 (IPv6) in text, as seen at the listener. */
  readonly prefix: string;
  readonly freeUnits: bigint;
  readonly askPicoUsdPerUnitHour: PicoUsd;
  readonly askPicoUsdPerWorkUnit: PicoUsd;
}

export interface DeviceDirectory<Peer> {
  /** Linked, registered, in good standing. */
  serving(kind: KindName): readonly ServingDevice<Peer>[];
  find(device: Address): ServingDevice<Peer> | null;
  /** Why a device is not in good standing, for status pages; null when it is. */
  standing(device: Address): { readonly fault: string; readonly epoch: number } | null;
}

/** One act done for a customer, metered once: it becomes a receipt, a ledger line and part of a voucher. */
export interface MeteredAct {
  readonly customer: string;
  readonly kind: KindName;
  /** What the customer reads on the invoice: `storage.put`, `storage.get`, `storage.hold`. */
  readonly act: string;
  /** What it belongs to, for the customer: a bucket, an application. */
  readonly subject: string;
  readonly device: Address;
  readonly workUnits: bigint;
  /** What the device is owed. */
  readonly picoUsd: PicoUsd;
}

export interface Meter {
  /** Queued in memory and durable within a tick; see `flush`. */
  record(act: MeteredAct): void;
  flush(): Promise<void>;
}

export interface Customers {
  /** @throws WayleaveError `insufficient-funds` or `rate-limited`. Cheap enough to ask per request. */
  admit(customer: string, cost: { readonly requests: number }): void;
}

/** A running service of one kind. */
export interface RunningService {
  readonly endpoints: readonly { readonly name: string; readonly url: string }[];
  close(): Promise<void>;
}

/** What a front hands to every kind's `serve/`. */
export interface ServeContext<Peer, Pool> {
  readonly pool: Pool;
  readonly devices: DeviceDirectory<Peer>;
  readonly meter: Meter;
  readonly customers: Customers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly payer: Address;
  readonly balanceMicroUsd: () => MicroUsd;
  readonly claim: (claim: Claim) => Promise<void>;
}
