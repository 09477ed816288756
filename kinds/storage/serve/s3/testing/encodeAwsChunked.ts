import type { SignatureChain } from "../sigv4/authenticate.ts";
import { sha256Hex } from "../sigv4/canonicalRequest.ts";
import { signText } from "../sigv4/signingKeys.ts";

/** Frames a body as `aws-chunked`, signed if a chain is given. The counterpart of `AwsChunkedDecoder`, for tests. */
export function encodeAwsChunked(
  chunks: readonly Buffer[],
  trailers: Readonly<Record<string, string>> = {},
  chain?: SignatureChain,
): Buffer {
  const out: Buffer[] = [];
  let previous = chain?.seedSignature ?? "";
  const sign = (kind: string, hashes: string): string => {
    previous = signText(
      chain!.key,
      `AWS4-HMAC-SHA256-${kind}\n${chain!.amzDate}\n${chain!.scope}\n${previous}\n${hashes}`,
    );
    return previous;
  };
  for (const chunk of [...chunks.filter((c) => c.byteLength > 0), Buffer.alloc(0)]) {
    const signature =
      chain === undefined ? "" : `;chunk-signature=${sign("PAYLOAD", `${sha256Hex("")}\n${sha256Hex(chunk)}`)}`;
    out.push(Buffer.from(`${chunk.byteLength.toString(16)}${signature}\r\n`), chunk);
    if (chunk.byteLength > 0) out.push(Buffer.from("\r\n"));
  }
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`);
  for (const line of lines) out.push(Buffer.from(`${line}\r\n`));
  if (chain !== undefined && lines.length > 0) {
    const signature = sign("TRAILER", sha256Hex(lines.map((line) => `${line}\n`).join("")));
    out.push(Buffer.from(`x-amz-trailer-signature:${signature}\r\n`));
  }
  out.push(Buffer.from("\r\n"));
  return Buffer.concat(out);
}
