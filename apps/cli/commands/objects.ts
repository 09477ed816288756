import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type _Object,
  GetObjectCommand,
  ListBucketsCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { WayleaveError } from "@wayleave/core/errors";
import { openNetwork } from "../network/openNetwork.ts";
import { contentTypeOf } from "../s3/contentType.ts";
import { fileNameOf, parseTarget, targetOfFile } from "../s3/objectTarget.ts";
import { demoS3, s3Act } from "../s3/s3Client.ts";
import { sizeText, transferProgress, transferSummary } from "../s3/transferProgress.ts";
import { print, printJson, say, table } from "../terminal.ts";

/** Memory of one upload is this times {@link PARTS_AT_ONCE}. */
const PART_BYTES_MIN = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 3;
/** @see Amazon S3 User Guide, "Multipart upload limits" */
const PARTS_MAX = 10_000;
/** More than anybody reads from a terminal; scripts that need more use an S3 client. */
const LISTED_MAX = 100_000;

/** Stores a file. Prints where, on standard output. */
export async function put(file: string, target: string, options: Record<string, string>): Promise<void> {
  const { file: network } = openNetwork(options["dir"]!);
  const { bucket, key } = targetOfFile(file, target);
  const sizeBytes = await sizeOfFile(file);
  const started = performance.now();
  const s3 = demoS3(network);
  const progress = transferProgress("Stored", sizeBytes);
  try {
    const etag = await s3Act({ endpoint: network.endpoints.s3, bucket, key }, async () => {
      const upload = new Upload({
        client: s3,
        params: { Bucket: bucket, Key: key, Body: createReadStream(file), ContentType: contentTypeOf(file) },
        partSize: Math.max(PART_BYTES_MIN, Math.ceil(sizeBytes / PARTS_MAX)),
        queueSize: PARTS_AT_ONCE,
      });
      upload.on("httpUploadProgress", ({ loaded }) => progress(loaded ?? 0));
      return (await upload.done()).ETag ?? null;
    });
    const elapsedMs = Math.round(performance.now() - started);
    if (options["json"]) return printJson({ bucket, key, sizeBytes, etag, elapsedMs });
    print(`${bucket}/${key}`);
    say(`Stored ${transferSummary(sizeBytes, elapsedMs)}, encrypted and spread over the devices`);
  } finally {
    s3.destroy();
  }
}

/** Reads an object into a file (default: its own name here; `-`: standard output). A failed read leaves no file. */
export async function get(source: string, file: string | undefined, options: Record<string, string>): Promise<void> {
  const { file: network } = openNetwork(options["dir"]!);
  const target = parseTarget(source);
  const { bucket, key } = target;
  const to = file === "-" ? "-" : await fileToWrite(target, file);
  const started = performance.now();
  const s3 = demoS3(network);
  try {
    const sizeBytes = await s3Act({ endpoint: network.endpoints.s3, bucket, key }, () => download(s3, target, to));
    const elapsedMs = Math.round(performance.now() - started);
    if (to === "-") return;
    if (options["json"]) return printJson({ bucket, key, file: to, sizeBytes, elapsedMs });
    print(to);
    say(`Read ${transferSummary(sizeBytes, elapsedMs)}`);
  } finally {
    s3.destroy();
  }
}

/** Lists buckets, or what lies under `bucket/prefix`. */
export async function ls(target: string | undefined, options: Record<string, string>): Promise<void> {
  const { file: network } = openNetwork(options["dir"]!);
  const { endpoints } = network;
  const s3 = demoS3(network);
  try {
    if (target === undefined || target === "") {
      const { Buckets = [] } = await s3Act({ endpoint: endpoints.s3 }, () => s3.send(new ListBucketsCommand({})));
      const buckets = Buckets.map(({ Name, CreationDate }) => ({
        bucket: Name ?? "",
        createdAt: CreationDate?.toISOString() ?? null,
      }));
      if (options["json"]) return printJson({ buckets });
      if (buckets.length === 0) return say("There are no buckets yet");
      return print(table([["BUCKET", "CREATED"], ...buckets.map((each) => [`${each.bucket}/`, each.createdAt ?? ""])]));
    }
    const { bucket, key } = parseTarget(target);
    const found = await s3Act({ endpoint: endpoints.s3, bucket }, () => listObjects(s3, bucket, key));
    if (options["json"]) return printJson({ bucket, prefix: key, ...found });
    printListing(found);
  } finally {
    s3.destroy();
  }
}

async function sizeOfFile(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new WayleaveError("file-unknown", `${file} cannot be read: ${error.code ?? error.message}`, { file });
  });
  if (found.isFile()) return found.size;
  throw new WayleaveError("file-invalid", `${file} is no file: one file is stored at a time`, { file });
}

/** A file that is named is written over; one that only follows from the key is not. */
async function fileToWrite(target: { bucket: string; key: string }, file: string | undefined): Promise<string> {
  const existing = await stat(file ?? fileNameOf(target)).catch(() => null);
  if (file !== undefined) return existing?.isDirectory() ? path.join(file, fileNameOf(target)) : file;
  const name = fileNameOf(target);
  if (existing === null) return name;
  throw new WayleaveError("file-exists", `${name} exists here: name the file to write, or - for standard output`, {
    file: name,
  });
}

/** @returns the bytes read. Whole or not at all: what is not complete never bears the file's name. */
async function download(s3: S3Client, { bucket, key }: { bucket: string; key: string }, to: string): Promise<number> {
  const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) throw new WayleaveError("answer-invalid", "S3 answered without a body", { key });
  const progress = transferProgress("Read", ContentLength);
  let doneBytes = 0;
  const counted = new Transform({
    transform(part: Buffer, _encoding, done) {
      doneBytes += part.byteLength;
      progress(doneBytes);
      done(null, part);
    },
  });
  if (to === "-") {
    await pipeline(Body, counted, process.stdout, { end: false });
    return requireWhole(doneBytes, ContentLength, key);
  }
  const draft = `${to}.${process.pid}.part`;
  try {
    await pipeline(Body, counted, createWriteStream(draft, { flags: "wx" }));
    requireWhole(doneBytes, ContentLength, key);
    const written = await open(draft, "r");
    await written.sync().finally(() => written.close());
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return doneBytes;
}

function requireWhole(doneBytes: number, expectedBytes: number, key: string): number {
  if (doneBytes === expectedBytes) return doneBytes;
  throw new WayleaveError("body-aborted", `The object broke off after ${doneBytes} of ${expectedBytes} bytes`, {
    key,
    doneBytes,
    expectedBytes,
  });
}

interface Listing {
  readonly prefixes: readonly string[];
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number; readonly modifiedAt: string | null }[];
  readonly truncated: boolean;
}

async function listObjects(s3: S3Client, bucket: string, prefix: string): Promise<Listing> {
  const prefixes: string[] = [];
  const objects: Listing["objects"][number][] = [];
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix, Delimiter: "/" });
  for await (const page of pages) {
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""));
    objects.push(...(page.Contents ?? []).map(described));
    if (objects.length + prefixes.length >= LISTED_MAX) return { prefixes, objects, truncated: true };
  }
  return { prefixes, objects, truncated: false };
}

function described({ Key = "", Size = 0, LastModified }: _Object): Listing["objects"][number] {
  return { key: Key, sizeBytes: Size, modifiedAt: LastModified?.toISOString() ?? null };
}

function printListing({ prefixes, objects, truncated }: Listing): void {
  if (prefixes.length + objects.length === 0) return say("There is nothing");
  print(
    table([
      ["SIZE", "MODIFIED", "KEY"],
      ...prefixes.map((prefix) => ["", "", prefix]),
      ...objects.map(({ key, sizeBytes, modifiedAt }) => [
        sizeText(sizeBytes),
        (modifiedAt ?? "").slice(0, 19).replace("T", " "),
        key,
      ]),
    ]),
  );
  if (truncated) say(`There are more than ${LISTED_MAX}: name a longer prefix`);
}
