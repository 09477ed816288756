import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { hexToBytes, toHex, utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, generateDeviceKey } from "@wayleave/core/deviceKey";
import { keccakHex } from "@wayleave/core/hash";
import type { Hash32 } from "@wayleave/core/ids";
import { CLAIM_SLOT, type JudgeInput, type VerdictRow } from "@wayleave/core/kind";
import { type SignedCommitment, ZERO_ADDRESS, ZERO_HASH, toJson } from "@wayleave/core/messages";
import { localSchedule } from "@wayleave/core/network";
import type { LinkPeer } from "@wayleave/link/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AnswerItem,
  LEAVES_PER_CHALLENGE,
  MAX_ANSWER_BYTES,
  decodeAnswer,
  encodeAnswer,
} from "../model/answer.ts";
import { signCommitment } from "../model/commitment.ts";
import { CommitmentTree, challengedLeaf } from "../model/commitmentTree.ts";
import { absenceToJson } from "../model/pieceApi.ts";
import { LEAF_BYTES, pieceDigest, piecePath } from "../model/pieceTree.ts";
import { PIECE_DELETION, PIECE_RECEIPT, type PieceReceipt, signStruct } from "../model/receipts.ts";
import { storageHearing } from "./storageHearing.ts";
import { assessStorage, storageJudge } from "./storageJudge.ts";

const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const schedule = localSchedule(1_000_000);
const EPOCH = 7;
const judge = storageJudge({ domain, schedule });
const key = generateDeviceKey();
const files = [1, LEAF_BYTES, 3 * LEAF_BYTES + 7, 40 * LEAF_BYTES, 9 * LEAF_BYTES].map((size) => randomBytes(size));
const held = files.map((bytes) => ({ bytes, ...pieceDigest(bytes) }));
const tree = new CommitmentTree(held);
const commitment = signCommitment(key, domain, EPOCH, tree);
const challenge = keccakHex(utf8("challenge"));

function itemsFor(asked: Hash32): AnswerItem[] {
  return Array.from({ length: LEAVES_PER_CHALLENGE }, (_, i) => {
    const { pieceIndex, leafIndex } = tree.locate(challengedLeaf(hexToBytes(asked), i, tree.totalLeaves));
    const piece = tree.piece(pieceIndex);
    const { bytes, leafHashes } = held.find(({ root }) => toHex(root) === toHex(piece.root))!;
    const leaf = bytes.subarray(leafIndex * LEAF_BYTES, (leafIndex + 1) * LEAF_BYTES);
    return {
      piece,
      pieceIndex,
      sumPath: tree.path(pieceIndex),
      held: { leaf, path: piecePath(leafHashes, leafIndex) },
    };
  });
}

function signed(
  items: readonly AnswerItem[],
  as: Partial<{ challenge: Hash32; epoch: number; root: Hash32; key: DeviceKey }> = {},
) {
  const answer = {
    challenge: as.challenge ?? challenge,
    epoch: as.epoch ?? EPOCH,
    committedRoot: as.root ?? toHex(tree.root),
    items,
  };
  return encodeAnswer(answer, { domain, device: key.id, sign: (digest) => (as.key ?? key).sign(digest) });
}

function input(response: Uint8Array | null, over: Partial<JudgeInput> = {}): JudgeInput {
  return { device: key.id, publicKey: key.publicKey, epoch: EPOCH, challenge, commitment, response, ...over };
}
const outcome = (asked: JudgeInput): string => {
  const verdict = judge.judge(asked);
  return verdict.pass ? "pass" : verdict.fault;
};
const honest = itemsFor(challenge);
const changed = (change: (item: AnswerItem) => AnswerItem, at = 0): Uint8Array =>
  signed(honest.map((item, i) => (i === at ? change(item) : item)));

describe("judgeStorage", () => {
  test("an honest answer passes, within the size every transport allows", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const asked = toHex(bytes);
        const response = signed(itemsFor(asked), { challenge: asked });
        expect(response.byteLength).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
        expect(outcome(input(response, { challenge: asked }))).toBe("pass");
      }),
      { numRuns: 40 },
    );
  });

  test("an empty device passes with an empty signed answer", () => {
    const empty = new CommitmentTree([]);
    const response = signed([], { root: toHex(empty.root) });
    const committed = signCommitment(key, domain, EPOCH, empty);
    expect(outcome(input(response, { commitment: committed }))).toBe("pass");
    expect(outcome(input(signed([])))).toBe("answer-malformed");
  });

  test("each cheat has its fault", () => {
    const stranger = generateDeviceKey();
    const lying: SignedCommitment = { ...commitment, commitment: { ...commitment.commitment, total: 1n << 60n } };
    const other = keccakHex(utf8("an older challenge"));
    const cases: [string, JudgeInput][] = [
      ["no-commitment", input(signed(honest), { commitment: null })],
      ["stale-commitment", input(signed(honest), { epoch: EPOCH + 1 })],
      ["stale-commitment", input(signed(honest, { epoch: EPOCH - 1 }))],
      ["stale-commitment", input(signed(honest, { root: ZERO_HASH }))],
      ["commitment-invalid", input(signed(honest), { commitment: lying })],
      ["signature-invalid", input(signed(honest), { publicKey: stranger.publicKey })],
      ["signature-invalid", input(signed(honest, { key: stranger }))],
      ["no-answer", input(null)],
      ["answer-malformed", input(Uint8Array.of(1, 2, 3))],
      ["answer-malformed", input(signed(honest.slice(1)))],
      ["challenge-mismatch", input(signed(itemsFor(other), { challenge: other }))],
      ["sum-path-mismatch", input(signed(itemsFor(other)))],
      ["piece-missing", input(changed((item) => ({ ...item, held: null }), 3))],
      [
        "path-length",
        input(
          changed((item) => ({ ...item, held: { ...item.held!, path: [...item.held!.path, new Uint8Array(32)] } })),
        ),
      ],
      [
        "leaf-mismatch",
        input(changed((item) => ({ ...item, held: { ...item.held!, leaf: item.held!.leaf.map((b) => b ^ 1) } }), 5)),
      ],
      ["sum-path-mismatch", input(changed((item) => ({ ...item, pieceIndex: item.pieceIndex ^ 1 })))],
      [
        "sum-path-mismatch",
        input(changed((item) => ({ ...item, sumPath: item.sumPath.map((node) => ({ ...node, sum: node.sum + 1n })) }))),
      ],
      ["sum-path-mismatch", input(changed((item) => ({ ...item, piece: { ...item.piece, leafCount: 0 } })))],
    ];
    for (const [expected, asked] of cases) expect(outcome(asked)).toBe(expected);
  });

  test("no hostile bytes make it throw, and none that differ from the honest answer pass", () => {
    const good = signed(honest);
    fc.assert(
      fc.property(fc.nat(good.byteLength - 1), fc.integer({ min: 1, max: 255 }), fc.nat(40), (at, mask, cut) => {
        const bad = good.slice(0, good.byteLength - (at % 3 === 0 ? cut : 0));
        bad[at % bad.byteLength]! ^= mask;
        expect(outcome(input(bad))).not.toBe("pass");
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => decodeAnswer(bytes) === null));
    expect(decodeAnswer(new Uint8Array(MAX_ANSWER_BYTES + 1))).toBeNull();
  });
});

describe("judgeOmission", () => {
  const payerKey = generateDeviceKey();
  const payer = `0x${"11".repeat(20)}` as const;
  const registry = { deviceKey: () => null, operatorKey: (of: string) => (of === payer ? payerKey.publicKey : null) };
  const lost = pieceDigest(randomBytes(50_000));
  const storedAtMs = BigInt(schedule.genesisMs);
  const receipt: PieceReceipt = {
    payer,
    device: key.id,
    pieceId: keccakHex(utf8("id")),
    pieceRoot: toHex(lost.root),
    leafCount: BigInt(lost.leafCount),
    sizeBytes: 50_000n,
    storedAtMs,
    expiresAtMs: storedAtMs + 100n * BigInt(schedule.epochMs),
  };
  const deletion = {
    payer,
    device: key.id,
    pieceId: receipt.pieceId,
    pieceRoot: receipt.pieceRoot,
    deletedAtMs: storedAtMs + 5n,
  };

  function claimed(
    over: Partial<PieceReceipt> = {},
    release: typeof deletion | null = null,
    releaseKey = payerKey,
    signer = key,
  ) {
    const value = { ...receipt, ...over };
    const evidence = {
      type: "piece-omitted",
      receipt: { receipt: value, signature: signStruct(signer, domain, PIECE_RECEIPT, value) },
      absence: absenceToJson(tree.proveAbsence(lost.root)!),
      deletion: release && { deletion: release, signature: signStruct(releaseKey, domain, PIECE_DELETION, release) },
    };
    return judged(utf8(toJson(evidence)));
  }
  function judged(evidence: Uint8Array): string {
    const claim = { kind: 2, device: key.id, epoch: EPOCH, evidence };
    const verdict = judge.judgeClaim({ ...input(null), claim, registry });
    return verdict.pass ? "pass" : verdict.fault;
  }

  test("a receipt, a commitment and two neighbours uphold it", () => {
    expect(claimed()).toBe("piece-omitted");
  });

  test("the payer's own deletion clears the device; nobody else's and no older one does", () => {
    expect(claimed({}, deletion)).toBe("pass");
    expect(claimed({}, deletion, key)).toBe("piece-omitted");
    expect(claimed({}, { ...deletion, deletedAtMs: storedAtMs - 1n })).toBe("piece-omitted");
    expect(claimed({}, { ...deletion, pieceId: ZERO_HASH })).toBe("piece-omitted");
  });

  test("a payer that accuses a device of deleting what it was told to delete is contradicted by the device", async () => {
    const omission = {
      type: "piece-omitted",
      receipt: { receipt, signature: signStruct(key, domain, PIECE_RECEIPT, receipt) },
      absence: absenceToJson(tree.proveAbsence(lost.root)!),
      deletion: null,
    };
    const claim = { kind: 2, device: key.id, epoch: EPOCH, evidence: utf8(toJson(omission)) };
    expect(judged(claim.evidence)).toBe("piece-omitted");
    const asked: string[] = [];
    const answering = (status: number, body: string) =>
      ({
        id: key.id,
        request: async ({ path }: { path: string }) => {
          asked.push(path);
          return { status, headers: {}, body: Readable.from([Buffer.from(body)]) };
        },
      }) as unknown as LinkPeer;
    const heard = async (status: number, body: string) => {
      const told = await storageHearing.hear(answering(status, body), claim, new AbortController().signal);
      return judged(told.evidence);
    };
    const shown = { deletion, signature: signStruct(payerKey, domain, PIECE_DELETION, deletion) };
    expect(await heard(200, toJson(shown))).toBe("pass");
    expect(asked).toEqual([`/storage/deletions/${payer}/${receipt.pieceId.slice(2)}`]);
    // It has nothing to show, or shows what it signed itself.
    expect(await heard(404, "{}")).toBe("piece-omitted");
    const forged = { deletion, signature: signStruct(key, domain, PIECE_DELETION, deletion) };
    expect(await heard(200, toJson(forged))).toBe("piece-omitted");
    await expect(heard(200, "[]")).rejects.toThrow();
  });

  test("what proves nothing upholds nothing", () => {
    expect(claimed({}, null, payerKey, payerKey)).toBe("pass");
    expect(claimed({ expiresAtMs: storedAtMs + 1n })).toBe("pass");
    expect(claimed({ storedAtMs: storedAtMs + BigInt(EPOCH * schedule.epochMs) })).toBe("pass");
    expect(claimed({ pieceRoot: toHex(held[2]!.root) })).toBe("pass");
    expect(claimed({ device: ZERO_ADDRESS })).toBe("pass");
    for (const text of ["", "{}", "null", '{"type":"piece-omitted"}']) expect(judged(utf8(text))).toBe("pass");
    expect(judged(Uint8Array.of(0xff, 0xfe))).toBe("pass");
  });
});

describe("assessStorage", () => {
  const row = (verifier: number, slot: number, result: string): VerdictRow => ({
    verifier: `0x${verifier.toString(16).padStart(40, "0")}`,
    device: key.id,
    kind: 2,
    slot,
    challenge,
    outcome: result,
    evidence: ZERO_HASH,
  });
  const rows = (...outcomes: string[][]): VerdictRow[] =>
    outcomes.flatMap((own, v) => own.map((result, slot) => row(v, slot, result)));
  const five = (result: string): string[] => Array.from({ length: 5 }, () => result);
  const assess = (given: VerdictRow[]) => assessStorage(given, { slotsDue: 5 });

  test("full, lowered, and nothing below 80 %", () => {
    expect(assess(rows(five("pass")))).toEqual({ units: 0n, qualityPpm: 1_000_000n, fault: null });
    const four = [...five("pass").slice(1), "no-answer"];
    expect(assess(rows(four)).qualityPpm).toBe(800_000n);
    expect(assess(rows([...four.slice(1), "no-answer"])).qualityPpm).toBe(0n);
    expect(assess(rows([...four.slice(0, 4), "void"])).qualityPpm).toBe(1_000_000n);
    expect(assess([]).qualityPpm).toBe(0n);
  });

  test("one verifier of three cannot zero a device; two can; of two the lower counts", () => {
    const bad = [...five("pass").slice(1), "leaf-mismatch"];
    expect(assess(rows(five("pass"), bad, five("pass")))).toMatchObject({ qualityPpm: 1_000_000n, fault: null });
    expect(assess(rows(bad, five("pass"), bad))).toMatchObject({ qualityPpm: 0n, fault: "leaf-mismatch" });
    expect(assess(rows(bad, five("pass"))).qualityPpm).toBe(0n);
  });

  test("an upheld claim costs the epoch", () => {
    const given = [...rows(five("pass")), row(0, CLAIM_SLOT, "piece-omitted")];
    expect(assess(given)).toEqual({ units: 0n, qualityPpm: 0n, fault: "piece-omitted" });
  });
});
