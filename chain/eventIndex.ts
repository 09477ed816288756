import { setTimeout as pause } from "node:timers/promises";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hash32 } from "@wayleave/core/ids";
import type { ContractAddresses } from "@wayleave/core/network";
import {
  CHAIN_EVENT_NAMES,
  type ChainEvent,
  type ChainEventName,
  decodeChainEvent,
  type DecodedLog,
  INDEXED_EVENTS,
} from "./chainEvent.ts";
import { chainError } from "./chainError.ts";
import { type ChainClient, type ChainPlace, connectChain } from "./connection.ts";
import { type EventQuery, type EventStore, memoryEventStore, type StoredBlock } from "./eventStore.ts";
import { postgresEventStore } from "./postgresEventStore.ts";

/** Blocks asked for at a time: public nodes refuse more, and a local one answers that in milliseconds. */
const RANGE_BLOCKS = 2_000n;
/** Every block of the newest so many is kept, to find the common ancestor; of older ones only those with events. */
const RECENT_BLOCKS = 256n;
/** How often old blocks without events are removed. */
const THIN_EVERY_BLOCKS = 1_000n;
/** Stored blocks compared with the chain's at a time while walking back. */
const WALK_BLOCKS = 64;
/** The chain may reorganize while a range is read; so many times in a row is a broken node. */
const ATTEMPTS_MAX = 5;
/** Half a local block: what is new is seen in time for every duty, and an idle program stays idle. */
const FOLLOW_INTERVAL_MS = 500;
/** After a failure; a node restarts within a second or two. */
const FOLLOW_RETRY_MS = 1_000;

export interface IndexedNetwork extends ChainPlace {
  readonly contracts: ContractAddresses;
  readonly deployedAtBlock: number;
}

export interface IndexOptions {
  /** PostgreSQL, in tables `chain_*`; without it everything is kept in memory. A secret. */
  readonly databaseUrl?: string;
  /** Default: all. An agent needs operators and verifiers only. */
  readonly events?: readonly ChainEventName[];
}

/** What one look at the chain changed. */
export interface SyncStep {
  readonly head: StoredBlock;
  /** Of which events there are new ones; read them by {@link EventIndex.select}. */
  readonly added: ReadonlySet<ChainEventName>;
  /** Blocks that did not stay canonical: 0 unless the chain was reorganized. Their events are gone. */
  readonly droppedBlocks: number;
}

/** The events of one network's contracts, canonical as of the last look. */
export interface EventIndex {
  readonly contracts: ContractAddresses;
  /**
   * Brings the index to the chain's head. Calls at the same time share one look.
   * @throws WayleaveError `chain-unreachable` (retryable), `chain-unstable`, `chain-behind`, `index-unavailable`.
   */
  sync(): Promise<SyncStep>;
  /**
   * Looks again and again until `signal`; a failure is told and tried again.
   * @param onStep - told of every look that found anything new, whoever asked for it. Must not throw. */
  follow(signal: AbortSignal, onStep?: (step: SyncStep) => void, onError?: (error: unknown) => void): Promise<void>;
  /** Of the last look; null before the first. */
  head(): Promise<StoredBlock | null>;
  /** Grows whenever events were taken back: figures read before and after it changed do not fit together. */
  generation(): number;
  select<N extends ChainEventName>(query: EventQuery<N>): Promise<readonly ChainEvent<N>[]>;
  sumBySubject(name: ChainEventName, upToBlock?: bigint): Promise<ReadonlyMap<string, bigint>>;
  close(): Promise<void>;
}

/** Opens an index; the first {@link EventIndex.sync} reads from the deployment's block, later ones from where it was. */
export async function openEventIndex(network: IndexedNetwork, options: IndexOptions = {}): Promise<EventIndex> {
  const client = await connectChain(network);
  const wanted = options.events ?? CHAIN_EVENT_NAMES;
  const identity = `${network.chainId}/${network.contracts.settlement}/${network.deployedAtBlock}/${wanted.join()}`;
  const store =
    options.databaseUrl === undefined ? memoryEventStore() : await postgresEventStore(options.databaseUrl, identity);
  const follower = new Follower(client, store, network, new Set(wanted));
  return {
    contracts: network.contracts,
    sync: () => follower.sync(),
    async follow(signal, onStep, onError) {
      if (onStep !== undefined) follower.listeners.add(onStep);
      while (!signal.aborted) {
        const failure: unknown = await follower.sync().then(
          () => null,
          (error: unknown) => error,
        );
        if (failure !== null) onError?.(failure);
        const waitMs = failure === null ? FOLLOW_INTERVAL_MS : FOLLOW_RETRY_MS;
        await pause(waitMs, undefined, { signal }).catch(() => undefined);
      }
      if (onStep !== undefined) follower.listeners.delete(onStep);
    },
    head: () => store.top(),
    generation: () => follower.generation,
    select: (query) => store.select(query),
    sumBySubject: (name, upToBlock) => store.sumBySubject(name, upToBlock),
    close: () => store.close(),
  };
}

class Follower {
  generation = 0;
  readonly listeners = new Set<(step: SyncStep) => void>();
  #lastHash: Hash32 | null = null;
  // What was found and not told yet: a look that fails half-way keeps what it stored.
  #added = new Set<ChainEventName>();
  #droppedBlocks = 0;
  readonly #client: ChainClient;
  readonly #store: EventStore;
  readonly #network: IndexedNetwork;
  readonly #wanted: ReadonlySet<ChainEventName>;
  readonly #abi: typeof INDEXED_EVENTS;
  #looking: Promise<SyncStep> | null = null;
  #thinnedAt = 0n;

  constructor(client: ChainClient, store: EventStore, network: IndexedNetwork, wanted: ReadonlySet<ChainEventName>) {
    this.#client = client;
    this.#store = store;
    this.#network = network;
    this.#wanted = wanted;
    const transfers = wanted.has("WayMinted") || wanted.has("WayBurned");
    this.#abi = INDEXED_EVENTS.filter(({ name }) =>
      name === "Transfer" ? transfers : wanted.has(name as ChainEventName),
    );
  }

  sync(): Promise<SyncStep> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<SyncStep> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX;) {
      const ancestor = await this.#commonAncestor();
      const dropped = await this.#store.dropAbove(ancestor);
      if (dropped > 0) {
        this.generation += 1;
        this.#droppedBlocks += dropped;
      }
      const head = await this.#ask("head", () =>
        this.#client.getBlock({ blockTag: "latest", includeTransactions: false }),
      );
      if (head.number <= ancestor) {
        const top = await this.#store.top();
        if (top !== null) return this.#done(top);
        const { deployedAtBlock } = this.#network;
        const message = "The chain ends before the network's contracts: another chain, or one that lost its state";
        throw new WayleaveError("chain-behind", message, { head: head.number, deployedAtBlock });
      }
      const from = ancestor + 1n;
      const to = from + RANGE_BLOCKS - 1n < head.number ? from + RANGE_BLOCKS - 1n : head.number;
      const range = await this.#read(from, to, head.number);
      if (range === null) {
        attempt += 1; // it changed under our hands
        continue;
      }
      await this.#store.append(range.blocks, range.events);
      for (const { name } of range.events) this.#added.add(name);
      if (to === head.number) return this.#done(range.blocks.at(-1)!);
    }
    throw new WayleaveError("chain-unstable", "The chain changed at every attempt to read it", {}, { retryable: true });
  }

  async #done(head: StoredBlock): Promise<SyncStep> {
    const step = { head, added: this.#added, droppedBlocks: this.#droppedBlocks };
    this.#added = new Set();
    this.#droppedBlocks = 0;
    const isNew = step.head.hash !== this.#lastHash;
    this.#lastHash = step.head.hash;
    if (step.head.number > this.#thinnedAt + THIN_EVERY_BLOCKS) {
      this.#thinnedAt = step.head.number;
      await this.#store.thinBelow(step.head.number - RECENT_BLOCKS);
    }
    if (isNew) for (const listener of this.listeners) listener(step);
    return step;
  }

  /** The highest stored block that is still canonical; one below the deployment when there is none. */
  async #commonAncestor(): Promise<bigint> {
    const none = BigInt(this.#network.deployedAtBlock) - 1n;
    let limit = 1; // nearly always the top itself
    for (let from = (await this.#store.top())?.number; from !== undefined && from > none;) {
      const stored = await this.#store.blocksFrom(from, limit);
      const now = await this.#ask("block", () => Promise.all(stored.map(({ number }) => this.#blockOrNull(number))));
      const i = stored.findIndex((block, at) => block.hash === now[at]?.hash);
      if (i >= 0) return stored[i]!.number;
      if (stored.length < limit) break;
      from = stored.at(-1)!.number - 1n;
      limit = WALK_BLOCKS;
    }
    return none;
  }

  /** One range of blocks with its events; null when what the node said does not fit together. */
  async #read(from: bigint, to: bigint, head: bigint): Promise<{ blocks: StoredBlock[]; events: ChainEvent[] } | null> {
    const { way, escrow, registry, settlement, auction } = this.#network.contracts;
    const logs = await this.#ask("logs", () =>
      this.#client.getLogs({
        address: [way, escrow, registry, settlement, auction],
        events: this.#abi,
        fromBlock: from,
        toBlock: to,
        strict: true,
      }),
    );
    const numbers = new Set(logs.map((log) => log.blockNumber));
    numbers.add(to);
    for (let n = to; n >= from && n + RECENT_BLOCKS > head; n--) numbers.add(n);
    const ascending = [...numbers].sort((a, b) => (a < b ? -1 : 1));
    const found = await this.#ask("blocks", () => Promise.all(ascending.map((n) => this.#blockOrNull(n))));
    const blocks = new Map<bigint, StoredBlock>();
    for (const block of found) {
      if (block === null) return null;
      const below = blocks.get(block.number - 1n);
      if (below !== undefined && below.hash !== block.parentHash) return null;
      blocks.set(block.number, { number: block.number, hash: block.hash, timestampMs: Number(block.timestamp) * 1000 });
    }
    if (logs.some((log) => blocks.get(log.blockNumber)!.hash !== log.blockHash)) return null;
    const events = logs.flatMap((log) => {
      const { timestampMs } = blocks.get(log.blockNumber)!;
      const event = decodeChainEvent(log as DecodedLog, timestampMs, this.#network.contracts);
      return event !== null && this.#wanted.has(event.name) ? [event] : [];
    });
    return { blocks: [...blocks.values()], events };
  }

  async #blockOrNull(number: bigint) {
    try {
      return await this.#client.getBlock({ blockNumber: number, includeTransactions: false });
    } catch (error) {
      if (error instanceof Error && error.name === "BlockNotFoundError") return null;
      throw error;
    }
  }

  async #ask<T>(what: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw await chainError(`index ${what}`, error);
    }
  }
}
