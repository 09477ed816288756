import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { SnapshotRestorer } from "@wayleave/core/snapshotPart";
import type { Clock, UnixMs } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import { MAX_PIECE_BYTES } from "../../model/pieceTree.ts";
import { Database, statement } from "../database/database.ts";
import { migrate } from "../database/schema.ts";
import { type RecoveryKeys, recoveryKeys } from "../recoveryKeys.ts";
import { type PayerIdentity, PieceClient } from "../segments/pieceClient.ts";
import { type Chunk, type ChunkName, decodeChunk, parseChunkName, parsePartLine } from "./chunkCodec.ts";
import { applyRecords, beginApplying, endApplying } from "./records.ts";

/** Snapshots that were recovered from stay this long: until the front has shipped its own. */
const OLD_SNAPSHOTS_KEPT_MS = 3_600_000;
/** Pieces that no recovered row names: a journal chunk may still turn up on a device that was away. */
const ORPHANS_KEPT_MS = 7 * 86_400_000;

export interface RecoveryOptions {
  /** Of an empty database, or one that has other kinds' schemas only. */
  readonly pool: Pool;
  /** Linked devices; more of them find more. */
  readonly peers: readonly LinkPeer[];
  readonly recoveryKey: Uint8Array;
  readonly identity: PayerIdentity;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of what else is in the snapshots. Lines of parts that are not among them are passed over. */
  readonly restorers: readonly SnapshotRestorer[];
}

/** What was found and put back. */
export interface RecoveryReport {
  /** When the state was taken that was recovered: what was acknowledged later is lost. */
  readonly recoveredUntilMs: UnixMs;
  readonly generation: number;
  readonly chunks: number;
  /** Journal chunks that no device had; what only they told is lost. */
  readonly missingChunks: readonly number[];
  readonly devicesAsked: number;
  readonly devicesFailed: number;
  readonly buckets: number;
  readonly objects: number;
  readonly storedBytes: number;
  /** Objects whose contents' records are missing: they cannot be read. */
  readonly brokenObjects: number;
  /** Pieces on devices that no row names; collected after a week. */
  readonly orphanPieces: number;
  /** What came back of other parts, by their names. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

interface Copy {
  readonly peer: LinkPeer;
  readonly pieceId: Hash32;
  readonly root: Hash32;
  readonly sizeBytes: number;
}

interface Found {
  readonly name: ChunkName;
  readonly copies: Copy[];
}

const IS_EMPTY = statement(
  "is-storage-empty",
  "select not exists (select from storage.bucket) and not exists (select from storage.content) as empty",
);
const COUNTS = statement(
  "recovered-counts",
  `select (select count(*) from storage.bucket) as buckets, (select count(*) from storage.object) as objects,
     (select coalesce(sum(size_bytes), 0)::bigint from storage.object) as "storedBytes",
     (select count(*) from storage.object o where exists (
        select from unnest(o.contents) as c(id) where not exists (select from storage.content where content.id = c.id))) as "brokenObjects"`,
);
const DISCARD_LATER = statement(
  "discard-later",
  `insert into storage.garbage (piece_id, device, root, not_before_ms)
   select g.piece_id, g.device, decode(substr(g.root, 3), 'hex'), $4 from unnest($1::text[], $2::text[], $3::text[]) as g(piece_id, device, root)
   where not exists (select from storage.piece p where p.device = g.device and p.piece_id = g.piece_id)
   on conflict do nothing returning piece_id`,
);

/**
 * Rebuilds the storage service's metadata in an empty database from what devices hold, with nothing but the recovery key.
 * Devices are hostile: nothing of theirs is believed that does not open with the key under its own name.
 *
 * @throws WayleaveError `database-not-empty`; `snapshot-missing` when no whole state could be read.
 */
export async function recoverStorage(options: RecoveryOptions): Promise<RecoveryReport> {
  const { pool, log, clock } = options;
  await migrate(pool);
  const database = new Database(pool);
  const [row] = await database.rows<{ empty: boolean }>(IS_EMPTY);
  if (!row!.empty) throw new WayleaveError("database-not-empty", "Recovery needs a database without objects");
  const keys = recoveryKeys(options.recoveryKey);
  const client = new PieceClient(options.identity, clock);
  const { found, failed } = await listChunks(options.peers, client, log);
  const whole = await readWholeState(found, keys, client, log);
  const journal = await readJournal(found, whole, keys, client, log);
  const chunks = [...whole.chunks, ...journal.chunks];
  // First: once our own is committed, there is no second try.
  const parts = await restoreParts(chunks, options);
  await database.transaction(async (queries) => {
    await beginApplying(queries);
    for (const { lines } of chunks) {
      await applyRecords(
        queries,
        lines.filter((line) => parsePartLine(line) === null),
      );
    }
    await endApplying(queries);
  });
  await discardOldSnapshots(database, found, clock.now() + OLD_SNAPSHOTS_KEPT_MS);
  const orphanPieces = await discardOrphans(database, options.peers, client, clock.now() + ORPHANS_KEPT_MS, log);
  const [counts] =
    await database.rows<Pick<RecoveryReport, "buckets" | "objects" | "storedBytes" | "brokenObjects">>(COUNTS);
  const report: RecoveryReport = {
    recoveredUntilMs: chunks.at(-1)!.createdMs,
    generation: whole.generation,
    chunks: chunks.length,
    missingChunks: journal.missing,
    devicesAsked: options.peers.length,
    devicesFailed: failed,
    ...counts!,
    orphanPieces,
    parts,
  };
  log.info({ ...report, missingChunks: journal.missing.length }, "Recover the storage metadata");
  return report;
}

/** Every copy of every chunk that the devices name. */
async function listChunks(
  peers: readonly LinkPeer[],
  client: PieceClient,
  log: Logger,
): Promise<{ readonly found: readonly Found[]; readonly failed: number }> {
  const byName = new Map<string, Found>();
  let failed = 0;
  await Promise.all(
    peers.map(async (peer) => {
      try {
        for await (const page of client.list(peer, "metadata")) {
          for (const { name: text, pieceId, pieceRoot, sizeBytes } of page) {
            const name = text === null ? null : parseChunkName(text);
            if (text === null || name === null) continue;
            const found = byName.get(text) ?? { name, copies: [] };
            byName.set(text, found);
            found.copies.push({ peer, pieceId, root: pieceRoot, sizeBytes });
          }
        }
      } catch (error) {
        failed++;
        log.warn({ device: peer.id, reason: String(error) }, "Fail to list a device's metadata");
      }
    }),
  );
  return { found: [...byName.values()].sort((a, b) => a.name.seq - b.name.seq), failed };
}

interface WholeState {
  readonly generation: number;
  readonly endSeq: number;
  readonly chunks: readonly Chunk[];
}

/** The newest generation of which every part can be read. */
async function readWholeState(
  found: readonly Found[],
  keys: RecoveryKeys,
  client: PieceClient,
  log: Logger,
): Promise<WholeState> {
  const generations = [...new Set(found.map(({ name }) => name.generation))].sort((a, b) => b - a);
  for (const generation of generations) {
    const parts = found.filter(({ name }) => name.generation === generation && name.part !== "journal");
    const end = parts.at(-1);
    const isWhole = end?.name.part === "end" && parts.length === end.name.seq + 1;
    const chunks = isWhole ? await readAll(parts, keys, client, log) : [];
    if (isWhole && chunks.every((chunk) => chunk !== null)) return { generation, endSeq: end.name.seq, chunks };
    log.warn({ generation, parts: parts.length }, "Pass over a snapshot that is not whole");
  }
  throw new WayleaveError("snapshot-missing", "No device gave a whole metadata snapshot that this key opens", {
    generations: generations.length,
  });
}

async function readJournal(
  found: readonly Found[],
  whole: WholeState,
  keys: RecoveryKeys,
  client: PieceClient,
  log: Logger,
): Promise<{ readonly chunks: readonly Chunk[]; readonly missing: readonly number[] }> {
  const entries = found.filter(({ name }) => name.generation === whole.generation && name.part === "journal");
  const read = await readAll(entries, keys, client, log);
  const bySeq = new Map(entries.map(({ name }, i) => [name.seq, read[i]!]));
  const last = Math.max(whole.endSeq, ...[...bySeq].filter(([, chunk]) => chunk !== null).map(([seq]) => seq));
  const chunks: Chunk[] = [];
  const missing: number[] = [];
  for (let seq = whole.endSeq + 1; seq <= last; seq++) {
    const chunk = bySeq.get(seq) ?? null;
    if (chunk === null) missing.push(seq);
    else chunks.push(chunk);
  }
  return { chunks, missing };
}

async function readAll(
  entries: readonly Found[],
  keys: RecoveryKeys,
  client: PieceClient,
  log: Logger,
): Promise<(Chunk | null)[]> {
  const chunks: (Chunk | null)[] = [];
  for (const entry of entries) chunks.push(await readChunk(entry, keys, client, log));
  return chunks;
}

/** From the first copy that opens. */
async function readChunk(
  { name, copies }: Found,
  keys: RecoveryKeys,
  client: PieceClient,
  log: Logger,
): Promise<Chunk | null> {
  for (const { peer, pieceId, sizeBytes } of copies) {
    if (sizeBytes > MAX_PIECE_BYTES) continue;
    try {
      const chunk = await decodeChunk(keys.snapshots, name, await client.read(peer, pieceId, 0, sizeBytes));
      if (chunk !== null) return chunk;
      log.warn({ device: peer.id, ...name }, "Refuse a metadata chunk that the key does not open");
    } catch (error) {
      log.warn({ device: peer.id, ...name, reason: String(error) }, "Fail to read a metadata chunk");
    }
  }
  return null;
}

async function restoreParts(
  chunks: readonly Chunk[],
  { restorers, log }: Pick<RecoveryOptions, "restorers" | "log">,
): Promise<RecoveryReport["parts"]> {
  let passedOver = 0;
  for (const { lines } of chunks) {
    const byPart = new Map<string, string[]>();
    for (const line of lines) {
      const parsed = parsePartLine(line);
      if (parsed === null) continue;
      const texts = byPart.get(parsed.part);
      if (texts === undefined) byPart.set(parsed.part, [parsed.text]);
      else texts.push(parsed.text);
    }
    for (const [part, texts] of byPart) {
      const restorer = restorers.find(({ name }) => name === part);
      if (restorer === undefined) passedOver += texts.length;
      else await restorer.restore(texts);
    }
  }
  if (passedOver > 0) log.warn({ lines: passedOver }, "Pass over lines of parts that this front does not have");
  const parts: Record<string, Readonly<Record<string, number>>> = {};
  for (const restorer of restorers) parts[restorer.name] = await restorer.finish();
  return parts;
}

async function discardOldSnapshots(database: Database, found: readonly Found[], notBeforeMs: UnixMs): Promise<void> {
  const copies = found.flatMap((entry) => entry.copies);
  await discard(
    database,
    copies.map((copy) => ({ device: copy.peer.id, pieceId: copy.pieceId, root: copy.root })),
    notBeforeMs,
  );
}

async function discardOrphans(
  database: Database,
  peers: readonly LinkPeer[],
  client: PieceClient,
  notBeforeMs: UnixMs,
  log: Logger,
): Promise<number> {
  let orphans = 0;
  for (const peer of peers) {
    try {
      for await (const page of client.list(peer, "data")) {
        const pieces = page
          .filter((piece) => piece.name === null)
          .map(({ pieceId, pieceRoot }) => ({ device: peer.id, pieceId, root: pieceRoot }));
        orphans += await discard(database, pieces, notBeforeMs);
      }
    } catch (error) {
      log.warn({ device: peer.id, reason: String(error) }, "Fail to list a device's pieces");
    }
  }
  return orphans;
}

/** @returns how many of the pieces no row names. */
async function discard(
  database: Database,
  pieces: readonly { readonly device: Address; readonly pieceId: Hash32; readonly root: Hash32 }[],
  notBeforeMs: UnixMs,
): Promise<number> {
  const columns = [pieces.map((p) => p.pieceId), pieces.map((p) => p.device), pieces.map((p) => p.root)];
  return (await database.rows(DISCARD_LATER, [...columns, notBeforeMs])).length;
}
