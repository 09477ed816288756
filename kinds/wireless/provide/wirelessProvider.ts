import { randomBytes } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger, PayerGate, Provider } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import type { Clock } from "@wayleave/core/time";
import type { LinkRoute } from "@wayleave/link/types";
import type { GatewayStatus } from "../model/agentApi.ts";
import { DEFAULT_ASK_PICO_USD_PER_UNIT } from "../model/price.ts";
import type { DownlinkOutcome, RadioDownlink, RadioUplink } from "../model/radio.ts";
import { Counters } from "./counters.ts";
import type { GatewayServer, SendOptions } from "./gatewayServer.ts";
import { type GwmpOptions, startGwmpServer } from "./gwmp/gwmpServer.ts";
import { PayerFeed } from "./payerFeed.ts";
import { type StationOptions, startStationServer } from "./station/stationServer.ts";
import { addressOf } from "./uplinkFilter.ts";
import { wirelessRoutes } from "./wirelessRoutes.ts";

export interface WirelessProviderOptions {
  /** Semtech UDP packet forwarders; null: none are taken. */
  readonly gwmp: GwmpOptions | null;
  /** Basics Stations; null: none are taken. */
  readonly station: StationOptions | null;
  /** @default DEFAULT_ASK_PICO_USD_PER_UNIT */
  readonly askPicoUsdPerWorkUnit?: PicoUsd;
  /** What may be asked to be radiated: the provider answers for its radio, whoever pays. @default EIRP_DBM_MAX */
  readonly eirpDbmMax?: number;
  /** Where it may be asked to radiate, ends included; absent: wherever the gateway itself agrees. */
  readonly sendRangeHz?: readonly [number, number];
}
/** No region lets a LoRaWAN gateway radiate more. */
export const EIRP_DBM_MAX = 36;

/** The agent's part in coverage: its beacons and what its gateways witnessed. */
export interface Coverage {
  answer(ask: { readonly epoch: number; readonly challenge: Hash32 }): Promise<Uint8Array>;
  /** Every proprietary frame heard: other gateways' beacons. Must not throw. */
  heard?(uplink: RadioUplink): void;
}

export interface WirelessProviderDependencies {
  readonly gate: PayerGate;
  readonly clock: Clock;
  readonly log: Logger;
  readonly coverage?: Coverage;
}

/** Gateways inside an agent. */
export interface WirelessProvider extends Provider<LinkRoute> {
  /** Of this process: sequences of deliveries belong to it. */
  readonly bootId: string;
  readonly ports: { readonly gwmp: number | null; readonly station: number | null };
  gateways(): GatewayStatus[];
  /** Sends for the agent itself: a beacon. Unmetered. */
  send(downlink: RadioDownlink, options?: SendOptions): Promise<DownlinkOutcome>;
}

/** Payers with a stream or deliveries to buy: more than an agent dials (32). Each costs a megabyte. */
export const PAYERS_MAX = 64;

/**
 * Opens the ports that gateways reach and serves what they hear.
 * @throws the system's error when a port cannot be had; nothing is left open then.
 */
export async function openWirelessProvider(
  options: WirelessProviderOptions,
  dependencies: WirelessProviderDependencies,
): Promise<WirelessProvider> {
  const { coverage, log, clock } = dependencies;
  const ask = options.askPicoUsdPerWorkUnit ?? DEFAULT_ASK_PICO_USD_PER_UNIT;
  const bootId = randomBytes(16).toString("hex");
  const exchange = new PayerExchange({ ...dependencies, bootId, ask });
  const shared = { clock, log, onUplink: exchange.take };
  const gwmp = options.gwmp === null ? null : await startGwmpServer(options.gwmp, shared);
  const station =
    options.station === null
      ? null
      : await startStationServer(options.station, shared).catch(async (error: unknown) => {
          await gwmp?.close();
          throw error;
        });
  const servers: readonly GatewayServer[] = [gwmp, station].filter((server) => server !== null);
  const gateways = (): GatewayStatus[] => servers.flatMap((server) => server.gateways());
  const send = async (downlink: RadioDownlink, how?: SendOptions): Promise<DownlinkOutcome> => {
    const [fromHz, toHz] = options.sendRangeHz ?? [0, Number.POSITIVE_INFINITY];
    if (downlink.frequencyHz < fromHz || downlink.frequencyHz > toHz) return "tx-freq";
    if (downlink.powerDbm > (options.eirpDbmMax ?? EIRP_DBM_MAX)) return "tx-power";
    return serverOf(servers, downlink.gatewayEui)?.send(downlink, how) ?? "gateway-offline";
  };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    exchange.close();
    await Promise.all(servers.map((server) => server.close()));
  };
  return {
    kind: "wireless",
    bootId,
    ports: { gwmp: gwmp?.port ?? null, station: station?.port ?? null },
    gateways,
    send,
    routes: wirelessRoutes({
      bootId,
      gate: dependencies.gate,
      feedOf: (payer) => exchange.feedOf(payer),
      send,
      gateways,
      drops: () => sumOf([exchange.drops.toJson(), ...servers.map((server) => server.drops())]),
    }),
    offer: () => ({
      capacity: BigInt(gateways().filter(({ online }) => online).length),
      askPicoUsdPerUnitHour: 0n,
      askPicoUsdPerWorkUnit: ask,
    }),
    commit: () => Promise.resolve(null),
    async answer(question) {
      if (coverage === undefined) throw new WayleaveError("coverage-unavailable", "This agent proves no coverage");
      return coverage.answer(question);
    },
    async tick() {
      exchange.refresh();
    },
    close: () => (closed ??= close()),
  };
}

/** A gateway may have changed its protocol: the one it is online with. */
function serverOf(servers: readonly GatewayServer[], eui: string): GatewayServer | undefined {
  const knowing = servers.filter((server) => server.has(eui));
  const isOnline = (server: GatewayServer): boolean =>
    server.gateways().some((gateway) => gateway.eui === eui && gateway.online);
  return knowing.length > 1 ? (knowing.find(isOnline) ?? knowing[0]) : knowing[0];
}

function sumOf(parts: readonly Record<string, number>[]): Record<string, number> {
  const sum = new Counters();
  for (const part of parts) for (const [reason, times] of Object.entries(part)) sum.add(reason, times);
  return sum.toJson();
}

/** Between what gateways hear and who pays for it. */
class PayerExchange {
  readonly drops = new Counters();
  readonly #feeds = new Map<Address, PayerFeed>();
  readonly #dependencies: WirelessProviderDependencies & { readonly bootId: string; readonly ask: PicoUsd };

  constructor(dependencies: WirelessProviderDependencies & { readonly bootId: string; readonly ask: PicoUsd }) {
    this.#dependencies = dependencies;
  }

  /** Given to every gateway server. */
  readonly take = (uplink: RadioUplink): void => {
    const address = addressOf(uplink.payload);
    if (address === null) return this.drops.add("not-lorawan");
    if (address.kind === "proprietary") return this.#dependencies.coverage?.heard?.(uplink);
    let wanted = false;
    for (const feed of this.#feeds.values()) if (feed.offer(uplink, address)) wanted = true;
    if (!wanted) this.drops.add("nobody-asked");
  };

  feedOf(payer: Address): PayerFeed {
    const known = this.#feeds.get(payer);
    if (known !== undefined) return known;
    if (this.#feeds.size >= PAYERS_MAX) this.#forgetOne();
    const { gate, bootId, ask, clock, log } = this.#dependencies;
    const feed = new PayerFeed(payer, {
      ...{ bootId, ask, clock, mayServe: () => gate.mayServe(payer) },
      onUnbought: () =>
        log.warn({ payer }, "An operator buys next to nothing of what it asks for: from now on it is shown little"),
    });
    this.#feeds.set(payer, feed);
    return feed;
  }

  refresh(): void {
    for (const feed of this.#feeds.values()) feed.refresh();
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close();
  }

  #forgetOne(): void {
    for (const [payer, feed] of this.#feeds) {
      if (!feed.isOpen) return void this.#feeds.delete(payer);
    }
    throw new WayleaveError("payers-full", "This agent serves as many operators as it can", { payersMax: PAYERS_MAX });
  }
}
