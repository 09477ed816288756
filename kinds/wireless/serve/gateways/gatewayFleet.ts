import type { Address } from "@wayleave/core/ids";
import type { DeviceDirectory, Logger, ServingDevice } from "@wayleave/core/kind";
import type { PicoUsd } from "@wayleave/core/money";
import { type Periodic, startPeriodic } from "@wayleave/core/periodic";
import { readJson } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import {
  DOWNLINKS_PATH,
  downlinkReplySchema,
  downlinkToJson,
  GATEWAYS_PATH,
  type GatewayStatus,
  type GatewaysReply,
  gatewaysReplySchema,
  type UplinkFilter,
} from "../../model/agentApi.ts";
import type { RadioDownlink, RadioUplink } from "../../model/radio.ts";
import type { StreamHeartbeat } from "../../model/uplinkStream.ts";
import type { DownlinkReport, GatewayFleet } from "../ports.ts";
import { readUplinks } from "./agentStream.ts";
import { BootNumbers } from "./bootNumbers.ts";

/** A gateway that came, or a device registered with a join server of its own, is heard within this time. */
const LOOK_MS = 1_000;
/** How old agents' word about their gateways gets on a status page. */
const GATEWAYS_ASK_MS = 5_000;
const GATEWAYS_ASKED_AT_ONCE = 32;
/** Of one agent, on a status page. */
const GATEWAYS_SHOWN = 32;
/** An agent that refuses is asked again after this long. */
const RETRY_MS = 3_000;
/** RX2 of the longest delay comes after 16 s, and the gateway's word a moment later. */
const DOWNLINK_MARGIN_MS = 2_000;
const REPLY_BYTES_MAX = 4_096;
const GATEWAYS_BYTES_MAX = 512 * 1024;

export interface FleetDependencies {
  readonly devices: DeviceDirectory<LinkPeer>;
  /** Which frames are this front's. Read once a second; a change opens the streams anew. */
  readonly filter: () => UplinkFilter;
  readonly onCopy: (device: Address, sequence: number, uplink: RadioUplink) => void;
  readonly log: Logger;
}

/** What is known of one agent's stream, for status pages. */
export interface AgentStreamStatus {
  readonly device: Address;
  readonly connected: boolean;
  /** False: it withholds frames until our vouchers are firm. */
  readonly serving: boolean;
  readonly copies: number;
  readonly droppedQueueFull: number;
  readonly withheldUnpaid: number;
  readonly withheldUnbought: number;
  /** Its gateways, the first {@link GATEWAYS_SHOWN}; null until it said. */
  readonly gateways: readonly GatewayStatus[] | null;
  readonly gatewaysKnown: number;
  readonly gatewaysOnline: number;
  /** What could not be told to belong to a gateway, by why. */
  readonly drops: Readonly<Record<string, number>>;
}
/** What the stream itself tells. */
type StreamStatus = Omit<AgentStreamStatus, "gateways" | "gatewaysKnown" | "gatewaysOnline" | "drops">;

interface AgentStream {
  /** As it is offered now: asks change while a stream goes on. */
  device: ServingDevice<LinkPeer>;
  readonly filterText: string;
  readonly abort: AbortController;
  status: StreamStatus;
}

/** Listens to every agent with gateways, and sends downlinks through them. */
export class RadioFleet implements GatewayFleet {
  readonly #use: FleetDependencies;
  readonly #streams = new Map<Address, AgentStream>();
  readonly #retryAt = new Map<Address, number>();
  readonly #looking: Periodic;
  readonly #asking: Periodic;
  readonly #said = new Map<Address, GatewaysReply>();
  readonly boots = new BootNumbers();

  constructor(dependencies: FleetDependencies) {
    this.#use = dependencies;
    this.#looking = startPeriodic("gateways", LOOK_MS, dependencies.log, async () => this.#look());
    this.#asking = startPeriodic("gateways' status", GATEWAYS_ASK_MS, dependencies.log, () => this.#askAll());
  }

  /** Devices registered or addresses given: the agents are told at once. */
  filterChanged(): void {
    this.#looking.wake();
  }

  status(): AgentStreamStatus[] {
    return [...this.#streams.values()].map(({ status }) => {
      const said = this.#said.get(status.device);
      return {
        ...status,
        gateways: said?.gateways.slice(0, GATEWAYS_SHOWN) ?? null,
        gatewaysKnown: said?.gateways.length ?? 0,
        gatewaysOnline: said?.gateways.filter(({ online }) => online).length ?? 0,
        drops: said?.drops ?? {},
      };
    });
  }

  askOf(device: Address): PicoUsd | null {
    return this.#streams.get(device)?.device.askPicoUsdPerWorkUnit ?? null;
  }

  peerOf(device: Address): LinkPeer | null {
    return this.#streams.get(device)?.device.peer ?? null;
  }

  async send(device: Address, downlink: RadioDownlink): Promise<DownlinkReport> {
    const peer = this.peerOf(device);
    if (peer === null) return { outcome: "gateway-offline", sequence: null };
    try {
      const reply = await peer.request({
        method: "POST",
        path: DOWNLINKS_PATH,
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify(downlinkToJson(downlink))),
        timeoutMs: (downlink.timing?.delayMs ?? 0) + DOWNLINK_MARGIN_MS,
      });
      if (reply.status !== 200) {
        reply.body.resume();
        return { outcome: "refused", sequence: null };
      }
      const { outcome, bootId, sequence } = await readJson(reply.body, downlinkReplySchema, REPLY_BYTES_MAX);
      return { outcome, sequence: sequence === null ? null : this.boots.number(bootId, sequence) };
    } catch (error) {
      this.#use.log.debug({ device, reason: String(error) }, "Hear nothing of a downlink");
      return { outcome: "no-acknowledgement", sequence: null };
    }
  }

  /** The gateways of one agent, by its word. Null when it is not here or does not say. */
  async gatewaysOf(device: Address): Promise<GatewaysReply | null> {
    const peer = this.peerOf(device);
    if (peer === null) return null;
    try {
      const reply = await peer.request({ method: "GET", path: GATEWAYS_PATH, timeoutMs: DOWNLINK_MARGIN_MS });
      if (reply.status === 200) return await readJson(reply.body, gatewaysReplySchema, GATEWAYS_BYTES_MAX);
      reply.body.resume();
    } catch (error) {
      this.#use.log.debug({ device, reason: String(error) }, "Hear nothing of an agent's gateways");
    }
    return null;
  }

  async close(): Promise<void> {
    await this.#looking.stop();
    await this.#asking.stop();
    for (const { abort } of this.#streams.values()) abort.abort(new Error("the service stops"));
  }

  /** Keeps what agents say of their gateways, of those that are here. */
  async #askAll(): Promise<void> {
    for (const device of this.#said.keys()) if (!this.#streams.has(device)) this.#said.delete(device);
    const devices = [...this.#streams.keys()];
    for (let i = 0; i < devices.length; i += GATEWAYS_ASKED_AT_ONCE) {
      const asked = devices.slice(i, i + GATEWAYS_ASKED_AT_ONCE);
      await Promise.all(
        asked.map(async (device) => {
          const said = await this.gatewaysOf(device);
          if (said !== null && this.#streams.has(device)) this.#said.set(device, said);
        }),
      );
    }
  }

  #look(): void {
    const filter = this.#use.filter();
    const filterText = JSON.stringify(filter);
    const serving = new Map(this.#use.devices.serving("wireless").map((device) => [device.id, device]));
    for (const [id, stream] of this.#streams) {
      const device = serving.get(id);
      if (device?.peer === stream.device.peer && stream.filterText === filterText) {
        stream.device = device;
        continue;
      }
      stream.abort.abort(new Error("another stream takes its place"));
      this.#streams.delete(id);
    }
    for (const id of this.#retryAt.keys()) if (!serving.has(id)) this.#retryAt.delete(id);
    for (const [id, device] of serving) {
      if (this.#streams.has(id) || (this.#retryAt.get(id) ?? 0) > performance.now()) continue;
      this.#listen(device, filter, filterText);
    }
  }

  #listen(device: ServingDevice<LinkPeer>, filter: UplinkFilter, filterText: string): void {
    const { log, onCopy } = this.#use;
    const { id } = device;
    const counts = { copies: 0, droppedQueueFull: 0, withheldUnpaid: 0, withheldUnbought: 0 };
    const status = { device: id, connected: false, serving: true, ...counts };
    const stream: AgentStream = { device, filterText, abort: new AbortController(), status };
    this.#streams.set(id, stream);
    let bootId = "";
    let copies = 0;
    const observer = {
      onBegin: (boot: string) => {
        bootId = boot;
        stream.status = { ...stream.status, connected: true };
        this.#asking.wake();
        log.info({ device: id }, "Listen to an agent's gateways");
      },
      onUplink: (sequence: number, uplink: RadioUplink) => {
        copies++;
        onCopy(id, this.boots.number(bootId, sequence), uplink);
      },
      onHeartbeat: ({ type: _, ...told }: StreamHeartbeat) => {
        stream.status = { ...stream.status, ...told, copies };
      },
    };
    readUplinks(device.peer, filter, observer, stream.abort.signal)
      .catch((error: unknown) => {
        if (!stream.abort.signal.aborted) log.info({ device: id, reason: String(error) }, "Lose an agent's uplinks");
      })
      .finally(() => {
        if (this.#streams.get(id) !== stream) return;
        this.#streams.delete(id);
        this.#retryAt.set(id, performance.now() + RETRY_MS);
      });
  }
}
