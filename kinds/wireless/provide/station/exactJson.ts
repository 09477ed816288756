/**
 * JSON whose integers are exact: Basics Station's `xtime` and times in microseconds exceed 2⁵³, where a double would
 * silently name another moment.
 */

/** Any run of digits that may not fit a double. */
const LONG_INTEGER = /[0-9]{16}/;
const INTEGER = /^-?[0-9]{1,20}$/;

/**
 * Like `JSON.parse`, but integers that a double cannot hold come as bigint.
 * @param text - hostile; its length must be bounded by the caller.
 * @throws SyntaxError, or RangeError for nesting that is too deep.
 */
export function parseExactJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  // The third argument is of ES2026 and in Node 22; TypeScript's library does not know it yet.
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? "";
    return INTEGER.test(source) ? BigInt(source) : value;
  };
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}

/** Like `JSON.stringify`, but bigints are written as numbers, digit by digit. */
export function exactJson(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? rawJSON(String(part)) : part));
}
