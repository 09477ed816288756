import type { Address } from "@wayleave/core/ids";
import type { Meter } from "@wayleave/core/kind";
import { mulDivDown } from "@wayleave/core/money";
import { MIB } from "../../model/price.ts";
import type { StorageDevices } from "../segments/storageDevices.ts";

/** The operator itself: who pays for repairs and for its own metadata. */
export const OPERATOR = "operator";

interface Running {
  readonly customer: string;
  readonly act: string;
  readonly subject: string;
  readonly device: Address;
  /** Bytes not yet turned into whole units. */
  bytes: bigint;
  /** Price × bytes not yet turned into whole pico-dollars. */
  product: bigint;
}

/** Rows kept although they have nothing whole to record; beyond it the oldest remainders, all below a pico-dollar and a MiB, are dropped. */
const RUNNING_MAX = 100_000;

/**
 * Adds up what devices served, at the price each asks, and hands it to the meter once a tick. Fractions of a pico-dollar
 * and of a unit are carried on, as the device does on its side.
 */
export class EgressMeter {
  readonly #meter: Meter;
  readonly #devices: StorageDevices;
  readonly #running = new Map<string, Running>();

  constructor(meter: Meter, devices: StorageDevices) {
    this.#meter = meter;
    this.#devices = devices;
  }

  /** What a read for this customer calls for every byte a device served. */
  reader(customer: string, subject: string, act = "storage.get"): (device: Address, bytes: number) => void {
    return (device, bytes) => this.#note(customer, subject, act, device, bytes);
  }

  /** Once a tick and at the end. */
  flush(): void {
    for (const [key, running] of this.#running) {
      const workUnits = mulDivDown(running.bytes, 1n, MIB);
      const picoUsd = mulDivDown(running.product, 1n, MIB);
      if (workUnits === 0n && picoUsd === 0n) {
        if (this.#running.size > RUNNING_MAX) this.#running.delete(key);
        continue;
      }
      running.bytes -= workUnits * MIB;
      running.product -= picoUsd * MIB;
      const { customer, act, subject, device } = running;
      this.#meter.record({ customer, kind: "storage", act, subject, device, workUnits, picoUsd });
    }
  }

  #note(customer: string, subject: string, act: string, device: Address, bytes: number): void {
    const key = `${customer}\n${subject}\n${act}\n${device}`;
    let running = this.#running.get(key);
    if (running === undefined) {
      running = { customer, act, subject, device, bytes: 0n, product: 0n };
      this.#running.set(key, running);
    }
    const ask = this.#devices.linked(device)?.askPicoUsdPerWorkUnit ?? 0n;
    running.bytes += BigInt(bytes);
    running.product += BigInt(bytes) * ask;
  }
}
