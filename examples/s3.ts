/**
 * Stores an object with the AWS SDK for JavaScript v3, as a stream in parts, reads it and a range of it back, hands out
 * a link to it, and asks which devices hold it. Nothing here is special to Wayleave but the last request.
 *
 *     node examples/s3.ts        with a network running (npm start)
 */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { readNetworkFile } from "./readNetworkFile.ts";

const { endpoints, demo } = readNetworkFile();
const Bucket = demo.bucket;
const Key = "examples/twelve-mebibytes";
const s3 = new S3Client({
  endpoint: endpoints.s3,
  region: demo.region,
  credentials: { accessKeyId: demo.accessKeyId, secretAccessKey: demo.secretAccessKey },
  forcePathStyle: true, // http://host/bucket/key
});
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// A stream of unknown length: lib-storage cuts it into parts of at least 5 MiB.
const bytes = randomBytes(12 << 20);
const Body = Readable.from([bytes.subarray(0, 5_000_000), bytes.subarray(5_000_000)], { objectMode: false });
await new Upload({ client: s3, params: { Bucket, Key, Body, Metadata: { origin: "example" } } }).done();
const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
console.log(`stored ${head.ContentLength} bytes as ${Bucket}/${Key}, ETag ${head.ETag}`);

const whole = await s3.send(new GetObjectCommand({ Bucket, Key }));
const same = sha256(await whole.Body!.transformToByteArray()) === sha256(bytes);
const ranged = await s3.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=6000000-6000015" }));
const range = Buffer.from(await ranged.Body!.transformToByteArray());
console.log(`read it back: ${same ? "identical" : "DIFFERENT"}; a range of it: ${range.toString("hex")}`);

const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
const shared = await fetch(link);
const sharedSame = sha256(new Uint8Array(await shared.arrayBuffer())) === sha256(bytes);
console.log(`a presigned link gives HTTP ${shared.status}, ${sharedSame ? "identical" : "DIFFERENT"}`);

const place = `${endpoints.front}/v1/storage/placement?bucket=${Bucket}&key=${encodeURIComponent(Key)}`;
const placed = await fetch(place, { headers: { authorization: `Bearer ${demo.apiKey}` } });
const { segments } = (await placed.json()) as { segments: { k: number; shards: { device: string }[] }[] };
for (const { k, shards } of segments) {
  console.log(`any ${k} of these ${shards.length} devices restore it: ${shards.map((each) => each.device).join(" ")}`);
}

s3.destroy();
const rangeSame = range.equals(bytes.subarray(6_000_000, 6_000_016));
if (!same || !rangeSame || !sharedSame || segments.length === 0) process.exitCode = 1;
