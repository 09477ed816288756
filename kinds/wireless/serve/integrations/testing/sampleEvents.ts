import type { Pool } from "pg";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { CustomerEvent, UplinkEvent } from "../../../model/events.ts";

/** An uplink as the network server publishes it. */
export function sampleUplink(changes: Partial<UplinkEvent> = {}): UplinkEvent {
  return {
    type: "up",
    id: "5f0f7c5e-0000-4000-8000-000000000001",
    at: "2026-01-05T10:00:00.000Z",
    applicationId: "meters",
    deviceName: "meter 7",
    devEui: "70b3d57ed0000007",
    devAddr: "26011f22",
    fPort: 2,
    fCnt: 41,
    confirmed: false,
    adr: true,
    data: "AQI=",
    object: { temperature: 21.5 },
    frequencyHz: 868_100_000,
    dataRate: 5,
    modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
    heardBy: [
      {
        device: "0x00000000000000000000000000000000000000aa",
        gatewayEui: "b827ebfffe000001",
        rssiDbm: -101,
        snrDb: 7.5,
        receivedAt: "2026-01-05T09:59:59.800Z",
        paidMicroUsd: "10",
      },
    ],
    errors: [],
    ...changes,
  };
}

export function of(customer: string, changes: Partial<UplinkEvent> = {}): CustomerEvent {
  return { customer, event: sampleUplink(changes) };
}

/** Starts on 2026-01-05T10:00Z and moves when told. */
export function movedClock(): Clock & { advance(ms: number): void } {
  let nowMs = Date.UTC(2026, 0, 5, 10);
  return { now: () => nowMs, monotonicMs: () => nowMs, advance: (ms) => void (nowMs += ms) };
}

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A pool whose `query` and `connect` fail while `broken` is set, as when the database is away. */
export function breakable(pool: Pool): { readonly pool: Pool; broken: boolean } {
  const state = {
    broken: false,
    pool: new Proxy(pool, {
      get(target, name) {
        if ((name === "query" || name === "connect") && state.broken)
          return () => Promise.reject(new Error("connection refused"));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    }),
  };
  return state;
}

/** Waits until `met` holds. @throws when it does not within ten seconds. */
export async function until(met: () => boolean | Promise<boolean>, what = "the condition"): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await met())) {
    if (performance.now() > endMs) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
