import { UPLINK } from "../../model/lorawan/sessionCrypto.ts";
import { base64Of } from "../../model/shortBytes.ts";
import type { CopyPurchase } from "./copyPurchase.ts";
import { heardBy } from "./copyPurchase.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
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
}

interface DeliveryParts {
  readonly notices: DeviceNotices;
  readonly counters: ReasonCounters;
  readonly cryptos: SessionCryptos;
}

const NOT_DECODED: Awaited<ReturnType<Decode>> = { object: null, errors: [] };

/** Buys a frame's copies, opens its payload and tells its customer: what is paid for, in this order and once. */
export class UplinkDelivery {
  readonly #of: NetworkDependencies;
  readonly #parts: DeliveryParts;

  constructor(of: NetworkDependencies, parts: DeliveryParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /** @param uplink - its money is reserved and its counter is durable. */
  async deliver(uplink: AcceptedUplink): Promise<void> {
    const { content, purchase, agreed, late } = uplink;
    const { device, frame, session, cryptoFCnt } = content;
    this.#of.purse.buy({
      customer: device.customer,
      act: "wireless.uplink",
      subject: device.applicationId,
      reservedPicoUsd: purchase.picoUsd,
      copies: purchase.copies.map(({ bought }) => bought),
    });
    const hasData = frame.fPort !== null && frame.fPort !== 0;
    const data = hasData
      ? this.#parts.cryptos.of(session).decrypt(frame.fPort, cryptoFCnt, UPLINK, frame.payload)
      : null;
    const decoded =
      data === null || device.profile.decoder.kind === "none"
        ? NOT_DECODED
        : await this.#decode(uplink, frame.fPort!, data);
    const { uplink: radio } = agreed.typical;
    // All that heard it: the copies left out as impossible too, and what came late while it was made durable.
    const copies = [...uplink.copies, ...late];
    const errors = [...decoded.errors];
    if (uplink.isLate) errors.push({ code: "delivered-late", message: "The uplink waited for a top-up" });
    if (late.length > 0) errors.push({ code: "late-copies", message: `${late.length} copies came late` });
    this.#parts.counters.add("uplink-delivered");
    this.#parts.notices.tell(
      device,
      {
        type: "up",
        devAddr: session.devAddr,
        fPort: frame.fPort,
        fCnt: content.fCnt,
        confirmed: frame.confirmed,
        adr: frame.adr,
        data: data === null ? "" : base64Of(data),
        object: decoded.object,
        frequencyHz: radio.frequencyHz,
        dataRate: agreed.dataRate,
        modulation: radio.modulation,
        heardBy: heardBy(copies, purchase),
        errors,
      },
      uplink.atMs,
    );
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

  async #decode(
    { content, atMs }: AcceptedUplink,
    fPort: number,
    data: Uint8Array,
  ): Promise<Awaited<ReturnType<Decode>>> {
    try {
      return await this.#of.decode(content.device.profile, fPort, data, atMs);
    } catch (error) {
      this.#of.log.error({ error, devEui: content.device.devEui }, "Decoding failed in a way it should not");
      this.#parts.counters.add("decoder-failed");
      return { object: null, errors: [{ code: "decoder-failed", message: "The decoder could not be run" }] };
    }
  }
}
