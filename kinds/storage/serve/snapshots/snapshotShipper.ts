import { toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { SnapshotPart, SnapshotTake } from "@wayleave/core/snapshotPart";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { pieceDigest } from "../../model/pieceTree.ts";
import { type Database, type Queries, statement } from "../database/database.ts";
import type { RecoveryKeys } from "../recoveryKeys.ts";
import type { IntentLog } from "../segments/intentLog.ts";
import { type PieceClient, randomPieceId } from "../segments/pieceClient.ts";
import { place } from "../segments/placement.ts";
import type { ShardTarget } from "../segments/shardUpload.ts";
import type { StorageDevices } from "../segments/storageDevices.ts";
import { CHUNK_TEXT_BYTES, type ChunkName, chunkNameText, encodeChunk, partLine } from "./chunkCodec.ts";
import { type EntityName, allRecords, namedRecords } from "./records.ts";

/** Copies of each chunk, on devices without a common owner, prefix or network. */
const COPIES = 4;
/** Fewer than this and the chunk counts as not shipped, as long as there are so many devices. */
const COPIES_MIN = 2;
/** Changes in one journal chunk; more make another at once. */
const CHANGES_PER_CHUNK = 10_000;
/** A journal of more chunks, or of more bytes than the state (and this), is replaced by a new whole state. */
const JOURNAL_CHUNKS_MAX = 500;
const JOURNAL_BYTES_MIN = 4 << 20;

const DIRTY = statement(
  "read-dirty",
  `select seq, entity, id, name, key from storage.dirty order by seq limit ${CHANGES_PER_CHUNK}`,
);
const DIRTY_UNTIL = statement("dirty-seqs", "select seq from storage.dirty");
const CLEAN = statement("clean-dirty", "delete from storage.dirty where seq = any($1)");
const LATEST = statement(
  "latest-generation",
  `select generation, max(seq)::bigint as seq, count(*) filter (where part = 'journal') as journals,
     coalesce(sum(size_bytes) filter (where part = 'journal'), 0)::bigint as "journalBytes",
     coalesce(sum(size_bytes) filter (where part <> 'journal'), 0)::bigint as "fullBytes", max(created_ms) as "newestMs"
   from storage.chunk where generation = (select max(generation) from storage.chunk where part = 'end') group by generation`,
);
const MAX_GENERATION = statement(
  "max-generation",
  "select coalesce(max(generation), 0)::bigint as generation from storage.chunk",
);
const ADD = statement(
  "add-chunk",
  `insert into storage.chunk (generation, seq, part, created_ms, size_bytes, root, devices, piece_ids)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
const DROP_OTHERS = statement("drop-chunks", "delete from storage.chunk where generation <> $1");
/** Chunks of which fewer copies than wanted lie on devices that are here. */
const THIN = statement(
  "thin-chunks",
  `select count(*) as thin from storage.chunk k where generation = $1
     and (select count(*) from unnest(k.devices) as d where d = any($2)) < $3`,
);

interface Latest {
  readonly generation: number;
  readonly seq: number;
  readonly journals: number;
  readonly journalBytes: number;
  readonly fullBytes: number;
  readonly newestMs: UnixMs;
}

export interface SnapshotFigures {
  /** When the state was taken that devices hold; null before the first. */
  readonly shippedUntilMs: UnixMs | null;
  readonly generation: number | null;
  readonly chunks: number;
  readonly failures: number;
}

export interface ShipperDependencies {
  readonly database: Database;
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly intents: IntentLog;
  readonly keys: RecoveryKeys;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** What else a recovered front needs: accounts, other kinds' records. */
  readonly parts: readonly SnapshotPart[];
}

/**
 * Ships the metadata to devices, encrypted under the recovery key: a whole state now and then and every change since. Of
 * a front that vanishes with its database, only what was acknowledged after the newest chunk is lost.
 */
export class SnapshotShipper {
  readonly #use: ShipperDependencies;
  #figures: SnapshotFigures = { shippedUntilMs: null, generation: null, chunks: 0, failures: 0 };

  constructor(dependencies: ShipperDependencies) {
    this.#use = dependencies;
  }

  get figures(): SnapshotFigures {
    return this.#figures;
  }

  /** Ships what changed since the last call, or a whole state when one is due. @throws when devices do not take it. */
  async ship(): Promise<void> {
    try {
      const [latest] = await this.#use.database.rows<Latest>(LATEST);
      if (latest === undefined || (await this.#fullIsDue(latest))) await this.#shipFull();
      else await this.#shipJournal(latest);
    } catch (error) {
      this.#figures = { ...this.#figures, failures: this.#figures.failures + 1 };
      throw error;
    }
  }

  async #fullIsDue(latest: Latest): Promise<boolean> {
    if (latest.journals >= JOURNAL_CHUNKS_MAX) return true;
    if (latest.journalBytes > Math.max(JOURNAL_BYTES_MIN, latest.fullBytes)) return true;
    const serving = this.#use.devices.serving().map((device) => device.id);
    const wanted = Math.min(COPIES_MIN, serving.length);
    const [row] = await this.#use.database.rows<{ thin: number }>(THIN, [latest.generation, serving, wanted]);
    if (row!.thin > 0) return true;
    for (const part of this.#use.parts) if ((await part.needsWhole?.()) === true) return true;
    return false;
  }

  async #shipFull(): Promise<void> {
    const { database, clock, log } = this.#use;
    const [row] = await database.rows<{ generation: number }>(MAX_GENERATION);
    const generation = Math.max(clock.now(), row!.generation + 1);
    const { seqs, chunks, takes } = await database.transaction(async (queries) => {
      const dirty = await queries.rows<{ seq: number }>(DIRTY_UNTIL);
      const taken = this.#take("whole");
      const shipped = await this.#shipWhole(queries, generation, taken);
      return { seqs: dirty.map((one) => one.seq), chunks: shipped, takes: taken };
    }, "repeatable read");
    await database.transaction(async (queries) => {
      await queries.rows(CLEAN, [seqs]);
      await queries.rows(DROP_OTHERS, [generation]);
    });
    for (const { take } of takes) await take.kept();
    this.#figures = { ...this.#figures, shippedUntilMs: generation, generation, chunks };
    log.info({ generation, chunks }, "Ship a whole metadata snapshot");
  }

  /** @returns how many chunks it took. */
  async #shipWhole(queries: Queries, generation: number, takes: readonly NamedTake[]): Promise<number> {
    const createdMs = this.#use.clock.now();
    let seq = 0;
    // One behind: only the last of them is the end.
    let last: readonly string[] = [];
    for await (const chunk of inChunks(allOf(allRecords(queries), takes))) {
      if (last.length > 0) await this.#shipChunk({ generation, seq: seq++, part: "full" }, createdMs, last);
      last = chunk;
    }
    await this.#shipChunk({ generation, seq: seq++, part: "end" }, createdMs, last);
    return seq;
  }

  async #shipJournal(latest: Latest): Promise<void> {
    const { database, clock } = this.#use;
    let { seq } = latest;
    for (let takes = this.#take("changes"); ; takes = []) {
      const createdMs = clock.now();
      const { seqs, lines } = await database.transaction(async (queries) => {
        const dirty = await queries.rows<EntityName & { seq: number }>(DIRTY);
        return { seqs: dirty.map((one) => one.seq), lines: await Array.fromAsync(namedRecords(queries, dirty)) };
      }, "repeatable read");
      for await (const chunk of inChunks(allOf(lines, takes))) {
        seq++;
        await this.#shipChunk({ generation: latest.generation, seq, part: "journal" }, createdMs, chunk);
      }
      if (seqs.length > 0) await database.rows(CLEAN, [seqs]);
      for (const { take } of takes) await take.kept();
      const chunks = seq + 1;
      this.#figures = { ...this.#figures, shippedUntilMs: createdMs, generation: latest.generation, chunks };
      if (seqs.length < CHANGES_PER_CHUNK) return;
    }
  }

  async #shipChunk(name: ChunkName, createdMs: UnixMs, lines: readonly string[]): Promise<void> {
    const { database, client, intents, keys } = this.#use;
    const body = await encodeChunk(keys.snapshots, name, { createdMs, lines });
    const { root: rootBytes } = pieceDigest(body);
    const root = toHex(rootBytes);
    const targets = this.#choose(body.byteLength);
    const intent = await intents.write(targets);
    const stored: ShardTarget[] = [];
    await Promise.all(
      targets.map(async (target) => {
        const upload = { pieceId: target.pieceId, body, sizeBytes: body.byteLength, root };
        try {
          const signed = await client.put(target.device.peer, {
            ...upload,
            class: "metadata",
            name: chunkNameText(name),
          });
          client.checkReceipt(target.device.peer, signed, {
            pieceId: target.pieceId,
            root,
            sizeBytes: body.byteLength,
          });
          stored.push(target);
        } catch (error) {
          this.#use.devices.noteFailure(target.device.id, false);
          this.#use.log.debug({ device: target.device.id, reason: String(error) }, "Miss a copy of a metadata chunk");
        }
      }),
    );
    if (stored.length < Math.min(COPIES_MIN, targets.length)) {
      await intents.abandon([intent]);
      throw tooFewDevices(stored.length);
    }
    await database.transaction(async (queries) => {
      const devices = stored.map((target) => target.device.id);
      const pieceIds = stored.map((target) => target.pieceId);
      const { generation, seq, part } = name;
      await queries.rows(ADD, [generation, seq, part, createdMs, body.byteLength, rootBytes, devices, pieceIds]);
      await intents.abandon([intent], queries);
    });
  }

  #choose(pieceBytes: number): ShardTarget[] {
    const { devices, random } = this.#use;
    const request = { k: 1, n: COPIES, wanted: COPIES, pieceBytes };
    const chosen = place(devices.candidates(), request, random).devices.flatMap(({ id }) => devices.find(id) ?? []);
    if (chosen.length === 0) throw tooFewDevices(0);
    return chosen.map((device, shard) => ({ device, shard, pieceId: randomPieceId() }));
  }

  #take(scope: "whole" | "changes"): NamedTake[] {
    return this.#use.parts.map((part) => ({ part: part.name, take: part.take(scope) }));
  }
}

interface NamedTake {
  readonly part: string;
  readonly take: SnapshotTake;
}

/** Our own records, then every part's. */
async function* allOf(own: Iterable<string> | AsyncIterable<string>, takes: readonly NamedTake[]) {
  yield* own;
  for (const { part, take } of takes) for await (const line of take.lines) yield partLine(part, line);
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let chunk: string[] = [];
  let bytes = 0;
  for await (const line of lines) {
    chunk.push(line);
    bytes += line.length;
    if (bytes < CHUNK_TEXT_BYTES) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}

function tooFewDevices(copies: number): WayleaveError {
  const facts = { copies, wanted: COPIES_MIN };
  return new WayleaveError("insufficient-capacity", "Too few devices take metadata snapshots", facts, {
    retryable: true,
  });
}
