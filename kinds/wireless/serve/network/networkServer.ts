import type { Address } from "@wayleave/core/ids";
import type { LorawanDevice } from "../../model/device.ts";
import { parseFrame, type DataFrame, type JoinRequestFrame } from "../../model/lorawan/frame.ts";
import { verifyJoinRequest } from "../../model/lorawan/join.ts";
import { UPLINK } from "../../model/lorawan/sessionCrypto.ts";
import type { DevAddrHex, Eui64, RadioUplink } from "../../model/radio.ts";
import { ClassAExchange } from "./classAExchange.ts";
import { ClassC } from "./classC.ts";
import { ConfirmedDownlinks } from "./confirmedDownlinks.ts";
import { DEDUPLICATION_LIMITS, Deduplicator, type DroppedFate } from "./deduplicator.ts";
import { DeviceMemories } from "./deviceMemory.ts";
import { DeviceNotices } from "./deviceNotices.ts";
import { DownlinkSender } from "./downlinkSender.ts";
import type { FrameContent, Gathered } from "./frameContent.ts";
import type { FrameCopy } from "./frameCopy.ts";
import { COMMON_ERROR_EVERY_MS, HeardAgain } from "./heardAgain.ts";
import { Joins } from "./joins.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import { ReasonCounters } from "./reasonCounters.ts";
import { GatewayRanking } from "./routes.ts";
import { SessionCryptos } from "./sessionCryptos.ts";
import { type SessionMatch, matchSession } from "./sessionMatch.ts";
import { Underway } from "./underway.ts";
import { Uplinks } from "./uplinks.ts";

const DAY_MS = 86_400_000;
/** A join accept in RX2 after six seconds, and the two that its gateway has to report. */
const CLOSE_MS = 8_000;

export interface NetworkOptions {
  /** 24 bits. 0 and 1 are free for private networks. */
  readonly netId?: number;
  /** From a frame's first copy to the decision. */
  readonly dedupWindowMs?: number;
  /** Each device is asked for its battery and margin so often; null: never. Every question is a downlink that is paid. */
  readonly deviceStatusEveryMs?: number | null;
  /** Decided frames that wait to be durable and told; while there are so many, new frames are dropped and counted. */
  readonly underwayMax?: number;
}
/** Should the database stand still: about 30 MB. */
const UNDERWAY_MAX = 10_000;
/**
 * While many events wait and the oldest longer than this, new frames are dropped before anything is done for them: it is no
 * burst then, and every answer misses RX1. A burst's frames are told late rather than not at all; memory is bounded.
 */
const LATE_MS_MAX = 2_000;
/** Fewer are no load: those that wait for a database that restarts are all told in the end. */
const LATE_EVENTS_MIN = 1_000;
/** Devices of one address that are told of a frame with a wrong MIC. */
const WRONG_MIC_TOLD_MAX = 4;

/**
 * A LoRaWAN 1.0.x network server: copies of frames go in, events and downlinks come out. Everything between is in memory
 * but counters, sessions and queues, which the ports keep, and which are durable before anybody is told.
 * Nothing that comes over the air makes it throw: what is refused is counted by name.
 */
export class NetworkServer {
  readonly #of: NetworkDependencies;
  readonly #counters = new ReasonCounters();
  readonly #memories = new DeviceMemories();
  readonly #cryptos = new SessionCryptos();
  readonly #notices: DeviceNotices;
  readonly #heardAgain: HeardAgain;
  readonly #deduplicator: Deduplicator<FrameContent>;
  readonly #uplinks: Uplinks;
  readonly #joins: Joins;
  readonly #classC: ClassC;
  readonly #underway: Underway;
  readonly #underwayMax: number;
  #isClosed = false;

  constructor(options: NetworkOptions, of: NetworkDependencies) {
    this.#of = of;
    const underway = new Underway(of.timeline);
    this.#underway = underway;
    this.#underwayMax = options.underwayMax ?? UNDERWAY_MAX;
    const counters = this.#counters;
    const memories = this.#memories;
    const cryptos = this.#cryptos;
    const notices = new DeviceNotices(of, counters);
    const sender = new DownlinkSender(of, new GatewayRanking(of.timeline), notices, counters);
    const confirmed = new ConfirmedDownlinks(of, notices, counters);
    const classC = new ClassC(of, { notices, counters, memories, cryptos, sender, confirmed, underway });
    const statusEveryMs = options.deviceStatusEveryMs === undefined ? DAY_MS : options.deviceStatusEveryMs;
    const exchange = new ClassAExchange(of, {
      ...{ notices, counters, memories, cryptos, sender, confirmed, classC, statusEveryMs, underway },
    });
    this.#notices = notices;
    this.#classC = classC;
    const heardAgain = new HeardAgain(notices);
    this.#heardAgain = heardAgain;
    this.#uplinks = new Uplinks(of, { notices, counters, memories, cryptos, exchange, underway, heardAgain });
    this.#joins = new Joins(of, { notices, counters, memories, sender, underway, netId: options.netId ?? 0 });
    const limits = { ...DEDUPLICATION_LIMITS, windowMs: options.dedupWindowMs ?? DEDUPLICATION_LIMITS.windowMs };
    this.#deduplicator = new Deduplicator(limits, of.timeline, {
      first: (frame) => this.#judge(frame),
      closed: (frame) => this.#closed(frame),
      answerAgain: ({ content }) => content?.kind === "data" && content.frame.confirmed,
      dropped: (frame, copy, fate) => this.#dropped(frame, copy, fate),
    });
  }

  /**
   * A gateway heard a frame. Cheap, and never throws on what it says.
   *
   * @param device - the agent, authenticated by its link.
   * @param sequence - the agent's number of the delivery, by which its copy is bought.
   * @param uplink - hostile.
   */
  onCopy(device: Address, sequence: number, uplink: RadioUplink): void {
    if (this.#isClosed) return;
    const arrivedMs = this.#of.timeline.monotonicMs();
    if (this.#isOverloaded() && !this.#deduplicator.remembers(uplink.payload)) {
      this.#counters.add("overloaded");
      return;
    }
    this.#counters.add(this.#deduplicator.add({ device, sequence, uplink, arrivedMs }));
  }

  #isOverloaded(): boolean {
    const { sink } = this.#of;
    if (this.#underway.count >= this.#underwayMax) return true;
    return sink.queued >= LATE_EVENTS_MIN && sink.lateMs > LATE_MS_MAX;
  }

  /** Whether a frame of these bytes came here lately, whatever became of it. */
  remembers(payload: Uint8Array): boolean {
    return this.#deduplicator.remembers(payload);
  }

  /** Whether one of our devices made this frame: its MIC says so, not its address, which others may have too. */
  isOurs(payload: Uint8Array): boolean {
    const { book } = this.#of;
    const frame = parseFrame(payload);
    if (!frame.ok) return false;
    if (frame.type === "data") {
      return frame.direction === UPLINK && matchSession(book, this.#cryptos, frame, payload).device !== null;
    }
    if (frame.type !== "join-request") return false;
    const device = book.device(frame.devEui);
    return device?.joinEui === frame.joinEui && device.appKey !== null && verifyJoinRequest(device.appKey, payload);
  }

  /** A customer topped up: what was held for it is delivered, as far as its balance goes. */
  balanceRestored(customer: string): Promise<void> {
    return this.#uplinks.balanceRestored(customer);
  }

  /** As {@link balanceRestored} for everybody who has something held: whose balance is still used up is passed over. */
  deliverHeld(): Promise<void> {
    return this.#uplinks.deliverHeld();
  }

  /** A downlink was queued: sent at once when the device is of class C, else after its next uplink. */
  sendNow(devEui: Eui64): void {
    if (!this.#isClosed) this.#classC.next(devEui);
  }

  /** How often what happened, by name; and what is held now. */
  counters(): Readonly<Record<string, number>> {
    return {
      ...this.#counters.all(),
      "now-remembered-frames": this.#deduplicator.size,
      "now-held-uplinks": this.#uplinks.held,
      "now-under-way": this.#underway.count,
    };
  }

  /**
   * Decides about what is still being gathered, and takes no more. Resolves once all that is told, and all downlinks have
   * their outcome, or after {@link CLOSE_MS}; the ports must live on until then.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#classC.close();
    this.#deduplicator.close();
    await this.#underway.idle(CLOSE_MS);
    this.#notices.close();
    this.#memories.close();
  }

  /** What a frame is, by its payload alone. */
  #judge({ payload, copies }: Gathered): FrameContent | null {
    const frame = parseFrame(payload);
    if (!frame.ok) return this.#refuse(`malformed-${frame.reason}`);
    if (frame.type === "join-request") return this.#judgeJoin(frame, payload);
    if (frame.type === "data" && frame.direction === UPLINK) return this.#judgeData(frame, payload, copies[0] ?? null);
    return this.#refuse(frame.type === "data" ? "not-an-uplink" : `unserved-${frame.type}`);
  }

  #judgeData(frame: DataFrame, payload: Uint8Array, copy: FrameCopy | null): FrameContent | null {
    const match = matchSession(this.#of.book, this.#cryptos, frame, payload);
    if (!match.ok) {
      this.#tellRefusal(match, frame);
      return null;
    }
    const { device, session, fCnt, cryptoFCnt, repeat } = match;
    // The MIC was right, so it is this device's frame, and stays what it is however often it is heard.
    if (repeat && !frame.confirmed) {
      this.#heardAgain.frame({ device, fCnt }, copy);
      return null;
    }
    return { kind: "data", device, session, frame, fCnt, cryptoFCnt, repeat };
  }

  #judgeJoin(frame: JoinRequestFrame, payload: Uint8Array): FrameContent | null {
    const device = this.#of.book.device(frame.devEui);
    if (device === null) return this.#refuse("unknown-join");
    if (device.joinEui !== frame.joinEui) {
      const message = "A join request came with this DevEUI and another JoinEUI than the device is registered with";
      return this.#refuseOf(device, "join-wrong-join-eui", message, COMMON_ERROR_EVERY_MS);
    }
    if (device.appKey === null || !device.profile.supportsOtaa) {
      return this.#refuseOf(device, "join-not-allowed", "The device is registered for activation by personalization");
    }
    if (!verifyJoinRequest(device.appKey, payload)) {
      return this.#refuseOf(device, "join-wrong-mic", "The join request was not made with the device's AppKey");
    }
    if (device.disabled) return this.#refuseOf(device, "device-disabled", "The device is disabled");
    return { kind: "join", device, devNonce: frame.devNonce };
  }

  #closed(gathered: Gathered): void {
    const { content } = gathered;
    try {
      if (content?.kind === "data") this.#uplinks.closed(gathered, content);
      else if (content?.kind === "join") this.#joins.closed(gathered, content);
    } catch (error) {
      // A bug of ours must cost one frame and not the timer that decides about all others.
      this.#counters.add("internal-error");
      this.#of.log.error({ error, kind: content?.kind }, "Failed to decide about a frame");
    }
  }

  /** Heard again, and nothing comes of it. */
  #dropped({ content, dropped, firstMs }: Gathered, copy: FrameCopy, fate: DroppedFate): void {
    if (content === null) return;
    const { device } = content;
    if (fate === "late-copy") this.#heardAgain.lateCopy(device, copy, firstMs);
    else if (content.kind === "join" || content.fCnt === null) this.#heardAgain.join(device, copy);
    // A device that was told to sends each frame so often.
    else if (dropped >= (this.#of.book.session(device.devEui)?.mac.nbTrans ?? 1)) {
      this.#heardAgain.frame({ device, fCnt: content.fCnt }, copy);
    }
  }

  #tellRefusal(match: Extract<SessionMatch, { ok: false }>, { devAddr }: DataFrame): void {
    if (match.device === null) {
      if (match.reason === "unknown-device") this.#counters.add(match.reason);
      else this.#tellWrongMic(devAddr);
      return;
    }
    const { device, reason, fCnt16, lastFCnt } = match;
    this.#notices.error(device, reason, REFUSAL_MESSAGES[reason], { fCnt16, lastFCnt });
  }

  /** Anybody can forge it, and others may have the same address: told to few, and rarely. */
  #tellWrongMic(devAddr: DevAddrHex): void {
    const { book } = this.#of;
    for (const { devEui } of book.sessionsAt(devAddr).slice(0, WRONG_MIC_TOLD_MAX)) {
      const device = book.device(devEui);
      if (device === null) continue;
      const message =
        "A frame with the device's address was made with other keys: by a device that shares it, one that joined elsewhere, or a forger";
      this.#notices.error(device, "wrong-mic", message, { devAddr }, COMMON_ERROR_EVERY_MS);
    }
  }

  #refuse(reason: string): null {
    this.#counters.add(reason);
    return null;
  }

  #refuseOf(device: LorawanDevice, reason: string, message: string, everyMs?: number): null {
    this.#notices.error(device, reason, message, {}, everyMs);
    return null;
  }
}

const REFUSAL_MESSAGES = {
  "replayed-counter": "The frame counter was used before: a replay, or a device that began to count anew",
  "counter-gap": "The frame counter is too far ahead of the last one heard",
  "counter-exhausted": "The session has no frame counters left: the device must join anew",
  "device-disabled": "The device is disabled",
} as const;
