import type { RadioDownlink } from "../../model/radio.ts";
import { type ChannelPlan, downlinkDataRate } from "./channelPlan.ts";
import { readContext } from "./uplinkMessage.ts";

/** Stations echo it and use it for nothing; the agent does not know whose frame it sends. */
const SOME_DEV_EUI = "00-00-00-00-00-00-00-01";
/** `RxDelay` is RX1's and has four bits; RX2 comes a second later. */
const RX_DELAY_S_MAX = 15;

/**
 * `dnmsg` for one frame: class A in one receive window, or class C at once. Null when a station cannot send it so: a
 * delay that is not whole seconds, an unknown modulation, another protocol's context.
 * Power is the station's own to choose; polarity is always a downlink's.
 * @param id - echoed by `dntxed`.
 * @see https://doc.sm.tc/station/tcproto.html (dnmsg)
 */
export function downlinkMessage(downlink: RadioDownlink, id: number, plan: ChannelPlan): object | null {
  const dataRate = downlinkDataRate(plan, downlink.modulation);
  if (dataRate === null) return null;
  const { payload, timing, frequencyHz } = downlink;
  const message = {
    msgtype: "dnmsg",
    DevEui: SOME_DEV_EUI,
    diid: id,
    pdu: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("hex"),
    priority: 0,
  };
  if (timing === null) return { ...message, dC: 2, RxDelay: 0, RX2DR: dataRate, RX2Freq: frequencyHz, rctx: 0 };
  const context = readContext(timing.context);
  const delayS = timing.delayMs / 1000;
  if (context === null || !Number.isInteger(delayS) || delayS < 1 || delayS > RX_DELAY_S_MAX + 1) return null;
  const window =
    delayS <= RX_DELAY_S_MAX
      ? { RxDelay: delayS, RX1DR: dataRate, RX1Freq: frequencyHz }
      : { RxDelay: RX_DELAY_S_MAX, RX2DR: dataRate, RX2Freq: frequencyHz };
  return { ...message, dC: 0, ...window, rctx: context.rctx, xtime: context.xtime };
}
