/** Version 1: what the database itself keeps true, and the steps that must be one round trip. */
export const FUNCTIONS = `
create function storage.release(released bigint[]) returns void language plpgsql as $$
begin
  if coalesce(array_length(released, 1), 0) = 0 then return; end if;
  update storage.content set refs = refs - 1, released_ms = case when refs = 1 then storage.now_ms() end where id = any(released);
end $$;

create function storage.count_references() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' and array_length(new.contents, 1) > 0 then
    update storage.content set refs = refs + 1, released_ms = null where id = any(new.contents);
  end if;
  if tg_op <> 'INSERT' then
    perform storage.release(old.contents);
  end if;
  return null;
end $$;
create trigger count_references after insert or update of contents or delete on storage.object
  for each row execute function storage.count_references();
create trigger count_references after insert or update of contents or delete on storage.part
  for each row execute function storage.count_references();

create function storage.discard_pieces() returns trigger language plpgsql as $$
begin
  insert into storage.garbage (piece_id, device, root, not_before_ms)
    select piece_id, device, root, storage.now_ms() from gone
    on conflict do nothing;
  return null;
end $$;
create trigger discard_pieces after delete on storage.piece
  referencing old table as gone for each statement execute function storage.discard_pieces();

create function storage.discard_chunks() returns trigger language plpgsql as $$
begin
  insert into storage.garbage (piece_id, device, root, not_before_ms)
    select p.piece_id, p.device, gone.root, storage.now_ms() from gone, unnest(gone.devices, gone.piece_ids) as p(device, piece_id)
    on conflict do nothing;
  return null;
end $$;
create trigger discard_chunks after delete on storage.chunk
  referencing old table as gone for each statement execute function storage.discard_chunks();

create function storage.note_content() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into storage.dirty (entity, id) values ('content', new.id);
  else
    insert into storage.dirty (entity, id) values ('content', old.id);
  end if;
  return null;
end $$;
create trigger note_content after insert or delete on storage.content
  for each row execute function storage.note_content();

create function storage.note_piece() returns trigger language plpgsql as $$
begin
  insert into storage.dirty (entity, id)
    select distinct 'content', s.content_id from changed c join storage.segment s on s.id = c.segment_id;
  return null;
end $$;
create trigger note_piece after update on storage.piece
  referencing new table as changed for each statement execute function storage.note_piece();

create function storage.note_object() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into storage.dirty (entity, id, key) values ('object', old.bucket_id, old.key);
  else
    insert into storage.dirty (entity, id, key) values ('object', new.bucket_id, new.key);
  end if;
  return null;
end $$;
create trigger note_object after insert or update or delete on storage.object
  for each row execute function storage.note_object();

create function storage.note_bucket() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into storage.dirty (entity, id) values ('bucket', old.id);
  else
    insert into storage.dirty (entity, id) values ('bucket', new.id);
  end if;
  return null;
end $$;
create trigger note_bucket after insert or update or delete on storage.bucket
  for each row execute function storage.note_bucket();

create function storage.note_upload() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into storage.dirty (entity, name) values ('upload', old.id);
  else
    insert into storage.dirty (entity, name) values ('upload', new.id);
  end if;
  return null;
end $$;
create trigger note_upload after insert or update or delete on storage.upload
  for each row execute function storage.note_upload();

create function storage.note_part() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into storage.dirty (entity, name, id) values ('part', old.upload_id, old.number);
  else
    insert into storage.dirty (entity, name, id) values ('part', new.upload_id, new.number);
  end if;
  return null;
end $$;
create trigger note_part after insert or update or delete on storage.part
  for each row execute function storage.note_part();

-- Intents are over: what of them no piece row names is garbage, after a pause in which it may still arrive at a device.
create function storage.end_intents(ended bigint[]) returns void language sql as $$
  with gone as (delete from storage.intent where id = any(ended) returning devices, piece_ids)
  insert into storage.garbage (piece_id, device, not_before_ms)
    select p.piece_id, p.device, storage.now_ms() + 10000
    from gone, unnest(gone.devices, gone.piece_ids) as p(device, piece_id)
    where not exists (select from storage.piece held where held.device = p.device and held.piece_id = p.piece_id)
      and not exists (select from storage.chunk held where p.piece_id = any(held.piece_ids))
    on conflict do nothing
$$;

-- Makes a content of segments that lie on devices already. Its intents have come true.
create function storage.store_content(in_bucket bigint, in_object_id bytea, in_size bigint, in_segments jsonb, in_intents bigint[])
  returns bigint language plpgsql as $$
declare
  new_content bigint;
  new_segment bigint;
  part jsonb;
begin
  insert into storage.content (bucket_id, object_id, size_bytes) values (in_bucket, in_object_id, in_size)
    returning id into new_content;
  for part in select * from jsonb_array_elements(in_segments) loop
    insert into storage.segment (content_id, idx, size_bytes, data_shards, repair_at, total_shards)
      values (new_content, (part->>'index')::integer, (part->>'sizeBytes')::integer, (part->>'k')::smallint,
              (part->>'repairAt')::smallint, (part->>'n')::smallint)
      returning id into new_segment;
    insert into storage.piece (segment_id, shard, device, piece_id, root, leaf_count, size_bytes, stored_ms, expires_ms, signature)
      select new_segment, p.shard, p.device, p."pieceId", decode(p.root, 'hex'), p."leafCount", p."sizeBytes", p."storedAtMs",
             p."expiresAtMs", decode(p.signature, 'hex')
      from jsonb_to_recordset(part->'pieces') as p(shard smallint, device text, "pieceId" text, root text, "leafCount" integer,
        "sizeBytes" integer, "storedAtMs" bigint, "expiresAtMs" bigint, signature text);
  end loop;
  perform storage.end_intents(in_intents);
  return new_content;
end $$;

-- Puts an object at its key; what was there is released. False when it had to be absent and was not.
create function storage.put_object(in_bucket bigint, in_key bytea, in_etag text, in_size bigint, in_modified_ms bigint,
    in_metadata jsonb, in_checksum jsonb, in_part_sizes bigint[], in_inline_id bytea, in_inline_data bytea,
    in_contents bigint[], must_be_absent boolean)
  returns boolean language plpgsql as $$
declare
  written integer;
begin
  if must_be_absent then
    insert into storage.object values (in_bucket, in_key, in_etag, in_size, in_modified_ms, in_metadata, in_checksum,
      in_part_sizes, in_inline_id, in_inline_data, in_contents) on conflict do nothing;
    get diagnostics written = row_count;
    return written = 1;
  end if;
  insert into storage.object as o values (in_bucket, in_key, in_etag, in_size, in_modified_ms, in_metadata, in_checksum,
      in_part_sizes, in_inline_id, in_inline_data, in_contents)
    on conflict (bucket_id, key) do update set etag = excluded.etag, size_bytes = excluded.size_bytes,
      modified_ms = excluded.modified_ms, metadata = excluded.metadata, checksum = excluded.checksum,
      part_sizes = excluded.part_sizes, inline_id = excluded.inline_id, inline_data = excluded.inline_data,
      contents = excluded.contents;
  return true;
end $$;

-- A rebuilt piece takes the place of the one that was there, which becomes garbage.
create function storage.replace_piece(in_segment bigint, in_shard smallint, in_device text, in_piece_id text, in_root bytea,
    in_leaf_count integer, in_size integer, in_stored_ms bigint, in_expires_ms bigint, in_signature bytea)
  returns void language sql as $$
  insert into storage.garbage (piece_id, device, root, not_before_ms)
    select piece_id, device, root, storage.now_ms() from storage.piece where segment_id = in_segment and shard = in_shard
    on conflict do nothing;
  insert into storage.piece values (in_segment, in_shard, in_device, in_piece_id, in_root, in_leaf_count, in_size,
      in_stored_ms, in_expires_ms, in_signature, false)
    on conflict (segment_id, shard) do update set device = excluded.device, piece_id = excluded.piece_id,
      root = excluded.root, leaf_count = excluded.leaf_count, size_bytes = excluded.size_bytes,
      stored_ms = excluded.stored_ms, expires_ms = excluded.expires_ms, signature = excluded.signature, bad = false;
  insert into storage.dirty (entity, id) select 'content', content_id from storage.segment where id = in_segment;
$$;

-- The smallest byte string above everything that begins with the prefix; null when there is none.
create function storage.after_prefix(prefix bytea) returns bytea language plpgsql immutable as $$
declare
  last integer := octet_length(prefix) - 1;
begin
  while last >= 0 and get_byte(prefix, last) = 255 loop last := last - 1; end loop;
  if last < 0 then return null; end if;
  return set_byte(substring(prefix for last + 1), last, get_byte(prefix, last) + 1);
end $$;

-- One page of a listing: reads an index entry for each key or common prefix given, not for each key rolled up in one.
create function storage.list(in_bucket bigint, prefix bytea, delimiter bytea, start_after bytea, page_size integer)
  returns table (common boolean, key bytea, etag text, size_bytes bigint, modified_ms bigint, checksum jsonb)
  language plpgsql stable as $$
declare
  found record;
  lower_bound bytea := greatest(prefix, start_after);
  bound_is_given boolean := start_after >= prefix and start_after <> ''::bytea;
  upper_bound bytea := storage.after_prefix(prefix);
  cut integer;
  rolled bytea;
  given integer := 0;
  skipped integer;
begin
  <<seek>> loop
    exit when given >= page_size;
    skipped := 0;
    rolled := null;
    for found in
      select o.key, o.etag, o.size_bytes, o.modified_ms, o.checksum from storage.object o
      where o.bucket_id = in_bucket and o.key >= lower_bound and (upper_bound is null or o.key < upper_bound)
      order by o.key
    loop
      if bound_is_given and found.key = start_after then continue; end if;
      if rolled is not null and substring(found.key for octet_length(rolled)) = rolled then
        skipped := skipped + 1;
        if skipped < 24 then continue; end if;
        lower_bound := storage.after_prefix(rolled);
        bound_is_given := false;
        continue seek;
      end if;
      if given >= page_size then exit seek; end if;
      cut := case when delimiter = ''::bytea then 0
        else position(delimiter in substring(found.key from octet_length(prefix) + 1)) end;
      if cut > 0 then
        rolled := substring(found.key for octet_length(prefix) + cut + octet_length(delimiter) - 1);
        skipped := 0;
        if rolled > start_after then
          given := given + 1;
          return query select true, rolled, null::text, null::bigint, null::bigint, null::jsonb;
        end if;
      else
        given := given + 1;
        return query select false, found.key, found.etag, found.size_bytes, found.modified_ms, found.checksum;
      end if;
    end loop;
    exit seek;
  end loop;
end $$;
`;
