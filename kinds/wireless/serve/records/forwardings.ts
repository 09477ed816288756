import { randomUUID } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { RegionName } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { DevAddrRange } from "./devAddrRange.ts";
import type { GroupCommit } from "./groupCommit.ts";
import type { RecordIndex } from "./recordIndex.ts";
import type { RecordLimits } from "./records.ts";

/** Where a customer's frames go instead of to our network server. */
export interface ForwardingSettings {
  readonly name: string;
  /** Name or address. It is looked up, and judged, when it is connected to. */
  readonly host: string;
  readonly port: number;
  readonly region: RegionName;
  /** Data frames from these addresses. */
  readonly devAddrs: readonly DevAddrRange[];
  /** Join requests to these. */
  readonly joinEuis: readonly Eui64[];
  /** Of each frame, at most so many are bought and forwarded: 1…8. */
  readonly copies: number;
  readonly enabled: boolean;
}

/** A customer's own network server. */
export interface Forwarding {
  readonly id: string;
  readonly customer: string;
  readonly createdMs: number;
  readonly settings: ForwardingSettings;
}

/** The shortest range a customer may claim: what one NetID of the largest sort has. */
export const FORWARDED_BITS_MIN = 7;
/** A JoinEUI of zeros is nobody's: who claimed it would pay for the joins of everybody who set none. */
const NO_JOIN_EUI = "0".repeat(16);

/**
 * Customers' forwardings. A range of addresses and a JoinEUI belong to whoever claimed them first, also while that
 * forwarding is switched off: a frame has one way only, and one who pays.
 */
export class Forwardings {
  readonly #index: RecordIndex;
  readonly #commit: GroupCommit;
  readonly #limits: RecordLimits;
  readonly #clock: Clock;
  readonly #ownRange: DevAddrRange;
  readonly #all = new Map<string, Forwarding>();
  readonly #listeners = new Set<() => void>();

  constructor(
    index: RecordIndex,
    commit: GroupCommit,
    deps: { limits: RecordLimits; clock: Clock; ownRange: DevAddrRange },
  ) {
    this.#index = index;
    this.#commit = commit;
    this.#limits = deps.limits;
    this.#clock = deps.clock;
    this.#ownRange = deps.ownRange;
  }

  /** Called after every change. @returns what ends it. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  restore(forwarding: Forwarding): void {
    this.#all.set(forwarding.id, forwarding);
  }

  all(): readonly Forwarding[] {
    return [...this.#all.values()];
  }

  list(customer: string): readonly Forwarding[] {
    return this.all().filter((each) => each.customer === customer);
  }

  /** @throws WayleaveError `forwarding-not-found`, also when it is another customer's. */
  get(customer: string, id: string): Forwarding {
    const found = this.#all.get(id);
    if (found?.customer === customer) return found;
    throw new WayleaveError("forwarding-not-found", "You have no such forwarding", { field: "id", id });
  }

  /** @throws WayleaveError `forwardings-limit-refused`, and as {@link replace}. */
  create(customer: string, settings: ForwardingSettings): Promise<Forwarding> {
    const forwarding: Forwarding = { id: randomUUID(), customer, createdMs: this.#clock.now(), settings };
    return this.#commit.run(
      async (client) => {
        const { forwardingsPerCustomer, forwardings } = this.#limits;
        if (this.list(customer).length >= forwardingsPerCustomer) throw limitReached(forwardingsPerCustomer);
        if (this.#all.size >= forwardings) throw limitReached(forwardings);
        this.#check(forwarding);
        const row = [forwarding.id, customer, forwarding.createdMs, JSON.stringify(settings)];
        await client.query("insert into wireless.forwarding values ($1, $2, $3, $4)", row);
        return forwarding;
      },
      () => this.#keep(forwarding),
    );
  }

  /**
   * @throws WayleaveError `dev-addrs-own-refused` (ours), `dev-addrs-conflict`, `join-eui-conflict` (somebody else's),
   *   `join-eui-shared-refused` (everybody's); each names the field.
   */
  replace(customer: string, id: string, settings: ForwardingSettings): Promise<Forwarding> {
    return this.#commit.run(
      async (client) => {
        const forwarding: Forwarding = { ...this.get(customer, id), settings };
        this.#check(forwarding);
        const row = [id, JSON.stringify(settings)];
        await client.query("update wireless.forwarding set settings = $2 where id = $1", row);
        return forwarding;
      },
      (forwarding) => this.#keep(forwarding),
    );
  }

  delete(customer: string, id: string): Promise<void> {
    return this.#commit.run(
      async (client) => {
        this.get(customer, id);
        await client.query("delete from wireless.forwarding where id = $1", [id]);
      },
      () => {
        this.#all.delete(id);
        this.#changed();
      },
    );
  }

  #keep(forwarding: Forwarding): void {
    this.restore(forwarding);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #check({ id, customer, settings }: Forwarding): void {
    const others = this.all().filter((each) => each.id !== id);
    settings.devAddrs.forEach((range, at) => {
      const facts = { field: `devAddrs.${at}`, prefix: range.prefix, bits: range.bits };
      if (overlap(range, this.#ownRange)) {
        throw new WayleaveError("dev-addrs-own-refused", "These addresses are this network's own", facts);
      }
      const isTaken =
        others.some((each) => each.settings.devAddrs.some((other) => overlap(range, other))) ||
        settings.devAddrs.some((other, index) => index < at && overlap(range, other));
      if (isTaken) {
        throw new WayleaveError("dev-addrs-conflict", "Some of these addresses are forwarded elsewhere already", facts);
      }
    });
    settings.joinEuis.forEach((joinEui, at) => {
      const facts = { field: `joinEuis.${at}`, joinEui };
      if (joinEui === NO_JOIN_EUI) {
        const message = "A JoinEUI of zeros is what devices have that were given none: you would pay for all of them";
        throw new WayleaveError("join-eui-shared-refused", message, facts);
      }
      const isTaken =
        others.some((each) => each.settings.joinEuis.includes(joinEui)) ||
        settings.joinEuis.indexOf(joinEui) < at ||
        this.#index.isJoinEuiOfAnother(customer, joinEui);
      if (isTaken) throw new WayleaveError("join-eui-conflict", "This JoinEUI is in use already", facts);
    });
  }
}

function overlap(one: DevAddrRange, other: DevAddrRange): boolean {
  const shared = 2 ** (32 - Math.min(one.bits, other.bits));
  const headOf = ({ prefix }: DevAddrRange): number => Math.floor(Number.parseInt(prefix, 16) / shared);
  return headOf(one) === headOf(other);
}

function limitReached(max: number): WayleaveError {
  return new WayleaveError("forwardings-limit-refused", `There are ${max} forwardings already`, { max });
}
