import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { KindName, PayerGate } from "@wayleave/core/kind";
import { recoverSigner } from "@wayleave/core/accountKey";
import { type Metered, MAX_VOUCHERS_PER_PAGE } from "@wayleave/core/agentWire";
import { typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import { assert, type Fact, WayleaveError } from "@wayleave/core/errors";
import { KIND_NAMES, KIND_NUMBERS } from "@wayleave/core/kind";
import { COUNTERSIGNATURE, FIRM_COUNTERSIGNATURES, type SignedVoucher, VOUCHER } from "@wayleave/core/messages";
import { type MicroUsd, type PicoUsd, PICO_PER_MICRO } from "@wayleave/core/money";
import { type HeldVoucher, openWalletStore, type WalletStore } from "./walletStore.ts";

/** A gigabit line at $10 a terabyte serves less in a tick of ten minutes: what a device can lose to one payer. */
export const DEFAULT_UNPAID_LIMIT_MICRO_USD: MicroUsd = 1_000_000n;
/** Countersignatures arrive for a voucher while newer ones already came: so many wait beside the newest. */
const WAITING_VOUCHERS_MAX = 4;
/** Payers with a row of their own; an agent links with 32 operators at a time. Beyond it no new payer is served. */
const ACCOUNTS_MAX = 4_096;

export interface VoucherWalletOptions {
  /** Of its file; `:memory:` in tests. */
  readonly path: string;
  readonly device: Address;
  /** Of the Settlement. */
  readonly domain: SigningDomain;
  /** How much a payer may owe beyond its newest firm voucher before it is served no more. */
  readonly unpaidLimitMicroUsd: MicroUsd;
  /** Of these many different notaries a voucher is firm. */
  readonly firmCountersignatures?: number;
}

export interface VoucherWalletDeps {
  /** The payer behind an operator's pinned link key, from the registry. */
  readonly payerOfLink: (linkId: Address) => Address | null;
  /** Whether this verifier may countersign for this payer now. */
  readonly isNotary: (notary: Address, payer: Address) => boolean;
}

/** A device's books on those who pay it. Survives kill −9 but for at most one tick of metering. */
export interface VoucherWallet {
  /** One kind's side: see {@link PayerGate}. */
  gate(kind: KindName): PayerGate;
  /** Why a payer is not served; null when it is. */
  refusal(payer: Address, kind: KindName): WayleaveError | null;
  /**
   * Takes a payer's newer voucher; the one it has already is taken again without effect.
   * @param from - the payer that the link proved. @param signed - hostile.
   * @throws WayleaveError `voucher-payer-refused`, `voucher-device-refused`, `voucher-kind-refused`,
   * `voucher-lower-refused`, `voucher-replayed-refused`, `voucher-signature-invalid`, naming the `field`.
   */
  accept(from: Address, signed: SignedVoucher): void;
  /** Takes a notary's word. Hostile. @returns whether it was new and good. */
  countersign(given: { readonly voucherDigest: Hash32; readonly notary: Address; readonly signature: Hex }): boolean;
  /** Newest vouchers whose row changed after `sequence`, ascending. Those that are not firm come up again every tick. */
  changedAfter(sequence: number): readonly HeldVoucher[];
  metered(payer: Address): Metered;
  /** Writes what was metered; once a tick. */
  tick(): void;
  close(): void;
}

/** What stands between one payer and one kind of this device. */
interface Account {
  readonly payer: Address;
  readonly kind: number;
  picoUsd: PicoUsd;
  workUnits: bigint;
  unwritten: boolean;
  newest: HeldVoucher | null;
  /** Accepted, not firm, older than `newest` and newer than `firm`; oldest first. */
  waiting: HeldVoucher[];
  firm: HeldVoucher | null;
}

/** @throws WayleaveError `wallet-foreign-refused` when the file is another device's. */
export function openVoucherWallet(options: VoucherWalletOptions, deps: VoucherWalletDeps): VoucherWallet {
  const { chainId, verifyingContract } = options.domain;
  const belongsTo = { device: options.device, domain: `${chainId}:${verifyingContract}` };
  return new Wallet(openWalletStore(options.path, belongsTo), options, deps);
}

class Wallet implements VoucherWallet {
  readonly #store: WalletStore;
  readonly #options: VoucherWalletOptions;
  readonly #deps: VoucherWalletDeps;
  readonly #accounts = new Map<string, Account>();
  readonly #byDigest = new Map<Hash32, Account>();
  #sequence = 0;

  constructor(store: WalletStore, options: VoucherWalletOptions, deps: VoucherWalletDeps) {
    this.#store = store;
    this.#options = options;
    this.#deps = deps;
    for (const { payer, kind, picoUsd, workUnits } of store.metered()) {
      Object.assign(this.#account(payer, kind), { picoUsd, workUnits, unwritten: false });
    }
    const byTotal = [...store.vouchers()].sort((a, b) => (a.voucher.totalMicroUsd < b.voucher.totalMicroUsd ? -1 : 1));
    for (const held of byTotal) {
      const account = this.#account(held.voucher.payer, Number(held.voucher.kind));
      if (account.newest !== null && !account.newest.firm) account.waiting.push(account.newest);
      account.newest = held;
      if (held.firm) account.firm = held;
      this.#byDigest.set(held.digest, account);
      this.#sequence = Math.max(this.#sequence, held.sequence);
    }
  }

  gate(kind: KindName): PayerGate {
    return {
      charge: (payer, { workUnits, picoUsd }) => {
        assert(workUnits >= 0n && picoUsd >= 0n, "what is charged is not negative");
        const account = this.#account(payer, KIND_NUMBERS[kind]);
        account.workUnits += workUnits;
        account.picoUsd += picoUsd;
        account.unwritten = true;
      },
      mayServe: (payer) => !this.#isRefused(payer, kind),
      payerOfLink: (linkId) => this.#deps.payerOfLink(linkId),
    };
  }

  refusal(payer: Address, kind: KindName): WayleaveError | null {
    if (!this.#isRefused(payer, kind)) return null;
    const account = this.#accounts.get(keyOf(payer, KIND_NUMBERS[kind]));
    const facts = {
      payer,
      unpaidPicoUsd: account === undefined ? 0n : unpaidPico(account),
      unpaidLimitMicroUsd: this.#options.unpaidLimitMicroUsd,
      newestTotalMicroUsd: account?.newest?.voucher.totalMicroUsd ?? 0n,
      firmTotalMicroUsd: account?.firm?.voucher.totalMicroUsd ?? 0n,
    };
    return new WayleaveError("service-unpaid", "This payer's firm voucher is too far behind", facts, {
      retryable: true,
    });
  }

  #isRefused(payer: Address, kind: KindName): boolean {
    const account = this.#accounts.get(keyOf(payer, KIND_NUMBERS[kind]));
    if (account === undefined) return this.#accounts.size >= ACCOUNTS_MAX;
    return unpaidPico(account) > this.#options.unpaidLimitMicroUsd * PICO_PER_MICRO;
  }

  accept(from: Address, signed: SignedVoucher): void {
    const { voucher, signature } = signed;
    const digest = this.#checked(from, signed);
    if (this.#accounts.size >= ACCOUNTS_MAX && !this.#accounts.has(keyOf(voucher.payer, Number(voucher.kind)))) {
      throw new WayleaveError("wallet-full", "This wallet keeps books on no more payers", { payers: ACCOUNTS_MAX });
    }
    const account = this.#account(voucher.payer, Number(voucher.kind));
    const { newest } = account;
    if (newest?.digest === digest) return;
    this.#checkRises(newest, signed);
    const held = { voucher, signature, digest, sequence: ++this.#sequence, firm: false, countersignatures: [] };
    if (newest !== null && !newest.firm) account.waiting.push(newest);
    const forgotten = account.waiting.splice(0, Math.max(0, account.waiting.length - WAITING_VOUCHERS_MAX));
    account.newest = held;
    this.#byDigest.set(digest, account);
    this.#save(account, held, forgotten);
  }

  /** What does not depend on earlier vouchers. @returns the digest. */
  #checked(from: Address, { voucher, signature }: SignedVoucher): Hash32 {
    if (voucher.payer !== from) throw refused("payer", "A voucher comes from its own payer", { payer: voucher.payer });
    if (voucher.device !== this.#options.device) throw refused("device", "This voucher is for another device");
    if (voucher.kind >= BigInt(KIND_NAMES.length))
      throw refused("kind", "There is no such kind", { kind: voucher.kind });
    const digest = typedDigest(this.#options.domain, VOUCHER, voucher);
    if (recoverSigner(digest, signature) !== voucher.payer) {
      // Also what a voucher of another network looks like: its domain is in the digest.
      throw new WayleaveError("voucher-signature-invalid", "The payer did not sign this voucher", {
        field: "signature",
      });
    }
    return typedDigestHex(this.#options.domain, VOUCHER, voucher);
  }

  #checkRises(newest: HeldVoucher | null, { voucher }: SignedVoucher): void {
    if (newest === null) return;
    const known = newest.voucher;
    const facts = { knownTotalMicroUsd: known.totalMicroUsd, knownTick: known.tick };
    if (voucher.totalMicroUsd < known.totalMicroUsd || voucher.workUnits < known.workUnits) {
      throw new WayleaveError("voucher-lower-refused", "A newer voucher is not lower", {
        field: "totalMicroUsd",
        ...facts,
      });
    }
    if (voucher.tick <= known.tick) {
      throw new WayleaveError("voucher-replayed-refused", "A newer voucher has a later tick", {
        field: "tick",
        ...facts,
      });
    }
  }

  countersign({
    voucherDigest,
    notary,
    signature,
  }: {
    voucherDigest: Hash32;
    notary: Address;
    signature: Hex;
  }): boolean {
    const account = this.#byDigest.get(voucherDigest);
    const held = account && [account.newest, ...account.waiting].find((each) => each?.digest === voucherDigest);
    if (account === undefined || !held) return false;
    if (held.countersignatures.some((known) => known.notary === notary)) return false;
    if (!this.#deps.isNotary(notary, account.payer)) return false;
    const digest = typedDigest(this.#options.domain, COUNTERSIGNATURE, { voucherDigest });
    if (recoverSigner(digest, signature) !== notary) return false;
    const countersignatures = [...held.countersignatures, { notary, signature }];
    const firm = countersignatures.length >= (this.#options.firmCountersignatures ?? FIRM_COUNTERSIGNATURES);
    this.#replace(account, { ...held, countersignatures, firm, sequence: ++this.#sequence });
    return true;
  }

  /** Puts a row's new state in place; a voucher that became firm makes everything before it worthless. */
  #replace(account: Account, held: HeldVoucher): void {
    if (account.newest?.digest === held.digest) account.newest = held;
    account.waiting = account.waiting.map((each) => (each.digest === held.digest ? held : each));
    if (!held.firm) return this.#save(account, held, []);
    const isOlder = (each: HeldVoucher) => each.voucher.tick <= held.voucher.tick;
    const before = account.firm === null || account.firm.digest === held.digest ? [] : [account.firm];
    const forgotten = [...before, ...account.waiting.filter((each) => isOlder(each) && each.digest !== held.digest)];
    account.firm = held;
    account.waiting = account.waiting.filter((each) => !isOlder(each));
    this.#save(account, held, forgotten);
  }

  #save(account: Account, held: HeldVoucher, forgotten: readonly HeldVoucher[]): void {
    // A firm voucher stays, however many newer ones wait.
    const forget = forgotten.filter((each) => each.digest !== account.firm?.digest).map((each) => each.digest);
    this.#store.saveVoucher(held, forget);
    for (const digest of forget) this.#byDigest.delete(digest);
  }

  changedAfter(sequence: number): readonly HeldVoucher[] {
    const changed: HeldVoucher[] = [];
    for (const { newest } of this.#accounts.values()) {
      if (newest !== null && newest.sequence > sequence) changed.push(newest);
    }
    return changed.sort((a, b) => a.sequence - b.sequence).slice(0, MAX_VOUCHERS_PER_PAGE);
  }

  metered(payer: Address): Metered {
    const metered: Metered["metered"] = [];
    for (const kind of KIND_NAMES) {
      const account = this.#accounts.get(keyOf(payer, KIND_NUMBERS[kind]));
      if (account === undefined) continue;
      const { picoUsd, workUnits, newest, firm } = account;
      const newestSigned = newest === null ? null : { voucher: newest.voucher, signature: newest.signature };
      const firmTotalMicroUsd = firm?.voucher.totalMicroUsd ?? 0n;
      metered.push({ kind, picoUsd, workUnits, newest: newestSigned, firmTotalMicroUsd });
    }
    return { metered };
  }

  tick(): void {
    const unwritten = [...this.#accounts.values()].filter((account) => account.unwritten);
    if (unwritten.length > 0) this.#store.saveMetered(unwritten);
    for (const account of unwritten) account.unwritten = false;
    // A notary that withheld its word (the deposit was used up) is asked again. Only in memory: a restart asks anyway.
    for (const account of this.#accounts.values()) {
      if (account.newest !== null && !account.newest.firm) {
        account.newest = { ...account.newest, sequence: ++this.#sequence };
      }
    }
  }

  close(): void {
    this.tick();
    this.#store.close();
  }

  #account(payer: Address, kind: number): Account {
    const key = keyOf(payer, kind);
    const found = this.#accounts.get(key);
    if (found !== undefined) return found;
    const none = { picoUsd: 0n, workUnits: 0n, unwritten: false, newest: null, waiting: [], firm: null };
    const fresh: Account = { payer, kind, ...none };
    this.#accounts.set(key, fresh);
    return fresh;
  }
}

function keyOf(payer: Address, kind: number): string {
  return `${payer} ${kind}`;
}

/** What was metered and no firm voucher covers; negative when a payer promised ahead. */
function unpaidPico({ picoUsd, firm }: Account): PicoUsd {
  return picoUsd - (firm?.voucher.totalMicroUsd ?? 0n) * PICO_PER_MICRO;
}

function refused(field: "payer" | "device" | "kind", message: string, facts: Record<string, Fact> = {}): WayleaveError {
  return new WayleaveError(`voucher-${field}-refused`, message, { field, ...facts });
}
