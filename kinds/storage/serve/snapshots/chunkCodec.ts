import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { UnixMs } from "@wayleave/core/time";
import { seal, unseal } from "../recoveryKeys.ts";

/** Text of one chunk: so much is joined and hashed at a time in the front's thread, where frames wait for their deadline. */
export const CHUNK_TEXT_BYTES = 2 << 20;
/** A chunk's records are cut after the one that passes the limit; a record of 10,000 parts' contents is below 8 MiB. */
const TEXT_BYTES_MAX = 32 << 20;

/** full: part of a whole state; end: its last part; journal: what changed since. */
export type ChunkPart = "full" | "end" | "journal";

/** Which chunk this is. Devices see it as the piece's name; it is authenticated with the content. */
export interface ChunkName {
  /** When its whole state was taken: newer is greater. */
  readonly generation: number;
  /** From 0, without gaps. */
  readonly seq: number;
  readonly part: ChunkPart;
}

const VERSION = "wl1";
const NAME = /^wl1\.([0-9]{1,15})\.([0-9]{1,9})\.(full|end|journal)$/;

export function chunkNameText({ generation, seq, part }: ChunkName): string {
  return `${VERSION}.${generation}.${seq}.${part}`;
}

/** @param text - hostile. @returns null when it is no chunk of ours. */
export function parseChunkName(text: string): ChunkName | null {
  const match = NAME.exec(text);
  if (match === null) return null;
  return { generation: Number(match[1]), seq: Number(match[2]), part: match[3] as ChunkPart };
}

export interface Chunk {
  readonly createdMs: UnixMs;
  /** One record a line: JSON of our own, or a part's under its name. */
  readonly lines: readonly string[];
}

/** Unlike any JSON: what follows is the part's own. */
const PART_LINE = /^@([a-z-]+) /;

export function partLine(part: string, text: string): string {
  return `@${part} ${text}`;
}

/** @returns null for a record of our own. */
export function parsePartLine(line: string): { readonly part: string; readonly text: string } | null {
  const match = PART_LINE.exec(line);
  return match === null ? null : { part: match[1]!, text: line.slice(match[0].length) };
}

const headSchema = z.strictObject({ createdMs: z.number().int() });
const zip = promisify(gzip);
const unzip = promisify(gunzip);

export async function encodeChunk(key: KeyObject, name: ChunkName, chunk: Chunk): Promise<Buffer> {
  const text = [JSON.stringify({ createdMs: chunk.createdMs }), ...chunk.lines].join("\n");
  return seal(key, await zip(text, { level: 1 }), `snapshot ${chunkNameText(name)}`);
}

/** @param sealed - hostile. @returns null unless it was made with this key under this name. */
export async function decodeChunk(key: KeyObject, name: ChunkName, sealed: Uint8Array): Promise<Chunk | null> {
  const zipped = unseal(key, sealed, `snapshot ${chunkNameText(name)}`);
  if (zipped === null) return null;
  const text = (await unzip(zipped, { maxOutputLength: TEXT_BYTES_MAX })).toString("utf8");
  const [head, ...lines] = text.split("\n");
  return { ...headSchema.parse(JSON.parse(head!)), lines };
}
