import { createHash, createHmac } from "node:crypto";

export interface SigningAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

const EXPIRES_S = 3_600;

/**
 * The target of a presigned S3 request, payload unsigned. Prepared before the clock runs, so that the load generator
 * hashes nothing while it measures.
 *
 * @param path - `/bucket/key` of characters that need no escape.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presign(account: SigningAccount, method: "GET" | "PUT", host: string, path: string, atMs: number) {
  const dateTime = new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = dateTime.slice(0, 8);
  const scope = `${day}/${account.region}/s3/aws4_request`;
  const query = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=${encodeURIComponent(`${account.accessKeyId}/${scope}`)}`,
    `X-Amz-Date=${dateTime}`,
    `X-Amz-Expires=${EXPIRES_S}`,
    "X-Amz-SignedHeaders=host",
  ].join("&");
  const canonical = [method, path, query, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", dateTime, scope, digest].join("\n");
  let key: string | Buffer = `AWS4${account.secretAccessKey}`;
  for (const part of [day, account.region, "s3", "aws4_request"]) key = hmac(key, part);
  return `${path}?${query}&X-Amz-Signature=${hmac(key, toSign).toString("hex")}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
