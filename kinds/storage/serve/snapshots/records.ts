/**
 * Rows as snapshots carry them: one line of JSON each, bytes in hex, made and read by the database itself. A record is
 * the whole state of its entity, so applying one twice, or an older one before a newer one, does no harm.
 */
import { type Queries, statement } from "../database/database.ts";

export type Entity = "bucket" | "content" | "upload" | "part" | "object";

/** What a journal entry names. */
export interface EntityName {
  readonly entity: Entity;
  readonly id: number | null;
  readonly name: string | null;
  readonly key: Buffer | null;
}

const BUCKET = `json_build_object('t', 'bucket', 'id', id, 'name', name, 'customer', customer, 'created_ms', created_ms,
  'data_shards', data_shards, 'repair_at', repair_at, 'total_shards', total_shards, 'wrapped_key', encode(wrapped_key, 'hex'))`;
const CONTENT = `json_build_object('t', 'content', 'id', c.id, 'bucket_id', c.bucket_id, 'object_id', encode(c.object_id, 'hex'),
  'size_bytes', c.size_bytes, 'segments', (select coalesce(json_agg(json_build_object('id', s.id, 'idx', s.idx,
    'size_bytes', s.size_bytes, 'data_shards', s.data_shards, 'repair_at', s.repair_at, 'total_shards', s.total_shards,
    'pieces', (select coalesce(json_agg(json_build_object('shard', p.shard, 'device', p.device, 'piece_id', p.piece_id,
      'root', encode(p.root, 'hex'), 'leaf_count', p.leaf_count, 'size_bytes', p.size_bytes, 'stored_ms', p.stored_ms,
      'expires_ms', p.expires_ms, 'signature', encode(p.signature, 'hex'), 'bad', p.bad)), '[]')
      from storage.piece p where p.segment_id = s.id))), '[]')
    from storage.segment s where s.content_id = c.id))`;
const UPLOAD = `json_build_object('t', 'upload', 'upload_id', id, 'bucket_id', bucket_id, 'key', encode(key, 'hex'),
  'initiated_ms', initiated_ms, 'metadata', metadata, 'checksum', checksum)`;
const PART = `json_build_object('t', 'part', 'upload_id', upload_id, 'number', number, 'etag', etag, 'size_bytes', size_bytes,
  'modified_ms', modified_ms, 'checksum', checksum, 'contents', contents)`;
const OBJECT = `json_build_object('t', 'object', 'bucket_id', bucket_id, 'key', encode(key, 'hex'), 'etag', etag,
  'size_bytes', size_bytes, 'modified_ms', modified_ms, 'metadata', metadata, 'checksum', checksum, 'part_sizes', part_sizes,
  'inline_id', encode(inline_id, 'hex'), 'inline_data', encode(inline_data, 'hex'), 'contents', contents)`;

/** Rows read at a time: a few MiB of JSON. */
const PAGE_ROWS = 1000;

const ALL = {
  bucket: statement(
    "snapshot-buckets",
    `select ${BUCKET}::text as line, id from storage.bucket where id > $1 order by id limit ${PAGE_ROWS}`,
  ),
  content: statement(
    "snapshot-contents",
    `select ${CONTENT}::text as line, c.id from storage.content c where c.id > $1 order by c.id limit ${PAGE_ROWS}`,
  ),
  upload: statement(
    "snapshot-uploads",
    `select ${UPLOAD}::text as line, id from storage.upload where id > $1 order by id limit ${PAGE_ROWS}`,
  ),
  part: statement(
    "snapshot-parts",
    `select ${PART}::text as line, upload_id as id, number from storage.part where (upload_id, number) > ($1, $2)
     order by upload_id, number limit ${PAGE_ROWS}`,
  ),
  object: statement(
    "snapshot-objects",
    `select ${OBJECT}::text as line, bucket_id as id, key from storage.object where (bucket_id, key) > ($1, $2)
     order by bucket_id, key limit ${PAGE_ROWS}`,
  ),
};

const NAMED = {
  bucket: statement(
    "snapshot-named-buckets",
    `select ${BUCKET}::text as line, id from storage.bucket where id = any($1)`,
  ),
  content: statement(
    "snapshot-named-contents",
    `select ${CONTENT}::text as line, c.id from storage.content c where c.id = any($1)`,
  ),
  upload: statement(
    "snapshot-named-uploads",
    `select ${UPLOAD}::text as line, id from storage.upload where id = any($1)`,
  ),
  part: statement(
    "snapshot-named-parts",
    `select ${PART}::text as line, p.upload_id as id, p.number
     from storage.part p join unnest($1::text[], $2::bigint[]) as n(upload_id, number) using (upload_id, number)`,
  ),
  object: statement(
    "snapshot-named-objects",
    `select ${OBJECT}::text as line, o.bucket_id as id, o.key
     from storage.object o join unnest($1::bigint[], $2::bytea[]) as n(bucket_id, key) using (bucket_id, key)`,
  ),
};

interface Line {
  readonly line: string;
  readonly id: number | string;
  readonly number?: number;
  readonly key?: Buffer;
}

/** Everything there is, in an order in which it can be put back. Needs a transaction of one consistent view. */
export async function* allRecords(queries: Queries): AsyncGenerator<string> {
  const first: Record<Entity, readonly unknown[]> = {
    bucket: [-1],
    content: [-1],
    upload: [""],
    part: ["", -1],
    object: [-1, Buffer.alloc(0)],
  };
  for (const entity of Object.keys(ALL) as Entity[]) {
    let after = first[entity];
    for (;;) {
      const rows = await queries.rows<Line>(ALL[entity], after);
      for (const row of rows) yield row.line;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) break;
      after = entity === "part" ? [last.id, last.number] : entity === "object" ? [last.id, last.key] : [last.id];
    }
  }
}

/** The present state of named entities; one that is not there any more becomes a record of its absence. */
export async function* namedRecords(queries: Queries, names: readonly EntityName[]): AsyncGenerator<string> {
  const distinct = new Map(names.map((name) => [nameText(name), name]));
  const byEntity = Map.groupBy(distinct.values(), (name) => name.entity);
  for (const entity of Object.keys(NAMED) as Entity[]) {
    const wanted = byEntity.get(entity) ?? [];
    for (let at = 0; at < wanted.length; at += PAGE_ROWS) {
      const page = wanted.slice(at, at + PAGE_ROWS);
      const rows = await queries.rows<Line>(NAMED[entity], valuesOf(entity, page));
      const found = new Set(rows.map((row) => nameText(nameOf(entity, row))));
      for (const row of rows) yield row.line;
      for (const name of page) if (!found.has(nameText(name))) yield goneLine(name);
    }
  }
}

function valuesOf(entity: Entity, names: readonly EntityName[]): unknown[] {
  switch (entity) {
    case "bucket":
    case "content":
      return [names.map((name) => name.id)];
    case "upload":
      return [names.map((name) => name.name)];
    case "part":
      return [names.map((name) => name.name), names.map((name) => name.id)];
    case "object":
      return [names.map((name) => name.id), names.map((name) => name.key)];
  }
}

function nameOf(entity: Entity, row: Line): EntityName {
  const textual = entity === "upload" || entity === "part";
  return {
    entity,
    id: textual ? (row.number ?? null) : (row.id as number),
    name: textual ? (row.id as string) : null,
    key: row.key ?? null,
  };
}

function nameText({ entity, id, name, key }: EntityName): string {
  return `${entity} ${id ?? ""} ${name ?? ""} ${key?.toString("hex") ?? ""}`;
}

function goneLine({ entity, id, name, key }: EntityName): string {
  return JSON.stringify({ t: "gone", entity, id, name, key: key?.toString("hex") ?? null });
}

const HEX = (column: string) => `decode(r.${column}, 'hex')`;
const CONTENTS = `(select coalesce(array_agg(x::bigint order by i), '{}') from jsonb_array_elements_text(r.contents) with ordinality as a(x, i))`;

/** In an order that keeps foreign keys: what is gone first, then owners before what they own. */
const APPLY = [
  statement(
    "apply-gone-parts",
    `delete from storage.part p using jsonb_to_recordset($1) as r(t text, entity text, name text, id bigint)
     where r.t = 'gone' and r.entity = 'part' and p.upload_id = r.name and p.number = r.id`,
  ),
  statement(
    "apply-gone-uploads",
    `delete from storage.upload u using jsonb_to_recordset($1) as r(t text, entity text, name text)
     where r.t = 'gone' and r.entity = 'upload' and u.id = r.name`,
  ),
  statement(
    "apply-gone-objects",
    `delete from storage.object o using jsonb_to_recordset($1) as r(t text, entity text, id bigint, key text)
     where r.t = 'gone' and r.entity = 'object' and o.bucket_id = r.id and o.key = ${HEX("key")}`,
  ),
  statement(
    "apply-gone-contents",
    `delete from storage.content c using jsonb_to_recordset($1) as r(t text, entity text, id bigint)
     where (r.t = 'gone' and r.entity = 'content' or r.t = 'content') and c.id = r.id`,
  ),
  statement(
    "apply-gone-buckets",
    `delete from storage.bucket b using jsonb_to_recordset($1) as r(t text, entity text, id bigint)
     where r.t = 'gone' and r.entity = 'bucket' and b.id = r.id`,
  ),
  statement(
    "apply-buckets",
    `insert into storage.bucket (id, name, customer, created_ms, data_shards, repair_at, total_shards, wrapped_key)
     select r.id, r.name, r.customer, r.created_ms, r.data_shards, r.repair_at, r.total_shards, ${HEX("wrapped_key")}
     from jsonb_to_recordset($1) as r(t text, id bigint, name text, customer text, created_ms bigint, data_shards smallint,
       repair_at smallint, total_shards smallint, wrapped_key text) where r.t = 'bucket'
     on conflict (id) do update set name = excluded.name, customer = excluded.customer, data_shards = excluded.data_shards,
       repair_at = excluded.repair_at, total_shards = excluded.total_shards, wrapped_key = excluded.wrapped_key`,
  ),
  statement(
    "apply-contents",
    `insert into storage.content (id, bucket_id, object_id, size_bytes)
     select r.id, b.id, ${HEX("object_id")}, r.size_bytes
     from jsonb_to_recordset($1) as r(t text, id bigint, bucket_id bigint, object_id text, size_bytes bigint)
       left join storage.bucket b on b.id = r.bucket_id where r.t = 'content'`,
  ),
  statement(
    "apply-segments",
    `insert into storage.segment (id, content_id, idx, size_bytes, data_shards, repair_at, total_shards)
     select s.id, r.id, s.idx, s.size_bytes, s.data_shards, s.repair_at, s.total_shards
     from jsonb_to_recordset($1) as r(t text, id bigint, segments jsonb), jsonb_to_recordset(r.segments) as s(id bigint, idx integer,
       size_bytes integer, data_shards smallint, repair_at smallint, total_shards smallint) where r.t = 'content'`,
  ),
  statement(
    "apply-pieces",
    `insert into storage.piece select s.id, p.shard, p.device, p.piece_id, decode(p.root, 'hex'), p.leaf_count, p.size_bytes,
       p.stored_ms, p.expires_ms, decode(p.signature, 'hex'), p.bad
     from jsonb_to_recordset($1) as r(t text, segments jsonb), jsonb_to_recordset(r.segments) as s(id bigint, pieces jsonb),
       jsonb_to_recordset(s.pieces) as p(shard smallint, device text, piece_id text, root text, leaf_count integer,
         size_bytes integer, stored_ms bigint, expires_ms bigint, signature text, bad boolean) where r.t = 'content'`,
  ),
  statement(
    "apply-uploads",
    `insert into storage.upload (id, bucket_id, key, initiated_ms, metadata, checksum)
     select r.upload_id, r.bucket_id, ${HEX("key")}, r.initiated_ms, r.metadata, nullif(r.checksum, 'null'::jsonb)
     from jsonb_to_recordset($1) as r(t text, upload_id text, bucket_id bigint, key text, initiated_ms bigint, metadata jsonb, checksum jsonb)
     where r.t = 'upload' on conflict (id) do nothing`,
  ),
  statement(
    "apply-parts",
    `insert into storage.part (upload_id, number, etag, size_bytes, modified_ms, checksum, contents)
     select r.upload_id, r.number, r.etag, r.size_bytes, r.modified_ms, nullif(r.checksum, 'null'::jsonb), ${CONTENTS}
     from jsonb_to_recordset($1) as r(t text, upload_id text, number integer, etag text, size_bytes bigint, modified_ms bigint,
       checksum jsonb, contents jsonb) where r.t = 'part'
     on conflict (upload_id, number) do update set etag = excluded.etag, size_bytes = excluded.size_bytes,
       modified_ms = excluded.modified_ms, checksum = excluded.checksum, contents = excluded.contents`,
  ),
  statement(
    "apply-objects",
    `insert into storage.object (bucket_id, key, etag, size_bytes, modified_ms, metadata, checksum, part_sizes,
       inline_id, inline_data, contents)
     select r.bucket_id, ${HEX("key")}, r.etag, r.size_bytes, r.modified_ms, r.metadata, nullif(r.checksum, 'null'::jsonb),
       case when jsonb_typeof(r.part_sizes) = 'array' then (select array_agg(x::bigint order by i) from jsonb_array_elements_text(r.part_sizes) with ordinality as a(x, i)) end,
       ${HEX("inline_id")}, ${HEX("inline_data")}, ${CONTENTS}
     from jsonb_to_recordset($1) as r(t text, bucket_id bigint, key text, etag text, size_bytes bigint, modified_ms bigint,
       metadata jsonb, checksum jsonb, part_sizes jsonb, inline_id text, inline_data text, contents jsonb) where r.t = 'object'
     on conflict (bucket_id, key) do update set etag = excluded.etag, size_bytes = excluded.size_bytes,
       modified_ms = excluded.modified_ms, metadata = excluded.metadata, checksum = excluded.checksum,
       part_sizes = excluded.part_sizes, inline_id = excluded.inline_id, inline_data = excluded.inline_data,
       contents = excluded.contents`,
  ),
];

const TABLES = ["bucket", "content", "segment", "piece", "upload", "part", "object", "chunk"];
const QUIET = TABLES.map((table) => statement(`quiet-${table}`, `alter table storage.${table} disable trigger user`));
const LOUD = TABLES.map((table) => statement(`loud-${table}`, `alter table storage.${table} enable trigger user`));
const RECOUNT = statement(
  "recount-references",
  `with pointed as (
     select id, count(*) as refs from (
       select unnest(contents) as id from storage.object union all select unnest(contents) from storage.part) as pointers group by id)
   update storage.content c set refs = coalesce(p.refs, 0), released_ms = case when p.refs is null then storage.now_ms() end
   from storage.content c2 left join pointed p on p.id = c2.id where c2.id = c.id`,
);
const RESTART_IDS = ["bucket", "content", "segment"].map((table) =>
  statement(
    `restart-${table}-ids`,
    `select setval(pg_get_serial_sequence('storage.${table}', 'id'), (select coalesce(max(id), 0) + 1 from storage.${table}), false)`,
  ),
);

/** Puts the records of one chunk back. */
export async function applyRecords(queries: Queries, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const all = `[${lines.join(",")}]`;
  for (const step of APPLY) await queries.rows(step, [all]);
}

/** Recovered rows are no news: nothing is journaled, counted or discarded while they are put back. */
export async function beginApplying(queries: Queries): Promise<void> {
  for (const step of QUIET) await queries.rows(step);
}

export async function endApplying(queries: Queries): Promise<void> {
  await queries.rows(RECOUNT);
  for (const step of [...RESTART_IDS, ...LOUD]) await queries.rows(step);
}
