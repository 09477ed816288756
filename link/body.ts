import type { Readable } from "node:stream";
import type { ZodType } from "zod";
import { WayleaveError } from "@wayleave/core/errors";

/**
 * A whole body as bytes.
 * @param maxBytes - what the caller can afford to hold; the rest of a longer body is not read.
 * @throws WayleaveError `body-too-large`, or whatever error the stream failed with.
 */
export async function readBody(body: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw bodyTooLarge(maxBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes);
}

/**
 * A whole body as JSON of the schema's shape. Bytes are hostile.
 * @throws WayleaveError `body-too-large`, or `body-invalid` naming the first offending `field`.
 */
export async function readJson<T>(body: Readable, schema: ZodType<T>, maxBytes: number): Promise<T> {
  const bytes = await readBody(body, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new WayleaveError("body-invalid", "The body is not JSON in UTF-8", { field: "" });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new WayleaveError("body-invalid", `The body's ${field || "value"} is refused: ${issue?.message ?? ""}`, {
    field,
  });
}

export function bodyTooLarge(maxBytes: number): WayleaveError {
  return new WayleaveError("body-too-large", "The body is larger than accepted here", { field: "body", maxBytes });
}
