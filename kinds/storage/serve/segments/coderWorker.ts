/**
 * The thread that does what costs the most in an upload: MD5 of the plaintext, encryption, coding and the leaf hashes of
 * every piece. The main thread only moves bytes.
 */
import { type Hash, type KeyObject, createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { assert } from "@wayleave/core/errors";
import { PieceHasher } from "../../model/pieceTree.ts";
import { type StripeShape, encodeStripes } from "./stripeEncoder.ts";

export type CoderRequest =
  | { readonly type: "open"; readonly segment: number; readonly key: KeyObject; readonly shape: StripeShape }
  | {
      readonly type: "encode";
      readonly segment: number;
      readonly body: number | null;
      readonly plain: Uint8Array<ArrayBuffer>;
      readonly bytes: number;
      readonly firstBlock: number;
    }
  | { readonly type: "finish"; readonly segment: number }
  | { readonly type: "digest"; readonly body: number }
  | { readonly type: "forget"; readonly segment: number | null; readonly body: number | null };

export type CoderReply =
  | { readonly type: "encoded"; readonly shards: Uint8Array<ArrayBuffer>[]; readonly plain: Uint8Array<ArrayBuffer> }
  | { readonly type: "finished"; readonly roots: Uint8Array[] }
  | { readonly type: "digested"; readonly md5: Uint8Array }
  | { readonly type: "failed"; readonly message: string };

interface OpenSegment {
  readonly key: KeyObject;
  readonly shape: StripeShape;
  readonly hashers: readonly PieceHasher[];
}

const segments = new Map<number, OpenSegment>();
const bodies = new Map<number, Hash>();

function handle(request: CoderRequest): CoderReply | null {
  switch (request.type) {
    case "open": {
      const { key, shape } = request;
      const hashers = Array.from({ length: shape.total }, () => new PieceHasher());
      segments.set(request.segment, { key, shape, hashers });
      return null;
    }
    case "encode": {
      const { body, bytes, firstBlock } = request;
      const plain = request.plain.subarray(0, bytes);
      if (body !== null) md5Of(body).update(plain);
      const { key, shape, hashers } = openSegment(request.segment);
      const shards = encodeStripes(key, shape, plain, firstBlock);
      shards.forEach((shard, i) => hashers[i]!.update(shard));
      return { type: "encoded", shards, plain: request.plain };
    }
    case "finish": {
      const { hashers } = openSegment(request.segment);
      segments.delete(request.segment);
      return { type: "finished", roots: hashers.map((hasher) => hasher.digest().root) };
    }
    case "digest": {
      const md5 = md5Of(request.body).digest();
      bodies.delete(request.body);
      return { type: "digested", md5 };
    }
    case "forget":
      if (request.segment !== null) segments.delete(request.segment);
      if (request.body !== null) bodies.delete(request.body);
      return null;
  }
}

function openSegment(segment: number): OpenSegment {
  const open = segments.get(segment);
  assert(open !== undefined, "a segment is opened before it is encoded");
  return open;
}

function md5Of(body: number): Hash {
  const known = bodies.get(body) ?? createHash("md5");
  bodies.set(body, known);
  return known;
}

parentPort?.on("message", (request: CoderRequest) => {
  let reply: CoderReply | null;
  try {
    reply = handle(request);
  } catch (error) {
    reply = { type: "failed", message: String((error as Error).stack ?? error) };
  }
  if (reply === null) return;
  const transfer = reply.type === "encoded" ? [...reply.shards.map((shard) => shard.buffer), reply.plain.buffer] : [];
  parentPort!.postMessage(reply, transfer);
});
