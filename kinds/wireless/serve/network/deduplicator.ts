import { assert } from "@wayleave/core/errors";
import { latin1Of } from "../../model/shortBytes.ts";
import type { FrameCopy } from "./frameCopy.ts";
import type { Timeline } from "./timeline.ts";

export interface DeduplicationLimits {
  /** From a frame's first copy to the decision about it. */
  readonly windowMs: number;
  /**
   * A closed frame heard again this long after its first copy was sent again by its device (nobody retransmits before
   * both receive windows are over, two seconds at the earliest) and is not a copy on a slow line.
   */
  readonly againAfterMs: number;
  /** So long copies are recognized. What comes later still meets the frame counter or the DevNonce. */
  readonly rememberMs: number;
  /** Frames in memory: 13 s at 20,000 a second. */
  readonly framesMax: number;
  /** Copies of one frame; a frame on a mountain top is heard by dozens. */
  readonly copiesMax: number;
  /** Times that one frame may be heard again and answered again: 15 is the greatest NbTrans. */
  readonly againMax: number;
}

export const DEDUPLICATION_LIMITS: DeduplicationLimits = {
  windowMs: 200,
  againAfterMs: 1_500,
  rememberMs: 10_000,
  framesMax: 262_144,
  copiesMax: 64,
  againMax: 15,
};

/** One frame, whatever antennas heard it. */
export interface GatheredFrame<Content> {
  /** The payload's bytes as Latin-1. */
  readonly key: string;
  payload: Uint8Array;
  /** Of the current round's first copy, on the monotonic clock. */
  firstMs: number;
  /** Distinct gateways' copies of the current round, in the order they came. */
  copies: FrameCopy[];
  /** Copies that came after the window. They are shown while there is an event to show them in, and never bought. */
  late: FrameCopy[];
  /** All is told of this round: late copies are counted, but not kept. */
  isTold: boolean;
  /** 0 for the first time it is heard; each time its device sends it again and is answered is one more. */
  round: number;
  /** When it was sent again with nothing coming of it; 0: never. */
  droppedMs: number;
  /** Times it was so. */
  dropped: number;
  open: boolean;
  /** What the frame was found to be by its first copy. Null: refused, whatever else is heard of it. */
  content: Content | null;
}

export interface FrameHandlers<Content> {
  /** A frame not heard before. Judge it by its payload alone: what a gateway says besides is that gateway's word. */
  first(frame: GatheredFrame<Content>): Content | null;
  /**
   * The window is over: once for each round. Who takes the content away forgets the frame, so that it is judged anew
   * when it is heard again: by nothing that its first copies' gateways said.
   */
  closed(frame: GatheredFrame<Content>): void;
  /** Whether a frame that is sent again is worth another round (an acknowledgement that got lost). */
  answerAgain(frame: GatheredFrame<Content>): boolean;
  /** A copy goes no further and is shown nowhere else. */
  dropped(frame: GatheredFrame<Content>, copy: FrameCopy, fate: DroppedFate): void;
}

/** Late: its way was longer than the window. Retransmission: so late that the frame was on the air once more. */
export type DroppedFate = "late-copy" | "retransmission";

const NO_BYTES = new Uint8Array(0);

/** Lets go of all that only this round needed. What is left recognizes copies: some 200 bytes. */
export function settle<Content>(frame: GatheredFrame<Content>, content: Content): void {
  frame.isTold = true;
  frame.content = content;
  frame.copies = [];
  frame.late = [];
  frame.payload = NO_BYTES;
}

/** What became of a copy. Each is a counter's name, and only the first two go any further. */
export type CopyFate =
  | "first-copy"
  | "gathered-copy"
  | "copy-of-refused"
  | "same-gateway-copy"
  | "late-copy"
  | "retransmission"
  | "too-many-copies"
  | "overloaded";

/**
 * Gathers the copies of a frame, by the bytes of its PHYPayload alone: one frame heard on two channels, or under two
 * gateways' names, stays one frame. One timer serves all windows, because all are equally long.
 */
export class Deduplicator<Content> {
  readonly #limits: DeduplicationLimits;
  readonly #timeline: Timeline;
  readonly #handlers: FrameHandlers<Content>;
  /** In the order their rounds began, so the oldest is at the front. */
  readonly #frames = new Map<string, GatheredFrame<Content>>();
  #closing: GatheredFrame<Content>[] = [];
  #closed = 0;
  #cancelSweep: (() => void) | null = null;
  /** The sweep under way is only for letting go of what is remembered. */
  #isIdleSweep = false;

  constructor(limits: DeduplicationLimits, timeline: Timeline, handlers: FrameHandlers<Content>) {
    assert(limits.windowMs < limits.againAfterMs, "a frame is decided before it may be sent again");
    this.#limits = limits;
    this.#timeline = timeline;
    this.#handlers = handlers;
  }

  get size(): number {
    return this.#frames.size;
  }

  /** Whether a frame of these bytes was heard lately. */
  remembers(payload: Uint8Array): boolean {
    return this.#frames.size > 0 && this.#frames.has(latin1Of(payload));
  }

  add(copy: FrameCopy): CopyFate {
    const { payload } = copy.uplink;
    const key = latin1Of(payload);
    const known = this.#frames.get(key);
    if (known !== undefined) return this.#addToKnown(known, copy);
    if (!this.#makeRoom(copy.arrivedMs)) return "overloaded";
    const frame: GatheredFrame<Content> = {
      key,
      payload,
      firstMs: copy.arrivedMs,
      copies: [copy],
      late: [],
      isTold: false,
      round: 0,
      droppedMs: 0,
      dropped: 0,
      open: false,
      content: null,
    };
    frame.content = this.#handlers.first(frame);
    this.#frames.set(key, frame);
    if (frame.content === null) {
      frame.copies = [];
      if (this.#cancelSweep === null) this.#arm(this.#limits.rememberMs, true);
    } else this.#openWindow(frame);
    return "first-copy";
  }

  /** Decides at once about all that is still gathering. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    this.#closeDue(Number.POSITIVE_INFINITY);
    this.#frames.clear();
  }

  #addToKnown(frame: GatheredFrame<Content>, copy: FrameCopy): CopyFate {
    if (frame.content === null) return "copy-of-refused";
    if (frame.open) {
      if (heardFrom(frame.copies, copy)) return "same-gateway-copy";
      if (frame.copies.length >= this.#limits.copiesMax) return "too-many-copies";
      frame.copies.push(sharing(frame.payload, copy));
      return "gathered-copy";
    }
    if (copy.arrivedMs - frame.firstMs >= this.#limits.againAfterMs) {
      if (frame.round >= this.#limits.againMax || !this.#handlers.answerAgain(frame)) {
        // Several antennas hear one transmission.
        if (copy.arrivedMs - frame.droppedMs < this.#limits.windowMs) return "retransmission";
        frame.droppedMs = copy.arrivedMs;
        frame.dropped++;
        this.#handlers.dropped(frame, copy, "retransmission");
        return "retransmission";
      }
      frame.round++;
      frame.isTold = false;
      frame.payload = copy.uplink.payload;
      frame.firstMs = copy.arrivedMs;
      frame.copies = [copy];
      frame.late = [];
      // To the end of the order in which frames are forgotten.
      this.#frames.delete(frame.key);
      this.#frames.set(frame.key, frame);
      this.#openWindow(frame);
      return "retransmission";
    }
    const isShown = !frame.isTold && frame.late.length < this.#limits.copiesMax;
    if (!isShown) this.#handlers.dropped(frame, copy, "late-copy");
    else if (!heardFrom(frame.copies, copy) && !heardFrom(frame.late, copy)) frame.late.push(copy);
    return "late-copy";
  }

  #openWindow(frame: GatheredFrame<Content>): void {
    frame.open = true;
    this.#closing.push(frame);
    if (this.#cancelSweep === null || this.#isIdleSweep) this.#arm(this.#limits.windowMs, false);
  }

  #arm(delayMs: number, isIdle: boolean): void {
    this.#cancelSweep?.();
    this.#isIdleSweep = isIdle;
    this.#cancelSweep = this.#timeline.after(delayMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelSweep = null;
    const nowMs = this.#timeline.monotonicMs();
    this.#closeDue(nowMs);
    this.#forget(nowMs);
    const next = this.#closing[this.#closed];
    // Turns after the last window let go of what is remembered when nothing more is heard.
    if (next !== undefined) this.#arm(Math.max(1, next.firstMs + this.#limits.windowMs - nowMs), false);
    else if (this.#frames.size > 0) this.#arm(this.#limits.rememberMs, true);
  }

  #closeDue(nowMs: number): void {
    for (;;) {
      const frame = this.#closing[this.#closed];
      if (frame === undefined || frame.firstMs + this.#limits.windowMs > nowMs) break;
      this.#closed++;
      frame.open = false;
      this.#handlers.closed(frame);
      if (frame.content === null) this.#frames.delete(frame.key);
    }
    if (this.#closed === this.#closing.length || this.#closed > 4_096) {
      this.#closing = this.#closing.slice(this.#closed);
      this.#closed = 0;
    }
  }

  #forget(nowMs: number): void {
    for (const [key, frame] of this.#frames) {
      if (frame.open || frame.firstMs + this.#limits.rememberMs > nowMs) break;
      this.#frames.delete(key);
    }
  }

  /** The oldest gives way, before its time if need be; false when even the oldest is still gathering. */
  #makeRoom(nowMs: number): boolean {
    if (this.#frames.size < this.#limits.framesMax) return true;
    this.#forget(nowMs);
    if (this.#frames.size < this.#limits.framesMax) return true;
    for (const [key, frame] of this.#frames) {
      if (frame.open) return false;
      this.#frames.delete(key);
      return true;
    }
    return true;
  }
}

/** Its bytes are the first copy's: kept by every copy, they were a tenth of what the collector moved. */
function sharing(payload: Uint8Array, copy: FrameCopy): FrameCopy {
  return { ...copy, uplink: { ...copy.uplink, payload } };
}

function heardFrom(copies: readonly FrameCopy[], copy: FrameCopy): boolean {
  for (const other of copies) {
    if (other.device === copy.device && other.uplink.gatewayEui === copy.uplink.gatewayEui) return true;
  }
  return false;
}
