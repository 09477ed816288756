import type { DeviceSession } from "../../model/device.ts";
import type { DevAddrHex, Eui64 } from "../../model/radio.ts";
import { type DevAddrRange, isInRange, rangesOver } from "./devAddrRange.ts";
import type { Application, DeviceRecord, OwnedProfile } from "./records.ts";

/** What one customer has. */
export interface Holdings {
  devices: number;
  applications: number;
  profiles: number;
  downlinks: number;
  /** Devices by JoinEUI. */
  readonly joinEuis: Map<Eui64, number>;
}

/** Addresses outside our own range (ABP, imports) of which each is a filter of its own. Then they share prefixes. */
const OUTSIDE_FILTERS_MAX = 512;

interface Filters {
  readonly devAddrs: readonly DevAddrRange[];
  readonly joinEuis: readonly Eui64[];
}

/** Everything registered, in memory. Changed only after the same change was committed. */
export class RecordIndex {
  readonly applications = new Map<string, Application>();
  readonly profiles = new Map<string, OwnedProfile>();
  readonly devices = new Map<Eui64, DeviceRecord>();
  readonly #range: DevAddrRange;
  /** One session nearly always; a list only where devices share an address. */
  readonly #byAddr = new Map<DevAddrHex, DeviceSession | DeviceSession[]>();
  /** How many sessions have each address that lies outside our range. */
  readonly #outside = new Map<DevAddrHex, number>();
  readonly #holdings = new Map<string, Holdings>();
  readonly #joinEuis = new Map<Eui64, number>();
  readonly #listeners = new Set<() => void>();
  #filters: Filters | null = null;

  constructor(range: DevAddrRange) {
    this.#range = range;
  }

  holdings(customer: string): Holdings {
    let holdings = this.#holdings.get(customer);
    if (holdings === undefined) {
      holdings = { devices: 0, applications: 0, profiles: 0, downlinks: 0, joinEuis: new Map() };
      this.#holdings.set(customer, holdings);
    }
    return holdings;
  }

  get joinEuiCount(): number {
    return this.#joinEuis.size;
  }
  knowsJoinEui(joinEui: Eui64): boolean {
    return this.#joinEuis.has(joinEui);
  }

  /** Whether devices of somebody else than `customer` have it. */
  isJoinEuiOfAnother(customer: string, joinEui: Eui64): boolean {
    return (this.#joinEuis.get(joinEui) ?? 0) > (this.#holdings.get(customer)?.joinEuis.get(joinEui) ?? 0);
  }

  addDevice(record: DeviceRecord): void {
    const { devEui, joinEui, customer } = record.device;
    this.devices.set(devEui, record);
    const holdings = this.holdings(customer);
    holdings.devices++;
    this.#countJoinEui(holdings, joinEui, 1);
    if (record.session !== null) this.#addSession(record.session);
  }

  removeDevice(record: DeviceRecord): void {
    const { devEui, joinEui, customer } = record.device;
    this.setSession(record, null);
    this.devices.delete(devEui);
    const holdings = this.holdings(customer);
    holdings.devices--;
    this.#countJoinEui(holdings, joinEui, -1);
  }

  moveJoinEui(record: DeviceRecord, joinEui: Eui64): void {
    const holdings = this.holdings(record.device.customer);
    this.#countJoinEui(holdings, record.device.joinEui, -1);
    this.#countJoinEui(holdings, joinEui, 1);
    record.device.joinEui = joinEui;
  }

  /** Makes it the device's only session. */
  setSession(record: DeviceRecord, session: DeviceSession | null): void {
    if (record.session !== null) this.#removeSession(record.session);
    record.session = session;
    if (session !== null) this.#addSession(session);
  }

  sessionsAt(devAddr: DevAddrHex): readonly DeviceSession[] {
    const found = this.#byAddr.get(devAddr);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  /** Called whenever {@link filters} would answer otherwise. @returns what ends it. */
  onFiltersChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  filters(): Filters {
    this.#filters ??= {
      devAddrs: [this.#range, ...rangesOver(this.#outside.keys(), OUTSIDE_FILTERS_MAX)],
      joinEuis: [...this.#joinEuis.keys()],
    };
    return this.#filters;
  }

  #filtersChanged(): void {
    this.#filters = null;
    for (const listener of this.#listeners) listener();
  }

  #addSession(session: DeviceSession): void {
    const { devAddr } = session;
    const found = this.#byAddr.get(devAddr);
    if (found === undefined) this.#byAddr.set(devAddr, session);
    // A new list: who holds the old one may be walking it.
    else this.#byAddr.set(devAddr, Array.isArray(found) ? [...found, session] : [found, session]);
    if (isInRange(devAddr, this.#range)) return;
    if (addTo(this.#outside, devAddr, 1)) this.#filtersChanged();
  }

  #removeSession(session: DeviceSession): void {
    const { devAddr } = session;
    const rest = this.sessionsAt(devAddr).filter((each) => each !== session);
    if (rest.length === 0) this.#byAddr.delete(devAddr);
    else this.#byAddr.set(devAddr, rest.length === 1 ? rest[0]! : rest);
    if (isInRange(devAddr, this.#range)) return;
    if (addTo(this.#outside, devAddr, -1)) this.#filtersChanged();
  }

  #countJoinEui(holdings: Holdings, joinEui: Eui64, by: 1 | -1): void {
    addTo(holdings.joinEuis, joinEui, by);
    if (addTo(this.#joinEuis, joinEui, by)) this.#filtersChanged();
  }
}

/** @returns whether the key came or went. */
function addTo<K>(counts: Map<K, number>, key: K, by: 1 | -1): boolean {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count === 0 || (by === 1 && count === 1);
}
