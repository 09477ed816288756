import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { AccountKey } from "@wayleave/core/accountKey";
import { utf8 } from "@wayleave/core/bytes";
import type { Hash32 } from "@wayleave/core/ids";
import { ZERO_HASH } from "@wayleave/core/messages";
import { type Clock, epochStart, type Schedule } from "@wayleave/core/time";
import type { BundleData, CheckedBundle, Sighting, WrittenBundle } from "../bundle/bundleData.ts";
import { manifestText } from "../bundle/manifest.ts";
import { writeBundle } from "../bundle/writeBundle.ts";
import type { RevealChain } from "../settle/challenges.ts";
import type { NetworkIds } from "../settle/settleInput.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import type { Notary } from "./notary.ts";

interface Needs {
  readonly store: VerifierStore;
  readonly notary: Notary;
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly account: AccountKey;
  readonly network: NetworkIds;
  /** Where bundles lie, one folder per epoch. */
  readonly directory: string;
}

/** Assembles, signs and stores this verifier's bundle of an epoch that ended; durable before its head is told to anybody. */
export async function publishBundle(
  needs: Needs,
  epoch: number,
  seed: Hash32,
  chain: RevealChain,
): Promise<CheckedBundle> {
  const data = await gather(needs, epoch, seed, chain);
  const written = writeBundle(data, (digest) => needs.account.sign(digest));
  await storeFiles(path.join(needs.directory, String(epoch)), written);
  await needs.store.saveBundleHead(epoch, written.head);
  return written.bundle;
}

async function gather(needs: Needs, epoch: number, seed: Hash32, chain: RevealChain): Promise<BundleData> {
  const { store, notary, account, network, schedule } = needs;
  const claims = await store.claims(epoch);
  const offers = await store.offers(epoch);
  const cells = new Map(offers.map(({ offer }) => [offer.device, offer.cell]));
  const sightings: Sighting[] = (await store.sightings(epoch)).map((seen) => ({
    ...seen,
    cell: cells.get(seen.device) ?? 0n,
  }));
  const judged = (await store.verdictsOf(epoch)).map((row) =>
    row.slot < schedule.slotsPerEpoch ? row : { ...row, challenge: ZERO_HASH },
  );
  return {
    network,
    epoch,
    verifier: account.address,
    seed,
    revealHead: chain.head,
    reveals: chain.reveals,
    // Fixed by the calendar, not by when this ran: the same facts are the same bytes after a restart.
    createdAtMs: epochStart(schedule, epoch + 1) + schedule.cutMs,
    vouchers: notary.known(),
    verdicts: judged,
    commitments: await store.commitments(epoch),
    offers,
    sightings,
    claims: claims.map(({ kind, device, evidence }) => ({ kind, device, epoch, evidence })),
    evidence: await store.failedEvidence(epoch),
  };
}

/** Writes beside and renames, so that a reader finds a whole bundle or none. */
async function storeFiles(folder: string, written: WrittenBundle): Promise<void> {
  const beside = `${folder}.partial`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true });
  const files = new Map<string, Uint8Array>([
    ...written.files,
    ["manifest.json", utf8(manifestText(written.manifest))],
  ]);
  for (const [name, bytes] of files) {
    const file = await open(path.join(beside, name), "w", 0o644);
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
  }
  await rm(folder, { recursive: true, force: true });
  await rename(beside, folder);
}

/** A stored file of a bundle; null when there is none. `name` was checked to be a plain name. */
export async function bundleFile(directory: string, epoch: number, name: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path.join(directory, String(epoch), name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
