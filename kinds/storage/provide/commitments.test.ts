import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { verifyDeviceSignature, generateDeviceKey } from "@wayleave/core/deviceKey";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { commitmentSchema } from "@wayleave/core/messages";
import { describe, expect, test } from "vitest";
import { LEAVES_PER_CHALLENGE, answerDigest, decodeAnswer } from "../model/answer.ts";
import { isCommitmentOf, totalsOf } from "../model/commitment.ts";
import { challengedLeaf, verifyAbsence, verifyCommitted } from "../model/commitmentTree.ts";
import { absenceFromJson, deletionPath, pathFromJson, standingSchema } from "../model/pieceApi.ts";
import { pieceDigest, pieceLeafHash, pieceRootFromPath } from "../model/pieceTree.ts";
import { PIECE_DELETION, isSignedBy, signedDeletionSchema } from "../model/receipts.ts";
import { DOMAIN, TestDevice, temporaryDirectory } from "./testing/device.ts";

import { deletionOf, newId, put, remove } from "./testing/operator.ts";

describe("commitments and challenges", () => {
  async function filled(directory: string) {
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const pieces = await Promise.all(
      [1, 4096, 50_000, 200_000].map(async (size) => {
        const [id, bytes] = [newId(), randomBytes(size)];
        await put(device, operator, id, bytes);
        return { id, bytes, ...pieceDigest(bytes) };
      }),
    );
    return { device, operator, pieces };
  }

  async function check(device: TestDevice, epoch: number, challenge = toHex(randomBytes(32))): Promise<boolean[]> {
    const committed = (await device.provider.commit(epoch))!;
    expect(isCommitmentOf(committed, device.key.id, device.key.publicKey, DOMAIN)).toBe(true);
    const totals = totalsOf(committed)!;
    const answer = decodeAnswer(await device.provider.answer({ epoch, challenge }))!;
    const digest = answerDigest(DOMAIN, device.key.id, challenge, answer.answerHash);
    expect(verifyDeviceSignature(device.key.publicKey, digest, answer.signature)).toBe(true);
    expect(answer).toMatchObject({ challenge, epoch, committedRoot: committed.commitment.root });
    expect(answer.items).toHaveLength(LEAVES_PER_CHALLENGE);
    return answer.items.map(({ piece, pieceIndex, sumPath, held }, i) => {
      const leafIndex =
        challengedLeaf(hexToBytes(challenge), i, totals.totalLeaves) -
        verifyCommitted(totals, piece, pieceIndex, sumPath)!;
      if (held === null) return false;
      expect(pieceRootFromPath(pieceLeafHash(held.leaf), leafIndex, piece.leafCount, held.path)).toEqual(
        new Uint8Array(piece.root),
      );
      return true;
    });
  }

  test("every challenge is answered with leaves that prove themselves, quickly", async () => {
    await using directory = await temporaryDirectory();
    const { device } = await filled(directory);
    for (let i = 0; i < 20; i++)
      expect(await check(device, 5)).toEqual(Array.from({ length: LEAVES_PER_CHALLENGE }, () => true));
    await expect(device.provider.answer({ epoch: 4, challenge: toHex(randomBytes(32)) })).rejects.toMatchObject({
      code: "commitment-missing",
    });
    await device.provider.close();
  });

  test("a bit that changed on the disk is admitted, not passed off as the leaf", async () => {
    await using directory = await temporaryDirectory();
    const { device, operator, pieces } = await filled(directory);
    await device.provider.commit(5);
    for (const { id, bytes } of pieces) {
      const path = join(String(directory), "pieces", operator.payer.slice(2), id);
      const file = await readFile(path);
      for (let at = 0; at < bytes.byteLength; at += 4096) file[at]! ^= 1;
      await writeFile(path, file);
    }
    expect(await check(device, 5)).toEqual(Array.from({ length: LEAVES_PER_CHALLENGE }, () => false));
    await device.provider.close();
  });

  test("a device without pieces commits to nothing and still answers", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const committed = (await device.provider.commit(1))!;
    expect(committed.commitment).toMatchObject({ total: 0n, items: 0n });
    expect(decodeAnswer(await device.provider.answer({ epoch: 1, challenge: toHex(randomBytes(32)) }))!.items).toEqual(
      [],
    );
    await device.provider.close();
  });

  test("an epoch's commitment never changes, not by new pieces, deletions or a restart", async () => {
    await using directory = await temporaryDirectory();
    const { device, operator, pieces } = await filled(directory);
    const first = (await device.provider.commit(5))!;
    await put(device, operator, newId(), randomBytes(100));
    for (const { id, root } of pieces) {
      expect((await remove(device, operator, id, deletionOf(device, operator, id, root))).status).toBe(204);
    }
    await device.provider.tick(device.clock.now());
    expect(await device.provider.commit(5)).toEqual(first);
    expect(await check(device, 5)).not.toContain(false);
    await device.provider.close();
    const again = await TestDevice.open(directory, {}, device);
    expect(await again.provider.commit(5)).toEqual(first);
    expect(await check(again, 5)).not.toContain(false);
    await expect(again.provider.commit(4)).rejects.toMatchObject({ code: "commitment-conflict" });
    // The deleted files are kept for the epoch after the one that names them, and then go.
    expect((await again.provider.commit(6))!.commitment.items).toBe(1n);
    await again.provider.tick(again.clock.now());
    expect(await check(again, 5)).not.toContain(false);
    expect(again.provider.used().retiredBytes).toBeGreaterThan(0);
    await again.provider.commit(7);
    await again.provider.tick(again.clock.now());
    expect(again.provider.used()).toMatchObject({ retiredBytes: 0, pieces: 1 });
    await again.provider.close();
  });

  test("a commitment, presence, absence and the deletion behind it can be fetched", async () => {
    await using directory = await temporaryDirectory();
    const { device, operator, pieces } = await filled(directory);
    const gone = pieces[2]!;
    await remove(device, operator, gone.id, deletionOf(device, operator, gone.id, gone.root));
    const signed = (await device.provider.commit(9))!;
    const anyPeer = generateDeviceKey();
    const fetched = await device.request({ path: "/storage/commitments/9", as: anyPeer });
    expect(commitmentSchema.parse(fetched.json.commitment)).toEqual(signed.commitment);
    const totals = totalsOf(signed)!;
    for (const { root } of pieces) {
      const path = `/storage/commitments/9/pieces/${toHex(root)}`;
      const standing = standingSchema.parse((await device.request({ path, as: anyPeer })).json);
      if (standing.present) {
        const piece = { root, leafCount: standing.leafCount };
        expect(verifyCommitted(totals, piece, standing.pieceIndex, pathFromJson(standing.path))).not.toBeNull();
      } else {
        expect(root).toBe(gone.root);
        expect(verifyAbsence(totals, root, absenceFromJson(standing))).toBe(true);
        const shown = (payer: Address, id: Hash32) => device.request({ path: deletionPath(payer, id), as: anyPeer });
        expect((await shown(operator.payer, `0x${pieces[0]!.id}`)).json).toMatchObject({ code: "deletion-missing" });
        const { deletion, signature } = signedDeletionSchema.parse((await shown(operator.payer, `0x${gone.id}`)).json);
        expect(deletion).toMatchObject({ pieceRoot: toHex(gone.root), device: device.key.id });
        expect(isSignedBy(operator.link.publicKey, DOMAIN, PIECE_DELETION, deletion, signature)).toBe(true);
      }
    }
    await device.provider.close();
  });
});
