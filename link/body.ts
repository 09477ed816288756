import type { Readable } from "node:stream";
import type { ZodType } from "zod";
import { WayleaveError } from "@wayleave/core/errors";

/**
 * A whole body as bytes.
 * @param maxBytes - what the caller can afford to hold; the rest of a longer body is not read.
 * @throws WayleaveError `body-too-large`, or whatever error the stream failed with.
 */
export function readBody(body: Readable, maxBytes: number): Promise<Uint8Array> {
  // Events rather than `for await`: half the cost, and small bodies are most of the requests.
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    const fail = (error: Error): void => {
      body.destroy();
      reject(error);
    };
    if (body.errored) return fail(body.errored);
    if (body.destroyed) return fail(bodyAborted());
    body.on("error", fail);
    body.on("close", () => {
      if (!body.readableEnded) reject(bodyAborted());
    });
    body.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes)));
    body.on("data", (chunk: Uint8Array) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) fail(bodyTooLarge(maxBytes));
      else chunks.push(chunk);
    });
  });
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

/** Lets go of a source that nobody will read; its late error must not end the process. */
export function discardBody(body: Readable): void {
  body.on("error", () => {});
  body.destroy();
}

export function bodyAborted(): WayleaveError {
  return new WayleaveError(
    "body-aborted",
    "The body was given up before its end",
    { field: "body" },
    { retryable: true },
  );
}

export function bodyTooLarge(maxBytes: number): WayleaveError {
  return new WayleaveError("body-too-large", "The body is larger than accepted here", { field: "body", maxBytes });
}
