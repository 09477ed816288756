import type { Address } from "@wayleave/core/ids";
import type { RadioUplink } from "../../model/radio.ts";
import { DEDUPLICATION_LIMITS, Deduplicator } from "../network/deduplicator.ts";
import { Underway } from "../network/underway.ts";
import type { DevAddrRange } from "../records/devAddrRange.ts";
import type { Forwarding } from "../records/forwardings.ts";
import { type FlowDependencies, ForwardingFlow, type ForwardingStatus, isConfirmed } from "./forwardingFlow.ts";
import { ForwardingIndex } from "./forwardingIndex.ts";
import { PaidFrames } from "./paidFrames.ts";

/**
 * So long copies are gathered before some are drawn. Half of what our own network server takes: the other one gathers
 * for its 200 ms after us, and RX1 opens after a second.
 */
export const FORWARDING_WINDOW_MS = 100;
/** A downlink's outcome comes two seconds after it is due; a join accept is due after six. */
const CLOSE_MS = 8_000;

export interface EngineDependencies extends Omit<FlowDependencies, "paid" | "underway"> {
  /** All forwardings, as they are now. */
  readonly forwardings: () => readonly Forwarding[];
}

/** Who else may have heard a frame, or have made it: our own network server. */
export interface OwnNetwork {
  onCopy(device: Address, sequence: number, uplink: RadioUplink): void;
  remembers(payload: Uint8Array): boolean;
  isOurs(payload: Uint8Array): boolean;
}

const DISABLED: ForwardingStatus = { state: "disabled", lastAcknowledgedMs: null, counters: {}, gateways: [] };

/** Forwards paid frames to customers' own network servers. */
export class ForwardingEngine {
  readonly #use: EngineDependencies;
  readonly #paid = new PaidFrames();
  readonly #underway: Underway;
  readonly #deduplicator: Deduplicator<ForwardingFlow>;
  #flows = new Map<string, ForwardingFlow>();
  #index = new ForwardingIndex<ForwardingFlow>();

  constructor(dependencies: EngineDependencies) {
    this.#use = dependencies;
    this.#underway = new Underway(dependencies.timeline);
    const limits = { ...DEDUPLICATION_LIMITS, windowMs: FORWARDING_WINDOW_MS };
    this.#deduplicator = new Deduplicator(limits, dependencies.timeline, {
      first: ({ payload }) => this.#index.find(payload),
      closed: (frame) => this.#closed(frame),
      // Its key is its bytes; what is asked for is the first of them.
      answerAgain: ({ key }) => isConfirmed(Uint8Array.of(key.charCodeAt(0))),
      dropped: ({ content }, _copy, fate) => content?.noteDropped(fate),
    });
    this.apply();
  }

  /** Takes over what the customers changed. A forwarding that stayed as it was goes on undisturbed. */
  apply(): void {
    const before = this.#flows;
    this.#flows = new Map();
    this.#index = new ForwardingIndex();
    for (const forwarding of this.#use.forwardings()) {
      if (!forwarding.settings.enabled) continue;
      const known = before.get(forwarding.id);
      const dependencies = { ...this.#use, paid: this.#paid, underway: this.#underway };
      const flow = known?.forwarding === forwarding ? known : new ForwardingFlow(forwarding, dependencies);
      this.#flows.set(forwarding.id, flow);
      this.#index.add(forwarding.settings, flow);
      if (flow === known) before.delete(forwarding.id);
    }
    for (const flow of before.values()) flow.close();
  }

  /** What gateways are to be asked for, beside our own devices' frames. */
  filters(): { readonly devAddrs: readonly DevAddrRange[]; readonly joinEuis: readonly string[] } {
    const settings = [...this.#flows.values()].map(({ forwarding }) => forwarding.settings);
    return {
      devAddrs: settings.flatMap(({ devAddrs }) => devAddrs),
      joinEuis: settings.flatMap(({ joinEuis }) => joinEuis),
    };
  }

  /**
   * Gives a copy to our network server or to a forwarding, never to both: all copies of a frame go where its first one
   * went, and what our own devices made is ours whatever address it carries.
   */
  route(network: OwnNetwork, device: Address, sequence: number, uplink: RadioUplink): void {
    const { payload } = uplink;
    if (this.#flows.size === 0 && this.#deduplicator.size === 0) return network.onCopy(device, sequence, uplink);
    const isForwarded =
      this.#deduplicator.remembers(payload) ||
      (this.#index.find(payload) !== null && !network.remembers(payload) && !network.isOurs(payload));
    if (!isForwarded) return network.onCopy(device, sequence, uplink);
    this.#deduplicator.add({ device, sequence, uplink, arrivedMs: this.#use.timeline.monotonicMs() });
  }

  status(forwarding: Forwarding): ForwardingStatus {
    return this.#flows.get(forwarding.id)?.status() ?? DISABLED;
  }

  /** Forwards what is being gathered, and waits for downlinks' outcomes. */
  async close(): Promise<void> {
    this.#deduplicator.close();
    await this.#underway.idle(CLOSE_MS);
    for (const flow of this.#flows.values()) flow.close();
  }

  #closed(frame: Parameters<ForwardingFlow["closed"]>[0]): void {
    try {
      frame.content?.closed(frame);
    } catch (error) {
      // A bug of ours costs one frame, and not the timer that decides about all others.
      frame.content = null;
      this.#use.log.error({ error: String(error) }, "Failed to forward a frame");
    }
    // What is left recognizes copies; the bytes are not needed for that.
    frame.isTold = true;
    frame.copies = [];
  }
}
