import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { bodyAborted } from "@wayleave/link/body";
import { MAX_PIECE_BYTES, PieceHasher } from "../model/pieceTree.ts";
import { type StoredPiece, pieceTail } from "./pieceFile.ts";
import type { Incoming } from "./pieceStore.ts";

/** Bytes gathered before a write: one system call for many small chunks, and little enough to have 256 uploads at once. */
const WRITE_BYTES = 256 * 1024;

export interface WriteSettings {
  readonly storedAtMs: number;
  /** Told the total before bytes are written; may refuse. Undefined: at once. */
  readonly onBytes: (totalBytes: number) => Promise<void> | undefined;
  /** Only hash: the piece is there already, and its retry is compared with it. */
  readonly checkOnly: boolean;
}

/**
 * Streams a body into a file that is whole and on disk when this resolves. On failure the file may remain: the caller
 * removes it.
 *
 * @throws WayleaveError `body-too-large`, `piece-empty-invalid`, `piece-root-conflict`, `content-length-invalid`; the
 *   body's own error; or the file system's.
 */
export async function writePiece(
  path: string,
  incoming: Incoming,
  body: Readable,
  settings: WriteSettings,
): Promise<StoredPiece> {
  const handle = settings.checkOnly ? null : await open(path, "wx", 0o600);
  try {
    const hasher = new PieceHasher();
    const writer = new GatheringWriter(handle);
    let totalBytes = 0;
    await eachChunk(body, (chunk) => {
      totalBytes += chunk.byteLength;
      if (totalBytes > (incoming.sizeBytes ?? MAX_PIECE_BYTES) || totalBytes > MAX_PIECE_BYTES) {
        throw new WayleaveError("body-too-large", "The piece is larger than announced or allowed", { field: "body" });
      }
      const reserving = settings.onBytes(totalBytes);
      hasher.update(chunk);
      const writing = writer.add(chunk);
      return reserving === undefined ? writing : reserving.then(() => writing);
    });
    if (totalBytes === 0)
      throw new WayleaveError("piece-empty-invalid", "A piece has at least one byte", { field: "body" });
    if (incoming.sizeBytes !== undefined && incoming.sizeBytes !== totalBytes) {
      const facts = { field: "content-length", announced: incoming.sizeBytes, arrived: totalBytes };
      throw new WayleaveError("content-length-invalid", "The body is shorter than announced", facts);
    }
    const { root, leafCount, leafHashes } = hasher.digest();
    const { payer, pieceId, expiresAtMs, pieceClass, name } = incoming;
    const { storedAtMs } = settings;
    const pieceRoot = toHex(root);
    if (incoming.expectedRoot !== undefined && incoming.expectedRoot !== pieceRoot) {
      const facts = { field: "piece root", expected: incoming.expectedRoot, computed: pieceRoot };
      throw new WayleaveError("piece-root-conflict", "The bytes that arrived are not the ones announced", facts);
    }
    const piece = {
      payer,
      pieceId,
      pieceRoot,
      leafCount,
      sizeBytes: totalBytes,
      storedAtMs,
      expiresAtMs,
      pieceClass,
      name,
    };
    await writer.finish(pieceTail(piece, leafHashes));
    return piece;
  } finally {
    await handle?.close();
  }
}

/**
 * Hands over a body's chunks as they come; whenever `take` returns a promise, nothing more comes before that is settled.
 * Events rather than `for await`: that copies what has gathered into one buffer and costs a turn of promises each time.
 */
function eachChunk(body: Readable, take: (chunk: Uint8Array) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> | undefined;
    let failed = false;
    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      body.off("data", onData);
      body.destroy();
      // Nothing may still be at work on the file when this rejects.
      void (taking ?? Promise.resolve()).catch(ignore).then(() => reject(error as Error));
    };
    const onData = (chunk: Uint8Array): void => {
      try {
        taking = take(chunk);
      } catch (error) {
        return fail(error);
      }
      if (taking === undefined) return;
      body.pause();
      taking.then(() => {
        taking = undefined;
        body.resume();
      }, fail);
    };
    if (body.errored !== null) return reject(body.errored);
    body.on("error", fail);
    body.on("end", () => {
      if (!failed) resolve(taking); // a body that was destroyed in its last chunk may still say that it ended
    });
    body.on("close", () => {
      if (!body.readableEnded) fail(bodyAborted());
    });
    body.on("data", onData);
  });
}

/** Writes in large steps, each while the next is being hashed. */
class GatheringWriter {
  readonly #handle: FileHandle | null;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #position = 0;

  constructor(handle: FileHandle | null) {
    this.#handle = handle;
  }

  /** @returns when more may come; undefined for at once. */
  add(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#handle === null) return undefined;
    this.#gathered.push(chunk);
    this.#gatheredBytes += chunk.byteLength;
    return this.#gatheredBytes >= WRITE_BYTES ? this.#flush() : undefined;
  }

  async finish(tail: Uint8Array): Promise<void> {
    if (this.#handle === null) return;
    this.#gathered.push(tail);
    this.#gatheredBytes += tail.byteLength;
    await this.#flush();
    await this.#writing;
    await this.#handle.datasync();
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const chunks = this.#gathered;
    const bytes = this.#gatheredBytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#writing = writeAll(this.#handle!, chunks, bytes, this.#position);
    this.#writing.catch(ignore); // awaited at the next step; until then it must not count as unhandled
    this.#position += bytes;
  }
}

async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], bytes: number, at: number): Promise<void> {
  const { bytesWritten } = await handle.writev(chunks as Uint8Array[], at);
  if (bytesWritten === bytes) return;
  // A short write, as a nearly full disk makes: the rest at once, so that its error is seen.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let done = 0; done < rest.byteLength;) {
    done += (await handle.write(rest, done, rest.byteLength - done, at + bytesWritten + done)).bytesWritten;
  }
}

function ignore(): void {}
