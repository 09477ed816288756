import type { Address, Hash32 } from "@wayleave/core/ids";
import { type Database, statement } from "../database/database.ts";
import { keyBytes } from "./objectRows.ts";

/** Where one shard of one segment lies. */
export interface ShardPlace {
  readonly shard: number;
  readonly device: Address;
  readonly pieceId: Hash32;
  readonly sizeBytes: number;
  /** Known to be wrong or lost, and to be rebuilt. */
  readonly bad: boolean;
}

export interface SegmentPlaces {
  readonly sizeBytes: number;
  readonly k: number;
  readonly n: number;
  readonly shards: readonly ShardPlace[];
}

/** Where one object lies: on which devices, or with the metadata when it is small. */
export interface ObjectPlaces {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly inline: boolean;
  /** In order; at most {@link SEGMENTS_MAX}. */
  readonly segments: readonly SegmentPlaces[];
}

/** What a page can show: 16 GiB of full segments. */
const SEGMENTS_MAX = 256;

const OBJECT = statement(
  "place-object",
  `select o.size_bytes, o.inline_data is not null as inline, o.contents from storage.object o join storage.bucket b on b.id = o.bucket_id
   where b.name = $1 and o.key = $2 and b.customer = $3`,
);
const SEGMENTS = statement(
  "place-segments",
  `select s.size_bytes as "sizeBytes", s.data_shards as k, s.total_shards as n,
     (select coalesce(json_agg(json_build_object('shard', p.shard, 'device', p.device, 'pieceId', p.piece_id,
        'sizeBytes', p.size_bytes, 'bad', p.bad) order by p.shard), '[]') from storage.piece p where p.segment_id = s.id) as shards
   from unnest($1::bigint[]) with ordinality as c(id, at) join storage.segment s on s.content_id = c.id
   order by c.at, s.idx limit ${SEGMENTS_MAX}`,
);

/** @returns null when this customer has no such object. */
export async function placementOf(
  database: Database,
  customer: string,
  bucket: string,
  key: string,
): Promise<ObjectPlaces | null> {
  const [row] = await database.rows<{ size_bytes: number; inline: boolean; contents: number[] }>(OBJECT, [
    bucket,
    keyBytes(key),
    customer,
  ]);
  if (row === undefined) return null;
  const segments = await database.rows<SegmentPlaces>(SEGMENTS, [row.contents]);
  return { bucket, key, sizeBytes: row.size_bytes, inline: row.inline, segments };
}
