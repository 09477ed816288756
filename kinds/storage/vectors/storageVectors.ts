/**
 * The vectors in `storage.json`: what another implementation (the contract's, another language's) must reproduce.
 * `node kinds/storage/vectors/storageVectors.ts` writes them anew; the test fails when the code no longer agrees.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hexToBytes, toHex, utf8 } from "@wayleave/core/bytes";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import { COMMITMENT } from "@wayleave/core/messages";
import { LEAVES_PER_CHALLENGE, answerDigest, decodeAnswer, encodeAnswer } from "../model/answer.ts";
import { signCommitment } from "../model/commitment.ts";
import { CommitmentTree, challengedLeaf } from "../model/commitmentTree.ts";
import { absenceToJson, pathToJson } from "../model/pieceApi.ts";
import { LEAF_BYTES, pieceDigest, piecePath } from "../model/pieceTree.ts";
import { createCodec } from "../model/reedSolomon/codec.ts";

const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const SIZES = [1, LEAF_BYTES, LEAF_BYTES + 1, 3 * LEAF_BYTES, 7 * LEAF_BYTES + 100];
const EPOCH = 7;

/** Byte i of vector piece number `seed` is (i·7 + i/256·3 + seed) mod 256. */
export function vectorPiece(seed: number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 7 + (i >> 8) * 3 + seed) & 255);
}

/** Everything but signatures, which are random by nature. */
export function storageVectors(): object {
  const pieces = SIZES.map((sizeBytes, seed) => ({ seed, bytes: vectorPiece(seed, sizeBytes), ...pieceDigest(vectorPiece(seed, sizeBytes)) }));
  const tree = new CommitmentTree(pieces);
  const key = deviceKeyFromSeed(new Uint8Array(32).fill(9));
  const { commitment } = signCommitment(key, DOMAIN, EPOCH, tree);
  const challenge = keccakHex(utf8("storage vector"));
  const items = Array.from({ length: LEAVES_PER_CHALLENGE }, (_, i) => {
    const { pieceIndex, leafIndex } = tree.locate(challengedLeaf(hexToBytes(challenge), i, tree.totalLeaves));
    const piece = tree.piece(pieceIndex);
    const { bytes, leafHashes } = pieces.find(({ root }) => toHex(root) === toHex(piece.root))!;
    const leaf = bytes.subarray(leafIndex * LEAF_BYTES, (leafIndex + 1) * LEAF_BYTES);
    return { piece, pieceIndex, sumPath: tree.path(pieceIndex), held: { leaf, path: piecePath(leafHashes, leafIndex) } };
  });
  const answer = { challenge, epoch: EPOCH, committedRoot: toHex(tree.root), items };
  const unsigned = encodeAnswer(answer, { domain: DOMAIN, device: key.id, sign: () => new Uint8Array(64) });
  const { answerHash } = decodeAnswer(unsigned)!;
  const absent = new Uint8Array(32).fill(0x80);
  return {
    pieces: pieces.map(({ seed, sizeBytes, leafCount, root, leafHashes }) => {
      const lastPath = piecePath(leafHashes, leafCount - 1).map(toHex);
      return { seed, sizeBytes, leafCount, root: toHex(root), lastLeafPath: lastPath };
    }),
    commitment: {
      root: toHex(tree.root),
      totalLeaves: tree.totalLeaves,
      pieceCount: tree.pieceCount,
      pathOfSecond: pathToJson(tree.path(1)),
      absenceOf0x80: absenceToJson(tree.proveAbsence(absent)!),
      domain: DOMAIN,
      device: key.id,
      epoch: EPOCH,
      digest: toHex(typedDigest(DOMAIN, COMMITMENT, commitment)),
    },
    challenge: {
      challenge,
      leaves: items.map((_, i) => challengedLeaf(hexToBytes(challenge), i, tree.totalLeaves)),
      answerKeccak: keccakHex(unsigned.subarray(0, -64)),
      answerHash,
      answerDigest: toHex(answerDigest(DOMAIN, key.id, challenge, answerHash)),
    },
    reedSolomon: [
      [4, 6],
      [8, 14],
      [16, 32],
    ].map(([k, n]) => codecVector(k!, n!)),
  };
}

function codecVector(k: number, n: number): object {
  const parity = Array.from({ length: n - k }, () => new Uint8Array(8));
  createCodec(k, n).encode(Array.from({ length: k }, (_, i) => vectorPiece(i, 8)), 8, parity);
  return { k, n, data: "vector pieces 0…k−1 of 8 bytes", parity: parity.map(toHex) };
}

const file = new URL("./storage.json", import.meta.url);
const text = (vectors: object): string =>
  `${JSON.stringify(vectors, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2)}\n`;

/** The committed vectors and what the code makes now, as text. */
export function compareVectors(): { readonly committed: string; readonly current: string } {
  return { committed: readFileSync(file, "utf8"), current: text(storageVectors()) };
}
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, text(storageVectors()));
