import type { AccountKey } from "@wayleave/core/accountKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import type { Logger, Meter } from "@wayleave/core/kind";
import { recoverSigner } from "@wayleave/core/accountKey";
import { type Metered, meteredSchema } from "@wayleave/core/agentWire";
import { utf8 } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import { assert, WayleaveError } from "@wayleave/core/errors";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { type SignedVoucher, toJson, VOUCHER, type Voucher } from "@wayleave/core/messages";
import { type MicroUsd, mulDivDown, PICO_PER_MICRO } from "@wayleave/core/money";
import { readJson } from "@wayleave/link/body";
import { boundedCache } from "./boundedCache.ts";
import type { ServiceDb } from "./serviceDatabase.ts";
import { forEachAtOnce, type ServedPeer } from "./servedPeer.ts";
import { OPERATOR_CUSTOMER } from "./usageMeter.ts";
import {
  bookedVouchers,
  type BookedVoucher,
  bookVouchers,
  busiestTickPico,
  deviceTotal,
  type OwedDevice,
  owedDevices,
  promisedMicroUsd,
} from "./voucherBook.ts";

/** Signed and written together: 10,000 signatures take half a second. */
const VOUCHERS_PER_ROUND = 10_000;
/** Requests to devices under way together: bounds memory, and no device waits for a slow one. */
const DELIVERIES_AT_ONCE = 64;
const DELIVERY_TIMEOUT_MS = 5_000;
/** Four kinds of figures and signatures. */
const METERED_REPLY_BYTES_MAX = 16_384;
/** Devices remembered as asked, strangers included. One forgotten could at most be believed for one more tick. */
const RECOVERED_MAX = 100_000;
/** How far back a device's busiest tick is looked for. */
const BUSIEST_OF_TICKS = 100;
/** The line under which the operator bears a lost tick. */
export const LOST_TICK_ACT = "reconcile.lost-tick";

export interface VoucherIssuerOptions {
  readonly domain: SigningDomain;
  /** The most that is ever accepted for one lost tick of one device. */
  readonly lostTickLimitMicroUsd: MicroUsd;
  /** Only in tests, to play a payer that promises what it does not have. */
  readonly signBeyondDeposit?: boolean;
}

/** A gigabit line at $10 a terabyte fills less in ten minutes. */
export const DEFAULT_LOST_TICK_LIMIT_MICRO_USD = 1_000_000n;

export interface VoucherIssuerDeps<Peer extends ServedPeer> {
  readonly db: ServiceDb;
  readonly key: AccountKey;
  readonly meter: Meter;
  /** Lifetime deposits of this payer, committed on chain: what vouchers may come to in all. */
  readonly depositMicroUsd: () => MicroUsd;
  readonly linked: () => Iterable<Peer>;
  readonly tickNow: () => number;
  readonly log: Logger;
}

export interface VoucherIssuer<Peer extends ServedPeer> {
  /**
   * Signs for every device whose receipts rose, and writes it down before anybody sees it. Call after `meter.flush()`.
   * @returns what remained unpromised because the deposit does not cover it.
   */
  issue(): Promise<{ readonly signed: number; readonly uncoveredMicroUsd: MicroUsd }>;
  /** Sends every linked device the newest voucher that it does not have yet over this link. */
  deliver(): Promise<void>;
  /** Flush, issue, deliver: once a tick. */
  tick(): Promise<void>;
  /**
   * Asks a device what it metered, when it links for the first time since this front started.
   *
   * Takes over a voucher of ours that is higher than what the database knows (it was restored from a backup), and
   * bears what a killed front has forgotten: the device's higher figure is accepted once, up to what its busiest recent
   * tick came to, at the operator's cost. A device that lies gains at most that for each start of the front.
   * Never rejects: a stranger's nonsense is logged, and a device that did not answer is asked when it links again.
   */
  recover(peer: Peer): Promise<void>;
}

export function voucherIssuer<Peer extends ServedPeer>(
  options: VoucherIssuerOptions,
  deps: VoucherIssuerDeps<Peer>,
): VoucherIssuer<Peer> {
  const delivered = new WeakMap<Peer, Map<string, number>>();
  const recovered = boundedCache<Address, true>(RECOVERED_MAX);

  const issue: VoucherIssuer<Peer>["issue"] = async () => {
    const owed = await owedDevices(deps.db, VOUCHERS_PER_ROUND);
    const depositMicroUsd = deps.depositMicroUsd();
    let roomMicroUsd = depositMicroUsd - (await promisedMicroUsd(deps.db));
    let uncoveredMicroUsd = 0n;
    const vouchers: BookedVoucher[] = [];
    for (const device of owed) {
      const increase = device.owedTotalMicroUsd - device.signedTotalMicroUsd;
      const covered = options.signBeyondDeposit === true ? increase : smaller(increase, positive(roomMicroUsd));
      uncoveredMicroUsd += increase - covered;
      if (covered === 0n) continue;
      roomMicroUsd -= covered;
      vouchers.push(sign(device, covered));
    }
    await bookVouchers(deps.db, vouchers);
    if (uncoveredMicroUsd > 0n) {
      deps.log.warn({ uncoveredMicroUsd, depositMicroUsd }, "Found the deposit used up: deposit more, or devices stop");
    }
    return { signed: vouchers.length, uncoveredMicroUsd };
  };

  function sign(owed: OwedDevice, increase: MicroUsd): BookedVoucher {
    const whole = owed.owedTotalMicroUsd - owed.signedTotalMicroUsd;
    const unitsIncrease = mulDivDown(positive(owed.workUnits - owed.signedWorkUnits), increase, whole);
    const { device, kind, signedTotalMicroUsd, signedWorkUnits, signedTick } = owed;
    const unsigned = {
      ...{ device, kind, totalMicroUsd: signedTotalMicroUsd + increase, workUnits: signedWorkUnits + unitsIncrease },
      tick: Math.max(deps.tickNow(), signedTick + 1),
    };
    assert(unsigned.totalMicroUsd > signedTotalMicroUsd, "a new voucher promises more than the one before");
    return {
      ...unsigned,
      signature: deps.key.sign(typedDigest(options.domain, VOUCHER, voucherOf(unsigned, deps.key))),
    };
  }

  async function deliverTo(peer: Peer, booked: readonly BookedVoucher[]): Promise<void> {
    const sent = delivered.get(peer) ?? new Map<string, number>();
    delivered.set(peer, sent);
    const news = booked.filter((voucher) => sent.get(voucher.kind) !== voucher.tick);
    if (news.length === 0) return;
    const vouchers: SignedVoucher[] = news.map((v) => ({ voucher: voucherOf(v, deps.key), signature: v.signature }));
    try {
      const headers = { "content-type": "application/json" };
      const body = utf8(toJson({ vouchers }));
      const timeoutMs = DELIVERY_TIMEOUT_MS;
      const reply = await peer.request({ method: "POST", path: "/wallet/vouchers", headers, body, timeoutMs });
      reply.body.resume();
      if (reply.status === 200) for (const voucher of news) sent.set(voucher.kind, voucher.tick);
      else deps.log.warn({ device: peer.id, status: reply.status }, "Delivered a voucher that was refused");
    } catch (error) {
      deps.log.debug({ device: peer.id, error }, "Failed to deliver a voucher; the next tick tries again");
    }
  }

  const deliver = async () => {
    const peers = [...deps.linked()];
    const booked = await bookedVouchers(
      deps.db,
      peers.map((peer) => peer.id),
    );
    const byDevice = Map.groupBy(booked, (voucher) => voucher.device);
    await forEachAtOnce(peers, DELIVERIES_AT_ONCE, (peer) => deliverTo(peer, byDevice.get(peer.id) ?? []));
  };

  return {
    issue,
    deliver,
    async tick() {
      await deps.meter.flush();
      await issue();
      await deliver();
    },
    async recover(peer) {
      if (recovered.get(peer.id) !== undefined) return;
      try {
        await recoverOnce(peer);
      } catch (error) {
        deps.log.info({ device: peer.id, reason: String(error) }, "Could not ask a device what it metered");
      }
    },
  };

  async function recoverOnce(peer: Peer): Promise<void> {
    const reply = await peer.request({ method: "GET", path: "/wallet/metered", timeoutMs: DELIVERY_TIMEOUT_MS });
    if (reply.status !== 200) {
      reply.body.resume();
      throw new WayleaveError("device-refused", "The device refused to tell", { status: reply.status });
    }
    const { metered } = await readJson(reply.body, meteredSchema, METERED_REPLY_BYTES_MAX);
    if (recovered.get(peer.id) !== undefined) return; // two links of one device: only the first counts
    recovered.set(peer.id, true);
    for (const entry of metered) await recoverKind(options, deps, peer.id, entry);
  }
}

async function recoverKind<Peer extends ServedPeer>(
  options: VoucherIssuerOptions,
  deps: VoucherIssuerDeps<Peer>,
  device: Address,
  entry: Metered["metered"][number],
): Promise<void> {
  const { kind, newest } = entry;
  const booked = (await bookedVouchers(deps.db, [device])).find((voucher) => voucher.kind === kind);
  const own = await deviceTotal(deps.db, device, kind);
  let acceptedPico = own.pico;
  let promisedUnits = 0n;
  if (newest !== null && newest.voucher.totalMicroUsd > (booked?.totalMicroUsd ?? 0n)) {
    if (!isOurs(options, deps, device, KIND_NUMBERS[kind], newest)) {
      deps.log.warn({ device, kind }, "Refused a voucher that this payer never signed");
      return;
    }
    const { totalMicroUsd, workUnits, tick } = newest.voucher;
    const { signature } = newest;
    promisedUnits = positive(workUnits - own.workUnits);
    await bookVouchers(deps.db, [{ device, kind, totalMicroUsd, workUnits, tick: Number(tick), signature }]);
    acceptedPico = larger(acceptedPico, totalMicroUsd * PICO_PER_MICRO);
    deps.log.warn({ device, kind, totalMicroUsd }, "Took over a voucher that the database had lost");
  }
  const busiestPico = await busiestTickPico(deps.db, device, kind, BUSIEST_OF_TICKS);
  const lostTickPico = smaller(busiestPico, options.lostTickLimitMicroUsd * PICO_PER_MICRO);
  acceptedPico = larger(acceptedPico, smaller(entry.picoUsd, acceptedPico + lostTickPico));
  if (acceptedPico === own.pico) return;
  const picoUsd = acceptedPico - own.pico;
  // Units beyond what we signed are the device's word: no more of them than its money buys at its average price so far.
  const usualUnits = own.pico === 0n ? 0n : mulDivDown(own.workUnits, picoUsd, own.pico);
  const workUnits = larger(promisedUnits, smaller(usualUnits, positive(entry.workUnits - own.workUnits)));
  const subject = "";
  deps.meter.record({ customer: OPERATOR_CUSTOMER, kind, act: LOST_TICK_ACT, subject, device, workUnits, picoUsd });
  deps.log.info({ device, kind, picoUsd }, "Accepted what a device had metered and this front had lost");
}

function isOurs<Peer extends ServedPeer>(
  options: VoucherIssuerOptions,
  deps: VoucherIssuerDeps<Peer>,
  device: Address,
  kindNumber: number,
  { voucher, signature }: SignedVoucher,
): boolean {
  if (voucher.device !== device || voucher.payer !== deps.key.address || voucher.kind !== BigInt(kindNumber))
    return false;
  return recoverSigner(typedDigest(options.domain, VOUCHER, voucher), signature) === deps.key.address;
}

function voucherOf(booked: Omit<BookedVoucher, "signature">, key: AccountKey): Voucher {
  const { device, totalMicroUsd, workUnits } = booked;
  const kind = BigInt(KIND_NUMBERS[booked.kind]);
  return { payer: key.address, device, kind, totalMicroUsd, workUnits, tick: BigInt(booked.tick) };
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const positive = (a: bigint) => (a > 0n ? a : 0n);
