import { WayleaveError } from "@wayleave/core/errors";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import type { CodePolicy } from "../../model/layout.ts";
import { leafCountOf } from "../../model/pieceTree.ts";
import type { PieceClient } from "./pieceClient.ts";
import type { PieceInFlight } from "./shardUpload.ts";
import type { StorageDevices } from "./storageDevices.ts";

/** A piece that a device holds, by its word. */
export interface StoredPiece {
  readonly shard: number;
  readonly device: Address;
  readonly pieceId: Hash32;
  readonly root: Hash32;
  readonly leafCount: number;
  readonly sizeBytes: number;
  readonly storedAtMs: UnixMs;
  readonly expiresAtMs: UnixMs;
  readonly signature: Hex;
}

/** Stragglers get as long again as the others took, but not less: a disk's sync may take this. */
const STRAGGLER_GRACE_MS = 1_000;

export interface ReceiptWork {
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly log: Logger;
}

/**
 * Waits for the receipts of one segment's pieces: for the first n; or, when at least the repair threshold has come, for
 * a grace after that; or until none is outstanding. What is still on its way then is cancelled.
 *
 * @param roots - by shard, as we hashed them.
 * @returns verified pieces, at most n, maybe too few: the caller judges.
 */
export async function collectReceipts(
  inFlight: readonly PieceInFlight[],
  roots: readonly Uint8Array[],
  pieceBytes: number,
  policy: CodePolicy,
  { client, devices, log }: ReceiptWork,
): Promise<StoredPiece[]> {
  const stored: StoredPiece[] = [];
  const startedMs = performance.now();
  let outstanding = inFlight.length;
  let graceTimer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    const onSettled = (piece: PieceInFlight): void => {
      outstanding--;
      if (stored.length >= policy.n) return;
      const good = judge(piece);
      if (good !== null) stored.push(good);
      if (stored.length >= policy.n || outstanding === 0) return resolve();
      if (stored.length < policy.repairAt || graceTimer !== undefined) return;
      graceTimer = setTimeout(resolve, Math.max(STRAGGLER_GRACE_MS, performance.now() - startedMs));
    };
    if (outstanding === 0) resolve();
    for (const piece of inFlight) void piece.settled.then(() => onSettled(piece));
  });
  clearTimeout(graceTimer);
  for (const piece of inFlight) piece.cancel("enough others came first");
  return stored;

  function judge(piece: PieceInFlight): StoredPiece | null {
    const device = piece.device.id;
    if (piece.signed === undefined) {
      const code = piece.failure instanceof WayleaveError ? piece.failure.code : "failed";
      if (code !== "upload-cancelled") devices.noteFailure(device, false);
      log.debug({ device, shard: piece.shard, code, facts: factsOf(piece.failure) }, "Miss a shard of an upload");
      return null;
    }
    const root = toHex(roots[piece.shard]!);
    try {
      client.checkReceipt(piece.device.peer, piece.signed, { pieceId: piece.pieceId, root, sizeBytes: pieceBytes });
    } catch (error) {
      devices.noteFailure(device, true);
      log.warn({ device, facts: factsOf(error) }, "Refuse a receipt");
      return null;
    }
    devices.noteSuccess(device);
    const { receipt, signature } = piece.signed;
    return {
      shard: piece.shard,
      device,
      pieceId: piece.pieceId,
      root,
      leafCount: leafCountOf(pieceBytes),
      sizeBytes: pieceBytes,
      storedAtMs: Number(receipt.storedAtMs),
      expiresAtMs: Number(receipt.expiresAtMs),
      signature,
    };
  }
}

function factsOf(error: unknown): object {
  return error instanceof WayleaveError ? error.facts : { message: String((error as Error | undefined)?.message) };
}
