import { registryAt } from "@wayleave/chain/registryAt";
import { lastStatement, type PostedStatement, statementOf } from "@wayleave/chain/settlementHistory";
import { WayleaveError } from "@wayleave/core/errors";
import type { Network } from "@wayleave/core/network";
import { withChain } from "../network/chainBooks.ts";
import { verifierPlaces } from "../network/fetchedBundles.ts";
import { type PublishedTables, tablesOf } from "../network/publishedTables.ts";

/** What one statement settled, checked against its signed roots but for the explanations. */
export interface SettledEpoch {
  readonly posted: PostedStatement;
  readonly tables: PublishedTables;
}

/**
 * The tables of one settled epoch.
 * @param epoch - null: the newest.
 * @throws WayleaveError `statement-missing` when it is not settled, `tables-missing` when nobody serves its tables.
 */
export async function settledEpoch(network: Network, epoch: number | null): Promise<SettledEpoch> {
  const { posted, places } = await withChain(network, async ({ index, head }) => ({
    posted: epoch === null ? await lastStatement(index) : await statementOf(index, epoch),
    places: verifierPlaces((await registryAt(index, head.number)).verifiers),
  }));
  if (posted === null) {
    const message = epoch === null ? "No epoch is settled yet" : `Epoch ${epoch} is not settled`;
    throw new WayleaveError("statement-missing", message, epoch === null ? {} : { epoch });
  }
  const urls = places.map(({ url }) => url);
  return { posted, tables: await tablesOf(urls, posted) };
}
