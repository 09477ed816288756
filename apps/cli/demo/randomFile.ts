import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";

const BLOCK_BYTES = 4 * 2 ** 20;

/** A file of random bytes that is never in memory as a whole, and its digest once it has been read. */
export interface RandomFile {
  readonly sizeBytes: number;
  readonly stream: Readable;
  sha256(): string;
}

/** @param onBlock - awaited before each block of 4 MiB: to look on, or to hold the reader back. */
export function randomFile(
  sizeBytes: number,
  onBlock: (doneBytes: number) => Promise<void> = async () => {},
): RandomFile {
  const hash = createHash("sha256");
  // One random block, numbered: random enough that nothing compresses or repeats, and cheap.
  const block = randomBytes(BLOCK_BYTES);
  async function* blocks() {
    for (let done = 0, number = 0; done < sizeBytes; number++) {
      await onBlock(done);
      const bytes = Buffer.from(block.subarray(0, Math.min(BLOCK_BYTES, sizeBytes - done)));
      if (bytes.length >= 4) bytes.writeUInt32BE(number, 0);
      hash.update(bytes);
      done += bytes.length;
      yield bytes;
    }
  }
  return { sizeBytes, stream: Readable.from(blocks(), { objectMode: false }), sha256: () => hash.copy().digest("hex") };
}
