import type { countersignaturePostSchema } from "@wayleave/core/agentWire";
import { voucherPageSchema } from "@wayleave/core/agentWire";
import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { typedDigest, typedDigestHex, type SigningDomain } from "@wayleave/core/eip712";
import { toHex } from "@wayleave/core/bytes";
import type { Address, Hex } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { COUNTERSIGNATURE, type Countersigned, VOUCHER } from "@wayleave/core/messages";
import type { MicroUsd } from "@wayleave/core/money";
import type { LinkPeer } from "@wayleave/link/types";
import type { z } from "zod";
import { askJson, tellJson } from "../deviceLinks.ts";
import type { VerifierStore } from "../store/verifierStore.ts";

/** Pages of vouchers read from one device in one tick: a device with more waits for the next. */
const PAGES_PER_TICK = 4;

interface Needs {
  readonly store: VerifierStore;
  readonly log: Logger;
  readonly account: AccountKey;
  readonly domain: SigningDomain;
  /** Lifetime deposits less withdrawals, pending ones included. */
  readonly promisable: (payer: Address) => Promise<MicroUsd>;
  readonly isNotaryOf: (payer: Address) => boolean;
  readonly requestTimeoutMs: number;
}

/**
 * Watches one promise of each payer against its deposit: countersigns a voucher while the sum of that payer's newest
 * totals stays within what it deposited, so that nobody can promise the same dollar twice. The books are written before
 * the signature leaves.
 */
export class Notary {
  readonly #needs: Needs;
  /** By payer/device/kind. */
  readonly #newest = new Map<string, Countersigned>();
  readonly #countersigned = new Map<string, Countersigned>();
  /** Sum of what this notary countersigned, by payer. */
  readonly #promised = new Map<Address, MicroUsd>();
  /** Vouchers of one payer are weighed one after the other: two at once could both fit alone. */
  readonly #queues = new Map<Address, Promise<unknown>>();
  readonly #cursors = new Map<Address, number>();

  private constructor(needs: Needs) {
    this.#needs = needs;
  }

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
      ([key, covered]) => this.#newest.get(key)?.voucher.totalMicroUsd !== covered.voucher.totalMicroUsd,
    );
    return [...this.#newest.values(), ...older.map(([, covered]) => covered)];
  }

  /** Reads what a device was promised since the last visit and hands back countersignatures. */
  async visit(peer: LinkPeer): Promise<void> {
    const { requestTimeoutMs, domain, account } = this.#needs;
    for (let page = 0; page < PAGES_PER_TICK; page++) {
      const after = this.#cursors.get(peer.id) ?? 0;
      const { vouchers, next } = await askJson(
        peer,
        `/wallet/vouchers?after=${after}`,
        voucherPageSchema,
        requestTimeoutMs,
      );
      if (vouchers.length === 0) return;
      const countersignatures: z.input<typeof countersignaturePostSchema>["countersignatures"] = [];
      for (const { sequence: _, ...offered } of vouchers) {
        if (offered.voucher.device !== peer.id) continue; // a device speaks for itself only
        const signature = await this.#serially(offered.voucher.payer, () => this.#weigh(offered));
        const voucherDigest = typedDigestHex(domain, VOUCHER, offered.voucher);
        if (signature !== null) countersignatures.push({ voucherDigest, notary: account.address, signature });
      }
      if (countersignatures.length > 0)
        await tellJson(peer, "/wallet/countersignatures", { countersignatures }, requestTimeoutMs);
      this.#cursors.set(peer.id, next);
    }
  }

  /** A device that reconnected may have been restored: read it from the start. */
  forget(device: Address): void {
    this.#cursors.delete(device);
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

  /** @returns our countersignature, or null when the voucher is not the payer's, is older than a known one, or not covered. */
  async #weigh(offered: Countersigned): Promise<Hex | null> {
    const { domain, log, store, account, isNotaryOf, promisable } = this.#needs;
    const { payer, device, totalMicroUsd } = offered.voucher;
    const digest = typedDigest(domain, VOUCHER, offered.voucher);
    if (recoverSigner(digest, offered.signature) !== payer) {
      log.warn({ payer, device }, "Refused a voucher that its payer did not sign");
      return null;
    }
    const key = keyOf(offered);
    if ((this.#newest.get(key)?.voucher.totalMicroUsd ?? -1n) > totalMicroUsd) return null;
    const newest = merged(this.#newest.get(key), { ...offered, countersignatures: this.#genuine(digest, offered) });
    await store.saveVoucher("newest", newest);
    this.#newest.set(key, newest);
    if (!isNotaryOf(payer)) return null;

    const already = this.#countersigned.get(key)?.voucher.totalMicroUsd ?? 0n;
    const covered = (await promisable(payer)) - (this.#promised.get(payer) ?? 0n) + already;
    if (totalMicroUsd > covered) {
      log.warn(
        { payer, device, totalMicroUsd, coveredMicroUsd: covered },
        "Withheld a countersignature: the deposit is promised",
      );
      return null;
    }
    const signature = account.sign(this.#countersignatureDigest(digest));
    const signed = merged(newest, { ...newest, countersignatures: [{ notary: account.address, signature }] });
    await store.saveVoucher("countersigned", signed);
    await store.saveVoucher("newest", signed);
    this.#promise(signed);
    this.#newest.set(key, signed);
    return signature;
  }

  #countersignatureDigest(voucherDigest: Uint8Array): Uint8Array {
    return typedDigest(this.#needs.domain, COUNTERSIGNATURE, { voucherDigest: toHex(voucherDigest) });
  }

  #genuine(digest: Uint8Array, offered: Countersigned): Countersigned["countersignatures"] {
    const signed = this.#countersignatureDigest(digest);
    return offered.countersignatures.filter(({ notary, signature }) => recoverSigner(signed, signature) === notary);
  }

  /** A total that was countersigned once stays promised, even when a newer voucher is not covered. */
  #promise(signed: Countersigned): void {
    const { payer, totalMicroUsd } = signed.voucher;
    const before = this.#countersigned.get(keyOf(signed))?.voucher.totalMicroUsd ?? 0n;
    this.#countersigned.set(keyOf(signed), signed);
    this.#promised.set(payer, (this.#promised.get(payer) ?? 0n) + totalMicroUsd - before);
  }
}

function keyOf({ voucher }: Countersigned): string {
  return `${voucher.payer}/${voucher.device}/${voucher.kind}`;
}

/** Countersignatures of the very same voucher add up, whoever brought them. */
function merged(known: Countersigned | undefined, offered: Countersigned): Countersigned {
  if (known === undefined || known.signature !== offered.signature) return offered;
  const byNotary = new Map(
    [...known.countersignatures, ...offered.countersignatures].map((each) => [each.notary, each]),
  );
  return { ...offered, countersignatures: [...byNotary.values()] };
}
