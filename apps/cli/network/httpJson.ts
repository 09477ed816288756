import { WayleaveError } from "@wayleave/core/errors";
import type { z } from "zod";

/** A local answer comes within milliseconds; a busy verifier's within a second or two. */
const TIMEOUT_MS = 5_000;
/** A status page; whoever expects more says so. */
const JSON_BYTES_MAX = 4 * 1024 * 1024;

export interface Ask {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly method?: "GET" | "POST";
  /** Sent as `authorization: Bearer`. Never appears in an error. */
  readonly bearer?: string;
  readonly body?: unknown;
}

/**
 * Asks for JSON. What comes is hostile: bounded and checked here.
 * @throws WayleaveError `unreachable` (retryable) when nobody answers; the problem's own code and detail when the other
 * side refuses; `answer-invalid` naming the field when the answer is not what it should be.
 */
export async function fetchJson<T>(url: string, schema: z.ZodType<T>, ask: Ask = {}): Promise<T> {
  const text = new TextDecoder().decode(await fetchBytes(url, ask));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WayleaveError("answer-invalid", `${url} does not answer with JSON`, { url }, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join(".");
  throw new WayleaveError("answer-invalid", `${url} answers otherwise than expected: ${field} ${issue.message}`, {
    url,
    field,
  });
}

/** Asks for bytes, at most `maxBytes`. @throws like {@link fetchJson}; `answer-too-large`. */
export async function fetchBytes(url: string, ask: Ask = {}): Promise<Uint8Array> {
  const { timeoutMs = TIMEOUT_MS, maxBytes = JSON_BYTES_MAX, method = "GET", bearer, body } = ask;
  const headers = {
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(url, {
      ...{ method, headers, signal },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    bytes = await readBounded(url, response, maxBytes);
  } catch (error) {
    if (error instanceof WayleaveError) throw error;
    const reason = reasonOf(error);
    throw new WayleaveError(
      "unreachable",
      `${url} does not answer: ${reason}`,
      { url },
      { cause: error, retryable: true },
    );
  }
  if (!response.ok) throw problemFrom(url, response.status, bytes);
  return bytes;
}

export interface AskStream {
  readonly bearer?: string;
  /** Where to go on; null: with what comes now. */
  readonly lastEventId: string | null;
  /** Between two parts: heartbeats come more often. */
  readonly silenceMaxMs: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Opens an answer that does not end. @throws WayleaveError like {@link fetchJson}, while it is read too; `unreachable`
 * when it breaks off.
 */
export async function openStream(
  url: string,
  { bearer, lastEventId, silenceMaxMs, signal }: AskStream,
): Promise<AsyncGenerator<Uint8Array, void, void>> {
  const headers = {
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
  };
  const abort = new AbortController();
  const fail = () => abort.abort(new DOMException("nothing came", "TimeoutError"));
  let silence = setTimeout(fail, silenceMaxMs);
  const broken = (error: unknown) => {
    clearTimeout(silence);
    if (error instanceof WayleaveError) return error;
    const why = `${url} does not answer: ${reasonOf(error)}`;
    return new WayleaveError("unreachable", why, { url }, { cause: error, retryable: true });
  };
  let response: Response;
  try {
    const ended = signal === undefined ? abort.signal : AbortSignal.any([abort.signal, signal]);
    response = await fetch(url, { headers, signal: ended });
    if (!response.ok) throw problemFrom(url, response.status, await readBounded(url, response, JSON_BYTES_MAX));
  } catch (error) {
    throw broken(error);
  }
  return (async function* parts() {
    try {
      for await (const part of response.body ?? []) {
        clearTimeout(silence);
        silence = setTimeout(fail, silenceMaxMs);
        yield part;
      }
    } catch (error) {
      throw broken(error);
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  })();
}

async function readBounded(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body) {
    sizeBytes += part.byteLength;
    if (sizeBytes > maxBytes) {
      throw new WayleaveError("answer-too-large", `${url} answers with more than ${maxBytes} bytes`, { url, maxBytes });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** RFC 9457 when the other side speaks it. */
function problemFrom(url: string, status: number, bytes: Uint8Array): WayleaveError {
  let problem: { code?: unknown; detail?: unknown } = {};
  try {
    problem = JSON.parse(new TextDecoder().decode(bytes)) as typeof problem;
  } catch {
    problem = {}; // not ours: the status must do
  }
  const code = typeof problem.code === "string" ? problem.code : "answer-refused";
  const detail = typeof problem.detail === "string" ? problem.detail : `${url} answers with HTTP ${status}`;
  return new WayleaveError(code, detail, { url, status }, { retryable: status >= 500 });
}

/** `fetch failed` says nothing; its cause does. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error) return (cause as { code?: string }).code ?? cause.message;
  return error.message;
}
