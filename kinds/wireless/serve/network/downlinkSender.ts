import { workUnitsOf } from "../../model/price.ts";
import { airtimeUs } from "../../model/airtime.ts";
import type { LorawanDevice } from "../../model/device.ts";
import type { Region } from "../../model/regions/region.ts";
import type { DeviceNotices } from "./deviceNotices.ts";
import type { NetworkDependencies } from "./networkDependencies.ts";
import type { ReasonCounters } from "./reasonCounters.ts";
import type { Window } from "./receiveWindows.ts";
import { type GatewayRanking, type Route } from "./routes.ts";

/**
 * What must be left before a window opens for the downlink to be sent off: the way to the agent on a slow line (300 ms)
 * and the 50 ms in which a concentrator is programmed. With the 200 ms window of deduplication, RX1 after a second leaves
 * 450 ms for the frame's own way to us and for making its counter durable.
 */
export const SEND_AHEAD_MS = 350;
/** Gateways tried for one window, as long as there is time. */
const ROUTES_PER_WINDOW_MAX = 2;

/** One frame to be sent in one of its device's windows. */
export interface Transmission {
  readonly device: LorawanDevice;
  readonly region: Region;
  readonly payload: Uint8Array;
  /** What the customer asked for; null: the network's own (an acknowledgement, MAC commands, a join accept). */
  readonly downlinkId: string | null;
  readonly fCntDown: number | null;
  readonly routes: readonly Route[];
  /** When the first copy of the uplink came, monotonic; null: at once (class C). */
  readonly uplinkMs: number | null;
  readonly windows: readonly ((route: Route) => Window | null)[];
  /** A route that comes last. */
  readonly avoid: string | null;
}

/** Sends downlinks: window after window, gateway after gateway, while there is time, airtime and money. */
export class DownlinkSender {
  readonly #of: Pick<NetworkDependencies, "purse" | "fleet" | "timeline">;
  readonly #ranking: GatewayRanking;
  readonly #notices: DeviceNotices;
  readonly #counters: ReasonCounters;

  constructor(
    of: Pick<NetworkDependencies, "purse" | "fleet" | "timeline">,
    ranking: GatewayRanking,
    notices: DeviceNotices,
    counters: ReasonCounters,
  ) {
    this.#of = of;
    this.#ranking = ranking;
    this.#notices = notices;
    this.#counters = counters;
  }

  /** @returns the gateway that sent it; null when none did. Never rejects while the ports keep their word. */
  async send(transmission: Transmission): Promise<Route | null> {
    let reason = "no-gateway";
    for (const windowOf of transmission.windows) {
      let tried = 0;
      for (const route of this.#ranking.rank(transmission.routes, transmission.avoid)) {
        if (tried >= ROUTES_PER_WINDOW_MAX) break;
        const window = windowOf(route);
        const attempt = window === null ? "no-window" : await this.#attempt(transmission, route, window);
        if (attempt === "sent") {
          this.#counters.add(`downlink-sent-rx${window!.number}`);
          return route;
        }
        reason = attempt;
        if (attempt === "out-of-balance") return null;
        // Neither a late nor a silenced gateway was asked.
        if (attempt !== "late" && attempt !== "duty-cycle" && attempt !== "no-window") tried++;
      }
    }
    this.#counters.add("downlink-failed");
    this.#counters.add(`downlink-${reason}`);
    return null;
  }

  async #attempt(transmission: Transmission, route: Route, window: Window): Promise<string> {
    const { device, region, payload, uplinkMs } = transmission;
    const { purse, fleet, timeline } = this.#of;
    if (payload.byteLength > window.bytesMax) return "no-window";
    const nowMs = timeline.monotonicMs();
    // A copy that came later than the first has a slower line, there and back.
    const lagMs = route.copy === null || uplinkMs === null ? 0 : Math.max(0, route.copy.arrivedMs - uplinkMs);
    if (uplinkMs !== null && nowMs - uplinkMs + lagMs + SEND_AHEAD_MS > window.delayMs) return "late";
    const atMs = uplinkMs === null ? nowMs : uplinkMs + window.delayMs;
    const frame = {
      atMs,
      airtimeUs: airtimeUs(window.modulation, payload.byteLength, { crc: false }),
      frequencyHz: window.frequencyHz,
    };
    if (!this.#ranking.takeAirtime(route, region, frame)) return "duty-cycle";

    const workUnits = workUnitsOf(payload.byteLength);
    const picoUsd = workUnits * purse.askOf(route.device);
    const { customer, applicationId } = device;
    if (!purse.reserve(customer, picoUsd)) {
      this.#notices.error(device, "out-of-balance", "The balance does not cover a downlink, so it was not sent");
      return "out-of-balance";
    }
    const report = await fleet.send(route.device, {
      payload,
      gatewayEui: route.gatewayEui,
      frequencyHz: window.frequencyHz,
      modulation: window.modulation,
      codingRate: "4/5",
      powerDbm: window.powerDbm,
      timing:
        uplinkMs === null || route.copy === null
          ? null
          : { context: route.copy.uplink.context, delayMs: window.delayMs },
    });
    const isBought = report.outcome === "sent" && report.sequence !== null;
    purse.buy({
      customer,
      act: "wireless.downlink",
      subject: applicationId,
      reservedPicoUsd: picoUsd,
      copies: isBought ? [{ device: route.device, sequence: report.sequence!, workUnits, picoUsd }] : [],
    });
    this.#notices.tell(device, {
      type: "txack",
      downlinkId: transmission.downlinkId,
      gatewayEui: route.gatewayEui,
      outcome: report.outcome,
      fCntDown: transmission.fCntDown,
    });
    // Too late may be our own slowness; all else speaks of the gateway.
    if (report.outcome !== "sent" && report.outcome !== "too-late") this.#ranking.failed(route, region);
    return report.outcome;
  }
}
