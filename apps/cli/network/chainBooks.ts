import { type ChainReader, chainReader } from "@wayleave/chain/chainReader";
import { type EventIndex, type IndexOptions, openEventIndex } from "@wayleave/chain/eventIndex";
import type { Network } from "@wayleave/core/network";

/** The chain as a command reads it: the events of now, and what the contracts say. */
export interface ChainBooks {
  readonly index: EventIndex;
  readonly reader: ChainReader;
  /** Of the block that the index came to. */
  readonly head: { readonly number: bigint; readonly timestampMs: number };
}

/**
 * Reads the chain for one command, into memory.
 * @throws WayleaveError `chain-unreachable`.
 */
export async function withChain<T>(
  network: Network,
  read: (books: ChainBooks) => Promise<T>,
  options: IndexOptions = {},
): Promise<T> {
  const [index, reader] = await Promise.all([openEventIndex(network, options), chainReader(network)]);
  try {
    const { head } = await index.sync();
    return await read({ index, reader, head });
  } finally {
    await index.close();
  }
}
