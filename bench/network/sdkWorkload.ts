import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { once } from "node:events";
import { Readable } from "node:stream";
import type { Figure } from "../figure.ts";
import { PATTERN_BYTES, bodyPattern } from "../load/pattern.ts";
import type { BenchNetwork } from "./benchNetwork.ts";

const SLICE_BYTES = 256 * 1024;

/** What customers see who use the AWS SDK as its documentation says: its own hashing and signing run on the same cores. */
export async function runSdk({ account, s3, bucket }: BenchNetwork, sizeBytes: number): Promise<Figure[]> {
  const client = new S3Client({
    endpoint: `http://${s3.host}:${s3.port}`,
    region: account.region,
    credentials: account,
    forcePathStyle: true,
  });
  const where = { Bucket: bucket, Key: "sdk/large" };
  const megabytes = sizeBytes / 1e6;
  try {
    const putBegun = performance.now();
    const Body = Readable.from(patternSlices(sizeBytes), { objectMode: false });
    await new Upload({ client, params: { ...where, Body } }).done();
    const put = megabytes / ((performance.now() - putBegun) / 1e3);
    const getBegun = performance.now();
    const { Body: answer } = await client.send(new GetObjectCommand(where));
    const body = answer as Readable;
    let came = 0;
    body.on("data", (chunk: Buffer) => (came += chunk.byteLength));
    await once(body, "end");
    if (came !== sizeBytes) throw new Error("the SDK got another length than it put");
    const get = megabytes / ((performance.now() - getBegun) / 1e3);
    return [
      { name: "AWS SDK: lib-storage upload", unit: "MB/s", value: put },
      { name: "AWS SDK: GetObject", unit: "MB/s", value: get },
    ];
  } finally {
    client.destroy();
  }
}

function* patternSlices(sizeBytes: number): Generator<Buffer> {
  const pattern = bodyPattern();
  for (let at = 0; at < sizeBytes; at += SLICE_BYTES) {
    const from = at % PATTERN_BYTES;
    yield pattern.subarray(from, from + Math.min(SLICE_BYTES, sizeBytes - at));
  }
}
