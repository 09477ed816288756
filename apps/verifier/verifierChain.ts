import type { AccountKey } from "@wayleave/core/accountKey";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { Network } from "@wayleave/core/network";
import { type ChainReader, chainReader } from "@wayleave/chain/chainReader";
import { chainWriter } from "@wayleave/chain/chainWriter";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import { type RegistryAt, registryAt, verifiersAt } from "@wayleave/chain/registryAt";
import { committedHeads, lastStatement } from "@wayleave/chain/settlementHistory";
import type { CoordinationChain } from "@wayleave/layer-coordination/chainPort";
import type { RegistrySnapshot } from "@wayleave/layer-coordination/settle/settleInput";
import { endpointUrl } from "@wayleave/core/endpoint";

/** A seed's block is known a moment before the index has it. */
const INDEX_WAIT_ATTEMPTS = 50;
const INDEX_WAIT_MS = 100;

export interface VerifierChain extends CoordinationChain {
  /** Ends following the chain and waits for transactions under way. */
  close(): Promise<void>;
}

/** What a verifier's duties need of the chain, out of the index, the contracts' views and its own transactions. */
export async function openVerifierChain(options: {
  readonly network: Network;
  readonly account: AccountKey;
  readonly databaseUrl: string;
  readonly log: Logger;
}): Promise<VerifierChain> {
  const { network, account, databaseUrl, log } = options;
  const [index, reader, writer] = await Promise.all([
    openEventIndex(network, { databaseUrl }),
    chainReader(network),
    chainWriter(network, account, log),
  ]);
  const stop = new AbortController();
  await index.sync();
  const following = index.follow(
    stop.signal,
    (step) => {
      if (step.droppedBlocks > 0) log.warn({ blocks: step.droppedBlocks }, "Saw a reorganization");
    },
    (error) => log.warn({ reason: String(error) }, "Could not look at the chain"),
  );
  const snapshot = async (at: RegistryAt): Promise<RegistrySnapshot> => ({
    block: at.block,
    devices: at.devices,
    verifiers: at.verifiers,
    payers: at.payers,
    stipendPot: await stipendPot(index, reader, at.block),
  });
  return {
    parameters: async () => {
      const { hash: _, ...enforced } = await reader.parameters();
      return { ...enforced, ...network.policy };
    },
    registryAt: async (block) => snapshot(await settledAt(index, block)),
    latestRegistry: async () => {
      const { head } = await index.sync();
      return snapshot(await registryAt(index, head.number));
    },
    verifierEndpoints: async () =>
      [...(await verifiersAt(index))].map(([each, { endpoint }]) => ({ account: each, url: endpointUrl(endpoint) })),
    promisable: async (payer) => (await reader.escrow(payer)).committed,
    epochSeed: (epoch) => reader.epochSeed(epoch),
    committedHeads: (epoch) => committedHeads(index, epoch),
    lastStatement: () => lastStatement(index),
    reserve: async () => (await reader.settlement()).reserve,
    claimed: (each) => reader.claimed(each),
    openEpoch: async (epoch) => void (await writer.openEpoch(epoch)),
    recordSeed: async (epoch) => void (await writer.recordSeed(epoch)),
    commitReveal: async (epoch, head) => void (await writer.commitReveal(epoch, head)),
    postStatement: async (posting) => void (await writer.postStatement(posting)),
    claimBatch: async (claims) => void (await writer.claimBatch(claims)),
    registerDevice: async (registration) => void (await writer.registerDevice(registration)),
    async close() {
      stop.abort();
      await following;
      writer.close();
      await index.close();
    },
  };
}

/** What stipends could be paid from at `block`: the pot now, less what was put in since. Every verifier finds the same. */
async function stipendPot(index: EventIndex, reader: ChainReader, block: bigint): Promise<bigint> {
  const [{ stipendPot: now }, all, until] = await Promise.all([
    reader.settlement(),
    index.sumBySubject("StipendFunded"),
    index.sumBySubject("StipendFunded", block),
  ]);
  const total = (sums: ReadonlyMap<string, bigint>) => [...sums.values()].reduce((sum, amount) => sum + amount, 0n);
  const since = total(all) - total(until);
  return now > since ? now - since : 0n;
}

/** The registry at a block that was mined, as soon as the index has it. */
async function settledAt(index: EventIndex, block: bigint): Promise<RegistryAt> {
  for (let attempt = 1; ; attempt++) {
    const { head } = await index.sync();
    if (head.number >= block) return registryAt(index, block);
    if (attempt >= INDEX_WAIT_ATTEMPTS) {
      throw new WayleaveError(
        "block-unknown",
        `Block ${block} does not appear on the chain`,
        { block, head: head.number },
        { retryable: true },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, INDEX_WAIT_MS));
  }
}
