import type { EventIndex } from "@wayleave/chain/eventIndex";
import { type RegistryAt, registryAt } from "@wayleave/chain/registryAt";
import { committedHeads, type PostedStatement, statementOf, statements } from "@wayleave/chain/settlementHistory";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Network } from "@wayleave/core/network";
import { epochAt } from "@wayleave/core/time";
import type { Parameters } from "@wayleave/economy/parameters";
import type { RegistrySnapshot } from "@wayleave/layer-coordination/settle/settleInput";
import { withChain } from "../network/chainBooks.ts";

/** What the chain alone says of one settled epoch: nothing here is a verifier's word. */
export interface EpochRecord {
  readonly posted: PostedStatement;
  /** The statement in force before it; null for the first. */
  readonly previous: PostedStatement | null;
  readonly seed: Hash32;
  readonly committedHeads: ReadonlyMap<Address, Hash32>;
  readonly parameters: Parameters;
  /** At the statement's registry block. */
  readonly registry: RegistrySnapshot & Pick<RegistryAt, "verifiers">;
  /** Verifiers of now: they may publish elsewhere than then. */
  readonly registryNow: Pick<RegistryAt, "verifiers">;
}

/**
 * Reads the chain's part of an epoch.
 * @throws WayleaveError `epoch-unknown` when it is not over, was skipped or is not settled yet.
 */
export function readEpochRecord(network: Network, epoch: number, nowMs: number): Promise<EpochRecord> {
  return withChain(network, async ({ index, head }) => {
    const posted = await statementOf(index, epoch);
    if (posted === null) throw await notSettled(index, network, epoch, nowMs);
    const { registryBlock, paramsHash } = posted.statement;
    const [registry, registryNow, before, seeds, heads] = await Promise.all([
      registryAt(index, registryBlock),
      registryAt(index, head.number),
      statements(index, { limit: 1, upToEpoch: epoch - 1 }),
      index.select({ name: "SeedRecorded", epoch }),
      committedHeads(index, epoch),
    ]);
    const seed = seeds.at(-1)?.args.seed;
    if (seed === undefined) throw new WayleaveError("epoch-unknown", `Epoch ${epoch} has no seed on chain`, { epoch });
    return {
      ...{ posted, previous: before[0] ?? null, seed, committedHeads: heads, registryNow },
      parameters: { ...(await enforcedAt(index, paramsHash)), ...network.policy },
      registry: { ...registry, stipendPot: await stipendPotBefore(index, posted) },
    };
  });
}

async function notSettled(index: EventIndex, network: Network, epoch: number, nowMs: number): Promise<WayleaveError> {
  const now = epochAt(network.schedule, nowMs);
  const [last] = await statements(index, { limit: 1 });
  const newest = last === undefined ? "none is settled yet" : `the newest settled one is ${last.epoch}`;
  const facts = { epoch, now, newestSettled: last?.epoch ?? null };
  const why =
    epoch >= now
      ? "is not over"
      : last !== undefined && last.epoch > epoch
        ? "was skipped: nothing was settled or paid for it, its vouchers settled in the next"
        : "is not settled yet";
  return new WayleaveError("epoch-unknown", `Epoch ${epoch} ${why} (epoch ${now} runs, ${newest})`, facts);
}

/** The rule's numbers under the hash that the statement names. */
async function enforcedAt(index: EventIndex, paramsHash: Hash32) {
  const [set] = await index.select({ name: "ParamsSet", subject: paramsHash, limit: 1 });
  if (set !== undefined) return set.args.parameters;
  throw new WayleaveError("parameters-unknown", "The statement names parameters that were never set", { paramsHash });
}

/** WAY that waited to be paid as stipends: put in until the registry's block, less what statements before have paid. */
async function stipendPotBefore(index: EventIndex, { epoch, statement }: PostedStatement): Promise<bigint> {
  const funded = await index.sumBySubject("StipendFunded", statement.registryBlock);
  let pot = 0n;
  for (const amount of funded.values()) pot += amount;
  for (const earlier of await statements(index, { limit: epoch + 1, upToEpoch: epoch - 1 })) {
    pot -= earlier.statement.stipendWay;
  }
  return pot < 0n ? 0n : pot;
}
