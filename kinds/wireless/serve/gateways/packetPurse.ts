import type { Address } from "@wayleave/core/ids";
import type { Logger, Meter } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import type { Clock } from "@wayleave/core/time";
import { type Periodic, startPeriodic } from "@wayleave/core/periodic";
import { toJson } from "@wayleave/core/messages";
import { readJson } from "@wayleave/link/body";
import {
  PURCHASES_MAX,
  PURCHASES_PATH,
  type Purchases,
  type PurchasesReply,
  purchasesReplySchema,
} from "../../model/agentApi.ts";
import { DEFAULT_ASK_PICO_USD_PER_UNIT } from "../../model/price.ts";
import type { PacketPurse, PurchasedCopy } from "../ports.ts";
import type { RadioFleet } from "./gatewayFleet.ts";

/** How soon an agent learns what was bought. */
const BUY_MS = 250;
/** An agent that does not answer keeps this many acts waiting: ten minutes of a hundred frames a second. */
const WAITING_MAX = 60_000;
/** An agent that was away for so long has nothing left to sell; what was set aside for it is free again. */
const GIVE_UP_MS = 10 * 60_000;
const REQUEST_TIMEOUT_MS = 10_000;
const REPLY_BYTES_MAX = 1 << 20;

/** A customer's money as far as packets go. */
export interface CustomerFunds {
  /** Takes `picoUsd` of device pay (the margin comes on top) out of reach of others. False: not enough. From memory. */
  reserve(customer: string, picoUsd: PicoUsd): boolean;
  release(customer: string, picoUsd: PicoUsd): void;
}

export interface PurseDependencies {
  readonly fleet: Pick<RadioFleet, "askOf" | "peerOf" | "boots">;
  readonly meter: Meter;
  readonly funds: CustomerFunds;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Logger;
}

interface WaitingAct extends PurchasedCopy {
  readonly customer: string;
  readonly act: string;
  readonly subject: string;
  /** Of the reservation, ended with the act it was made for. */
  readonly heldPicoUsd: PicoUsd;
  readonly sinceMs: number;
  /** Requests that named it and whose reply did not come. */
  unanswered: number;
}

export interface PurseFigures {
  readonly bought: number;
  readonly waiting: number;
  /** Acts that no agent was paid for, by why. */
  readonly lost: ReadonlyMap<string, number>;
}

/**
 * Buys copies of frames from the agents that delivered them: the agent charges them first, and only what it charged is
 * metered to the customer. An agent charges each delivery once, whatever is asked how often, so nothing is billed twice.
 */
export class AgentPurse implements PacketPurse {
  readonly #use: PurseDependencies;
  readonly #waiting = new Map<Address, WaitingAct[]>();
  readonly #lost = new Map<string, number>();
  readonly #buying: Periodic;
  /** Agents that are being asked. */
  readonly #asking = new Map<Address, Promise<void>>();
  #bought = 0;

  constructor(dependencies: PurseDependencies) {
    this.#use = dependencies;
    // Nobody waits for the slowest agent.
    this.#buying = startPeriodic("purchases", BUY_MS, dependencies.log, async () => void this.#buyAll());
  }

  reserve(customer: string, picoUsd: PicoUsd): boolean {
    return this.#use.funds.reserve(customer, picoUsd);
  }

  askOf(device: Address): PicoUsd {
    return this.#use.fleet.askOf(device) ?? DEFAULT_ASK_PICO_USD_PER_UNIT;
  }

  buy({ customer, act, subject, reservedPicoUsd, copies }: Parameters<PacketPurse["buy"]>[0]): void {
    let heldPicoUsd = reservedPicoUsd;
    const sinceMs = this.#use.clock.monotonicMs();
    for (const copy of copies) {
      const held = copy.picoUsd < heldPicoUsd ? copy.picoUsd : heldPicoUsd;
      heldPicoUsd -= held;
      const waiting = this.#waiting.get(copy.device) ?? [];
      if (waiting.length >= WAITING_MAX) {
        this.#lose("queue-full", 1);
        this.#use.funds.release(customer, held);
        continue;
      }
      waiting.push({ ...copy, customer, act, subject, heldPicoUsd: held, sinceMs, unanswered: 0 });
      this.#waiting.set(copy.device, waiting);
    }
    if (heldPicoUsd > 0n) this.#use.funds.release(customer, heldPicoUsd);
  }

  figures(): PurseFigures {
    const waiting = [...this.#waiting.values()].reduce((sum, acts) => sum + acts.length, 0);
    return { bought: this.#bought, waiting, lost: this.#lost };
  }

  /** Tries once more to buy what is waiting. */
  async close(): Promise<void> {
    await this.#buying.stop();
    await Promise.all(this.#asking.values());
    await this.#buyAll();
  }

  async #buyAll(): Promise<void> {
    for (const device of this.#waiting.keys()) {
      if (this.#asking.has(device)) continue;
      const asking = this.#buyFrom(device)
        .catch((error: unknown) =>
          this.#use.log.error({ device, reason: String(error) }, "Could not buy from an agent"),
        )
        .finally(() => this.#asking.delete(device));
      this.#asking.set(device, asking);
    }
    await Promise.all(this.#asking.values());
  }

  async #buyFrom(device: Address): Promise<void> {
    const { fleet, clock } = this.#use;
    const tooOld = clock.monotonicMs() - GIVE_UP_MS;
    this.#giveUp(device, "agent-gone", ({ sinceMs }) => sinceMs < tooOld);
    const waiting = this.#waiting.get(device) ?? [];
    const peer = fleet.peerOf(device);
    if (waiting.length === 0 || peer === null) return;
    const { body, acts } = this.#nextPurchase(device, waiting);
    if (acts.length === 0) return;
    let reply: PurchasesReply;
    try {
      const headers = { "content-type": "application/json" };
      const asked = { method: "POST", path: PURCHASES_PATH, headers, timeoutMs: REQUEST_TIMEOUT_MS } as const;
      const answer = await peer.request({ ...asked, body: Buffer.from(toJson(body)) });
      if (answer.status !== 200) {
        answer.body.resume();
        throw new Error(`HTTP ${answer.status}`);
      }
      reply = await readJson(answer.body, purchasesReplySchema, REPLY_BYTES_MAX);
    } catch (error) {
      for (const act of acts) act.unanswered++;
      // Asked again with the same numbers: what was charged already is not charged again.
      this.#use.log.debug({ device, reason: String(error) }, "Could not buy from an agent");
      return;
    }
    this.#take(device, acts, reply);
  }

  /** Acts of one agent process, the oldest's; those of a forgotten one are given up. */
  #nextPurchase(device: Address, waiting: readonly WaitingAct[]): { body: Purchases; acts: readonly WaitingAct[] } {
    const { boots } = this.#use.fleet;
    const known = waiting.filter((act) => boots.parse(act.sequence) !== null);
    if (known.length < waiting.length) {
      this.#giveUp(device, "boot-unknown", ({ sequence }) => boots.parse(sequence) === null);
    }
    const bootId = known.length === 0 ? "" : boots.parse(known[0]!.sequence)!.bootId;
    const acts = known.filter((act) => boots.parse(act.sequence)!.bootId === bootId).slice(0, PURCHASES_MAX);
    const bought = (downlinks: boolean) =>
      acts
        .filter(({ act }) => (act === "wireless.downlink") === downlinks)
        .map(({ sequence, workUnits, picoUsd }) => {
          return { sequence: boots.parse(sequence)!.sequence, workUnits, picoUsd };
        });
    return { body: { bootId, copies: bought(false), downlinks: bought(true) }, acts };
  }

  #giveUp(device: Address, reason: string, isLost: (act: WaitingAct) => boolean): void {
    const [lost, left]: [WaitingAct[], WaitingAct[]] = [[], []];
    for (const act of this.#waiting.get(device) ?? []) (isLost(act) ? lost : left).push(act);
    if (lost.length === 0) return;
    for (const { customer, heldPicoUsd } of lost) this.#use.funds.release(customer, heldPicoUsd);
    this.#lose(reason, lost.length);
    if (left.length === 0) this.#waiting.delete(device);
    else this.#waiting.set(device, left);
  }

  #take(device: Address, acts: readonly WaitingAct[], reply: PurchasesReply): void {
    const done = new Set(acts);
    const left = (this.#waiting.get(device) ?? []).filter((act) => !done.has(act));
    if (left.length === 0) this.#waiting.delete(device);
    else this.#waiting.set(device, left);
    const refused = new Map(reply.refused.map((each) => [each.sequence, each.reason]));
    for (const act of acts) {
      const { customer, subject, workUnits, picoUsd, heldPicoUsd } = act;
      this.#use.funds.release(customer, heldPicoUsd);
      const reason = refused.get(this.#use.fleet.boots.parse(act.sequence)?.sequence ?? -1);
      // What was charged by an earlier request whose reply was lost is bought all the same.
      const isPaid = reason === undefined || (reason === "already-bought" && act.unanswered > 0);
      if (!isPaid) {
        this.#lose(reason, 1);
        this.#use.log.warn({ device, reason }, "An agent refused to sell what it delivered");
        continue;
      }
      try {
        this.#use.meter.record({ customer, kind: "wireless", act: act.act, subject, device, workUnits, picoUsd });
        this.#bought++;
      } catch (error) {
        // The agent has charged it: the operator bears what it could not write down.
        this.#lose("unmetered", 1);
        this.#use.log.error({ device, customer, reason: String(error) }, "Could not meter what was bought");
      }
    }
  }

  #lose(reason: string, count: number): void {
    if (count > 0) this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);
  }
}
