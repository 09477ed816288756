/**
 * A device's answer to a storage challenge, as bytes: leaves with their paths, so that whoever holds the commitment can
 * check it with nothing else. About 30 KB for six leaves. Big-endian; every byte belongs to exactly one reading.
 *
 *     answer = version:1 (1) ‖ challenge:32 ‖ epoch:8 ‖ committedRoot:32 ‖ itemCount:1 ‖ item… ‖ signature:64
 *     item   = status:1 (0 held, 1 missing) ‖ pieceRoot:32 ‖ leafCount:4 ‖ pieceIndex:4 ‖ sumPath
 *              and, when held, ‖ leafBytes:2 ‖ leaf ‖ pathLength:1 ‖ hash:32 …
 *     sumPath = length:1 ‖ (hash:32 ‖ sum:8) …
 *
 * The signature is the device's over core's `Answer { device, challenge, answerHash }` with answerHash =
 * keccak256(header ‖ keccak256(item₀) ‖ …): one item can be disputed on chain with the hashes of the others.
 */
import { concatBytes, hexToBytes, toHex } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { assert } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { ANSWER } from "@wayleave/core/messages";
import type { SumNode } from "@wayleave/core/sumTree";
import { type CommittedPiece, MAX_COMMITMENT_PATH } from "./commitmentTree.ts";
import { HASH_BYTES, LEAF_BYTES, MAX_PIECE_PATH } from "./pieceTree.ts";

/** Leaves a challenge asks for: 6 slots × 3 verifiers × 6 leaves are 108 an epoch. */
export const LEAVES_PER_CHALLENGE = 6;
const VERSION = 1;
const HEADER_BYTES = 1 + 32 + 8 + 32 + 1;
const SIGNATURE_BYTES = 64;
const SUM_NODE_BYTES = 40;
const MAX_ITEM_BYTES =
  1 + 32 + 4 + 4 + 1 + MAX_COMMITMENT_PATH * SUM_NODE_BYTES + 2 + LEAF_BYTES + 1 + MAX_PIECE_PATH * HASH_BYTES;
export const MAX_ANSWER_BYTES = HEADER_BYTES + LEAVES_PER_CHALLENGE * MAX_ITEM_BYTES + SIGNATURE_BYTES;

export interface AnswerItem {
  readonly piece: CommittedPiece;
  readonly pieceIndex: number;
  readonly sumPath: readonly SumNode[];
  /** Null: the device admits that it cannot read the leaf. */
  readonly held: { readonly leaf: Uint8Array; readonly path: readonly Uint8Array[] } | null;
}

export interface StorageAnswer {
  readonly challenge: Hash32;
  readonly epoch: number;
  readonly committedRoot: Hash32;
  /** In the order of the challenge's questions. */
  readonly items: readonly AnswerItem[];
}

/** What was decoded, still hostile, with what the signature covers. */
export interface DecodedAnswer extends StorageAnswer {
  readonly answerHash: Hash32;
  readonly signature: Uint8Array;
}

function encodeHeader(answer: StorageAnswer): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = VERSION;
  header.set(hexToBytes(answer.challenge), 1);
  header.writeBigUInt64BE(BigInt(answer.epoch), 33);
  header.set(hexToBytes(answer.committedRoot), 41);
  header[73] = answer.items.length;
  return header;
}

function encodeItem({ piece, pieceIndex, sumPath, held }: AnswerItem): Uint8Array {
  const fixed = Buffer.alloc(42);
  fixed[0] = held === null ? 1 : 0;
  fixed.set(piece.root, 1);
  fixed.writeUInt32BE(piece.leafCount, 33);
  fixed.writeUInt32BE(pieceIndex, 37);
  fixed[41] = sumPath.length;
  const sums = Buffer.alloc(sumPath.length * SUM_NODE_BYTES);
  sumPath.forEach(({ hash, sum }, i) => {
    sums.set(hash, i * SUM_NODE_BYTES);
    sums.writeBigUInt64BE(sum, i * SUM_NODE_BYTES + HASH_BYTES);
  });
  if (held === null) return concatBytes(fixed, sums);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(held.leaf.byteLength);
  return concatBytes(fixed, sums, size, held.leaf, Uint8Array.of(held.path.length), ...held.path);
}

function hashAnswer(header: Uint8Array, items: readonly Uint8Array[]): Hash32 {
  return toHex(keccak256(header, ...items.map((item) => keccak256(item))));
}

/** What a device signs: the challenge is in it, so an older answer cannot be shown again. */
export function answerDigest(
  domain: SigningDomain,
  device: Address,
  challenge: Hash32,
  answerHash: Hash32,
): Uint8Array {
  return typedDigest(domain, ANSWER, { device, challenge, answerHash });
}

/** @param sign - the device's key over the digest: 64 bytes. */
export function encodeAnswer(
  answer: StorageAnswer,
  signer: {
    readonly domain: SigningDomain;
    readonly device: Address;
    readonly sign: (digest: Uint8Array) => Uint8Array;
  },
): Uint8Array {
  assert(answer.items.length <= LEAVES_PER_CHALLENGE, "an answer has an item a question");
  const header = encodeHeader(answer);
  const items = answer.items.map(encodeItem);
  const digest = answerDigest(signer.domain, signer.device, answer.challenge, hashAnswer(header, items));
  return concatBytes(header, ...items, signer.sign(digest));
}

/** Reads hostile bytes. @returns null unless they are exactly one answer. */
export function decodeAnswer(bytes: Uint8Array): DecodedAnswer | null {
  if (bytes.byteLength < HEADER_BYTES + SIGNATURE_BYTES || bytes.byteLength > MAX_ANSWER_BYTES) return null;
  const reader = new Reader(bytes.subarray(0, bytes.byteLength - SIGNATURE_BYTES));
  if (reader.uint(1) !== VERSION) return null;
  const challenge = toHex(reader.take(32));
  const epoch = reader.uint(6 + 2);
  const committedRoot = toHex(reader.take(32));
  const itemCount = reader.uint(1);
  if (itemCount > LEAVES_PER_CHALLENGE) return null;
  const items: AnswerItem[] = [];
  const itemBytes: Uint8Array[] = [];
  for (let i = 0; i < itemCount && !reader.failed; i++) {
    const start = reader.at;
    items.push(decodeItem(reader));
    itemBytes.push(bytes.subarray(start, reader.at));
  }
  if (reader.failed || !reader.atEnd || epoch > Number.MAX_SAFE_INTEGER) return null;
  const answerHash = hashAnswer(bytes.subarray(0, HEADER_BYTES), itemBytes);
  return { challenge, epoch, committedRoot, items, answerHash, signature: bytes.subarray(-SIGNATURE_BYTES) };
}

function decodeItem(reader: Reader): AnswerItem {
  const status = reader.uint(1);
  if (status > 1) reader.failed = true;
  const piece = { root: reader.take(HASH_BYTES), leafCount: reader.uint(4) };
  const pieceIndex = reader.uint(4);
  const sumPath: SumNode[] = [];
  for (let left = reader.count(MAX_COMMITMENT_PATH); left > 0 && !reader.failed; left--) {
    sumPath.push({ hash: reader.take(HASH_BYTES), sum: reader.uint64() });
  }
  if (status === 1 || reader.failed) return { piece, pieceIndex, sumPath, held: null };
  const leafBytes = reader.uint(2);
  if (leafBytes > LEAF_BYTES) reader.failed = true;
  const leaf = reader.take(leafBytes);
  const path: Uint8Array[] = [];
  for (let left = reader.count(MAX_PIECE_PATH); left > 0 && !reader.failed; left--) path.push(reader.take(HASH_BYTES));
  return { piece, pieceIndex, sumPath, held: { leaf, path } };
}

/** Goes through bytes once; beyond the end it marks itself failed and yields zeros, so that callers check once. */
class Reader {
  at = 0;
  failed = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at === this.#bytes.byteLength;
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.byteLength) this.failed = true;
    if (this.failed) return new Uint8Array(length);
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  uint(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  uint64(): bigint {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  }

  /** A one-byte count of at most `most`. */
  count(most: number): number {
    const value = this.uint(1);
    if (value > most) this.failed = true;
    return value;
  }
}
