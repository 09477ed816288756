import { open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { compareBytes, concatBytes, equalBytes, hexToBytes, toHex, utf8 } from "@wayleave/core/bytes";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hash32 } from "@wayleave/core/ids";
import { type SignedCommitment, signedCommitmentSchema, toJson } from "@wayleave/core/messages";
import { type AnswerItem, LEAVES_PER_CHALLENGE, encodeAnswer } from "../model/answer.ts";
import { signCommitment } from "../model/commitment.ts";
import { type CommittedPiece, CommitmentTree, challengedLeaf } from "../model/commitmentTree.ts";
import { type Standing, absenceToJson, pathToJson } from "../model/pieceApi.ts";
import { pieceLeafHash, piecePath, pieceRootFromPath } from "../model/pieceTree.ts";
import { DirectorySync } from "./directorySync.ts";
import type { PieceStore } from "./pieceStore.ts";

/** Trees kept, the newest included: proofs are asked for while an epoch is settled and disputed. 36 bytes a piece each. */
const EPOCHS_KEPT = 4;
const ENTRY_BYTES = 36;

interface Frozen {
  readonly signed: SignedCommitment;
  readonly tree: CommitmentTree;
}

export interface CommitmentsDependencies {
  readonly store: PieceStore;
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
}

/**
 * What the device froze and signed, epoch by epoch, and its answers to challenges about it. A commitment is on disk
 * before anyone sees it: after a crash the device says the same again and never two different things.
 */
export class Commitments {
  readonly #store: PieceStore;
  readonly #key: DeviceKey;
  readonly #domain: SigningDomain;
  readonly #directory: string;
  readonly #frozen = new Map<number, Frozen>();
  #freezing: Promise<unknown> = Promise.resolve();

  private constructor({ store, key, domain }: CommitmentsDependencies) {
    this.#store = store;
    this.#key = key;
    this.#domain = domain;
    this.#directory = join(store.directory, "commitments");
  }

  static async open(dependencies: CommitmentsDependencies): Promise<Commitments> {
    const commitments = new Commitments(dependencies);
    await commitments.#load();
    return commitments;
  }

  async #load(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const frozen = /^[0-9]{1,15}$/.test(name) ? parseFrozen(await readFile(path)) : null;
      if (frozen === null) await rm(path, { force: true });
      else this.#frozen.set(Number(name), frozen);
    }
    await this.#forgetOld();
  }

  /** Newest epoch committed; null when none was. */
  get lastEpoch(): number | null {
    return this.#frozen.size === 0 ? null : Math.max(...this.#frozen.keys());
  }

  signed(epoch: number): SignedCommitment | null {
    return this.#frozen.get(epoch)?.signed ?? null;
  }

  /**
   * Freezes what is held now for `epoch`. The same epoch gives the same commitment for ever.
   * @throws WayleaveError `commitment-conflict` for an epoch before the newest one: its list is not known any more.
   */
  commit(epoch: number): Promise<SignedCommitment> {
    const next = this.#freezing.then(() => this.#commit(epoch));
    this.#freezing = next.catch(ignore);
    return next;
  }

  async #commit(epoch: number): Promise<SignedCommitment> {
    const known = this.#frozen.get(epoch);
    if (known !== undefined) return known.signed;
    const last = this.lastEpoch;
    if (last !== null && epoch < last) {
      throw new WayleaveError("commitment-conflict", "A later epoch was committed already", { epoch, last });
    }
    const tree = new CommitmentTree(this.#store.committable());
    const signed = signCommitment(this.#key, this.#domain, epoch, tree);
    await this.#write(epoch, encodeFrozen(signed, tree));
    this.#frozen.set(epoch, { signed, tree });
    await this.#forgetOld();
    return signed;
  }

  async #write(epoch: number, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#directory, `${epoch}.new`);
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(this.#directory, String(epoch)));
    const directory = await DirectorySync.open(this.#directory);
    await directory.sync().finally(() => directory.close());
  }

  async #forgetOld(): Promise<void> {
    const old = [...this.#frozen.keys()].sort((a, b) => b - a).slice(EPOCHS_KEPT);
    for (const epoch of old) {
      this.#frozen.delete(epoch);
      await rm(join(this.#directory, String(epoch)), { force: true });
    }
  }

  /**
   * The signed answer to a challenge. A leaf that cannot be read, or is not what it was, is admitted as missing.
   * @throws WayleaveError `commitment-missing` when nothing was committed for the epoch.
   */
  async answer({ epoch, challenge }: { readonly epoch: number; readonly challenge: Hash32 }): Promise<Uint8Array> {
    const { tree } = this.#of(epoch);
    const questions = tree.totalLeaves === 0 ? 0 : LEAVES_PER_CHALLENGE;
    const bytes = hexToBytes(challenge);
    const items = await Promise.all(
      Array.from({ length: questions }, (_, i) => this.#item(tree, challengedLeaf(bytes, i, tree.totalLeaves))),
    );
    const answer = { challenge, epoch, committedRoot: toHex(tree.root), items };
    const sign = (digest: Uint8Array): Uint8Array => this.#key.sign(digest);
    return encodeAnswer(answer, { domain: this.#domain, device: this.#key.id, sign });
  }

  #of(epoch: number): Frozen {
    const frozen = this.#frozen.get(epoch);
    if (frozen === undefined)
      throw new WayleaveError("commitment-missing", "Nothing was committed for this epoch", { epoch });
    return frozen;
  }

  async #item(tree: CommitmentTree, globalLeaf: number): Promise<AnswerItem> {
    const { pieceIndex, leafIndex } = tree.locate(globalLeaf);
    const piece = tree.piece(pieceIndex);
    const place = { piece, pieceIndex, sumPath: tree.path(pieceIndex) };
    const stored = this.#store.index.findByRoot(piece.root);
    const read = stored === null ? null : await this.#store.leaf(stored, leafIndex);
    if (read === null) return { ...place, held: null };
    const { leaf, leafHashes } = read;
    const path = piecePath(leafHashes, leafIndex);
    const reached = pieceRootFromPath(pieceLeafHash(leaf), leafIndex, piece.leafCount, path);
    // A disk that changed a bit: admitting it is a fault, showing it would be the same fault and a broken promise.
    return { ...place, held: reached !== null && equalBytes(reached, piece.root) ? { leaf, path } : null };
  }

  /**
   * Where a piece stands in an epoch's commitment, or the proof that it is absent.
   * @throws WayleaveError `commitment-missing`
   */
  standing(epoch: number, root: Hash32): Standing {
    const { tree } = this.#of(epoch);
    const bytes = hexToBytes(root);
    const absence = tree.proveAbsence(bytes);
    if (absence !== null) return { present: false, ...absenceToJson(absence) };
    const pieceIndex = tree.lowerBound(bytes);
    return {
      present: true,
      pieceIndex,
      leafCount: tree.piece(pieceIndex).leafCount,
      path: pathToJson(tree.path(pieceIndex)),
    };
  }
}

/** One line of JSON, then 36 bytes a piece: root and leaf count. */
function encodeFrozen(signed: SignedCommitment, tree: CommitmentTree): Uint8Array {
  const entries = Buffer.alloc(tree.pieceCount * ENTRY_BYTES);
  for (let i = 0; i < tree.pieceCount; i++) {
    const { root, leafCount } = tree.piece(i);
    entries.set(root, i * ENTRY_BYTES);
    entries.writeUInt32BE(leafCount, i * ENTRY_BYTES + 32);
  }
  return concatBytes(utf8(`${toJson(signed)}\n`), entries);
}

/** @returns null when the file is not whole: it then never left this machine. */
function parseFrozen(bytes: Buffer): Frozen | null {
  try {
    const lineEnd = bytes.indexOf(10);
    const signed = signedCommitmentSchema.parse(JSON.parse(bytes.toString("utf8", 0, lineEnd)));
    const entries = bytes.subarray(lineEnd + 1);
    const pieces: CommittedPiece[] = [];
    for (let at = 0; at + ENTRY_BYTES <= entries.byteLength; at += ENTRY_BYTES) {
      pieces.push({ root: entries.subarray(at, at + 32), leafCount: entries.readUInt32BE(at + 32) });
    }
    const tree = new CommitmentTree(pieces);
    return compareBytes(tree.root, hexToBytes(signed.commitment.root)) === 0 ? { signed, tree } : null;
  } catch {
    return null;
  }
}

/** The failure reached whoever asked for that commitment; the next one starts afresh. */
function ignore(): void {}
