import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { Hash32 } from "@wayleave/core/ids";
import type { RunningService, ServeContext } from "@wayleave/core/kind";
import { type Periodic, startPeriodic } from "@wayleave/core/periodic";
import type { SnapshotPart } from "@wayleave/core/snapshotPart";
import type { LinkPeer } from "@wayleave/link/types";
import { forwardingRoutes } from "./api/forwardingRoutes.ts";
import type { WirelessRoute } from "./api/wirelessRoute.ts";
import { wirelessRoutes } from "./api/wirelessRoutes.ts";
import { Decoders } from "./decoders/decoders.ts";
import { encodeWith, enqueueWith } from "./downlinkRequests.ts";
import { ForwardingEngine } from "./forward/forwardingEngine.ts";
import { type AgentStreamStatus, RadioFleet } from "./gateways/gatewayFleet.ts";
import { AgentPurse, type CustomerFunds } from "./gateways/packetPurse.ts";
import { initialMac } from "./initialMac.ts";
import { EVENT_LOG_DEFAULTS, EventLog } from "./integrations/eventLog.ts";
import { integrationRoutes } from "./integrations/integrationRoutes.ts";
import { SseStreams } from "./integrations/sse.ts";
import { WEBHOOK_DEFAULTS, Webhooks } from "./integrations/webhooks.ts";
import { keySealer } from "./records/keySealer.ts";
import { type MqttBroker, type MqttDeps, startMqttBroker } from "./integrations/mqtt.ts";
import { NetworkServer } from "./network/networkServer.ts";
import { machineTimeline } from "./network/timeline.ts";
import { openWirelessRecords, type WirelessRecords } from "./records/openWirelessRecords.ts";
import { integrationsPart } from "./snapshots/integrationsPart.ts";

/** How soon after a top-up held uplinks are delivered. */
const RETRY_HELD_MS = 1_000;

export interface WirelessServiceOptions extends Omit<ServeContext<LinkPeer, Pool>, "claim" | "balanceMicroUsd"> {
  /** 32 secret bytes: devices' keys at rest open with them and with nothing else. */
  readonly operatorSecret: Uint8Array;
  /** What a customer has left for packets. */
  readonly funds: CustomerFunds;
  /** Who a customer of MQTT is. */
  readonly authenticate: MqttDeps["authenticate"];
  readonly mqtt: { readonly host: string; readonly port: number };
  /** Whether webhooks and forwardings may go to private addresses: a network of one's own. */
  readonly allowPrivateAddresses: boolean;
  /** E_n of the running epoch, from memory: by it copies are drawn. */
  readonly seedNow: () => Hash32;
}

/** What `wayleave status` and the console show. */
export interface WirelessHealth {
  readonly agents: readonly AgentStreamStatus[];
  /** How often what happened to frames, by name. */
  readonly counters: Readonly<Record<string, number>>;
  readonly bought: number;
  readonly waitingToBuy: number;
  /** What no agent was paid for, by why. */
  readonly unbought: Readonly<Record<string, number>>;
  readonly mqttConnections: number;
}

export interface WirelessService extends RunningService {
  readonly records: WirelessRecords;
  readonly events: EventLog;
  readonly decoders: Decoders;
  readonly fleet: RadioFleet;
  readonly mqtt: MqttBroker;
  /** Operations for the front's HTTP API. The same ones of every service, in the same order. */
  readonly routes: readonly WirelessRoute[];
  /** What of it is in the front's snapshots; `restorers.ts` brings it back. */
  readonly snapshots: readonly SnapshotPart[];
  health(): WirelessHealth;
  /** Ends server-sent events, which would never end by themselves: before the API that carries them is closed. */
  endStreams(): void;
}

/** Serves LoRaWAN: from what agents' gateways hear to customers' events, and back. */
export async function startWirelessService(options: WirelessServiceOptions): Promise<WirelessService> {
  const { pool, clock, log, devices, meter, funds } = options;
  const { operatorSecret } = options;
  const records = await openWirelessRecords({ pool, operatorSecret, clock, newMacState: initialMac });
  const events = await EventLog.open(EVENT_LOG_DEFAULTS, { pool, commit: records.commit, clock, log });
  const decoders = new Decoders({ clock, log });
  const fleet: RadioFleet = new RadioFleet({
    ...{ devices, log },
    filter: () => {
      const { devAddrs, joinEuis } = records.book.filters();
      const forwarded = engine.filters();
      return {
        devAddrs: [...devAddrs, ...forwarded.devAddrs],
        joinEuis: [...new Set([...joinEuis, ...forwarded.joinEuis])],
      };
    },
    onCopy: (device, sequence, uplink) => engine.route(server, device, sequence, uplink),
  });
  const purse = new AgentPurse({ fleet, meter, funds, clock, log });
  const timeline = machineTimeline(clock);
  const { seedNow } = options;
  const engine: ForwardingEngine = new ForwardingEngine({
    ...{ purse, fleet, timeline, seedNow, log },
    forwardings: () => records.forwardings.all(),
    allowPrivate: options.allowPrivateAddresses,
  });
  const stopForwardings = records.forwardings.onChanged(() => {
    engine.apply();
    fleet.filterChanged();
  });
  const owns = (customer: string, applicationId: string) =>
    records.catalog.applications(customer).some(({ id }) => id === applicationId);
  const streams = new SseStreams(events);
  const webhooks = await Webhooks.open(
    { ...WEBHOOK_DEFAULTS, allowPrivateAddresses: options.allowPrivateAddresses },
    { pool, log: events, clock, logger: log, random: Math.random, sealer: keySealer(operatorSecret), owns },
  );
  const server: NetworkServer = new NetworkServer(
    {},
    {
      ...{ book: records.book, queue: records.queue, purse, fleet, sink: events, log },
      ...{ timeline, seedNow },
      decode: (profile, fPort, payload, atMs) => decoders.decode(profile, fPort, payload, atMs),
      newId: randomUUID,
    },
  );
  records.downlinks.onQueued = (devEui) => server.sendNow(devEui);
  const mqtt = await startMqttBroker(options.mqtt, {
    ...{ authenticate: options.authenticate, clock, log },
    owns,
    enqueue: enqueueWith(records, decoders),
  });
  events.attach(mqtt);
  const stopListening = records.onFiltersChanged(() => fleet.filterChanged());
  const retrying: Periodic = startPeriodic("held uplinks", RETRY_HELD_MS, log, () => server.deliverHeld());
  return {
    ...{ records, events, decoders, fleet, mqtt },
    snapshots: [records.snapshot, integrationsPart(pool)],
    endpoints: [{ name: "MQTT", url: `mqtt://${options.mqtt.host}:${mqtt.port}` }],
    routes: [
      ...wirelessRoutes(records, { encode: encodeWith(decoders) }),
      ...forwardingRoutes(records, engine),
      ...integrationRoutes(events, webhooks, streams),
    ],
    health() {
      const { bought, waiting, lost } = purse.figures();
      return {
        agents: fleet.status(),
        counters: server.counters(),
        ...{ bought, waitingToBuy: waiting, unbought: Object.fromEntries(lost), mqttConnections: mqtt.connections },
      };
    },
    endStreams: () => streams.close(),
    async close() {
      stopListening();
      stopForwardings();
      await retrying.stop();
      await Promise.all([server.close(), engine.close()]);
      await fleet.close();
      await purse.close();
      await mqtt.close();
      streams.close();
      await webhooks.close();
      await events.close();
      await records.close();
      await decoders.close();
    },
  };
}
