import type { LorawanDevice } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import type { FrameCopy } from "./frameCopy.ts";

/**
 * What honest devices, slow lines and strangers with the same address bring about too: told at once, then with how often
 * it happened meanwhile.
 */
export const COMMON_ERROR_EVERY_MS = 3_600_000;

const MESSAGES = {
  "repeated-frame":
    "The last frame was heard again: its device missed the answer, or somebody replays it. It was delivered and billed once",
  "replayed-join": "The join request was heard again: somebody replays it. It was answered and billed once",
  "late-copy": "A copy came after the frame was delivered: over a slow line, or replayed. It is not billed",
} as const;

/** Tells customers that frames of their devices were heard again, which costs them nothing. */
export class HeardAgain {
  readonly #notices: DeviceNotices;

  constructor(notices: DeviceNotices) {
    this.#notices = notices;
  }

  /** A data frame that was accepted before. */
  frame({ device, fCnt }: { readonly device: LorawanDevice; readonly fCnt: number }, copy: FrameCopy | null): void {
    this.#tell("repeated-frame", device, { fCnt, ...by(copy) });
  }

  join(device: LorawanDevice, copy: FrameCopy): void {
    this.#tell("replayed-join", device, by(copy));
  }

  lateCopy(device: LorawanDevice, copy: FrameCopy, firstMs: number): void {
    this.#tell("late-copy", device, { lateMs: Math.round(copy.arrivedMs - firstMs), ...by(copy) });
  }

  #tell(code: keyof typeof MESSAGES, device: LorawanDevice, facts: Readonly<Record<string, string | number>>): void {
    this.#notices.error(device, code, MESSAGES[code], facts, COMMON_ERROR_EVERY_MS);
  }
}

/** Who heard it: where to look for whoever replays. */
function by(copy: FrameCopy | null): { readonly gatewayEui?: Eui64; readonly device?: string } {
  return copy === null ? {} : { gatewayEui: copy.uplink.gatewayEui, device: copy.device };
}
