import { toHex } from "@wayleave/core/bytes";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { type Claim, KIND_NUMBERS, type Logger, MAX_CLAIM_BYTES } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { type Schedule, type UnixMs, epochStart } from "@wayleave/core/time";
import { isCommitmentOf, totalsOf } from "../../model/commitment.ts";
import { CommitmentTree, verifyAbsence } from "../../model/commitmentTree.ts";
import { type OmissionClaim, type Standing, absenceFromJson } from "../../model/pieceApi.ts";
import { type Database, statement } from "../database/database.ts";
import type { PieceClient } from "../segments/pieceClient.ts";
import type { StorageDevice, StorageDevices } from "../segments/storageDevices.ts";
import type { BadPieces } from "./badPieces.ts";

/** Pieces asked about one by one when a device's commitment is not of exactly what we know it to hold. */
const ASKED_AT_ONCE = 8;
/** One upheld claim costs the device its epoch; more say nothing new. */
const CLAIMS_PER_DEVICE_MAX = 3;
const PAGE_ROWS = 10_000;

const HELD = statement(
  "receipts-of-device",
  `select segment_id, shard, piece_id, root, leaf_count, size_bytes, stored_ms, expires_ms, signature from storage.piece
   where device = $1 and stored_ms < $2 and expires_ms >= $3 and not bad and piece_id > $4 order by piece_id limit ${PAGE_ROWS}`,
);

interface HeldPiece {
  readonly segment_id: number;
  readonly shard: number;
  readonly piece_id: Hash32;
  readonly root: Buffer;
  readonly leaf_count: number;
  readonly size_bytes: number;
  readonly stored_ms: UnixMs;
  readonly expires_ms: UnixMs;
  readonly signature: Buffer;
}

export interface InclusionDependencies {
  readonly database: Database;
  readonly client: PieceClient;
  readonly devices: StorageDevices;
  readonly badPieces: BadPieces;
  readonly schedule: Schedule;
  readonly claim: (claim: Claim) => Promise<void>;
  readonly log: Logger;
}

/**
 * Compares what devices committed to for an epoch with the receipts they gave us. A device that left a piece out proves
 * it itself, by two neighbours in its own tree, and stands accused with both of its signatures.
 */
export class InclusionCheck {
  readonly #use: InclusionDependencies;
  #checked = { epoch: -1, devices: new Set<Address>() };

  constructor(dependencies: InclusionDependencies) {
    this.#use = dependencies;
  }

  /**
   * Each device once an epoch: one that was away, or had not committed yet, is asked again by the next call.
   * @returns how many claims were raised.
   */
  async check(epoch: number): Promise<number> {
    if (this.#checked.epoch !== epoch) this.#checked = { epoch, devices: new Set() };
    const { devices } = this.#checked;
    let raised = 0;
    for (const device of this.#use.devices.serving()) {
      if (devices.has(device.id)) continue;
      try {
        const found = await this.#checkDevice(device, epoch);
        if (found === null) continue;
        devices.add(device.id);
        raised += found;
      } catch (error) {
        // A device that does not answer fails its challenges: that is the verifiers' to judge.
        this.#use.log.debug({ device: device.id, epoch, reason: String(error) }, "Fail to check a commitment");
      }
    }
    return raised;
  }

  /** @returns how many claims were raised; null when the device shows no commitment. */
  async #checkDevice(device: StorageDevice, epoch: number): Promise<number | null> {
    const { client, log } = this.#use;
    const signed = await client.commitment(device.peer, epoch);
    if (signed === null) return null;
    const totals = totalsOf(signed);
    const ours = signed.commitment.epoch === BigInt(epoch);
    if (totals === null || !ours || !isCommitmentOf(signed, device.id, device.peer.publicKey, client.identity.domain)) {
      log.warn({ device: device.id, epoch }, "Refuse a commitment");
      return 0;
    }
    const held = await this.#heldBy(device.id, epoch);
    // The usual case costs one hash tree: the device holds what we know of, and nothing else for anybody.
    const tree = new CommitmentTree(held.map((piece) => ({ root: piece.root, leafCount: piece.leaf_count })));
    if (toHex(tree.root) === toHex(totals.root) && tree.totalLeaves === totals.totalLeaves) return 0;
    let raised = 0;
    for (let at = 0; at < held.length && raised < CLAIMS_PER_DEVICE_MAX; at += ASKED_AT_ONCE) {
      const batch = held.slice(at, at + ASKED_AT_ONCE);
      const standings = await Promise.all(batch.map((piece) => client.standing(device.peer, epoch, toHex(piece.root))));
      for (const [i, standing] of standings.entries()) {
        if (standing === null || standing.present) continue;
        const proof = absenceFromJson({ rightIndex: standing.rightIndex, left: standing.left, right: standing.right });
        if (!verifyAbsence(totals, batch[i]!.root, proof)) continue;
        if (await this.#released(device, batch[i]!)) continue;
        await this.#accuse(device, epoch, batch[i]!, standing);
        raised++;
      }
    }
    return raised;
  }

  /** Whether we signed the deletion ourselves: then the device did as it was told, and the shard is rebuilt elsewhere. */
  async #released(device: StorageDevice, piece: HeldPiece): Promise<boolean> {
    const { badPieces, client, log } = this.#use;
    if (!(await client.wasDeletedByUs(device.peer, piece.piece_id))) return false;
    log.error(
      { device: device.id, pieceId: piece.piece_id },
      "Found a piece deleted by ourselves: its shard is rebuilt",
    );
    badPieces.report(piece.segment_id, { shard: piece.shard, pieceId: piece.piece_id });
    return true;
  }

  async #heldBy(device: Address, epoch: number): Promise<HeldPiece[]> {
    const { database, schedule } = this.#use;
    const storedBefore = epochStart(schedule, epoch - 1);
    const heldUntil = epochStart(schedule, epoch + 1);
    const held: HeldPiece[] = [];
    for (let after = ""; ;) {
      const page = await database.rows<HeldPiece>(HELD, [device, storedBefore, heldUntil, after]);
      held.push(...page);
      if (page.length < PAGE_ROWS) return held;
      after = page.at(-1)!.piece_id;
    }
  }

  async #accuse(
    device: StorageDevice,
    epoch: number,
    piece: HeldPiece,
    standing: Extract<Standing, { present: false }>,
  ): Promise<void> {
    const { badPieces, claim, client, log } = this.#use;
    const evidence: OmissionClaim = {
      type: "piece-omitted",
      receipt: {
        receipt: {
          payer: client.identity.payer,
          device: device.id,
          pieceId: piece.piece_id,
          pieceRoot: toHex(piece.root),
          leafCount: BigInt(piece.leaf_count),
          sizeBytes: BigInt(piece.size_bytes),
          storedAtMs: BigInt(piece.stored_ms),
          expiresAtMs: BigInt(piece.expires_ms),
        },
        signature: toHex(piece.signature),
      },
      absence: { rightIndex: standing.rightIndex, left: standing.left, right: standing.right },
      deletion: null,
    };
    badPieces.report(piece.segment_id, { shard: piece.shard, pieceId: piece.piece_id });
    const bytes = Buffer.from(toJson(evidence));
    if (bytes.byteLength > MAX_CLAIM_BYTES) return;
    log.warn({ device: device.id, epoch, pieceId: piece.piece_id }, "Accuse a device of leaving out a piece");
    await claim({ kind: KIND_NUMBERS.storage, device: device.id, epoch, evidence: bytes });
  }
}
