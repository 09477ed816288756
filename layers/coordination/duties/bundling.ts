import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { AccountKey } from "@wayleave/core/accountKey";
import { utf8 } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hash32 } from "@wayleave/core/ids";
import type { Judge } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { epochStart, type Schedule } from "@wayleave/core/time";
import type { BundleData, CheckedBundle, PackedAnswers, Sighting, WrittenBundle } from "../bundle/bundleData.ts";
import { fetchBundle } from "../bundle/fetchBundle.ts";
import { manifestText } from "../bundle/manifest.ts";
import { writeBundle } from "../bundle/writeBundle.ts";
import type { RevealChain } from "../settle/challenges.ts";
import type { NetworkIds } from "../settle/settleInput.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import type { Notary } from "./notary.ts";

interface Needs {
  readonly store: VerifierStore;
  readonly notary: Pick<Notary, "known">;
  readonly schedule: Schedule;
  readonly account: AccountKey;
  readonly network: NetworkIds;
  /** Where bundles lie, one folder per epoch. */
  readonly directory: string;
  readonly judges: ReadonlyMap<number, Judge>;
}

/**
 * Assembles, signs and stores this verifier's bundle of an epoch that ended; durable before its head is told to anybody.
 * After a restart it is the same bundle again: two for one epoch are equivocation, and vouchers have moved on since.
 * @throws WayleaveError `bundle-missing` when one was published and its files are lost: the epoch is then sat out.
 */
export async function publishBundle(
  needs: Needs,
  epoch: number,
  seed: Hash32,
  chain: RevealChain,
): Promise<CheckedBundle> {
  const folder = path.join(needs.directory, String(epoch));
  const published = await needs.store.bundleHead(epoch);
  if (published !== null) return storedBundle(needs, folder, epoch, published);
  const data = await gather(needs, epoch, seed, chain);
  const written = writeBundle(data, (digest) => needs.account.sign(digest));
  await writeFiles(besideOf(folder), written);
  // From here on this head and no other, though nobody can see it yet.
  if (!(await needs.store.claimBundle(epoch, written.head))) {
    throw new WayleaveError("bundle-conflict", "Another bundle was published for this epoch", { epoch });
  }
  await putInPlace(folder);
  return written.bundle;
}

/** What was published before a restart; or what a crash left one step short of it. */
async function storedBundle(needs: Needs, folder: string, epoch: number, head: Hash32): Promise<CheckedBundle> {
  const wanted = { network: needs.network, epoch, verifier: needs.account.address, head };
  for (const place of [folder, besideOf(folder)]) {
    try {
      const bundle = await fetchBundle((file) => readFile(path.join(place, file)), wanted);
      if (place !== folder) await putInPlace(folder);
      return bundle;
    } catch {
      continue; // not here, or not whole
    }
  }
  const facts = { epoch, head };
  throw new WayleaveError("bundle-missing", "The bundle published for this epoch is not on this disk any more", facts);
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
    answers: await packedAnswers(needs, epoch),
  };
}

/** Of kinds that judge their devices together. */
async function packedAnswers({ store, judges }: Needs, epoch: number): Promise<PackedAnswers[]> {
  const packed: PackedAnswers[] = [];
  for (const [kind, { joint }] of judges) {
    if (joint === undefined) continue;
    for (const [device, answers] of await store.rightAnswers(epoch, kind)) {
      packed.push({ device, kind, packed: joint.pack(answers, { device, epoch }) });
    }
  }
  return packed;
}

/** Where a bundle is written: renamed when whole, so that a reader finds a whole one or none. */
function besideOf(folder: string): string {
  return `${folder}.partial`;
}

async function writeFiles(folder: string, written: WrittenBundle): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = utf8(manifestText(written.manifest));
  for (const [name, bytes] of [...written.files, ["manifest.json", manifest] as const]) {
    const file = await open(path.join(folder, name), "w", 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await syncFolder(folder);
}

async function putInPlace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }); // of a verifier whose database was lost
  await rename(besideOf(folder), folder);
  await syncFolder(path.dirname(folder));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
