import type { Address } from "@wayleave/core/ids";
import type { Eui64 } from "../../model/radio.ts";
import { DutyCycle } from "../../model/dutyCycle.ts";
import type { Region } from "../../model/regions/region.ts";
import type { FrameCopy } from "./frameCopy.ts";
import type { Timeline } from "./timeline.ts";

/** A way back to a device: a gateway that heard it. */
export interface Route {
  readonly device: Address;
  readonly gatewayEui: Eui64;
  readonly snrDb: number;
  /** The copy that an answer is timed by; null: none, as for class C some time later. */
  readonly copy: FrameCopy | null;
}

export function routeOf(copy: FrameCopy): Route {
  return { device: copy.device, gatewayEui: copy.uplink.gatewayEui, snrDb: copy.uplink.snrDb, copy };
}
export function routeKey(route: Pick<Route, "device" | "gatewayEui">): string {
  return `${route.device} ${route.gatewayEui}`;
}

/** How long a gateway that failed comes after all others. */
const FAILING_MS = 60_000;
/** Gateways whose airtime is known; the one unused for longest is forgotten. Ten times any front's gateways today. */
const GATEWAYS_MAX = 100_000;

interface GatewayState {
  readonly region: Region;
  readonly dutyCycle: DutyCycle;
  failingUntilMs: number;
}

/**
 * Which gateway answers: the strongest SNR whose duty cycle allows it. SNR is the gateway's word, so what lies about it
 * gets downlinks to send; one that then fails, or whose confirmed downlinks are not acknowledged, comes last.
 */
export class GatewayRanking {
  readonly #timeline: Timeline;
  readonly #gateways = new Map<string, GatewayState>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** @param avoid - a route key that comes last: it was tried for the same downlink. */
  rank(routes: readonly Route[], avoid: string | null): readonly Route[] {
    const nowMs = this.#timeline.monotonicMs();
    // Of those that failed, the one that failed longest ago is the likeliest to work again.
    const penalty = (key: string): number => {
      if (key === avoid) return Number.POSITIVE_INFINITY;
      const failingUntilMs = this.#gateways.get(key)?.failingUntilMs ?? 0;
      return failingUntilMs > nowMs ? failingUntilMs : 0;
    };
    return routes
      .map((route) => ({ route, penalty: penalty(routeKey(route)) }))
      .sort((a, b) => (a.penalty === b.penalty ? b.route.snrDb - a.route.snrDb : a.penalty - b.penalty))
      .map(({ route }) => route);
  }

  /** Whether the gateway may send so much then; when it may, that is counted as sent. @param atMs - monotonic. */
  takeAirtime(
    route: Route,
    region: Region,
    frame: { readonly atMs: number; readonly airtimeUs: number; readonly frequencyHz: number },
  ): boolean {
    const { dutyCycle } = this.#stateOf(route, region);
    if (!dutyCycle.mayTransmit(frame.atMs, frame.airtimeUs, frame.frequencyHz)) return false;
    dutyCycle.record(frame.atMs, frame.airtimeUs, frame.frequencyHz);
    return true;
  }

  failed(route: Route, region: Region): void {
    this.#stateOf(route, region).failingUntilMs = this.#timeline.monotonicMs() + FAILING_MS;
  }

  #stateOf(route: Route, region: Region): GatewayState {
    const key = routeKey(route);
    let state = this.#gateways.get(key);
    // Its place is one region; a device of another one beside it is rare, and then has a budget of its own.
    if (state?.region !== region) state = { region, dutyCycle: new DutyCycle(region.subBands), failingUntilMs: 0 };
    this.#gateways.delete(key);
    this.#gateways.set(key, state);
    if (this.#gateways.size > GATEWAYS_MAX) {
      for (const oldest of this.#gateways.keys()) {
        this.#gateways.delete(oldest);
        break;
      }
    }
    return state;
  }
}
