import { assert } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { PicoUsd } from "@wayleave/core/money";
import type { DeviceSession, LorawanDevice } from "../../../model/device.ts";
import type { CustomerEvent, EventSink, LateEvent, LorawanEvent, LorawanEventType } from "../../../model/events.ts";
import type { DevAddrHex, DownlinkOutcome, Eui64, RadioDownlink } from "../../../model/radio.ts";
import type {
  DeviceBook,
  DownlinkQueue,
  DownlinkReport,
  GatewayFleet,
  PacketPurse,
  QueuedDownlink,
} from "../../ports.ts";

/** A device book without a database. What was saved is kept apart, as a restart would find it. */
export class MemoryBook implements DeviceBook {
  readonly devices = new Map<Eui64, LorawanDevice>();
  readonly sessions = new Map<Eui64, DeviceSession>();
  readonly #byAddr = new Map<DevAddrHex, DeviceSession[]>();
  readonly #saved = new Map<Eui64, DeviceSession>();
  readonly #nonces = new Set<string>();
  #joinNonce = 0;
  /** What a save waits for. */
  saving: () => Promise<void> = () => Promise.resolve();
  /** All that was asked for so far is saved, or failed. */
  settled: Promise<unknown> = Promise.resolve();

  register(device: LorawanDevice, session: DeviceSession | null = null): void {
    this.devices.set(device.devEui, device);
    if (session !== null) this.#setSession(session);
  }
  device(devEui: Eui64): LorawanDevice | null {
    return this.devices.get(devEui) ?? null;
  }
  session(devEui: Eui64): DeviceSession | null {
    return this.sessions.get(devEui) ?? null;
  }
  sessionsAt(devAddr: DevAddrHex): readonly DeviceSession[] {
    return this.#byAddr.get(devAddr) ?? [];
  }
  save(session: DeviceSession): Promise<void> {
    const asked = { ...session };
    const saved = this.saving().then(() => void this.#saved.set(session.devEui, asked));
    this.settled = Promise.allSettled([this.settled, saved]);
    return saved;
  }
  async activate(
    devEui: Eui64,
    devNonce: number,
    derive: Parameters<DeviceBook["activate"]>[2],
  ): Promise<DeviceSession | null> {
    const key = `${devEui} ${devNonce}`;
    if (this.#nonces.has(key)) return null;
    this.#nonces.add(key);
    const joinNonce = ++this.#joinNonce;
    const session = derive({ joinNonce, devAddr: (0x2600_0000 + joinNonce).toString(16).padStart(8, "0") });
    await this.saving();
    this.#setSession(session);
    return session;
  }
  filters(): ReturnType<DeviceBook["filters"]> {
    return { devAddrs: [], joinEuis: [] };
  }
  /** The book as it is after a crash: what was not saved is gone. */
  afterCrash(): MemoryBook {
    const book = new MemoryBook();
    for (const device of this.devices.values()) book.register(device);
    for (const session of this.#saved.values()) book.#setSession({ ...session });
    for (const nonce of this.#nonces) book.#nonces.add(nonce);
    book.#joinNonce = this.#joinNonce;
    return book;
  }
  saved(devEui: Eui64): DeviceSession | null {
    return this.#saved.get(devEui) ?? null;
  }
  #setSession(session: DeviceSession): void {
    const old = this.sessions.get(session.devEui);
    if (old !== undefined) {
      this.#byAddr.set(
        old.devAddr,
        (this.#byAddr.get(old.devAddr) ?? []).filter((each) => each !== old),
      );
    }
    this.sessions.set(session.devEui, session);
    this.#byAddr.set(session.devAddr, [...(this.#byAddr.get(session.devAddr) ?? []), session]);
    this.#saved.set(session.devEui, { ...session });
  }
}

export class MemoryQueue implements DownlinkQueue {
  readonly items = new Map<Eui64, QueuedDownlink[]>();
  readonly sentAs: { readonly id: string; readonly fCntDown: number }[] = [];

  add(item: QueuedDownlink): void {
    this.items.set(item.devEui, [...(this.items.get(item.devEui) ?? []), item]);
  }
  head(devEui: Eui64): QueuedDownlink | null {
    return this.items.get(devEui)?.[0] ?? null;
  }
  size(devEui: Eui64): number {
    return this.items.get(devEui)?.length ?? 0;
  }
  sent(id: string, fCntDown: number): Promise<void> {
    this.sentAs.push({ id, fCntDown });
    return Promise.resolve();
  }
  done(id: string): Promise<void> {
    for (const [devEui, items] of this.items)
      this.items.set(
        devEui,
        items.filter((item) => item.id !== id),
      );
    return Promise.resolve();
  }
}

type Purchase = Parameters<PacketPurse["buy"]>[0];

/** A purse that keeps every account: it asserts that no copy is bought twice and nothing is ended that was not reserved. */
export class MemoryPurse implements PacketPurse {
  readonly purchases: Purchase[] = [];
  readonly #bought = new Set<string>();
  balancePicoUsd: PicoUsd;
  reservedPicoUsd: PicoUsd = 0n;
  askPicoUsd: PicoUsd = 10_000_000n;

  constructor(balancePicoUsd: PicoUsd = 10n ** 15n) {
    this.balancePicoUsd = balancePicoUsd;
  }
  reserve(_customer: string, picoUsd: PicoUsd): boolean {
    if (this.balancePicoUsd - this.reservedPicoUsd < picoUsd) return false;
    this.reservedPicoUsd += picoUsd;
    return true;
  }
  buy(purchase: Purchase): void {
    assert(purchase.reservedPicoUsd <= this.reservedPicoUsd, "what is ended was reserved");
    this.reservedPicoUsd -= purchase.reservedPicoUsd;
    const picoUsd = purchase.copies.reduce((sum, copy) => sum + copy.picoUsd, 0n);
    assert(picoUsd <= purchase.reservedPicoUsd, "no more is bought than was reserved");
    this.balancePicoUsd -= picoUsd;
    for (const copy of purchase.copies) {
      const key = `${copy.device} ${copy.sequence}`;
      assert(!this.#bought.has(key), "a copy is bought once");
      this.#bought.add(key);
    }
    if (purchase.copies.length > 0) this.purchases.push(purchase);
  }
  askOf(): PicoUsd {
    return this.askPicoUsd;
  }
  bought(act: Purchase["act"]): readonly Purchase[] {
    return this.purchases.filter((purchase) => purchase.act === act);
  }
}

export interface SentDownlink {
  readonly device: Address;
  readonly downlink: RadioDownlink;
  readonly atMs: number;
}

/** Gateways that say what the test wants, at once. */
export class MemoryFleet implements GatewayFleet {
  readonly sent: SentDownlink[] = [];
  outcome: (sent: SentDownlink) => DownlinkOutcome = () => "sent";
  readonly #now: () => number;
  #sequence = 1_000_000;

  constructor(now: () => number) {
    this.#now = now;
  }
  send(device: Address, downlink: RadioDownlink): Promise<DownlinkReport> {
    const sent = { device, downlink, atMs: this.#now() };
    this.sent.push(sent);
    const outcome = this.outcome(sent);
    return Promise.resolve({ outcome, sequence: outcome === "sent" ? this.#sequence++ : null });
  }
}

export class EventList implements EventSink {
  readonly all: CustomerEvent[] = [];
  queued = 0;
  lateMs = 0;
  readonly #book: Pick<MemoryBook, "settled">;

  constructor(book: Pick<MemoryBook, "settled">) {
    this.#book = book;
  }
  /** As in one database: what is made late is written after what was saved before. */
  publish(event: CustomerEvent | LateEvent): void {
    if (typeof event !== "function") return void this.all.push(event);
    void this.#book.settled.then(() => {
      const made = event();
      if (made !== null) this.all.push(made);
    });
  }
  of<Type extends LorawanEventType>(type: Type): readonly Extract<LorawanEvent, { type: Type }>[] {
    return this.all
      .map(({ event }) => event)
      .filter((event): event is Extract<LorawanEvent, { type: Type }> => event.type === type);
  }
  errors(): readonly string[] {
    return this.of("error").map(({ code }) => code);
  }
}
