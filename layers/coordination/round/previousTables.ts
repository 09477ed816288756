import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { INITIAL_RESERVE } from "@wayleave/economy/parameters";
import type { CoordinationChain, PostedStatement } from "../chainPort.ts";
import { genesisEpoch, type PreviousEpoch } from "../settle/settleInput.ts";
import { previousFrom, settledTablesSchema } from "../store/settledTables.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import { MAX_TABLES_BYTES, type PeerApi } from "./peerApi.ts";

interface Needs {
  readonly chain: Pick<CoordinationChain, "lastStatement" | "verifierEndpoints">;
  readonly store: Pick<VerifierStore, "settled">;
  readonly peers: PeerApi;
  readonly log: Logger;
  readonly self: Address;
}

/**
 * The tables of the last accepted statement: our own, or a peer's that lead to the same roots.
 * @throws WayleaveError `tables-missing` (retryable) when nobody serves them.
 */
export async function previousEpoch(needs: Needs, signal: AbortSignal): Promise<PreviousEpoch> {
  const { chain, peers, log, self } = needs;
  const accepted = await chain.lastStatement();
  if (accepted === null) return genesisEpoch(INITIAL_RESERVE);
  const own = await ownTables(needs, accepted);
  if (own !== null) return own;
  const epoch = Number(accepted.statement.epoch);
  for (const { account, url } of await chain.verifierEndpoints()) {
    if (account === self) continue;
    try {
      const tables = await peers.json(`${url}/statements/${epoch}`, settledTablesSchema, MAX_TABLES_BYTES, signal);
      return previousFrom(tables, accepted);
    } catch (error) {
      log.warn({ epoch, verifier: account, reason: String(error) }, "Got no tables from a verifier");
    }
  }
  const message = "Nobody serves the tables of the last accepted statement";
  throw new WayleaveError("tables-missing", message, { epoch }, { retryable: true });
}

async function ownTables({ store, log }: Needs, accepted: PostedStatement): Promise<PreviousEpoch | null> {
  const epoch = Number(accepted.statement.epoch);
  const own = await store.settled(epoch);
  if (own?.statementHash !== accepted.statementHash) return null;
  try {
    return previousFrom(settledTablesSchema.parse(JSON.parse(own.tables)), accepted);
  } catch (error) {
    log.error({ epoch, reason: String(error) }, "Cannot read this verifier's own tables"); // others have them too
    return null;
  }
}
