import type { AbiEvent } from "viem";
import { z } from "zod";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import { ZERO_ADDRESS } from "@wayleave/core/messages";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { ContractAddresses } from "@wayleave/core/network";
import { type Statement, STATEMENT } from "@wayleave/core/statement";
import type { UnixMs } from "@wayleave/core/time";
import { joinKey } from "./chainWriter.ts";
import { type EnforcedParameters, fromAbiParameters } from "./enforcedParameters.ts";
import { burnAuctionAbi } from "./generated/BurnAuction.ts";
import { escrowAbi } from "./generated/Escrow.ts";
import { registryAbi } from "./generated/Registry.ts";
import { settlementAbi } from "./generated/Settlement.ts";
import { wayAbi } from "./generated/Way.ts";

/** What the contracts tell, by event. Amounts in µ$ and 10⁻¹⁸ WAY; keys are x‖y as hex; addresses lower case. */
export interface ChainEventArgs {
  VerifierSet: { account: Address; weight: bigint; publicKey: Hex; endpoint: string };
  OperatorSet: { payer: Address; bond: Way; publicKey: Hex; endpoint: string };
  OperatorRemoved: { payer: Address };
  DeviceRegistered: {
    device: Address;
    owner: Address;
    kind: number;
    publicKey: Hex;
    network: Hash32;
    verifier: Address;
  };
  /** `owner` is zero when its owner released the device. */
  OwnerClaimed: { device: Address; owner: Address };
  PayoutSet: { account: Address; payout: Address };
  RevealCommitted: { epoch: number; verifier: Address; head: Hash32 };
  EpochOpened: { epoch: number; seedBlock: bigint };
  SeedRecorded: { epoch: number; seed: Hash32 };
  StatementPosted: { epoch: number; statementHash: Hash32; finalAtMs: UnixMs; statement: Statement };
  StatementSources: {
    statementHash: Hash32;
    signers: readonly Address[];
    bundleHeads: readonly Hash32[];
    allottedByKind: readonly Way[];
  };
  StatementFinalized: { statementHash: Hash32; payoutsRoot: Hash32; payoutsSum: bigint };
  StatementVoided: { epoch: number; statementHash: Hash32 };
  PayoutClaimed: { account: Address; recipient: Address; dollars: MicroUsd; way: Way };
  StipendFunded: { from: Address; amount: Way; pot: Way };
  ParamsSet: { paramsHash: Hash32; parameters: EnforcedParameters };
  Deposited: { payer: Address; from: Address; amount: MicroUsd };
  WithdrawalRequested: { payer: Address; amount: MicroUsd; thawsAtMs: UnixMs };
  Withdrawn: { payer: Address; amount: MicroUsd };
  Taken: { payer: Address; amount: MicroUsd };
  PutBack: { payer: Address; amount: MicroUsd };
  /** Of the burn auction. */
  Sold: { buyer: Address; dollars: MicroUsd; wayBurned: Way; price: Way; nextPrice: Way };
  WayMinted: { to: Address; amount: Way };
  WayBurned: { from: Address; amount: Way };
}
export type ChainEventName = keyof ChainEventArgs;

/** One event with its place in the chain. */
export interface ChainEvent<N extends ChainEventName = ChainEventName> {
  readonly name: N;
  readonly block: bigint;
  readonly logIndex: number;
  readonly transaction: Hash32;
  /** Of its block. */
  readonly timestampMs: UnixMs;
  readonly args: ChainEventArgs[N];
}

/** By what an event is found again: whom or what it is about, the epoch, and an amount that can be summed up. */
export interface EventKeys {
  readonly subject: string | null;
  readonly epoch: number | null;
  readonly amount: bigint | null;
}

const KEYS: { readonly [N in ChainEventName]: (args: ChainEventArgs[N]) => Partial<EventKeys> } = {
  VerifierSet: (a) => ({ subject: a.account }),
  OperatorSet: (a) => ({ subject: a.payer }),
  OperatorRemoved: (a) => ({ subject: a.payer }),
  DeviceRegistered: (a) => ({ subject: a.device }),
  OwnerClaimed: (a) => ({ subject: a.device }),
  PayoutSet: (a) => ({ subject: a.account }),
  RevealCommitted: (a) => ({ subject: a.verifier, epoch: a.epoch }),
  EpochOpened: (a) => ({ epoch: a.epoch }),
  SeedRecorded: (a) => ({ epoch: a.epoch }),
  StatementPosted: (a) => ({ subject: a.statementHash, epoch: a.epoch }),
  StatementSources: (a) => ({ subject: a.statementHash }),
  StatementFinalized: (a) => ({ subject: a.statementHash }),
  StatementVoided: (a) => ({ subject: a.statementHash, epoch: a.epoch }),
  PayoutClaimed: (a) => ({ subject: a.account, amount: a.dollars }),
  StipendFunded: (a) => ({ subject: a.from, amount: a.amount }),
  ParamsSet: (a) => ({ subject: a.paramsHash }),
  Deposited: (a) => ({ subject: a.payer, amount: a.amount }),
  WithdrawalRequested: (a) => ({ subject: a.payer, amount: a.amount }),
  Withdrawn: (a) => ({ subject: a.payer, amount: a.amount }),
  Taken: (a) => ({ subject: a.payer, amount: a.amount }),
  PutBack: (a) => ({ subject: a.payer, amount: a.amount }),
  Sold: (a) => ({ subject: a.buyer, amount: a.wayBurned }),
  WayMinted: (a) => ({ subject: a.to, amount: a.amount }),
  WayBurned: (a) => ({ subject: a.from, amount: a.amount }),
};
export const CHAIN_EVENT_NAMES = Object.keys(KEYS) as readonly ChainEventName[];

export function keysOf<N extends ChainEventName>(event: ChainEvent<N>): EventKeys {
  return { subject: null, epoch: null, amount: null, ...KEYS[event.name](event.args) };
}

const NAMES = new Set<string>([...CHAIN_EVENT_NAMES, "Transfer"]);

/** The ABI items of the events indexed; `Transfer` is WAY's, of which only mints and burns are kept. */
export const INDEXED_EVENTS: readonly AbiEvent[] = [
  ...registryAbi,
  ...settlementAbi,
  ...escrowAbi,
  ...burnAuctionAbi,
  ...wayAbi,
].filter((item) => item.type === "event" && NAMES.has(item.name)) as readonly AbiEvent[];

/** A log as viem decodes it by {@link INDEXED_EVENTS}. */
export interface DecodedLog {
  readonly address: string;
  readonly eventName: string;
  readonly args: unknown;
  readonly blockNumber: bigint;
  readonly logIndex: number;
  readonly transactionHash: Hex;
}

const word = z.string().transform((text) => text.toLowerCase() as Hex);
const small = z.union([z.bigint(), z.number()]).transform(Number);
const secondsAsMs = small.transform((seconds) => seconds * 1000);
const amount = z.bigint();
const keyed = <T extends { x: Hex; y: Hex }>({ x, y, ...rest }: T) => ({ ...rest, publicKey: toHex(joinKey(x, y)) });

/** The contract's struct, every integer as bigint: small ones come as numbers. */
const statement = z.record(z.string(), z.union([z.bigint(), z.number(), z.string()])).transform((raw) => {
  const fields = STATEMENT.fields.map(([name, type]) => {
    const value = raw[name]!;
    return [name, type === "bytes32" ? (String(value).toLowerCase() as Hash32) : BigInt(value)];
  });
  return Object.fromEntries(fields) as unknown as Statement;
});

// viem has checked the logs against the ABI already; these rename, lower and widen.
const DECODERS: { readonly [N in ChainEventName]: z.ZodType<ChainEventArgs[N]> } = {
  VerifierSet: z.object({ account: word, weight: amount, x: word, y: word, endpoint: z.string() }).transform(keyed),
  OperatorSet: z.object({ payer: word, bond: amount, x: word, y: word, endpoint: z.string() }).transform(keyed),
  OperatorRemoved: z.object({ payer: word }),
  DeviceRegistered: z
    .object({ device: word, owner: word, kind: small, x: word, y: word, network: word, verifier: word })
    .transform(keyed),
  OwnerClaimed: z.object({ device: word, owner: word }),
  PayoutSet: z.object({ account: word, payout: word }),
  RevealCommitted: z.object({ epoch: small, verifier: word, head: word }),
  EpochOpened: z.object({ epoch: small, seedBlock: amount }),
  SeedRecorded: z.object({ epoch: small, seed: word }),
  StatementPosted: z
    .object({ epoch: small, statementHash: word, finalAt: secondsAsMs, statement })
    .transform(({ finalAt, ...rest }) => ({ ...rest, finalAtMs: finalAt })),
  StatementSources: z.object({
    statementHash: word,
    signers: z.array(word),
    bundleHeads: z.array(word),
    allottedByKind: z.array(amount),
  }),
  StatementFinalized: z.object({ statementHash: word, payoutsRoot: word, payoutsSum: amount }),
  StatementVoided: z.object({ epoch: small, statementHash: word }),
  PayoutClaimed: z
    .object({ account: word, recipient: word, dollars: amount, wayAmount: amount })
    .transform(({ wayAmount, ...rest }) => ({ ...rest, way: wayAmount })),
  StipendFunded: z.object({ from: word, amount, pot: amount }),
  ParamsSet: z
    .object({ paramsHash: word, params: z.custom<Parameters<typeof fromAbiParameters>[0]>() })
    .transform(({ paramsHash, params }) => ({ paramsHash, parameters: fromAbiParameters(params) })),
  Deposited: z.object({ payer: word, from: word, amount }),
  WithdrawalRequested: z
    .object({ payer: word, amount, thawsAt: secondsAsMs })
    .transform(({ thawsAt, ...rest }) => ({ ...rest, thawsAtMs: thawsAt })),
  Withdrawn: z.object({ payer: word, amount }),
  Taken: z.object({ payer: word, amount }),
  PutBack: z.object({ payer: word, amount }),
  Sold: z.object({ buyer: word, dollars: amount, wayBurned: amount, price: amount, nextPrice: amount }),
  WayMinted: z.object({ to: word, amount }),
  WayBurned: z.object({ from: word, amount }),
};

const transferSchema = z.object({ from: word, to: word, value: amount });

/**
 * One log as an event of ours; null for what is not kept: transfers that neither mint nor burn, and events that bear our
 * signature but come from another of our contracts than the one that means it.
 */
export function decodeChainEvent(
  log: DecodedLog,
  timestampMs: UnixMs,
  contracts: ContractAddresses,
): ChainEvent | null {
  const place = {
    block: log.blockNumber,
    logIndex: log.logIndex,
    transaction: log.transactionHash,
    timestampMs,
  };
  if (log.eventName === "Transfer") {
    if (log.address.toLowerCase() !== contracts.way) return null;
    const { from, to, value } = transferSchema.parse(log.args);
    if (from === ZERO_ADDRESS) return { ...place, name: "WayMinted", args: { to, amount: value } };
    if (to === ZERO_ADDRESS) return { ...place, name: "WayBurned", args: { from, amount: value } };
    return null;
  }
  const name = log.eventName as ChainEventName;
  const args = DECODERS[name].parse(log.args);
  // A verifier may commit for any of 2⁶⁴ epochs; none beyond 2⁵³ ever comes, and databases cannot count so far.
  if ("epoch" in args && !Number.isSafeInteger(args.epoch)) return null;
  return { ...place, name, args };
}
