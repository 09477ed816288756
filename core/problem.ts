import type { Fact } from "./errors.ts";
import { WayleaveError } from "./errors.ts";

/** @see RFC 9457 §3 */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The error's stable code; absent when the failure is ours. */
  readonly code?: string;
  readonly retryable?: boolean;
  readonly facts?: Readonly<Record<string, Exclude<Fact, bigint>>>;
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** Codes whose status does not follow from their last word. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  "link-closed": 502,
  "not-found": 404,
  "body-aborted": 400,
  "insufficient-funds": 402,
  suspended: 403,
};

/** Codes end in a word that says what kind of failure they are. */
const STATUS_OF_LAST_WORD: Readonly<Record<string, number>> = {
  invalid: 400,
  unauthenticated: 401,
  unauthorized: 401,
  unpaid: 402,
  forbidden: 403,
  refused: 403,
  found: 404,
  unknown: 404,
  missing: 404,
  slow: 408,
  conflict: 409,
  exists: 409,
  gone: 410,
  large: 413,
  limited: 429,
  busy: 503,
  unavailable: 503,
  timeout: 504,
  full: 507,
};

/**
 * How a failure looks over HTTP. A {@link WayleaveError} was made to be shown: its code, message and facts go out. Any
 * other error is a bug of ours, and nothing of it leaves the process.
 *
 * @returns `status` in [400, 599] and the RFC 9457 body, with bigints as decimal strings.
 */
export function problemOf(error: unknown): { readonly status: number; readonly body: ProblemBody } {
  if (!(error instanceof WayleaveError)) {
    return { status: 500, body: { type: "about:blank", title: "Internal error", status: 500 } };
  }
  const status = statusOfCode(error.code, error.retryable);
  const facts: Record<string, Exclude<Fact, bigint>> = {};
  for (const [name, fact] of Object.entries(error.facts)) facts[name] = typeof fact === "bigint" ? String(fact) : fact;
  return {
    status,
    body: {
      type: `urn:wayleave:problem:${error.code}`,
      title: error.code,
      status,
      detail: error.message,
      code: error.code,
      retryable: error.retryable,
      facts,
    },
  };
}

function statusOfCode(code: string, retryable: boolean): number {
  const lastWord = code.slice(code.lastIndexOf("-") + 1);
  return STATUS_OF_CODE[code] ?? STATUS_OF_LAST_WORD[lastWord] ?? (retryable ? 503 : 422);
}
