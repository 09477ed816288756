/** What a fact beside an error may hold: small, printable, never a secret. */
export type Fact = string | number | bigint | boolean | null | undefined;

export interface WayleaveErrorOptions {
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable?: boolean;
}

/**
 * An operating failure that was expected: a peer gone, a full disk, bad input. A provider's failure is a verdict
 * (data), a bug is an assertion; neither is this.
 *
 * `code` is kebab-case, stable and public; `facts` name what a person needs, the offending field included.
 */
export class WayleaveError extends Error {
  readonly code: string;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    facts: Readonly<Record<string, Fact>> = {},
    options: WayleaveErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "WayleaveError";
    this.code = code;
    this.facts = facts;
    this.retryable = options.retryable ?? false;
  }
}

/** A bug, not an operating failure: the program's own promise did not hold. */
export class AssertionFailure extends Error {
  override name = "AssertionFailure";
}

/** States what must hold here. @throws AssertionFailure otherwise. Never for hostile input. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new AssertionFailure(promise);
}
