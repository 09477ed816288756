import { S3Client } from "@aws-sdk/client-s3";
import { WayleaveError } from "@wayleave/core/errors";
import type { NetworkFile } from "../network/networkFile.ts";
import { reasonOf } from "../network/httpJson.ts";

/** A refused connection will not come back within a command; a reset one may. */
const ATTEMPTS = 3;

/** The demo customer's S3. */
export function demoS3({ endpoints, demo }: Pick<NetworkFile, "endpoints" | "demo">): S3Client {
  const { accessKeyId, secretAccessKey, region } = demo;
  return new S3Client({
    endpoint: endpoints.s3,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: ATTEMPTS,
  });
}

/** Runs one act on S3 and says what went wrong in our words. @throws WayleaveError, never the SDK's own errors. */
export async function s3Act<T>(
  about: { readonly endpoint: string; readonly bucket?: string; readonly key?: string },
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw s3Failure(about, error);
  }
}

function s3Failure(about: { endpoint: string; bucket?: string; key?: string }, error: unknown): unknown {
  if (error instanceof WayleaveError || !(error instanceof Error)) return error;
  const { endpoint, bucket, key } = about;
  const facts = { bucket, key };
  const { name } = error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const fail = (code: string, message: string, more = {}) =>
    new WayleaveError(code, message, { ...facts, ...more }, { cause: error });
  if (name === "NoSuchBucket") return fail("bucket-unknown", `There is no bucket "${bucket}": wayleave ls shows them`);
  if (name === "NoSuchKey" || (name === "NotFound" && key !== undefined)) {
    return fail("object-unknown", `There is no object "${key}" in bucket "${bucket}"`);
  }
  if (status === undefined && isConnectionFailure(error)) {
    return fail("unreachable", `S3 at ${endpoint} does not answer (${reasonOf(error)}): is the network running?`);
  }
  if (status === undefined) return error;
  return fail("s3-refused", `S3 refused: ${name}: ${error.message}`, { status });
}

function isConnectionFailure(error: Error): boolean {
  const code = (error as { code?: string }).code ?? (error.cause as { code?: string } | undefined)?.code ?? "";
  return error.name === "TimeoutError" || /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENOTFOUND|EAI_)/.test(code);
}
