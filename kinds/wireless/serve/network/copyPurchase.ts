import type { PicoUsd } from "@wayleave/core/money";
import type { Hash32 } from "@wayleave/core/ids";
import type { HeardBy } from "../../model/events.ts";
import { workUnitsOf } from "../../model/price.ts";
import type { PacketPurse, PurchasedCopy } from "../ports.ts";
import { drawCopies } from "./drawCopies.ts";
import type { FrameCopy } from "./frameCopy.ts";

/** Copies of one frame that are to be bought, at the prices of this moment. */
export interface CopyPurchase {
  readonly copies: readonly { readonly copy: FrameCopy; readonly bought: PurchasedCopy }[];
  readonly picoUsd: PicoUsd;
}

/** Draws the copies to buy and prices them. @param count - at most so many. */
export function drawPurchase(
  purse: PacketPurse,
  count: number,
  payload: Uint8Array,
  seed: Hash32,
  copies: readonly FrameCopy[],
): CopyPurchase {
  const workUnits = workUnitsOf(payload.byteLength);
  let total = 0n;
  const drawn = drawCopies(payload, seed, copies, count).map((copy) => {
    const picoUsd = workUnits * purse.askOf(copy.device);
    total += picoUsd;
    return { copy, bought: { device: copy.device, sequence: copy.sequence, workUnits, picoUsd } };
  });
  return { copies: drawn, picoUsd: total };
}

/** Sets the money aside: for all copies or, when that is too much, for the first drawn one alone. Null: out of balance. */
export function reservePurchase(purse: PacketPurse, customer: string, purchase: CopyPurchase): CopyPurchase | null {
  if (purse.reserve(customer, purchase.picoUsd)) return purchase;
  const first = purchase.copies[0];
  if (first === undefined || purchase.copies.length === 1) return null;
  const { picoUsd } = first.bought;
  return purse.reserve(customer, picoUsd) ? { copies: [first], picoUsd } : null;
}

/** Who heard a frame, and what each is paid. */
export function heardBy(copies: readonly FrameCopy[], purchase: CopyPurchase): readonly HeardBy[] {
  return copies.map((copy): HeardBy => {
    const bought = purchase.copies.find((one) => one.copy === copy)?.bought;
    return {
      device: copy.device,
      gatewayEui: copy.uplink.gatewayEui,
      rssiDbm: copy.uplink.rssiDbm,
      snrDb: copy.uplink.snrDb,
      receivedAt: isoTime(copy.uplink.receivedAtMs),
      paidMicroUsd: bought === undefined ? "0" : microUsdText(bought.picoUsd),
    };
  });
}

/** `12_500_000n` → `"12.5"`. Exact. */
export function microUsdText(picoUsd: PicoUsd): string {
  const fraction = (picoUsd % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${picoUsd / 1_000_000n}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Copies of a frame, and frames in a row, share most of their milliseconds. */
let lastTime: { readonly unixMs: number; readonly text: string } = { unixMs: 0, text: new Date(0).toISOString() };

/** An agent's clock is its own word, and may be no time at all. */
function isoTime(unixMs: number): string {
  if (unixMs === lastTime.unixMs) return lastTime.text;
  const isTime = Number.isFinite(unixMs) && unixMs >= 0 && unixMs < 253_402_300_800_000;
  lastTime = { unixMs, text: new Date(isTime ? unixMs : 0).toISOString() };
  return lastTime.text;
}
