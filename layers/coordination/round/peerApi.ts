import { WayleaveError } from "@wayleave/core/errors";
import type { Hash32 } from "@wayleave/core/ids";
import type { ZodType } from "zod";

/** A statement's tables for a million devices stay below this; a peer that sends more is cut off. */
export const MAX_TABLES_BYTES = 512 * 1024 * 1024;

/** Reads other verifiers over plain HTTP. Whatever comes is hostile: callers check signatures and hashes. */
export interface PeerApi {
  json<T>(url: string, schema: ZodType<T>, maxBytes: number, signal: AbortSignal): Promise<T>;
  bytes(url: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** @param timeoutMs - for a whole answer, its body included. */
export function peerApi(timeoutMs: number): PeerApi {
  return {
    async json(url, schema, maxBytes, signal) {
      const bytes = await get(url, maxBytes, timeoutMs, signal);
      const parsed = schema.safeParse(parsedJson(url, bytes));
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new WayleaveError("peer-invalid", `A verifier's answer is malformed: ${issue?.message}`, {
        url,
        field: issue?.path.join("."),
      });
    },
    bytes: (url, maxBytes, signal) => get(url, maxBytes, timeoutMs, signal),
  };
}

function parsedJson(url: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new WayleaveError("peer-invalid", "A verifier's answer is not JSON", { url }, { cause });
  }
}

async function get(url: string, maxBytes: number, timeoutMs: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    redirect: "error",
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new WayleaveError(
      "peer-refused",
      `A verifier answered HTTP ${response.status}`,
      { url, status: response.status },
      { retryable: true },
    );
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes)
      throw new WayleaveError("peer-invalid", "A verifier's answer is too large", { url, maxBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** Where one verifier serves one epoch's bundle. */
export function bundleUrl(base: string, epoch: number, file: string): string {
  return `${base}/bundles/${epoch}/${file}`;
}

/** Where a verifier hands on another's bundle that it holds. */
export function relayUrl(base: string, epoch: number, head: Hash32, file: string): string {
  return `${base}/rounds/${epoch}/bundles/${head}/${file}`;
}
