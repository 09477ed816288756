import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { WayleaveError } from "@wayleave/core/errors";
import { s3Act } from "../s3/s3Client.ts";

/** The demonstration's customer at work: a bucket, and what it stores and reads by standard S3. */
export interface Customer {
  readonly s3: S3Client;
  readonly endpoint: string;
  readonly bucket: string;
}

/** A real file that every installation has: this program's own runtime. @returns at most its first `sizeBytes`. */
export async function realFile(sizeBytes: number): Promise<Buffer> {
  const handle = await open(process.execPath, "r");
  try {
    const bytes = Buffer.alloc(sizeBytes);
    const { bytesRead } = await handle.read(bytes, 0, sizeBytes, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export async function putBytes({ s3, endpoint, bucket }: Customer, key: string, bytes: Buffer): Promise<void> {
  const put = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentLength: bytes.byteLength });
  await s3Act({ endpoint, bucket, key }, () => s3.send(put));
}

/** @returns size and digest of what came: the bytes are not kept. @throws WayleaveError, also when they break off. */
export async function readDigest({ s3, endpoint, bucket }: Customer, key: string) {
  return s3Act({ endpoint, bucket, key }, async () => {
    const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const hash = createHash("sha256");
    let sizeBytes = 0;
    try {
      for await (const part of Body as AsyncIterable<Uint8Array>) {
        hash.update(part);
        sizeBytes += part.byteLength;
      }
    } catch (cause) {
      throw new WayleaveError("body-aborted", `Reading ${key} broke off after ${sizeBytes} bytes`, { key }, { cause });
    }
    if (sizeBytes !== ContentLength) throw new WayleaveError("body-aborted", `${key} is not whole`, { key, sizeBytes });
    return { sizeBytes, sha256: hash.digest("hex") };
  });
}

/** Reads objects in turn until it is stopped: customers whose use is paid for. */
export function readAllTheTime(customer: Customer, keys: readonly string[]) {
  let stopped = false;
  const figures = { reads: 0, bytes: 0, failed: 0 };
  const running = (async () => {
    for (let i = 0; !stopped; i++) {
      try {
        figures.bytes += (await readDigest(customer, keys[i % keys.length]!)).sizeBytes;
        figures.reads++;
      } catch (error) {
        if (!(error instanceof WayleaveError)) throw error;
        figures.failed++; // counted: whoever cares checks that there are none
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_BETWEEN_READS_MS));
    }
  })();
  return {
    figures,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** About five reads a second leave the machine to everything else. */
const PAUSE_BETWEEN_READS_MS = 150;
