import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Clock } from "@wayleave/core/time";
import type { BodyUpload } from "../objectStore.ts";
import { S3Error } from "../s3Error.ts";
import type { SignatureChain } from "../sigv4/authenticate.ts";
import { AwsChunkedDecoder } from "./awsChunkedDecoder.ts";
import type { BodyPlan } from "./bodyPlan.ts";
import { checksumHeader, decodeDigest, startDigest, type DigestAlgorithm, type RunningDigest } from "./checksums.ts";

// Some megabytes a second come in pieces of 64 KiB; four of them ride out a busy moment of the store.
const BUFFERED_BYTES = 256 * 1024;
// A piece of network data that decodes to more slices than this is copied together: a body of one-byte chunks must not
// cost an object per byte.
const SLICES_MAX = 4;

export interface RequestBodyOptions {
  readonly plan: BodyPlan;
  readonly chain: SignatureChain;
  readonly sizeBytesMax: number;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Called once, when the first byte is wanted: the moment for `100 Continue`. */
  readonly onStart: () => void;
}

/**
 * A request's body: decoded, and verified by its end against everything that was announced. It ends only if all of it
 * held; otherwise it fails with the S3Error to answer.
 */
export class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #options: RequestBodyOptions;
  readonly #digests: ReadonlyMap<DigestAlgorithm, RunningDigest>;
  readonly #decoder: AwsChunkedDecoder | undefined;
  #started = false;
  #finished = false;
  #wantedAtMs = 0;
  #sizeBytes = 0;
  #checksum: Buffer | undefined;

  private constructor(
    source: IncomingMessage,
    options: RequestBodyOptions,
    digests: ReadonlyMap<DigestAlgorithm, RunningDigest>,
  ) {
    super({ highWaterMark: BUFFERED_BYTES });
    this.#source = source;
    this.#options = options;
    this.#digests = digests;
    const { plan, chain } = options;
    if (plan.framing !== "plain")
      this.#decoder = new AwsChunkedDecoder(plan.sizeBytes, plan.framing === "chunked-signed" ? chain : undefined);
  }

  static async open(source: IncomingMessage, options: RequestBodyOptions): Promise<RequestBody> {
    const { plan } = options;
    const wanted = new Set<DigestAlgorithm>();
    if (plan.contentMd5 !== undefined) wanted.add("MD5");
    if (plan.contentSha256 !== undefined) wanted.add("SHA256");
    if (plan.checksum !== undefined) wanted.add(plan.checksum.algorithm);
    const digests = new Map<DigestAlgorithm, RunningDigest>();
    for (const algorithm of wanted) digests.set(algorithm, await startDigest(algorithm));
    return new RequestBody(source, options, digests);
  }

  /** How long we have been waiting for the client's next byte; undefined while it is the store that is at work. */
  waitedMs(): number | undefined {
    const isWaiting = this.#started && !this.#finished && !this.destroyed && !this.#source.isPaused();
    return isWaiting ? this.#options.clock.monotonicMs() - this.#wantedAtMs : undefined;
  }

  /** What the store is told about this body. */
  upload(): BodyUpload {
    const { plan } = this.#options;
    return {
      body: this,
      ...(plan.sizeBytes === undefined ? {} : { sizeBytes: plan.sizeBytes }),
      ...(plan.contentMd5 === undefined ? {} : { contentMd5: plan.contentMd5 }),
      ...(plan.checksum === undefined
        ? {}
        : { checksum: { algorithm: plan.checksum.algorithm, value: () => this.#checksumValue() } }),
    };
  }

  #checksumValue(): string {
    if (this.#checksum === undefined) throw new Error("the checksum is known only after the body ended cleanly");
    return this.#checksum.toString("base64");
  }

  override _read(): void {
    if (!this.#started) this.#start();
    else if (!this.#finished && this.#source.isPaused()) {
      this.#wantedAtMs = this.#options.clock.monotonicMs();
      this.#source.resume();
    }
  }

  #start(): void {
    this.#started = true;
    this.#wantedAtMs = this.#options.clock.monotonicMs();
    const source = this.#source;
    // Gone before anybody read: a destroyed message never ends, even if all of it had arrived.
    if (source.destroyed) {
      this.destroy(clientGone());
      return;
    }
    source.on("data", this.#onData);
    source.on("end", this.#onEnd);
    source.on("error", this.#onGone);
    source.on("close", this.#onGone);
    this.#options.onStart();
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      const slices = this.#decode(chunk);
      let wantsMore = true;
      for (const slice of slices) {
        this.#sizeBytes += slice.byteLength;
        if (this.#sizeBytes > this.#options.sizeBytesMax) throw new S3Error("EntityTooLarge");
        for (const digest of this.#digests.values()) digest.update(slice);
        wantsMore = this.push(slice);
      }
      if (wantsMore) this.#wantedAtMs = this.#options.clock.monotonicMs();
      else this.#source.pause();
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  #decode(chunk: Buffer): readonly Buffer[] {
    if (this.#decoder === undefined) return [chunk];
    const slices: Buffer[] = [];
    this.#decoder.write(chunk, slices);
    return slices.length > SLICES_MAX ? [Buffer.concat(slices)] : slices;
  }

  readonly #onEnd = (): void => {
    this.#finished = true;
    try {
      this.#verify(this.#decoder?.end());
      this.push(null);
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #onGone = (): void => {
    if (!this.#finished) this.destroy(clientGone());
  };

  #verify(trailers: ReadonlyMap<string, string> | undefined): void {
    const { plan } = this.#options;
    if (plan.sizeBytes !== undefined && plan.sizeBytes !== this.#sizeBytes) throw new S3Error("IncompleteBody");
    const actual = new Map([...this.#digests].map(([algorithm, running]) => [algorithm, running.digest()]));
    if (plan.contentSha256 !== undefined && !plan.contentSha256.equals(actual.get("SHA256")!))
      throw new S3Error("XAmzContentSHA256Mismatch", undefined, {
        ClientComputedContentSHA256: plan.contentSha256.toString("hex"),
        S3ComputedContentSHA256: actual.get("SHA256")!.toString("hex"),
      });
    if (plan.contentMd5 !== undefined && !plan.contentMd5.equals(actual.get("MD5")!))
      throw new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
    if (plan.checksum === undefined) return;
    const { algorithm } = plan.checksum;
    this.#checksum = actual.get(algorithm)!;
    const expected = plan.checksum.inTrailer ? trailingChecksum(algorithm, trailers) : plan.checksum.expected;
    if (expected !== undefined && !expected.equals(this.#checksum))
      throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.off("data", this.#onData);
    this.#source.off("end", this.#onEnd);
    this.#source.off("error", this.#onGone);
    this.#source.off("close", this.#onGone);
    callback(error);
  }
}

function trailingChecksum(algorithm: DigestAlgorithm, trailers: ReadonlyMap<string, string> | undefined): Buffer {
  const value = algorithm === "MD5" ? undefined : trailers?.get(checksumHeader(algorithm));
  if (value === undefined) throw new S3Error("MalformedTrailerError", "The announced checksum trailer is missing.");
  const expected = decodeDigest(algorithm, value);
  if (expected === undefined) throw new S3Error("InvalidRequest", "Value for the checksum trailer is invalid.");
  return expected;
}

function clientGone(): S3Error {
  return new S3Error("IncompleteBody", "The connection ended before the body did.");
}

/** A small body as a whole, for XML documents: opened with a small `sizeBytesMax`. @throws what the body fails with. */
export async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
