import { hexToBytes } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { ZERO_ADDRESS } from "@wayleave/core/messages";
import type { MicroUsd } from "@wayleave/core/money";
import type { UnixMs } from "@wayleave/core/time";
import type { ChainEventName } from "./chainEvent.ts";
import type { EventIndex } from "./eventIndex.ts";

export interface RegisteredDevice {
  /** P-256 x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly kinds: readonly number[];
  /** Null while unknown: its pay then accrues to its own id. */
  readonly owner: Address | null;
  readonly registeredAtBlock: bigint;
  readonly registeredAtMs: UnixMs;
  /** Whose ticket let it in. */
  readonly verifier: Address;
  /** keccak of the network it joined from. */
  readonly network: Hash32;
}

export interface RegisteredVerifier {
  /** Above 0: what quorums count. */
  readonly weight: bigint;
  readonly endpoint: string;
  /** P-256 x‖y of its link key. */
  readonly linkKey: Uint8Array;
}

export interface RegisteredOperator {
  readonly endpoint: string;
  readonly linkKey: Uint8Array;
  readonly bond: bigint;
}

export interface RegisteredPayer {
  /** What its escrow holds at that block, thawing included: no epoch takes more. */
  readonly escrowMicroUsd: MicroUsd;
  /** Null when it registered no endpoint. */
  readonly linkKey: Uint8Array | null;
}

/** The chain's books at one block: only active verifiers and operators; payers are operators and depositors. */
export interface RegistryAt {
  readonly block: bigint;
  readonly devices: ReadonlyMap<Address, RegisteredDevice>;
  readonly verifiers: ReadonlyMap<Address, RegisteredVerifier>;
  readonly operators: ReadonlyMap<Address, RegisteredOperator>;
  readonly payers: ReadonlyMap<Address, RegisteredPayer>;
  /** Where accounts want to be paid, as far as they said. */
  readonly payouts: ReadonlyMap<Address, Address>;
}

/** A reorganization during the reads makes them start over; so many in a row is a broken node. */
const ATTEMPTS_MAX = 3;

/**
 * Reads the registry as it was at the end of `block`, from an index of all events. Everyone who reads a canonical block
 * gets the same.
 * @throws WayleaveError `block-unknown` (retryable) when the chain has not come so far.
 */
export async function registryAt(index: EventIndex, block: bigint): Promise<RegistryAt> {
  return unchanged(index, async () => {
    const head = await index.head();
    if (head === null || head.number < block) {
      const facts = { block, head: head?.number ?? null };
      throw new WayleaveError("block-unknown", `Block ${block} is not indexed yet`, facts, { retryable: true });
    }
    const [devices, verifiers, operators, escrow, payouts] = await Promise.all([
      devicesAt(index, block),
      verifiersAt(index, block),
      operatorsAt(index, block),
      escrowAt(index, block),
      index.select({ name: "PayoutSet", upToBlock: block }),
    ]);
    const payers = new Map<Address, RegisteredPayer>();
    for (const account of new Set([...escrow.keys(), ...operators.keys()])) {
      const linkKey = operators.get(account)?.linkKey ?? null;
      payers.set(account, { escrowMicroUsd: escrow.get(account) ?? 0n, linkKey });
    }
    const payoutOf = new Map(payouts.map(({ args }) => [args.account, args.payout]));
    for (const [account, payout] of payoutOf) if (payout === ZERO_ADDRESS) payoutOf.delete(account);
    return { block, devices, verifiers, operators, payers, payouts: payoutOf };
  });
}

async function devicesAt(index: EventIndex, upToBlock: bigint): Promise<Map<Address, RegisteredDevice>> {
  const [registered, claimed] = await Promise.all([
    index.select({ name: "DeviceRegistered", upToBlock }),
    index.select({ name: "OwnerClaimed", upToBlock }),
  ]);
  const owners = new Map(claimed.map(({ args }) => [args.device, args.owner]));
  return new Map(
    registered.map(({ args, block, timestampMs }) => {
      const owner = owners.get(args.device) ?? args.owner;
      const device: RegisteredDevice = {
        publicKey: hexToBytes(args.publicKey),
        kinds: [args.kind],
        owner: owner === ZERO_ADDRESS ? null : owner,
        registeredAtBlock: block,
        registeredAtMs: timestampMs,
        verifier: args.verifier,
        network: args.network,
      };
      return [args.device, device];
    }),
  );
}

/** Active verifiers, as of `upToBlock` or now. */
export async function verifiersAt(index: EventIndex, upToBlock?: bigint): Promise<Map<Address, RegisteredVerifier>> {
  const verifiers = new Map<Address, RegisteredVerifier>();
  for (const { args } of await index.select({ name: "VerifierSet", ...upTo(upToBlock) })) {
    const { account, weight, endpoint, publicKey } = args;
    if (weight === 0n) verifiers.delete(account);
    else verifiers.set(account, { weight, endpoint, linkKey: hexToBytes(publicKey) });
  }
  return verifiers;
}

/** Active operators, as of `upToBlock` or now. */
export async function operatorsAt(index: EventIndex, upToBlock?: bigint): Promise<Map<Address, RegisteredOperator>> {
  const [set, removed] = await Promise.all([
    index.select({ name: "OperatorSet", ...upTo(upToBlock) }),
    index.select({ name: "OperatorRemoved", ...upTo(upToBlock) }),
  ]);
  const changes = [...set, ...removed].sort((a, b) => Number(a.block - b.block) || a.logIndex - b.logIndex);
  const operators = new Map<Address, RegisteredOperator>();
  for (const { name, args } of changes) {
    if (name === "OperatorRemoved") operators.delete(args.payer);
    else {
      const { endpoint, publicKey, bond } = args as (typeof set)[number]["args"];
      operators.set(args.payer, { endpoint, linkKey: hexToBytes(publicKey), bond });
    }
  }
  return operators;
}

const ESCROW_SIGNS: readonly (readonly [name: ChainEventName, sign: bigint])[] = [
  ["Deposited", 1n],
  ["PutBack", 1n],
  ["Withdrawn", -1n],
  ["Taken", -1n],
];

/** Every payer's escrow balance, µ$, as of `upToBlock` or now: the contract's own books, added up from its events. */
export async function escrowAt(index: EventIndex, upToBlock?: bigint): Promise<Map<Address, MicroUsd>> {
  const sums = await Promise.all(ESCROW_SIGNS.map(([name]) => index.sumBySubject(name, upToBlock)));
  const balances = new Map<Address, MicroUsd>();
  sums.forEach((bySubject, i) => {
    const sign = ESCROW_SIGNS[i]![1];
    for (const [payer, amount] of bySubject) {
      balances.set(payer as Address, (balances.get(payer as Address) ?? 0n) + sign * amount);
    }
  });
  return balances;
}

/** Runs reads that must come from one chain: again when a reorganization came between. */
export async function unchanged<T>(index: EventIndex, read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const before = index.generation();
    const result = await read();
    if (index.generation() === before) return result;
    if (attempt >= ATTEMPTS_MAX) {
      throw new WayleaveError(
        "chain-unstable",
        "The chain changed at every attempt to read it",
        {},
        { retryable: true },
      );
    }
  }
}

function upTo(upToBlock: bigint | undefined): { upToBlock?: bigint } {
  return upToBlock === undefined ? {} : { upToBlock };
}
