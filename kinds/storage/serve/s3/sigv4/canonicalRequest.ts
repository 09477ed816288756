import { hash } from "node:crypto";
import { percentDecode, uriEncode, uriEncodePath, type S3Request } from "../s3Request.ts";

/** The three spots where clients and servers disagree about the canonical form; see {@link canonicalForms}. */
interface Form {
  readonly path: string;
  readonly headerEncoding: "latin1" | "utf8";
}

/**
 * Canonical requests the client may have signed, likeliest first. More than one because clients differ in whether they
 * sign the path as sent or re-encoded, and header bytes above 0x7f as sent or as UTF-8 of latin-1 text. Every form
 * decodes to the same request, so accepting any of them authenticates nothing else.
 *
 * @param signedHeaders - lower-case names in order; all present.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalRequests(request: S3Request, signedHeaders: readonly string[], payloadHash: string): Buffer[] {
  const query = canonicalQuery(request);
  const headers = signedHeaders.map((name) => `${name}:${trimmed(request.headers.get(name) ?? "")}\n`).join("");
  return canonicalForms(request.rawPath, headers).map(({ path, headerEncoding }) =>
    Buffer.concat([
      Buffer.from(`${request.method}\n${path}\n${query}\n`, "latin1"),
      Buffer.from(headers, headerEncoding),
      Buffer.from(`\n${signedHeaders.join(";")}\n${payloadHash}`, "latin1"),
    ]),
  );
}

function canonicalForms(rawPath: string, headers: string): readonly Form[] {
  const reencoded = uriEncodePath(percentDecode(rawPath));
  const paths = reencoded === rawPath ? [reencoded] : [reencoded, rawPath];

  const encodings = /[^\u0000-\u007f]/.test(headers) ? (["latin1", "utf8"] as const) : (["latin1"] as const);
  return paths.flatMap((path) => encodings.map((headerEncoding) => ({ path, headerEncoding })));
}

function canonicalQuery(request: S3Request): string {
  const { pairs } = request.query;
  if (pairs.length === 0) return "";
  const encoded: [string, string][] = [];
  for (const [name, value] of pairs) if (name !== "X-Amz-Signature") encoded.push([uriEncode(name), uriEncode(value)]);
  // By name first, then by value: comparing "name=value" whole would put "a-=" before "a=".
  encoded.sort(([a, x], [b, y]) => (a === b ? compareAscii(x, y) : compareAscii(a, b)));
  return encoded.map(([name, value]) => `${name}=${value}`).join("&");
}

function compareAscii(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function trimmed(value: string): string {
  const text = value.trim();
  return /\s\s|[\t\n\r]/.test(text) ? text.replace(/\s+/g, " ") : text;
}

export function sha256Hex(data: Uint8Array | string): string {
  return hash("sha256", data, "hex");
}
