import { createHash, type Hash } from "node:crypto";
import { sameSignature, type SignatureChain } from "../sigv4/authenticate.ts";
import { sha256Hex } from "../sigv4/canonicalRequest.ts";
import { signText } from "../sigv4/signingKeys.ts";
import { S3Error } from "../s3Error.ts";

// "hex-size;chunk-signature=64 hex": under 100 bytes; the rest is room for extensions nobody uses.
const HEADER_BYTES_MAX = 512;
// A few checksum lines and one signature.
const TRAILER_BYTES_MAX = 4 * 1024;
const EMPTY_SHA256 = sha256Hex("");
const LF = 0x0a;
const CR = 0x0d;

type State = "header" | "data" | "data-cr" | "data-lf" | "trailer";

/**
 * Takes the `aws-chunked` framing off a body as it streams by, without copying: decoded slices share the input's memory.
 * Of signed bodies every chunk's signature is verified at the chunk's end, so what was handed on is genuine only once
 * {@link end} returned.
 *
 * Input is hostile. Failures are thrown as S3Error (IncompleteBody, SignatureDoesNotMatch, MalformedTrailerError, …) and
 * leave the decoder unusable.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder {
  readonly #sizeBytes: number | undefined;
  readonly #signatures: ChunkSignatures | undefined;
  #state: State = "header";
  /** The current chunk header or the trailer so far. */
  #text = "";
  #chunkLeftBytes = 0;
  #decodedBytes = 0;
  readonly #trailers = new Map<string, string>();

  /**
   * @param sizeBytes - `x-amz-decoded-content-length`: more is refused at once, less at the end. Undefined: unknown.
   * @param chain - of a signed body; absent for an unsigned one.
   */
  constructor(sizeBytes: number | undefined, chain?: SignatureChain) {
    this.#sizeBytes = sizeBytes;
    this.#signatures = chain === undefined ? undefined : new ChunkSignatures(chain);
  }

  /** Feeds bytes; decoded ones are appended to `out` as views of `input`. */
  write(input: Buffer, out: Buffer[]): void {
    let at = 0;
    while (at < input.byteLength) {
      if (this.#state === "data") at = this.#readData(input, at, out);
      else if (this.#state === "header") at = this.#readHeader(input, at);
      else if (this.#state === "trailer") at = this.#readTrailer(input, at);
      else at = this.#readDataEnd(input[at]!, at);
    }
  }

  /** To be called when the body ended. @returns the trailers by lower-case name, the trailer's signature left out. */
  end(): ReadonlyMap<string, string> {
    if (this.#state !== "trailer") throw new S3Error("IncompleteBody", "The body ended before its last chunk.");
    if (this.#sizeBytes !== undefined && this.#decodedBytes !== this.#sizeBytes)
      throw new S3Error("IncompleteBody", "The body is shorter than x-amz-decoded-content-length.");
    this.#parseTrailer();
    return this.#trailers;
  }

  #readHeader(input: Buffer, from: number): number {
    const lineEnd = input.indexOf(LF, from);
    const to = lineEnd < 0 ? input.byteLength : lineEnd + 1;
    if (this.#text.length + to - from > HEADER_BYTES_MAX) throw malformed("A chunk header is too long.");
    this.#text += input.toString("latin1", from, to);
    if (lineEnd < 0) return to;
    const match = /^([0-9a-fA-F]{1,12})(?:;([^\r\n]*))?\r\n$/.exec(this.#text);
    if (match === null) throw malformed("A chunk header is malformed.");
    this.#text = "";
    this.#beginChunk(Number.parseInt(match[1]!, 16), match[2]);
    return to;
  }

  #beginChunk(sizeBytes: number, extension: string | undefined): void {
    this.#decodedBytes += sizeBytes;
    if (this.#decodedBytes > (this.#sizeBytes ?? Infinity))
      throw malformed("The body is longer than x-amz-decoded-content-length.");
    this.#signatures?.begin(extension);
    this.#chunkLeftBytes = sizeBytes;
    if (sizeBytes > 0) {
      this.#state = "data";
    } else {
      this.#signatures?.endChunk();
      this.#state = "trailer";
    }
  }

  #readData(input: Buffer, from: number, out: Buffer[]): number {
    const to = Math.min(input.byteLength, from + this.#chunkLeftBytes);
    const slice = input.subarray(from, to);
    this.#signatures?.update(slice);
    out.push(slice);
    this.#chunkLeftBytes -= to - from;
    if (this.#chunkLeftBytes === 0) this.#state = "data-cr";
    return to;
  }

  #readDataEnd(byte: number, at: number): number {
    if (byte !== (this.#state === "data-cr" ? CR : LF)) throw malformed("A chunk is not followed by CRLF.");
    if (this.#state === "data-cr") {
      this.#state = "data-lf";
    } else {
      this.#signatures?.endChunk();
      this.#state = "header";
    }
    return at + 1;
  }

  #readTrailer(input: Buffer, from: number): number {
    if (this.#text.length + input.byteLength - from > TRAILER_BYTES_MAX)
      throw new S3Error("MalformedTrailerError", "The trailer is too long.");
    this.#text += input.toString("latin1", from);
    return input.byteLength;
  }

  /** Everything after the last chunk. Clients end lines with CRLF or LF and differ in blank lines; one must come last. */
  #parseTrailer(): void {
    if (!/(^|\n)\r\n$/.test(this.#text)) throw new S3Error("IncompleteBody", "The body ends inside its trailer.");
    let signature: string | undefined;
    let signedText = "";
    for (const line of this.#text.split("\n").map((text) => text.trim())) {
      if (line === "") continue;
      const colon = line.indexOf(":");
      if (colon <= 0) throw new S3Error("MalformedTrailerError");
      const name = line.slice(0, colon).trim().toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (this.#trailers.has(name)) throw new S3Error("MalformedTrailerError");
      if (name === "x-amz-trailer-signature") {
        signature = value;
      } else {
        this.#trailers.set(name, value);
        signedText += `${name}:${value}\n`;
      }
    }
    if (this.#trailers.size > 0) this.#signatures?.verifyTrailer(signedText, signature);
  }
}

function malformed(message: string): S3Error {
  return new S3Error("IncompleteBody", message);
}

/** The chain of signatures through a signed body: each chunk's signature covers the one before. */
class ChunkSignatures {
  readonly #chain: SignatureChain;
  #previous: string;
  #claimed = "";
  #hash: Hash | undefined;

  constructor(chain: SignatureChain) {
    this.#chain = chain;
    this.#previous = chain.seedSignature;
  }

  begin(extension: string | undefined): void {
    const match = /^chunk-signature=([0-9a-f]{64})$/.exec(extension ?? "");
    if (match === null) throw malformed("A chunk has no valid chunk-signature.");
    this.#claimed = match[1]!;
    this.#hash = undefined;
  }

  update(slice: Uint8Array): void {
    this.#hash ??= createHash("sha256");
    this.#hash.update(slice);
  }

  endChunk(): void {
    const dataHash = this.#hash?.digest("hex") ?? EMPTY_SHA256;
    this.#verify(`AWS4-HMAC-SHA256-PAYLOAD\n${this.#prefix()}\n${EMPTY_SHA256}\n${dataHash}`, this.#claimed);
  }

  verifyTrailer(signedText: string, signature: string | undefined): void {
    if (signature === undefined) throw new S3Error("MalformedTrailerError", "The trailer is not signed.");
    this.#verify(`AWS4-HMAC-SHA256-TRAILER\n${this.#prefix()}\n${sha256Hex(signedText)}`, signature);
  }

  #prefix(): string {
    return `${this.#chain.amzDate}\n${this.#chain.scope}\n${this.#previous}`;
  }

  #verify(toSign: string, claimed: string): void {
    if (!sameSignature(signText(this.#chain.key, toSign), claimed))
      throw new S3Error("SignatureDoesNotMatch", "A chunk's signature does not match its data.");
    this.#previous = claimed;
  }
}
