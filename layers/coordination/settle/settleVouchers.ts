import { recoverSigner } from "@wayleave/core/accountKey";
import { toHex } from "@wayleave/core/bytes";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { COUNTERSIGNATURE, FIRM_COUNTERSIGNATURES, VOUCHER, type Voucher } from "@wayleave/core/messages";
import { type MicroUsd, mulDivDown } from "@wayleave/core/money";
import type { PayerRow } from "@wayleave/core/statement";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import { notariesOf } from "./assignment.ts";
import { byText } from "./order.ts";
import type { RegistrySnapshot, SettledRow } from "./settleInput.ts";
import type { Explanation, VoucherRow } from "./settlement.ts";

export interface VoucherSettlement {
  /** Ascending by payer, device, kind; only those that promise more than is settled. */
  readonly rows: VoucherRow[];
  /** Ascending by payer, none of zero. */
  readonly payerRows: PayerRow[];
  /** The whole table after this epoch. */
  readonly settled: SettledRow[];
  readonly explanations: Explanation[];
}

interface Input {
  readonly domain: SigningDomain;
  readonly registry: RegistrySnapshot;
  readonly bundles: readonly CheckedBundle[];
  readonly settledBefore: readonly SettledRow[];
}

/** One voucher with every signature that any bundle carries for it. */
interface Candidate {
  readonly voucher: Voucher;
  readonly digest: Uint8Array;
  readonly signatures: Set<string>;
  readonly countersignatures: Map<Address, Set<string>>;
}

/** What one payer promised one device for one kind, and up to where that is paid. */
interface Owed {
  readonly payer: Address;
  readonly device: Address;
  readonly kind: number;
  readonly settled: MicroUsd;
  readonly firm: MicroUsd;
  readonly newest: MicroUsd;
  readonly workUnits: bigint;
}

/**
 * Settles lifetime-cumulative vouchers: of each payer, device and kind the newest firm total is paid in full, what was
 * promised beyond it pro rata from what the escrow has left. Never more than the escrow holds; where even firm promises
 * exceed it, those share it pro rata. Floors; what is not paid stays claimable, since the settled total moves only by
 * what was paid. Signatures are hostile; a voucher whose payer did not sign it does not exist.
 */
export function settleVouchers(input: Input): VoucherSettlement {
  const settledBefore = new Map(input.settledBefore.map((row) => [pairKey(row), row]));
  const explanations: Explanation[] = [];
  const byPayer = new Map<Address, Owed[]>();
  for (const candidates of candidatesByPair(input).values()) {
    const promise = promiseOf(input, candidates, settledBefore, explanations);
    if (promise === null) continue;
    const list = byPayer.get(promise.payer) ?? [];
    list.push(promise);
    byPayer.set(promise.payer, list);
  }

  const rows: VoucherRow[] = [];
  const payerRows: PayerRow[] = [];
  for (const payer of [...byPayer.keys()].sort()) {
    const promises = byPayer.get(payer)!.sort((a, b) => byText(a.device, b.device) || a.kind - b.kind);
    const paid = shareEscrow(promises, input.registry.payers.get(payer)!.escrowMicroUsd);
    let amount = 0n;
    promises.forEach((promise, i) => {
      const { settled, firm, newest, workUnits, ...parties } = promise;
      const totals = { settledMicroUsd: settled + paid[i]!, paidMicroUsd: paid[i]! };
      rows.push({ ...parties, ...totals, firmMicroUsd: firm, newestMicroUsd: newest, workUnits });
      amount += paid[i]!;
    });
    if (amount > 0n) payerRows.push({ payer, amount });
    explainShortfall(explanations, payer, promises, amount);
  }
  return { rows, payerRows, settled: settledTable(settledBefore, rows), explanations };
}

function pairKey(pair: { payer: Address; device: Address; kind: number | bigint }): string {
  return `${pair.payer}${pair.device}${pair.kind}`;
}

function candidatesByPair({ bundles, domain }: Input): Map<string, Map<string, Candidate>> {
  const pairs = new Map<string, Map<string, Candidate>>();
  for (const bundle of bundles) {
    for (const { voucher, signature, countersignatures } of bundle.vouchers) {
      const key = pairKey(voucher);
      const candidates = pairs.get(key) ?? new Map<string, Candidate>();
      pairs.set(key, candidates);
      const id = `${voucher.totalMicroUsd}/${voucher.workUnits}/${voucher.tick}`;
      const candidate = candidates.get(id) ?? {
        voucher,
        digest: typedDigest(domain, VOUCHER, voucher),
        signatures: new Set<string>(),
        countersignatures: new Map<Address, Set<string>>(),
      };
      candidates.set(id, candidate);
      candidate.signatures.add(signature);
      for (const { notary, signature: by } of countersignatures) {
        candidate.countersignatures.set(notary, (candidate.countersignatures.get(notary) ?? new Set()).add(by));
      }
    }
  }
  return pairs;
}

function promiseOf(
  { domain, registry }: Input,
  candidates: ReadonlyMap<string, Candidate>,
  settledBefore: ReadonlyMap<string, SettledRow>,
  explanations: Explanation[],
): Owed | null {
  // Newest first; of equal totals the one of more work, then of the later tick, so that the choice is everybody's.
  const ordered = [...candidates.values()].sort(byNewest);
  const { payer, device, kind: kindWord } = ordered[0]!.voucher;
  const kind = Number(kindWord);
  const settled = settledBefore.get(pairKey({ payer, device, kind }))?.settledMicroUsd ?? 0n;
  const open = ordered.filter(({ voucher }) => voucher.totalMicroUsd > settled);
  if (open.length === 0) return null;
  const refuse = (code: string, trust: Explanation["trust"]) => {
    explanations.push({
      trust,
      about: payer,
      kind,
      code,
      facts: { device, totalMicroUsd: open[0]!.voucher.totalMicroUsd },
    });
    return null;
  };
  if (!registry.payers.has(payer)) return refuse("payer-unknown", "proven");
  if (!registry.devices.get(device)?.kinds.includes(kind)) return refuse("device-unknown", "proven");

  const notaries = new Set(notariesOf(registry.verifiers.keys(), payer));
  const needed = Math.min(FIRM_COUNTERSIGNATURES, notaries.size);
  let newest: Voucher | null = null;
  for (const candidate of open) {
    if (!signedBy(payer, candidate.digest, candidate.signatures)) {
      refuse("voucher-signature-invalid", "proven");
      continue;
    }
    newest ??= candidate.voucher;
    if (countersigned(domain, candidate, notaries, needed)) {
      const firm = candidate.voucher.totalMicroUsd;
      return { payer, device, kind, settled, firm, newest: newest.totalMicroUsd, workUnits: newest.workUnits };
    }
  }
  if (newest === null) return null;
  return { payer, device, kind, settled, firm: settled, newest: newest.totalMicroUsd, workUnits: newest.workUnits };
}

function byNewest({ voucher: a }: Candidate, { voucher: b }: Candidate): number {
  const differences = [b.totalMicroUsd - a.totalMicroUsd, b.workUnits - a.workUnits, b.tick - a.tick];
  const first = differences.find((difference) => difference !== 0n) ?? 0n;
  return first > 0n ? 1 : first < 0n ? -1 : 0;
}

function signedBy(signer: Address, digest: Uint8Array, signatures: ReadonlySet<string>): boolean {
  for (const signature of signatures) if (recoverSigner(digest, signature) === signer) return true;
  return false;
}

function countersigned(domain: SigningDomain, candidate: Candidate, notaries: ReadonlySet<Address>, needed: number) {
  const claimed = [...candidate.countersignatures].filter(([notary]) => notaries.has(notary));
  if (claimed.length < needed) return false;
  const digest = typedDigest(domain, COUNTERSIGNATURE, { voucherDigest: toHex(candidate.digest) });
  let found = 0;
  for (const [notary, signatures] of claimed) {
    if (signedBy(notary, digest, signatures)) found++;
    if (found === needed) return true;
  }
  return false;
}

/** What each promise is paid of one payer's escrow: firm parts first, then the rest; pro rata (floored) where it is short. */
function shareEscrow(promises: readonly Owed[], escrow: MicroUsd): MicroUsd[] {
  const firm = promises.map((promise) => promise.firm - promise.settled);
  const soft = promises.map((promise) => promise.newest - promise.firm);
  const firmPaid = proRata(firm, escrow);
  const left = escrow - firmPaid.reduce((sum, paid) => sum + paid, 0n);
  // When firm promises were cut, what floors left over goes to nobody: no soft promise is paid before a firm one.
  const softPaid = proRata(soft, firmPaid.every((paid, i) => paid === firm[i]) ? left : 0n);
  return firmPaid.map((paid, i) => paid + softPaid[i]!);
}

function proRata(claims: readonly MicroUsd[], available: MicroUsd): MicroUsd[] {
  const total = claims.reduce((sum, claim) => sum + claim, 0n);
  return total <= available ? [...claims] : claims.map((claim) => mulDivDown(claim, available, total));
}

function explainShortfall(out: Explanation[], payer: Address, promises: readonly Owed[], paid: MicroUsd): void {
  const due = promises.reduce((sum, promise) => sum + promise.newest - promise.settled, 0n);
  if (paid === due) return;
  const facts = { dueMicroUsd: due, paidMicroUsd: paid };
  out.push({ trust: "proven", about: payer, kind: null, code: "escrow-short", facts });
}

function settledTable(before: ReadonlyMap<string, SettledRow>, rows: readonly VoucherRow[]): SettledRow[] {
  const table = new Map(before);
  for (const { payer, device, kind, settledMicroUsd } of rows) {
    if (settledMicroUsd > 0n) table.set(pairKey({ payer, device, kind }), { payer, device, kind, settledMicroUsd });
  }
  return [...table.values()].sort((a, b) => byText(a.payer, b.payer) || byText(a.device, b.device) || a.kind - b.kind);
}
