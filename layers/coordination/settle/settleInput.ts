import type { Parameters } from "@wayleave/economy/parameters";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { Judge } from "@wayleave/core/kind";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { PayoutRow } from "@wayleave/core/statement";
import type { CheckedBundle } from "../bundle/bundleData.ts";

/** What tells one network's signatures and books from another's. */
export interface NetworkIds {
  readonly chainId: number;
  readonly settlement: Address;
  readonly registry: Address;
}

export interface RegisteredDevice {
  /** P-256 x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Kind numbers it is registered for. */
  readonly kinds: readonly number[];
  /** Null until somebody claims the device: its pay then accrues to its own id. */
  readonly owner: Address | null;
  readonly registeredAtBlock: bigint;
  /** Of that block: a device is first challenged in an epoch that began after it. */
  readonly registeredAtMs?: number;
}

export interface RegisteredVerifier {
  /** Bonded WAY: what quorums count. */
  readonly weight: Way;
}

export interface RegisteredPayer {
  /** What its escrow holds at the snapshot's block: no epoch takes more. */
  readonly escrowMicroUsd: MicroUsd;
  /** P-256 x‖y of the operator's link key; null when it registered none. */
  readonly linkKey: Uint8Array | null;
}

/** The chain's own books at one canonical block. Only bonded, active parties are in it. */
export interface RegistrySnapshot {
  readonly block: bigint;
  readonly devices: ReadonlyMap<Address, RegisteredDevice>;
  readonly verifiers: ReadonlyMap<Address, RegisteredVerifier>;
  readonly payers: ReadonlyMap<Address, RegisteredPayer>;
  /** WAY of the treasury that waits to be paid as stipends (`Settlement.stipendPot`). */
  readonly stipendPot: Way;
}

/** WAY that a device has been allotted and that has not vested yet. */
export interface UnvestedRow {
  readonly device: Address;
  readonly unvested: Way;
}

/** Up to where one payer's promises to one device for one kind have been paid. */
export interface SettledRow {
  readonly payer: Address;
  readonly device: Address;
  readonly kind: number;
  readonly settledMicroUsd: MicroUsd;
}

/** What a kind needs to know of a device in the next epoch, in its own encoding. */
export interface CarriedRow {
  readonly kind: number;
  readonly device: Address;
  readonly data: Hex;
}

/** Everything that one epoch hands to the next. Published whole, so that any one epoch can be verified alone. */
export interface StateTable {
  /** Strictly ascending by device; rows of zero are left out. */
  readonly unvested: readonly UnvestedRow[];
  /** Strictly ascending by payer, device, kind. */
  readonly settled: readonly SettledRow[];
  /** Strictly ascending by kind, device. */
  readonly carried: readonly CarriedRow[];
}

/** What the epoch before left: the pending or final statement that this one names as `previous`. */
export interface PreviousEpoch {
  /** EIP-712 struct hash of its statement; zero before the first. */
  readonly statementHash: Hash32;
  /** WAY still unminted and unpromised: R. */
  readonly reserve: Way;
  /** Strictly ascending by account. */
  readonly payouts: readonly PayoutRow[];
  /** What its statement says of `payouts`; `settle` refuses a table that does not add up to it. */
  readonly payoutsSum: bigint;
  readonly state: StateTable;
}

/** A verifier's hash chain of one epoch, as it was committed (head) and opened (reveals by slot, null: not opened). */
export interface RevealedChain {
  readonly head: Hash32;
  readonly reveals: readonly (Hash32 | null)[];
}

/** All that an epoch's settlement depends on. The order within maps and lists changes nothing. */
export interface SettleInput {
  readonly network: NetworkIds;
  readonly epoch: number;
  readonly slotsPerEpoch: number;
  readonly previous: PreviousEpoch;
  readonly parameters: Parameters;
  readonly registry: RegistrySnapshot;
  /** E_n, from the chain. */
  readonly seed: Hash32;
  /**
   * Heads that verifiers committed before the seed was known. A verifier without one here, or whose bundle opens another
   * chain, has its verdicts ignored and earns nothing this epoch. Its vouchers still count: they are signed by payers.
   */
  readonly committedHeads: ReadonlyMap<Address, Hash32>;
  /** At most one per verifier, each through `readBundle`; others' or unbonded verifiers' are refused. */
  readonly bundles: readonly CheckedBundle[];
  /** By kind number. */
  readonly judges: ReadonlyMap<number, Judge>;
}

/** Genesis: nothing paid, nothing promised. */
export function genesisEpoch(reserve: Way): PreviousEpoch {
  return {
    statementHash: `0x${"00".repeat(32)}`,
    reserve,
    payouts: [],
    payoutsSum: 0n,
    state: { unvested: [], settled: [], carried: [] },
  };
}
