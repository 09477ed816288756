import type { Address, Hash32 } from "@wayleave/core/ids";
import type { MicroUsd, Way } from "@wayleave/core/money";
import { unpackSums } from "@wayleave/core/statement";
import type { UnixMs } from "@wayleave/core/time";
import { chainError } from "./chainError.ts";
import { type ChainNetwork, joinKey } from "./chainWriter.ts";
import { connectChain } from "./connection.ts";
import { type EnforcedParameters, fromAbiParameters } from "./enforcedParameters.ts";
import { burnAuctionAbi } from "./generated/BurnAuction.ts";
import { escrowAbi } from "./generated/Escrow.ts";
import { registryAbi } from "./generated/Registry.ts";
import { settlementAbi } from "./generated/Settlement.ts";
import { testDollarAbi } from "./generated/TestDollar.ts";
import { wayAbi } from "./generated/Way.ts";

export interface ChainHead {
  readonly number: bigint;
  readonly hash: Hash32;
  readonly timestampMs: UnixMs;
}

/** One payer's escrow, µ$. */
export interface EscrowFigures {
  /** What is left, thawing included: the most a settlement can take. */
  readonly balance: MicroUsd;
  readonly deposited: MicroUsd;
  readonly withdrawn: MicroUsd;
  /** The most that lifetime voucher totals may sum to: deposited − withdrawn − thawing. */
  readonly committed: MicroUsd;
  readonly thawing: MicroUsd;
  /** When `thawing` may be withdrawn; null when nothing thaws. */
  readonly thawsAtMs: UnixMs | null;
}

/** An accepted statement as the contract keeps it. */
export interface Outcome {
  readonly statementHash: Hash32;
  readonly payoutsRoot: Hash32;
  readonly dollars: MicroUsd;
  readonly way: Way;
}

export interface SettlementState {
  /** R. */
  readonly reserve: Way;
  readonly vestedTotal: Way;
  readonly stipendPot: Way;
  /** The lowest epochs that may still be opened and settled. */
  readonly nextEpoch: number;
  readonly nextStatement: number;
  readonly acceptedStatements: number;
  readonly finalizedStatements: number;
  /** When the last accepted one is final; null when there is none. */
  readonly finalAtMs: UnixMs | null;
  /** The last accepted, pending or final; null when there is none. */
  readonly latest: (Outcome & { readonly final: boolean }) | null;
  /** What can be claimed from now, newest first; at most two. */
  readonly claimable: readonly Outcome[];
}

/** How a settlement was deployed; never changes. */
export interface DeployedClock {
  readonly genesisMs: UnixMs;
  readonly epochMs: number;
  readonly seedDelayBlocks: number;
  readonly disputeWindowMs: number;
}

/** Where one epoch stands. */
export interface EpochSeed {
  readonly seedBlock: bigint;
  /** Null until somebody recorded it. */
  readonly seed: Hash32 | null;
  /** Whether it can be recorded from the next block on. */
  readonly seedMined: boolean;
}

export interface AuctionState {
  /** µ$ on offer. */
  readonly available: MicroUsd;
  /** WAY (10⁻¹⁸) for one dollar now. */
  readonly priceWayPerDollar: Way;
}

/**
 * What the contracts say now, each answer from one call to the node: nothing is cached. For the past, and for lists,
 * there is the event index. All throw WayleaveError `chain-unreachable` (retryable) or `chain-failed`.
 */
export interface ChainReader {
  head(): Promise<ChainHead>;
  /** The rule's numbers, with the hash that statements must name. */
  parameters(): Promise<EnforcedParameters & { readonly hash: Hash32 }>;
  deployedClock(): Promise<DeployedClock>;
  settlement(): Promise<SettlementState>;
  /** Null while nobody opened the epoch. */
  epochSeed(epoch: number): Promise<EpochSeed | null>;
  /** Null while the verifier committed none. */
  revealHead(epoch: number, verifier: Address): Promise<Hash32 | null>;
  claimed(account: Address): Promise<{ readonly dollars: MicroUsd; readonly way: Way }>;
  claimedTotal(): Promise<{ readonly dollars: MicroUsd; readonly way: Way }>;
  escrow(payer: Address): Promise<EscrowFigures>;
  /** Who is paid for a device or account; null for a device whose owner is unknown. */
  recipientOf(account: Address): Promise<Address | null>;
  /** Null when not registered. */
  device(device: Address): Promise<DeviceRecord | null>;
  weightOf(verifier: Address): Promise<bigint>;
  auction(): Promise<AuctionState>;
  dollarsOf(account: Address): Promise<MicroUsd>;
  wayOf(account: Address): Promise<Way>;
  waySupply(): Promise<Way>;
  /** Native coin, wei: what gas is paid with. */
  gasOf(account: Address): Promise<bigint>;
}

export interface DeviceRecord {
  /** P-256 x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly owner: Address | null;
  readonly kind: number;
  /** Of the next ClaimOwner. */
  readonly nonce: bigint;
  readonly registeredAtMs: UnixMs;
}

/** Opens a reader. Calls made together travel in one request. */
export async function chainReader(network: ChainNetwork): Promise<ChainReader> {
  const client = await connectChain(network);
  const { getContract } = await import("viem");
  const at = network.contracts;
  const settlement = getContract({ address: at.settlement, abi: settlementAbi, client });
  const registry = getContract({ address: at.registry, abi: registryAbi, client });
  const escrow = getContract({ address: at.escrow, abi: escrowAbi, client });
  const auction = getContract({ address: at.auction, abi: burnAuctionAbi, client });
  const way = getContract({ address: at.way, abi: wayAbi, client });
  const dollar = getContract({ address: at.dollar, abi: testDollarAbi, client });
  const reads = <A extends unknown[], R>(name: string, read: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      try {
        return await read(...args);
      } catch (error) {
        throw await chainError(name, error);
      }
    };
  };

  return {
    head: reads("head", async () => {
      const block = await client.getBlock({ blockTag: "latest" });
      return { number: block.number, hash: block.hash, timestampMs: msOf(block.timestamp) };
    }),
    parameters: reads("parameters", async () => {
      const [params, hash] = await Promise.all([settlement.read.params(), settlement.read.paramsHash()]);
      return { ...fromAbiParameters(params), hash };
    }),
    deployedClock: reads("deployedClock", async () => {
      const { genesisTime, epochSeconds, seedDelayBlocks, disputeWindowSeconds } = settlement.read;
      const all = await Promise.all([genesisTime(), epochSeconds(), seedDelayBlocks(), disputeWindowSeconds()]);
      return {
        genesisMs: msOf(all[0]),
        epochMs: msOf(all[1]),
        seedDelayBlocks: Number(all[2]),
        disputeWindowMs: msOf(all[3]),
      };
    }),
    settlement: reads("settlement", async () => {
      const { clock, reserve, vestedTotal, stipendPot, latest, claimable } = settlement.read;
      const [now, left, vested, pot, last, both] = await Promise.all([
        clock(),
        reserve(),
        vestedTotal(),
        stipendPot(),
        latest(),
        claimable(),
      ]);
      return {
        reserve: left,
        vestedTotal: vested,
        stipendPot: pot,
        nextEpoch: now.nextEpoch,
        nextStatement: now.nextStatement,
        acceptedStatements: now.accepted,
        finalizedStatements: now.finalized,
        finalAtMs: now.accepted === 0 ? null : now.finalAt * 1000,
        latest: now.accepted === 0 ? null : { ...outcomeOf(last[0]), final: last[1] },
        claimable: both.filter((outcome) => BigInt(outcome.statementHash) !== 0n).map(outcomeOf),
      };
    }),
    epochSeed: reads("epochSeed", async (epoch) => {
      const [seedBlock, seed, head] = await Promise.all([
        settlement.read.seedBlock([BigInt(epoch)]),
        settlement.read.seed([BigInt(epoch)]),
        client.getBlockNumber(),
      ]);
      // The transaction that records it runs in a block after the seed's: the next one is head + 1.
      return seedBlock === 0n ? null : { seedBlock, seed: nonZero(seed), seedMined: head >= seedBlock };
    }),
    revealHead: reads("revealHead", async (epoch, verifier) =>
      nonZero(await settlement.read.revealHead([BigInt(epoch), verifier])),
    ),
    claimed: reads("claimed", async (account) => sumsOf(await settlement.read.claimed([account]))),
    claimedTotal: reads("claimedTotal", async () => sumsOf(await settlement.read.claimedTotal())),
    escrow: reads("escrow", async (payer) => {
      const { balanceOf, lifetimeDeposited, lifetimeWithdrawn, committed, pendingWithdrawal } = escrow.read;
      const [balance, deposited, withdrawn, promisable, [thawing, thawsAt]] = await Promise.all([
        balanceOf([payer]),
        lifetimeDeposited([payer]),
        lifetimeWithdrawn([payer]),
        committed([payer]),
        pendingWithdrawal([payer]),
      ]);
      const thawsAtMs = thawing === 0n ? null : msOf(thawsAt);
      return { balance, deposited, withdrawn, committed: promisable, thawing, thawsAtMs };
    }),
    recipientOf: reads("recipientOf", async (account) => nonZero(lower(await registry.read.recipientOf([account])))),
    device: reads("device", async (device) => {
      const { x, y, owner, kind, nonce, registeredAt } = await registry.read.device([device]);
      if (registeredAt === 0) return null;
      const [publicKey, registeredAtMs] = [joinKey(x, y), registeredAt * 1000];
      return { publicKey, owner: nonZero(lower(owner)), kind, nonce: BigInt(nonce), registeredAtMs };
    }),
    weightOf: reads("weightOf", (verifier) => registry.read.weightOf([verifier])),
    auction: reads("auction", async () => {
      const [available, priceWayPerDollar] = await Promise.all([auction.read.available(), auction.read.price()]);
      return { available, priceWayPerDollar };
    }),
    dollarsOf: reads("dollarsOf", (account) => dollar.read.balanceOf([account])),
    wayOf: reads("wayOf", (account) => way.read.balanceOf([account])),
    waySupply: reads("waySupply", () => way.read.totalSupply()),
    gasOf: reads("gasOf", (account) => client.getBalance({ address: account })),
  };
}

function outcomeOf(outcome: { statementHash: Hash32; payoutsRoot: Hash32; payoutsSum: bigint }): Outcome {
  const { statementHash, payoutsRoot, payoutsSum } = outcome;
  return { statementHash, payoutsRoot, ...unpackSums(payoutsSum) };
}

function sumsOf([dollars, way]: readonly [bigint, bigint]): { dollars: MicroUsd; way: Way } {
  return { dollars, way };
}

/** The contract counts whole seconds; none of its times comes near 2⁵³ ms. */
function msOf(seconds: bigint): UnixMs {
  return Number(seconds) * 1000;
}

function lower(address: string): Address {
  return address.toLowerCase() as Address;
}

function nonZero<T extends string>(word: T): T | null {
  return BigInt(word) === 0n ? null : word;
}
