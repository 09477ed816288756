import type { KeyObject } from "node:crypto";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { WayleaveError } from "@wayleave/core/errors";
import { objectKey } from "../../model/encryption.ts";
import { type Database, statement } from "../database/database.ts";
import type { ContentRecord, SegmentRecord } from "../segments/contentReader.ts";
import type { ReadablePiece } from "../segments/windowReader.ts";

interface Row {
  readonly content_id: number;
  readonly content_bytes: number;
  readonly object_id: Buffer;
  readonly segment_id: number;
  readonly idx: number;
  readonly size_bytes: number;
  readonly data_shards: number;
  readonly shards: number[];
  readonly devices: Address[];
  readonly piece_ids: Hash32[];
  readonly bad: boolean[];
}

const LOAD = statement(
  "load-contents",
  `select c.id as content_id, c.size_bytes as content_bytes, c.object_id, s.id as segment_id, s.idx, s.size_bytes, s.data_shards,
     array_agg(p.shard order by p.shard)::integer[] as shards, array_agg(p.device order by p.shard) as devices,
     array_agg(p.piece_id order by p.shard) as piece_ids, array_agg(p.bad order by p.shard) as bad
   from storage.content c join storage.segment s on s.content_id = c.id join storage.piece p on p.segment_id = s.id
   where c.id = any($1) group by c.id, s.id`,
);
/** Contents looked up at a time: parts of 8 MiB make half a GiB. */
const CONTENTS_PER_QUERY = 64;

/** Loads contents as a reader reaches them. @param keyOfBucket - under whose key they are. */
export async function* loadContents(
  database: Database,
  contentIds: readonly number[],
  keyOfBucket: KeyObject,
): AsyncGenerator<ContentRecord> {
  for (let at = 0; at < contentIds.length; at += CONTENTS_PER_QUERY) {
    const ids = contentIds.slice(at, at + CONTENTS_PER_QUERY);
    const rows = await database.rows<Row>(LOAD, [ids]);
    const byContent = Map.groupBy(rows, (row) => row.content_id);
    for (const id of ids) yield contentOf(id, byContent.get(id), keyOfBucket);
  }
}

function contentOf(id: number, rows: readonly Row[] | undefined, keyOfBucket: KeyObject): ContentRecord {
  const first = rows?.[0];
  if (rows === undefined || first === undefined) {
    throw new WayleaveError("data-unavailable", "The content's record is missing", { content: id });
  }
  const segments = rows.map(segmentOf).sort((a, b) => a.index - b.index);
  return { id, sizeBytes: first.content_bytes, key: objectKey(keyOfBucket, first.object_id), segments };
}

function segmentOf(row: Row): SegmentRecord {
  const pieces = row.shards.map((shard, i): ReadablePiece => ({
    shard,
    device: row.devices[i]!,
    pieceId: row.piece_ids[i]!,
    bad: row.bad[i]!,
  }));
  return { id: row.segment_id, index: row.idx, sizeBytes: row.size_bytes, k: row.data_shards, pieces };
}
