import type { Address } from "@wayleave/core/ids";
import type { PayerGate } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import {
  EMPTY_METER,
  type StorageAsk,
  type StorageMeter,
  meterEgress,
  meterHeld,
  meteredPicoUsdDown,
  workUnitsDown,
} from "../model/price.ts";
import type { PieceIndex } from "./pieceIndex.ts";

interface Account {
  meter: StorageMeter;
  chargedPicoUsd: bigint;
  chargedUnits: bigint;
  /** Until when held bytes are metered, on the monotonic clock. Time before this process began is not charged. */
  meteredAtMs: number;
  changed: boolean;
}

export interface StorageMetersDependencies {
  readonly index: PieceIndex;
  readonly clock: Clock;
  readonly gate: PayerGate;
  readonly heldBytes: (payer: Address) => number;
}

/**
 * What each payer used of this device, and what of that was charged. Both are saved before the charge is handed over:
 * a crash in between loses the device one tick, and never charges a payer twice.
 */
export class StorageMeters {
  readonly #ask: StorageAsk;
  readonly #index: PieceIndex;
  readonly #clock: Clock;
  readonly #gate: PayerGate;
  readonly #heldBytes: (payer: Address) => number;
  readonly #accounts = new Map<Address, Account>();

  constructor(ask: StorageAsk, { index, clock, gate, heldBytes }: StorageMetersDependencies) {
    this.#ask = ask;
    this.#index = index;
    this.#clock = clock;
    this.#gate = gate;
    this.#heldBytes = heldBytes;
    for (const { payer, meter, chargedPicoUsd, chargedUnits } of index.meters()) {
      this.#accounts.set(payer, { meter, chargedPicoUsd, chargedUnits, meteredAtMs: this.#nowMs(), changed: false });
    }
  }

  /** Whole milliseconds: what is below one stays for the next look. */
  #nowMs(): number {
    return Math.floor(this.#clock.monotonicMs());
  }

  #account(payer: Address): Account {
    let account = this.#accounts.get(payer);
    if (account === undefined) {
      account = {
        meter: EMPTY_METER,
        chargedPicoUsd: 0n,
        chargedUnits: 0n,
        meteredAtMs: this.#nowMs(),
        changed: false,
      };
      this.#accounts.set(payer, account);
    }
    return account;
  }

  /** Meters the bytes held until now. Call before they change, too. */
  accrue(payer: Address): void {
    const account = this.#account(payer);
    const now = this.#nowMs();
    const elapsedMs = now - account.meteredAtMs;
    account.meteredAtMs = now;
    const byteMs = BigInt(this.#heldBytes(payer)) * BigInt(elapsedMs);
    if (byteMs === 0n) return;
    account.meter = meterHeld(account.meter, byteMs, this.#ask);
    account.changed = true;
  }

  egress(payer: Address, bytes: number): void {
    if (bytes === 0) return;
    const account = this.#account(payer);
    account.meter = meterEgress(account.meter, BigInt(bytes), this.#ask);
    account.changed = true;
  }

  /** Lifetime use, metered until now. */
  usage(payer: Address): StorageMeter {
    this.accrue(payer);
    return this.#account(payer).meter;
  }

  /** Saves everything and hands what is new to the payer gate. */
  settle(payers: Iterable<Address>): void {
    for (const payer of payers) this.accrue(payer);
    const charges: { payer: Address; picoUsd: bigint; workUnits: bigint }[] = [];
    const rows = [];
    for (const [payer, account] of this.#accounts) {
      if (!account.changed) continue;
      const picoUsd = meteredPicoUsdDown(account.meter);
      const units = workUnitsDown(account.meter);
      charges.push({ payer, picoUsd: picoUsd - account.chargedPicoUsd, workUnits: units - account.chargedUnits });
      account.chargedPicoUsd = picoUsd;
      account.chargedUnits = units;
      account.changed = false;
      rows.push({ payer, meter: account.meter, chargedPicoUsd: picoUsd, chargedUnits: units });
    }
    if (rows.length > 0) this.#index.saveMeters(rows);
    for (const { payer, ...act } of charges) if (act.picoUsd > 0n || act.workUnits > 0n) this.#gate.charge(payer, act);
  }
}
