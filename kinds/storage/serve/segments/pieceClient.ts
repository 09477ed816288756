import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { hexToBytes } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";
import { type Address, type Hash32, hash32Schema } from "@wayleave/core/ids";
import { type SignedCommitment, signedCommitmentSchema, toJson } from "@wayleave/core/messages";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { readBody, readJson } from "@wayleave/link/body";
import type { LinkClientReply, LinkPeer } from "@wayleave/link/types";
import {
  CLASS_HEADER,
  EXPIRES_HEADER,
  NAME_HEADER,
  ORDER_HEADER,
  type PieceClass,
  type PieceRow,
  ROOT_HEADER,
  type Standing,
  deletionPath,
  pieceListSchema,
  standingSchema,
} from "../../model/pieceApi.ts";
import { leafCountOf } from "../../model/pieceTree.ts";
import {
  PIECE_DELETION,
  PIECE_RECEIPT,
  type SignedReceipt,
  isSignedBy,
  signStruct,
  signedDeletionSchema,
  signedReceiptSchema,
} from "../../model/receipts.ts";
import { BufferPool } from "./bufferPool.ts";

/** How long a device is bound by a receipt: devices accept 400 days. A deletion ends it earlier, repair renews it in time. */
const HOLD_MS = 390 * 86_400_000;
/** A reply that is no bytes of a piece: receipts, problems and proofs of two paths of 24 nodes. */
const REPLY_BYTES_MAX = 65_536;
/** {@link PieceRow}s of one page. */
const LIST_BYTES_MAX = 1 << 20;
/** A device writes and syncs a piece before it answers; a slow disk under load takes seconds. */
const STORED_TIMEOUT_MS = 30_000;
const READ_TIMEOUT_MS = 10_000;
/** Pages of one list: 16 million pieces. A device that goes on for ever is cut off. */
const LIST_PAGES_MAX = 16_384;

const ANSWER_ATTEMPTS = 3;

/** What receipts are signed for and deletions are signed with. */
export interface PayerIdentity {
  readonly payer: Address;
  /** The payer's pinned link key. */
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
}

/** A piece about to be sent. Root and size may be known only when it has been sent. */
export interface PieceUpload {
  readonly pieceId: Hash32;
  readonly body: Uint8Array | Readable;
  readonly sizeBytes?: number;
  readonly root?: Hash32;
  readonly class?: PieceClass;
  readonly name?: string;
  readonly signal?: AbortSignal;
}

export interface PieceDescription {
  readonly pieceId: Hash32;
  readonly root: Hash32;
  readonly sizeBytes: number;
}

export function randomPieceId(): Hash32 {
  return `0x${randomBytes(32).toString("hex")}`;
}

/** The front's side of a device's piece API. Everything a device answers is hostile and is checked here. */
export class PieceClient {
  readonly #identity: PayerIdentity;
  readonly #clock: Clock;
  readonly #buffers = new BufferPool();

  constructor(identity: PayerIdentity, clock: Clock) {
    this.#identity = identity;
    this.#clock = clock;
  }

  get identity(): PayerIdentity {
    return this.#identity;
  }

  /** Sends a piece and returns what the device signed; not judged yet, see {@link checkReceipt}. */
  async put(peer: LinkPeer, upload: PieceUpload): Promise<SignedReceipt> {
    const { body, sizeBytes, root, name, signal } = upload;
    const headers: Record<string, string> = { [EXPIRES_HEADER]: String(this.#clock.now() + HOLD_MS) };
    if (root !== undefined) headers[ROOT_HEADER] = root;
    if (upload.class !== undefined) headers[CLASS_HEADER] = upload.class;
    if (name !== undefined) headers[NAME_HEADER] = name;
    if (sizeBytes !== undefined) headers["content-length"] = String(sizeBytes);
    const send = async (): Promise<SignedReceipt> => {
      const reply = await peer.request({
        method: "PUT",
        path: pathOf(upload.pieceId),
        headers,
        body,
        ...(body instanceof Uint8Array ? { timeoutMs: STORED_TIMEOUT_MS } : {}),
        ...(signal === undefined ? {} : { signal }),
      });
      await demandSuccess(peer, reply);
      return await readJson(reply.body, signedReceiptSchema, REPLY_BYTES_MAX);
    };
    // The same bytes under the same id are the same piece again, so a lost receipt is asked for by sending them again.
    return body instanceof Uint8Array ? await againWhenLost(send) : await send();
  }

  /**
   * Whether a receipt is this device's for exactly this piece.
   * @throws WayleaveError `receipt-invalid` naming the first field that differs.
   */
  checkReceipt(peer: LinkPeer, signed: SignedReceipt, piece: PieceDescription): void {
    const { receipt, signature } = signed;
    const expected = {
      payer: this.#identity.payer,
      device: peer.id,
      pieceId: piece.pieceId,
      pieceRoot: piece.root,
      leafCount: BigInt(leafCountOf(piece.sizeBytes)),
      sizeBytes: BigInt(piece.sizeBytes),
    };
    for (const [field, value] of Object.entries(expected)) {
      if (receipt[field as keyof typeof expected] !== value) throw receiptInvalid(peer, field);
    }
    if (receipt.expiresAtMs <= BigInt(this.#clock.now())) throw receiptInvalid(peer, "expiresAtMs");
    if (!isSignedBy(peer.publicKey, this.#identity.domain, PIECE_RECEIPT, receipt, signature)) {
      throw receiptInvalid(peer, "signature");
    }
  }

  /**
   * Bytes [start, end) of a piece: exactly so many, or an error. What they are is for the caller to verify.
   * Whoever is done with them may {@link recycle} them.
   */
  async read(peer: LinkPeer, pieceId: Hash32, start: number, end: number, signal?: AbortSignal): Promise<Buffer> {
    const length = end - start;
    return await againWhenLost(async () => {
      const reply = await peer.request({
        method: "GET",
        path: pathOf(pieceId),
        headers: { range: `bytes=${start}-${end - 1}`, [ORDER_HEADER]: String(length) },
        timeoutMs: READ_TIMEOUT_MS,
        ...(signal === undefined ? {} : { signal }),
      });
      await demandSuccess(peer, reply);
      return await readExactly(peer, reply.body, this.#buffers.take(length), signal);
    });
  }

  /** @param bytes - that {@link read} gave and nobody looks at any more. */
  recycle(bytes: Buffer): void {
    this.#buffers.give(bytes);
  }

  /** What root the device has of a piece; null when it has no such piece. Costs one byte of egress. */
  async rootOf(peer: LinkPeer, pieceId: Hash32): Promise<Hash32 | null> {
    const headers = { range: "bytes=0-0", [ORDER_HEADER]: "1" };
    const reply = await peer.request({ method: "GET", path: pathOf(pieceId), headers, timeoutMs: READ_TIMEOUT_MS });
    if (reply.status === 404) return discardNull(reply);
    await demandSuccess(peer, reply);
    discard(reply);
    const root = hash32Schema.safeParse(reply.headers[ROOT_HEADER]);
    if (!root.success) throw badReply(peer, ROOT_HEADER);
    return root.data;
  }

  /** Ends the device's duty to hold a piece. A piece that is not there counts as deleted. */
  async delete(peer: LinkPeer, piece: { readonly pieceId: Hash32; readonly root: Hash32 }): Promise<void> {
    const { payer, key, domain } = this.#identity;
    const deletion = {
      payer,
      device: peer.id,
      pieceId: piece.pieceId,
      pieceRoot: piece.root,
      deletedAtMs: BigInt(this.#clock.now()),
    };
    const body = Buffer.from(toJson({ deletion, signature: signStruct(key, domain, PIECE_DELETION, deletion) }));
    const headers = { "content-type": "application/json" };
    const reply = await peer.request({ method: "DELETE", path: pathOf(piece.pieceId), headers, body });
    if (reply.status === 404) return discard(reply);
    await demandSuccess(peer, reply);
    discard(reply);
  }

  /** All pieces the device holds for us, or only metadata ones, a page at a time. */
  async *list(peer: LinkPeer, pieceClass: PieceClass): AsyncGenerator<readonly PieceRow[]> {
    const path = pieceClass === "metadata" ? "/storage/metadata" : "/storage/pieces";
    let after: Hash32 | null = null;
    for (let page = 0; page < LIST_PAGES_MAX; page++) {
      const query: string = after === null ? "" : `?after=${after}`;
      const reply = await peer.request({ method: "GET", path: `${path}${query}` });
      await demandSuccess(peer, reply);
      const { pieces, next } = await readJson(reply.body, pieceListSchema, LIST_BYTES_MAX);
      yield pieces;
      if (next === null) return;
      if (after !== null && BigInt(next) <= BigInt(after)) throw badReply(peer, "next");
      after = next;
    }
  }

  /** What the device committed to hold in `epoch`; null when it did not, or no longer keeps it. */
  async commitment(peer: LinkPeer, epoch: number): Promise<SignedCommitment | null> {
    const reply = await peer.request({ method: "GET", path: `/storage/commitments/${epoch}` });
    if (reply.status === 404) return discardNull(reply);
    await demandSuccess(peer, reply);
    return await readJson(reply.body, signedCommitmentSchema, REPLY_BYTES_MAX);
  }

  /** Where a piece stands in that commitment, or the proof that it does not. */
  async standing(peer: LinkPeer, epoch: number, root: Hash32): Promise<Standing | null> {
    const reply = await peer.request({ method: "GET", path: `/storage/commitments/${epoch}/pieces/${root}` });
    if (reply.status === 404) return discardNull(reply);
    await demandSuccess(peer, reply);
    return await readJson(reply.body, standingSchema, REPLY_BYTES_MAX);
  }

  /** Whether the device shows that we signed the deletion of this piece ourselves. */
  async wasDeletedByUs(peer: LinkPeer, pieceId: Hash32): Promise<boolean> {
    const { payer, key, domain } = this.#identity;
    const reply = await peer.request({ method: "GET", path: deletionPath(payer, pieceId) });
    if (reply.status === 404) return discardNull(reply) ?? false;
    await demandSuccess(peer, reply);
    const { deletion, signature } = await readJson(reply.body, signedDeletionSchema, REPLY_BYTES_MAX);
    const isOfPiece = deletion.device === peer.id && deletion.pieceId === pieceId;
    return isOfPiece && isSignedBy(key.publicKey, domain, PIECE_DELETION, deletion, signature);
  }
}

/** Asks once more when the answer was given and its body did not arrive. A link that closed is not asked again. */
async function againWhenLost<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const lost = error instanceof WayleaveError && error.code === "body-aborted";
      if (!lost || attempt >= ANSWER_ATTEMPTS) throw error;
    }
  }
}

function pathOf(pieceId: Hash32): string {
  return `/storage/pieces/${pieceId.slice(2)}`;
}

function discard(reply: LinkClientReply): void {
  reply.body.destroy();
}

function discardNull(reply: LinkClientReply): null {
  discard(reply);
  return null;
}

async function demandSuccess(peer: LinkPeer, reply: LinkClientReply): Promise<void> {
  if (reply.status >= 200 && reply.status < 300) return;
  let code = "";
  try {
    const problem = JSON.parse(Buffer.from(await readBody(reply.body, REPLY_BYTES_MAX)).toString()) as {
      code?: unknown;
    };
    if (typeof problem.code === "string") code = problem.code.slice(0, 64);
  } catch {
    // A refusal without a readable reason is a refusal all the same.
  }
  const facts = { device: peer.id, status: reply.status, code };
  throw new WayleaveError("device-refused", "The device refused a request", facts, { retryable: reply.status >= 500 });
}

function receiptInvalid(peer: LinkPeer, field: string): WayleaveError {
  return new WayleaveError("receipt-invalid", "The device's receipt is not for what was sent", {
    device: peer.id,
    field,
  });
}

function badReply(peer: LinkPeer, field: string): WayleaveError {
  return new WayleaveError("device-reply-invalid", "The device's reply makes no sense", { device: peer.id, field });
}

/** Events rather than `for await`, and one copy into the place the decoder reads from: this is the path of every read. */
function readExactly(peer: LinkPeer, body: Readable, bytes: Buffer, signal: AbortSignal | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const length = bytes.byteLength;
    let at = 0;
    const fail = (error: Error): void => {
      signal?.removeEventListener("abort", onAbort);
      body.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal!.reason as Error);
    if (signal?.aborted === true) return onAbort();
    if (body.errored !== null) return fail(body.errored);
    if (body.destroyed) return fail(badReply(peer, "body"));
    signal?.addEventListener("abort", onAbort, { once: true });
    body.on("error", fail);
    body.on("data", (chunk: Uint8Array) => {
      if (at + chunk.byteLength > length) return fail(badReply(peer, "body"));
      bytes.set(chunk, at);
      at += chunk.byteLength;
    });
    body.on("close", () => {
      if (!body.readableEnded) fail(badReply(peer, "body"));
    });
    body.on("end", () => {
      signal?.removeEventListener("abort", onAbort);
      if (at === length) resolve(bytes);
      else reject(badReply(peer, "body"));
    });
  });
}

/** Milliseconds as the database keeps them. */
export function receiptTimes(signed: SignedReceipt): { readonly storedAtMs: UnixMs; readonly expiresAtMs: UnixMs } {
  return { storedAtMs: Number(signed.receipt.storedAtMs), expiresAtMs: Number(signed.receipt.expiresAtMs) };
}

export function signatureBytes(signed: SignedReceipt): Uint8Array {
  return hexToBytes(signed.signature);
}
