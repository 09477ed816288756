import { devAddrOf, isJoinRequest, joinEuiOf } from "../../model/lorawan/frame.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { ForwardingSettings } from "../records/forwardings.ts";

/** Finds who a frame is forwarded for, by its address: one look for each length of range. */
export class ForwardingIndex<Target> {
  readonly #byShift = new Map<number, Map<number, Target>>();
  readonly #byJoinEui = new Map<Eui64, Target>();

  /** @param bits of the ranges are 1…32; they overlap nobody else's. */
  add({ devAddrs, joinEuis }: Pick<ForwardingSettings, "devAddrs" | "joinEuis">, target: Target): void {
    for (const { prefix, bits } of devAddrs) {
      const shift = 32 - bits;
      let heads = this.#byShift.get(shift);
      if (heads === undefined) this.#byShift.set(shift, (heads = new Map()));
      heads.set(Number.parseInt(prefix, 16) >>> shift, target);
    }
    for (const joinEui of joinEuis) this.#byJoinEui.set(joinEui, target);
  }

  /** @param devAddr - unsigned. */
  at(devAddr: number): Target | null {
    for (const [shift, heads] of this.#byShift) {
      const found = heads.get(devAddr >>> shift);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** @param payload - hostile PHYPayload. Null: no uplink, or nobody's. */
  find(payload: Uint8Array): Target | null {
    if (isJoinRequest(payload)) return this.#byJoinEui.get(joinEuiOf(payload)) ?? null;
    const devAddr = devAddrOf(payload);
    return devAddr < 0 ? null : this.at(devAddr);
  }
}
