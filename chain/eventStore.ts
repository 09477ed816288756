import type { Hash32 } from "@wayleave/core/ids";
import type { UnixMs } from "@wayleave/core/time";
import { type ChainEvent, type ChainEventName, keysOf } from "./chainEvent.ts";

export interface StoredBlock {
  readonly number: bigint;
  readonly hash: Hash32;
  readonly timestampMs: UnixMs;
}

export interface EventQuery<N extends ChainEventName> {
  readonly name: N;
  /** Whom or what the event is about: see `keysOf`. */
  readonly subject?: string;
  readonly epoch?: number;
  readonly transaction?: Hash32;
  /** Blocks above are left out. */
  readonly upToBlock?: bigint;
  /** Blocks below are left out. */
  readonly fromBlock?: bigint;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** Where an index keeps blocks and their events. An event cannot outlive its block. */
export interface EventStore {
  /** The highest block stored. */
  top(): Promise<StoredBlock | null>;
  /** At or below `number`, highest first. */
  blocksFrom(number: bigint, limit: number): Promise<readonly StoredBlock[]>;
  /** All or nothing. Blocks are above those stored and ascend; each event's block is among them. */
  append(blocks: readonly StoredBlock[], events: readonly ChainEvent[]): Promise<void>;
  /** Removes higher blocks with their events. @returns how many blocks. */
  dropAbove(number: bigint): Promise<number>;
  /** Removes blocks below that no event belongs to: they only served to find reorganizations. */
  thinBelow(number: bigint): Promise<void>;
  select<N extends ChainEventName>(query: EventQuery<N>): Promise<readonly ChainEvent<N>[]>;
  /** Sums of the events' amounts by subject. */
  sumBySubject(name: ChainEventName, upToBlock?: bigint): Promise<ReadonlyMap<string, bigint>>;
  close(): Promise<void>;
}

/** Keeps everything in memory: for programs that follow few events, agents for one. */
export function memoryEventStore(): EventStore {
  let blocks: StoredBlock[] = [];
  let events: ChainEvent[] = [];
  return {
    top: () => Promise.resolve(blocks.at(-1) ?? null),
    blocksFrom: (number, limit) =>
      Promise.resolve(
        blocks
          .filter((block) => block.number <= number)
          .slice(-limit)
          .reverse(),
      ),
    append(newBlocks, newEvents) {
      // One by one: spread arguments overflow the stack beyond a hundred thousand.
      for (const block of newBlocks) blocks.push(block);
      for (const event of newEvents) events.push(event);
      return Promise.resolve();
    },
    dropAbove(number) {
      const before = blocks.length;
      blocks = blocks.filter((block) => block.number <= number);
      events = events.filter((event) => event.block <= number);
      return Promise.resolve(before - blocks.length);
    },
    thinBelow(number) {
      const used = new Set(events.map((event) => event.block));
      blocks = blocks.filter((block) => block.number >= number || used.has(block.number));
      return Promise.resolve();
    },
    select<N extends ChainEventName>(query: EventQuery<N>) {
      const found = events.filter((event): event is ChainEvent<N> => matches(event, query));
      if (query.newestFirst === true) found.reverse();
      return Promise.resolve(query.limit === undefined ? found : found.slice(0, query.limit));
    },
    sumBySubject(name, upToBlock) {
      const sums = new Map<string, bigint>();
      for (const event of events) {
        if (event.name !== name || (upToBlock !== undefined && event.block > upToBlock)) continue;
        const { subject, amount } = keysOf(event);
        if (subject !== null) sums.set(subject, (sums.get(subject) ?? 0n) + (amount ?? 0n));
      }
      return Promise.resolve(sums);
    },
    close: () => Promise.resolve(),
  };
}

function matches(event: ChainEvent, query: EventQuery<ChainEventName>): boolean {
  if (event.name !== query.name) return false;
  if (query.upToBlock !== undefined && event.block > query.upToBlock) return false;
  if (query.fromBlock !== undefined && event.block < query.fromBlock) return false;
  if (query.transaction !== undefined && event.transaction !== query.transaction) return false;
  const keys = keysOf(event);
  if (query.subject !== undefined && keys.subject !== query.subject) return false;
  return query.epoch === undefined || keys.epoch === query.epoch;
}
