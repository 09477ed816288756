import type { countersignaturePostSchema } from "@wayleave/core/agentWire";
import { voucherPageSchema } from "@wayleave/core/agentWire";
import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { typedDigest, typedDigestHex, type SigningDomain } from "@wayleave/core/eip712";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hex } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { COUNTERSIGNATURE, type Countersigned, VOUCHER, type Voucher } from "@wayleave/core/messages";
import type { MicroUsd } from "@wayleave/core/money";
import type { LinkPeer } from "@wayleave/link/types";
import type { z } from "zod";
import { askJson, tellJson } from "../deviceLinks.ts";
import type { VerifierStore } from "../store/verifierStore.ts";

/** Pages of vouchers read from one device in one tick: a device with more waits for the next. */
const PAGES_PER_TICK = 4;
/** `countersignedSchema`'s limit: more would not be read back. */
const MAX_COUNTERSIGNATURES = 8;

interface Needs {
  readonly store: Pick<VerifierStore, "vouchers" | "saveVouchers">;
  readonly log: Logger;
  readonly account: AccountKey;
  readonly domain: SigningDomain;
  /** Lifetime deposits less withdrawals, pending ones included. */
  readonly promisable: (payer: Address) => Promise<MicroUsd>;
  /** Who watches this payer; empty while nobody knows the payer or the device: its vouchers are then not kept. */
  readonly notariesOf: (voucher: Voucher) => readonly Address[];
  readonly requestTimeoutMs: number;
}

/** Why no countersignature came of a voucher. `waiting` may change without the device handing over anything new. */
type Weighed = { readonly signature: Hex } | "refused" | "waiting";

/**
 * Watches one promise of each payer against its deposit: countersigns a voucher while the sum of that payer's newest
 * totals stays within what it deposited, so that nobody can promise the same dollar twice. The books are written before
 * the signature leaves. What a device shows is hostile; what is kept is bounded by registered devices times payers.
 */
export class Notary {
  readonly #needs: Needs;
  /** By payer/device/kind. */
  readonly #newest = new Map<string, Countersigned>();
  readonly #countersigned = new Map<string, Countersigned>();
  /** Sum of what this notary countersigned, by payer. Never falls. */
  readonly #promised = new Map<Address, MicroUsd>();
  /** Vouchers of one payer are weighed one after the other: two at once could both fit alone. */
  readonly #queues = new Map<Address, Promise<unknown>>();
  readonly #cursors = new Map<Address, number>();

  private constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** With the books as they were when this verifier last ran. */
  static async open(needs: Needs): Promise<Notary> {
    const notary = new Notary(needs);
    for (const { standing, voucher } of await needs.store.vouchers()) {
      if (standing === "newest") notary.#newest.set(keyOf(voucher), voucher);
      else notary.#promise(voucher);
    }
    return notary;
  }

  /** For the bundle: the newest voucher of every payer, device and kind, and the newest covered one where that is older. */
  known(): Countersigned[] {
    const older = [...this.#countersigned].filter(
      ([key, covered]) => this.#newest.get(key)?.signature !== covered.signature,
    );
    return [...this.#newest.values(), ...older.map(([, covered]) => covered)];
  }

  /** What this notary countersigned of one payer's promises, in all. */
  promised(payer: Address): MicroUsd {
    return this.#promised.get(payer) ?? 0n;
  }

  /** Reads what a device was promised since the last visit and hands back countersignatures. */
  async visit(peer: LinkPeer): Promise<void> {
    const { requestTimeoutMs, domain, account } = this.#needs;
    let after = this.#cursors.get(peer.id) ?? 0;
    /** The first that may be covered later: read again from there at the next visit. */
    let waiting: number | null = null;
    for (let page = 0; page < PAGES_PER_TICK; page++) {
      const path = `/wallet/vouchers?after=${after}`;
      const { vouchers, next } = await askJson(peer, path, voucherPageSchema, requestTimeoutMs);
      const countersignatures: z.input<typeof countersignaturePostSchema>["countersignatures"] = [];
      for (const { sequence, ...offered } of vouchers) {
        if (offered.voucher.device !== peer.id) continue; // a device speaks for itself only
        const weighed = await this.#serially(offered.voucher.payer, () => this.#weigh(offered));
        if (weighed === "waiting") waiting ??= sequence;
        if (typeof weighed === "string") continue;
        const voucherDigest = typedDigestHex(domain, VOUCHER, offered.voucher);
        countersignatures.push({ voucherDigest, notary: account.address, signature: weighed.signature });
      }
      if (countersignatures.length > 0)
        await tellJson(peer, "/wallet/countersignatures", { countersignatures }, requestTimeoutMs);
      if (vouchers.length === 0 || next <= after) break; // the end, or a device that goes in circles
      after = next;
    }
    this.#cursors.set(peer.id, waiting === null ? after : Math.max(0, waiting - 1));
  }

  /** A device that reconnected may have been restored: read it from the start. */
  forget(device: Address): void {
    this.#cursors.delete(device);
  }

  /** Verifiers came or went, so others watch some payers now: read every device from the start. */
  forgetAll(): void {
    this.#cursors.clear();
  }

  async #serially<T>(payer: Address, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(payer) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#queues.set(payer, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(payer) === mine) this.#queues.delete(payer);
    }
  }

  async #weigh(offered: Countersigned): Promise<Weighed> {
    const { domain, log, account, notariesOf, promisable } = this.#needs;
    const { payer, device, totalMicroUsd } = offered.voucher;
    const notaries = notariesOf(offered.voucher);
    if (notaries.length === 0) return "waiting";
    const digest = typedDigest(domain, VOUCHER, offered.voucher);
    if (recoverSigner(digest, offered.signature) !== payer) {
      log.warn({ payer, device }, "Refused a voucher that its payer did not sign");
      return "refused";
    }
    const key = keyOf(offered);
    if ((this.#newest.get(key)?.voucher.totalMicroUsd ?? -1n) > totalMicroUsd) return "refused";
    const genuine = this.#genuine(digest, offered, notaries);
    const newest = merged(this.#newest.get(key), { ...offered, countersignatures: genuine });
    if (!notaries.includes(account.address)) {
      await this.#keep(newest, false);
      return "refused";
    }
    // Before this notary's own word: another total that was covered once stays promised, whatever is newest now.
    const already = this.#countersigned.get(key)?.voucher.totalMicroUsd ?? 0n;
    const covered = (await promisable(payer)) - this.promised(payer) + already;
    if (totalMicroUsd > covered) {
      const facts = { payer, device, totalMicroUsd, coveredMicroUsd: covered };
      log.warn(facts, "Withheld a countersignature: the deposit is promised");
      await this.#keep(newest, false);
      return "waiting";
    }
    const signature = account.sign(this.#countersignatureDigest(digest));
    const own = { ...newest, countersignatures: [{ notary: account.address, signature }] };
    await this.#keep(merged(newest, own), true);
    return { signature };
  }

  /** Durable first: a promise that this process forgot could be made twice. */
  async #keep(voucher: Countersigned, countersigned: boolean): Promise<void> {
    await this.#needs.store.saveVouchers(voucher, countersigned ? ["countersigned", "newest"] : ["newest"]);
    this.#newest.set(keyOf(voucher), voucher);
    if (countersigned) this.#promise(voucher);
  }

  #countersignatureDigest(voucherDigest: Uint8Array): Uint8Array {
    return typedDigest(this.#needs.domain, COUNTERSIGNATURE, { voucherDigest: toHex(voucherDigest) });
  }

  /** Of this payer's notaries only: anybody can make a key and call it one, until none of the real ones fits in. */
  #genuine(
    digest: Uint8Array,
    offered: Countersigned,
    notaries: readonly Address[],
  ): Countersigned["countersignatures"] {
    const signed = this.#countersignatureDigest(digest);
    return offered.countersignatures.filter(
      ({ notary, signature }) => notaries.includes(notary) && recoverSigner(signed, signature) === notary,
    );
  }

  /** A total that was countersigned once stays promised, even when a newer voucher is not covered. */
  #promise(signed: Countersigned): void {
    const { payer, totalMicroUsd } = signed.voucher;
    const before = this.#countersigned.get(keyOf(signed))?.voucher.totalMicroUsd ?? 0n;
    if (totalMicroUsd < before) return;
    this.#countersigned.set(keyOf(signed), signed);
    this.#promised.set(payer, this.promised(payer) + totalMicroUsd - before);
  }
}

function keyOf({ voucher }: Countersigned): string {
  return `${voucher.payer}/${voucher.device}/${voucher.kind}`;
}

/** Countersignatures of the very same voucher add up, whoever brought them; the newest words first. */
function merged(known: Countersigned | undefined, offered: Countersigned): Countersigned {
  if (known === undefined || known.signature !== offered.signature) return offered;
  const byNotary = new Map(
    [...offered.countersignatures, ...known.countersignatures].map((each) => [each.notary, each]),
  );
  return { ...offered, countersignatures: [...byNotary.values()].slice(0, MAX_COUNTERSIGNATURES) };
}
