import { UPLINK } from "../../model/lorawan/sessionCrypto.ts";
import { base64Of } from "../../model/shortBytes.ts";
import type { CopyPurchase } from "./copyPurchase.ts";
import { heardBy } from "./copyPurchase.ts";
import type { DeviceNotices, NoticeBody } from "./deviceNotices.ts";
import type { AgreedCopies, DataContent } from "./frameContent.ts";
import type { FrameCopy } from "./frameCopy.ts";
import type { Decode, NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import type { SessionCryptos } from "./sessionCryptos.ts";

/** An uplink whose counter was taken; its payload is still as it came off the air. */
export interface AcceptedUplink {
  /** All that heard it in time, and (still growing) too late. */
  readonly copies: readonly FrameCopy[];
  readonly late: readonly FrameCopy[];
  /** Its counter. */
  readonly saved: Promise<void>;
  readonly content: DataContent;
  readonly agreed: AgreedCopies;
  readonly purchase: CopyPurchase;
  /** When its first copy came, Unix. */
  readonly atMs: number;
  /** It waited for a top-up. */
  readonly isLate: boolean;
  /** Its counter could not be saved: it is as if it had not been heard. */
  isLost: boolean;
}

interface DeliveryParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly cryptos: SessionCryptos;
}

type Decoded = Awaited<ReturnType<Decode>>;
const NOT_DECODED: Decoded = { object: null, errors: [] };

/** Opens a frame's payload, tells its customer and buys its copies. */
export class UplinkDelivery {
  readonly #of: NetworkDependencies;
  readonly #parts: DeliveryParts;

  constructor(of: NetworkDependencies, parts: DeliveryParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /**
   * Its event is durable in the same transaction as its counter, or after it. Resolves once it is decoded.
   * @param uplink - its money is reserved and its counter's save was asked for.
   */
  async tell(uplink: AcceptedUplink): Promise<void> {
    const { device, frame, session, cryptoFCnt } = uplink.content;
    const hasData = frame.fPort !== null && frame.fPort !== 0;
    const data = hasData
      ? this.#parts.cryptos.of(session).decrypt(frame.fPort, cryptoFCnt, UPLINK, frame.payload)
      : null;
    const decoded =
      data === null || device.profile.decoder.kind === "none"
        ? NOT_DECODED
        : await this.#decode(uplink, frame.fPort!, data);
    this.#parts.notices.tellLate(device, () => (uplink.isLost ? null : eventOf(uplink, data, decoded)), uplink.atMs);
  }

  /** @param uplink - its counter is durable. */
  buy({ content: { device }, purchase }: AcceptedUplink): void {
    this.#parts.counters.add("uplink-delivered");
    this.#of.purse.buy({
      customer: device.customer,
      act: "wireless.uplink",
      subject: device.applicationId,
      reservedPicoUsd: purchase.picoUsd,
      copies: purchase.copies.map(({ bought }) => bought),
    });
  }

  /** Gives back the money of an uplink that is not delivered after all. */
  release({ content: { device }, purchase }: AcceptedUplink): void {
    this.#of.purse.buy({
      customer: device.customer,
      act: "wireless.uplink",
      subject: device.applicationId,
      reservedPicoUsd: purchase.picoUsd,
      copies: [],
    });
  }

  async #decode({ content, atMs }: AcceptedUplink, fPort: number, data: Uint8Array): Promise<Decoded> {
    try {
      return await this.#of.decode(content.device.profile, fPort, data, atMs);
    } catch (error) {
      this.#of.log.error({ error, devEui: content.device.devEui }, "Decoding failed in a way it should not");
      this.#parts.counters.add("decoder-failed");
      return { object: null, errors: [{ code: "decoder-failed", message: "The decoder could not be run" }] };
    }
  }
}

function eventOf(
  { content, purchase, agreed, copies, late, isLate }: AcceptedUplink,
  data: Uint8Array | null,
  decoded: Decoded,
): NoticeBody {
  const { frame, session, fCnt } = content;
  const { uplink: radio } = agreed.typical;
  const errors = [...decoded.errors];
  if (isLate) errors.push({ code: "delivered-late", message: "The uplink waited for a top-up" });
  if (late.length > 0) errors.push({ code: "late-copies", message: `${late.length} copies came late` });
  return {
    type: "up",
    devAddr: session.devAddr,
    fPort: frame.fPort,
    fCnt,
    confirmed: frame.confirmed,
    adr: frame.adr,
    data: data === null ? "" : base64Of(data),
    object: decoded.object,
    frequencyHz: radio.frequencyHz,
    dataRate: agreed.dataRate,
    modulation: radio.modulation,
    // All that heard it: the copies left out as impossible too, and what came late while it was made durable.
    heardBy: heardBy([...copies, ...late], purchase),
    errors,
  };
}
