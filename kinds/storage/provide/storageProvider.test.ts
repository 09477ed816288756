import { randomBytes } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { verifyDeviceSignature, generateDeviceKey, type DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import { commitmentSchema, toJson } from "@wayleave/core/messages";
import { describe, expect, test } from "vitest";
import { LEAVES_PER_CHALLENGE, answerDigest, decodeAnswer } from "../model/answer.ts";
import { isCommitmentOf, totalsOf } from "../model/commitment.ts";
import { challengedLeaf, verifyAbsence, verifyCommitted } from "../model/commitmentTree.ts";
import {
  CLASS_HEADER,
  EXPIRES_HEADER,
  NAME_HEADER,
  ORDER_HEADER,
  ROOT_HEADER,
  absenceFromJson,
  pathFromJson,
  pieceListSchema,
  standingSchema,
  usageSchema,
} from "../model/pieceApi.ts";
import { pieceDigest, pieceLeafHash, pieceRootFromPath } from "../model/pieceTree.ts";
import { GIB, HOUR_MS } from "../model/price.ts";
import { PIECE_DELETION, PIECE_RECEIPT, isSignedBy, signStruct, signedReceiptSchema } from "../model/receipts.ts";
import { DOMAIN, TestDevice, temporaryDirectory } from "./testing/device.ts";

const HOUR = Number(HOUR_MS);
interface Operator {
  readonly link: DeviceKey;
  readonly payer: Address;
}
const newId = (): string => randomBytes(32).toString("hex");

function put(
  device: TestDevice,
  { link }: Operator,
  id: string,
  body: Uint8Array | Readable,
  headers: Record<string, string> = {},
) {
  const expires = { [EXPIRES_HEADER]: String(device.clock.now() + 24 * HOUR) };
  return device.request({
    method: "PUT",
    path: `/storage/pieces/${id}`,
    body,
    headers: { ...expires, ...headers },
    as: link,
  });
}
const get = (device: TestDevice, { link }: Operator, id: string, headers: Record<string, string> = {}) =>
  device.request({ path: `/storage/pieces/${id}`, headers, as: link });

function deletionOf(
  device: TestDevice,
  { link, payer }: Operator,
  id: string,
  root: Uint8Array,
  over: object = {},
  signer = link,
): string {
  const deletion = {
    payer,
    device: device.key.id,
    pieceId: `0x${id}` as const,
    pieceRoot: toHex(root),
    deletedAtMs: BigInt(device.clock.now()),
    ...over,
  };
  return toJson({ deletion, signature: signStruct(signer, DOMAIN, PIECE_DELETION, deletion) });
}
const remove = (device: TestDevice, { link }: Operator, id: string, body: string) =>
  device.request({ method: "DELETE", path: `/storage/pieces/${id}`, body, as: link });

describe("pieces", () => {
  test("a piece comes back whole and in ranges, with a receipt that the device signed", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    for (const size of [1, 5000, 300_000]) {
      const [id, bytes] = [newId(), randomBytes(size)];
      const chunks = Readable.from(
        [bytes.subarray(0, size >> 1), bytes.subarray(size >> 1)].filter((part) => part.length > 0),
      );
      const stored = await put(device, operator, id, chunks, { [ROOT_HEADER]: toHex(pieceDigest(bytes).root) });
      expect(stored.status).toBe(200);
      const { receipt, signature } = signedReceiptSchema.parse(stored.json);
      expect(receipt).toMatchObject({ payer: operator.payer, device: device.key.id, sizeBytes: BigInt(size) });
      expect(receipt.pieceRoot).toBe(toHex(pieceDigest(bytes).root));
      expect(isSignedBy(device.key.publicKey, DOMAIN, PIECE_RECEIPT, receipt, signature)).toBe(true);
      expect((await get(device, operator, id)).bytes.equals(bytes)).toBe(true);
      const part = await get(device, operator, id, { range: `bytes=${size >> 1}-` });
      expect(part.status).toBe(206);
      expect(part.headers["content-range"]).toBe(`bytes ${size >> 1}-${size - 1}/${size}`);
      expect(part.bytes.equals(bytes.subarray(size >> 1))).toBe(true);
      expect((await get(device, operator, id, { range: "bytes=-1" })).bytes).toEqual(bytes.subarray(-1));
    }
    await device.provider.close();
  });

  test("a retry is the same piece; another one under its id is refused", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const [id, bytes] = [newId(), randomBytes(9000)];
    const first = await put(device, operator, id, bytes);
    device.clock.advance(50);
    const again = await put(device, operator, id, bytes);
    expect(again.json.receipt).toEqual(first.json.receipt);
    expect(device.provider.used()).toMatchObject({ pieces: 1, heldBytes: 9000 });
    expect((await put(device, operator, id, randomBytes(9000))).json.code).toBe("piece-exists");
    const slow = new Readable({ read() {} });
    const other = newId();
    const uploading = put(device, operator, other, slow);
    expect((await put(device, operator, other, bytes)).json.code).toBe("piece-busy");
    slow.push(bytes);
    slow.push(null);
    expect((await uploading).status).toBe(200);
    await device.provider.close();
  });

  test("what fails leaves nothing behind", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, { capacityBytes: 100_000 });
    const operator = device.operator();
    const broken = new Readable({ read() {} }).on("error", () => "as the link's own bodies do");
    const upload = put(device, operator, newId(), broken).catch((error: unknown) => error);
    broken.push(randomBytes(2000));
    broken.destroy(new Error("the link went away"));
    expect(await upload).toMatchObject({ message: "the link went away" });
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const failing = new Readable({ read: () => void failing.destroy(full) });
    expect(await put(device, operator, newId(), failing)).toMatchObject({ status: 507, json: { code: "disk-full" } });
    const bytes = randomBytes(60_000);
    const wrongRoot = { [ROOT_HEADER]: toHex(randomBytes(32)) };
    expect((await put(device, operator, newId(), bytes, wrongRoot)).json.code).toBe("piece-root-conflict");
    expect((await put(device, operator, newId(), bytes, { "content-length": "59999" })).status).toBe(413);
    expect((await put(device, operator, newId(), bytes, { "content-length": "60001" })).status).toBe(400);
    expect((await put(device, operator, newId(), new Uint8Array(0))).status).toBe(400);
    expect(device.provider.used()).toMatchObject({ pieces: 0, heldBytes: 0 });
    expect(await readdir(join(String(directory), "incoming"))).toEqual([]);
    // Nothing of the above holds quota: two that together do not fit show where the limit is.
    const [one, two] = [newId(), newId()];
    const results = await Promise.all([put(device, operator, one, bytes), put(device, operator, two, bytes)]);
    expect(results.map(({ status }) => status).sort()).toEqual([200, 507]);
    const kept = results[0].status === 200 ? one : two;
    expect((await get(device, operator, kept)).bytes.equals(bytes)).toBe(true);
    await device.provider.close();
  });

  test("a file system without its reserve takes nothing more", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, { freeReserveBytes: 2 ** 52 });
    expect(await put(device, device.operator(), newId(), randomBytes(10))).toMatchObject({ status: 507 });
    await device.provider.close();
  });

  test("expired pieces are not served and their space returns", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(5000));
    device.clock.advance(25 * HOUR);
    expect((await get(device, operator, id)).status).toBe(404);
    await device.provider.tick(device.clock.now());
    expect(device.provider.used()).toMatchObject({ pieces: 0, heldBytes: 0, retiredBytes: 0 });
    await device.provider.close();
  });
});

describe("who may do what", () => {
  test("operators reach their own pieces, strangers none, and none that are unpaid for", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const [owner, other] = [device.operator(), device.operator()];
    const stranger = { link: generateDeviceKey(), payer: owner.payer };
    const [id, bytes] = [newId(), randomBytes(100)];
    await put(device, owner, id, bytes);
    expect((await get(device, other, id)).json.code).toBe("piece-unknown");
    expect((await get(device, stranger, id)).status).toBe(403);
    expect((await put(device, stranger, newId(), bytes)).status).toBe(403);
    expect((await device.request({ path: "/storage/pieces", as: stranger.link })).status).toBe(403);
    expect((await device.request({ path: "/storage/usage", as: stranger.link })).status).toBe(403);
    expect((await put(device, other, id, bytes)).status).toBe(200);
    device.gate.unpaid.add(owner.payer);
    expect((await get(device, owner, id)).status).toBe(402);
    expect((await put(device, owner, newId(), bytes)).status).toBe(402);
    expect((await get(device, other, id)).status).toBe(200);
    await device.provider.close();
  });

  test("hostile requests are refused by name", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(100));
    for (const bad of ["..%2f..%2findex.sqlite", id.toUpperCase(), id.slice(1), `${id}%00`, "%2e%2e"]) {
      expect((await get(device, operator, bad)).json).toMatchObject({
        code: "request-invalid",
        facts: { field: "pieceId" },
      });
      expect((await put(device, operator, bad, randomBytes(5))).status).toBe(400);
      expect((await remove(device, operator, bad, deletionOf(device, operator, id, randomBytes(32)))).status).toBe(400);
    }
    const headers: Record<string, string>[] = [
      { [EXPIRES_HEADER]: "soon" },
      { [EXPIRES_HEADER]: "5" },
      { [EXPIRES_HEADER]: "999999999999999" },
      { [ROOT_HEADER]: "0x12" },
      { [CLASS_HEADER]: "secret" },
      { [CLASS_HEADER]: "metadata" },
      { [NAME_HEADER]: "nobody" },
      { [CLASS_HEADER]: "metadata", [NAME_HEADER]: "../../etc/passwd" },
      { "content-length": "-1" },
    ];
    for (const bad of headers) expect((await put(device, operator, newId(), randomBytes(5), bad)).status).toBe(400);
    for (const range of ["bytes=100-", "bytes=5-3", "bytes=-0", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b"]) {
      expect((await get(device, operator, id, { range })).json.code).toBe("range-invalid");
    }
    expect((await get(device, operator, id, { [ORDER_HEADER]: "99" })).json.code).toBe("order-refused");
    expect((await get(device, operator, id, { [ORDER_HEADER]: "99", range: "bytes=0-98" })).status).toBe(206);
    for (const path of [
      "/storage/pieces?after=zz",
      "/storage/metadata?after=0x",
      "/storage/commitments/-1",
      "/storage/commitments/1e3",
      "/storage/commitments/1/pieces/0x1",
    ]) {
      expect((await device.request({ path, as: operator.link })).json.code).toBe("request-invalid");
    }
    expect((await device.request({ path: "/storage/commitments/3", as: operator.link })).status).toBe(404);
    expect(device.provider.used().pieces).toBe(1);
    await device.provider.close();
  });

  test("only the payer's own signature deletes, and only that piece", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const [operator, other] = [device.operator(), device.operator()];
    const [id, bytes] = [newId(), randomBytes(7000)];
    const { root } = pieceDigest(bytes);
    await put(device, operator, id, bytes);
    const bad: [Operator, string][] = [
      [operator, "{}"],
      [operator, "not json"],
      [operator, deletionOf(device, operator, id, root, {}, other.link)],
      [operator, deletionOf(device, operator, id, randomBytes(32))],
      [operator, deletionOf(device, operator, newId(), root)],
      [operator, deletionOf(device, operator, id, root, { device: other.payer })],
      [operator, deletionOf(device, operator, id, root, { payer: other.payer })],
      [operator, deletionOf(device, operator, id, root, { deletedAtMs: 5n })],
      [other, deletionOf(device, other, id, root)],
    ];
    for (const [as, body] of bad) expect((await remove(device, as, id, body)).status).toBeGreaterThanOrEqual(400);
    expect((await get(device, operator, id)).status).toBe(200);
    expect((await remove(device, operator, id, deletionOf(device, operator, id, root))).status).toBe(204);
    expect((await get(device, operator, id)).status).toBe(404);
    expect((await put(device, operator, id, bytes)).json.code).toBe("piece-gone");
    await device.provider.close();
  });
});

describe("lists, snapshots and usage", () => {
  test("an operator that lost everything finds its pieces and its metadata again", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const ids = [newId(), newId(), newId()].sort();
    for (const id of ids) await put(device, operator, id, randomBytes(20));
    const snapshot = newId();
    await put(device, operator, snapshot, Buffer.from("sealed"), {
      [CLASS_HEADER]: "metadata",
      [NAME_HEADER]: "snapshot-7",
    });
    const listed = pieceListSchema.parse((await device.request({ path: "/storage/pieces", as: operator.link })).json);
    expect(listed.pieces.map(({ pieceId }) => pieceId.slice(2))).toEqual([...ids, snapshot].sort());
    expect(listed.next).toBeNull();
    const rest = await device.request({ path: `/storage/pieces?after=0x${ids[0]}`, as: operator.link });
    expect(pieceListSchema.parse(rest.json).pieces.every(({ pieceId }) => pieceId > `0x${ids[0]}`)).toBe(true);
    const metadata = pieceListSchema.parse(
      (await device.request({ path: "/storage/metadata", as: operator.link })).json,
    );
    expect(metadata.pieces).toMatchObject([{ name: "snapshot-7", sizeBytes: 6 }]);
    expect((await get(device, operator, snapshot)).bytes.toString()).toBe("sealed");
    await device.provider.close();
  });

  test("held bytes and egress are metered, charged once, and survive a restart", async () => {
    await using directory = await temporaryDirectory();
    const device = await TestDevice.open(directory, {
      ask: { picoUsdPerGibHour: 1024n ** 3n, picoUsdPerEgressMib: 1024n ** 2n },
    });
    const operator = device.operator();
    const id = newId();
    await put(device, operator, id, randomBytes(1000));
    device.clock.advance(2 * HOUR);
    await get(device, operator, id, { range: "bytes=0-299" });
    await device.provider.tick(device.clock.now());
    // A pico-dollar a byte-hour and a byte: 2,000 held and 300 read.
    expect(device.gate.charged).toEqual([{ payer: operator.payer, workUnits: 0n, picoUsd: 2300n }]);
    await device.provider.tick(device.clock.now());
    expect(device.gate.charged).toHaveLength(1);
    device.clock.advance(HOUR);
    await device.provider.close();
    device.clock.advance(10 * HOUR); // off: nobody is charged for that
    const again = await TestDevice.open(
      directory,
      { ask: { picoUsdPerGibHour: GIB, picoUsdPerEgressMib: 1n } },
      device,
    );
    again.clock.advance(HOUR);
    const usage = usageSchema.parse((await again.request({ path: "/storage/usage", as: operator.link })).json);
    expect(usage).toMatchObject({
      pieces: 1,
      heldBytes: 1000,
      egressBytes: 300n,
      byteMs: 4_000n * HOUR_MS,
      picoUsd: 4300n,
    });
    await again.provider.tick(again.clock.now());
    expect(again.gate.charged.reduce((sum, { picoUsd }) => sum + picoUsd, 0n)).toBe(4300n);
    await again.provider.close();
  });
});

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
        const { deletion, signature } = standing.deletion!;
        expect(isSignedBy(operator.link.publicKey, DOMAIN, PIECE_DELETION, deletion, signature)).toBe(true);
      }
    }
    await device.provider.close();
  });
});
