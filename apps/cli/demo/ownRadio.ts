import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { portsFrom } from "@wayleave/core/ports";
import type { LorawanEvent } from "@wayleave/kind-wireless/model/events";
import { Air, type AirRadio, type Reception } from "@wayleave/testbed/radio/air";
import type { Downlink } from "@wayleave/testbed/radio/deviceFrames";
import { EndDevice } from "@wayleave/testbed/radio/endDevice";
import type { EndDeviceOptions } from "@wayleave/testbed/radio/endDeviceOptions";
import { PUSH_DATA, rxpkText, upstream } from "@wayleave/testbed/radio/forwarderDatagrams";
import { REAL_RADIO_TIME } from "@wayleave/testbed/radio/radioTime";
import { type SimulatedGateway, startSimulatedGateway } from "@wayleave/testbed/radio/simulatedGateway";
import { z } from "zod";
import { LOCAL_GATEWAYS } from "../network/deployLocal.ts";
import { fetchJson } from "../network/httpJson.ts";
import type { NetworkFile } from "../network/networkFile.ts";

const created = z.object({ id: z.string() });
const eventsSchema = z.object({ events: z.array(z.object({ position: z.number(), event: z.unknown() })) });
/** The newest of one device: a demonstration and a test make some dozens. */
const EVENTS = 1_000;
const JOIN_EUI = "0257776179600002";
/** SF7: whatever is sent here is short. */
const DATA_RATE = 5;

/** Such as by an import. */
interface Registered {
  readonly applicationId: string;
  readonly activation: EndDeviceOptions["activation"];
}

export interface OwnRadioOptions {
  readonly file: NetworkFile;
  /** Whose devices they are. Default: the demo customer's. */
  readonly apiKey?: string;
  readonly name: string;
  /** Of its profile: how many copies of a frame to buy, how to decode it. Or the device is registered already. */
  readonly profile: { readonly copies: number; readonly decoder?: object } | Registered;
  /** 16 digits of hex. */
  readonly devEui: string;
  /** Gateway agents (from 1) that hear it. Default: both. */
  readonly heardBy?: readonly number[];
}

/**
 * A customer's *simulated* device on an air of its own, and a packet forwarder of its own beside each gateway agent: as
 * everything of it is in this process, what it sent and heard can be looked at, and what was recorded sent again.
 */
export interface OwnRadio {
  readonly devEui: string;
  readonly applicationId: string;
  readonly device: EndDevice;
  /** What a receiver near the device recorded, in the order it was sent. */
  readonly recorded: readonly Reception[];
  /** What the device was sent, opened. */
  readonly downlinks: readonly Downlink[];
  /** Events of this device, oldest first. */
  events(): Promise<readonly LorawanEvent[]>;
  close(): Promise<void>;
}

/** Registers application, profile and device as any customer would, and puts the device on the air; it has not joined. */
export async function startOwnRadio(options: OwnRadioOptions): Promise<OwnRadio> {
  const { file, name, devEui, heardBy = [1, 2], apiKey = file.demo.apiKey } = options;
  const { applicationId, activation } = await registered(options, apiKey);
  const air = new Air({ time: REAL_RADIO_TIME });
  const gateways: SimulatedGateway[] = [];
  for (const index of heardBy) {
    const server = { host: "127.0.0.1", port: gwmpPort(file, index) };
    const eui = `02${devEui.slice(8)}0000${index.toString(16).padStart(2, "0")}`;
    gateways.push(await startSimulatedGateway({ eui, position: LOCAL_GATEWAYS[index - 1]!, server }, { air }));
  }
  const downlinks: Downlink[] = [];
  const recorded: Reception[] = [];
  const device = new EndDevice(
    {
      ...{ devEui, region: "EU868", deviceClass: "A", dataRate: DATA_RATE, position: between() },
      activation,
      onDownlink: (downlink) => downlinks.push(downlink),
    },
    { air },
  );
  air.join(recorder(`recorder of ${name}`, (reception) => recorded.push(reception)));
  return {
    ...{ devEui, applicationId, device, recorded, downlinks },
    async events() {
      const url = `${file.endpoints.front}/v1/wireless/events?devEui=${devEui}&order=oldest-first&limit=${EVENTS}`;
      const { events } = await fetchJson(url, eventsSchema, { bearer: apiKey });
      return events.map(({ event }) => event as LorawanEvent);
    },
    async close() {
      device.close();
      await Promise.all(gateways.map((gateway) => gateway.close()));
    },
  };
}

async function registered({ file, name, profile, devEui }: OwnRadioOptions, bearer: string): Promise<Registered> {
  if ("activation" in profile) return profile;
  const make = <T>(path: string, body: object, schema: z.ZodType<T>) =>
    fetchJson(`${file.endpoints.front}/v1/wireless/${path}`, schema, { bearer, method: "POST", body });
  const appKey = randomBytes(16);
  const { id: applicationId } = await make("applications", { name }, created);
  const { id: profileId } = await make("device-profiles", { name, region: "EU868", ...profile }, created);
  const device = { devEui, joinEui: JOIN_EUI, appKey: appKey.toString("hex"), applicationId, profileId, name };
  await make("devices", device, z.object({ devEui: z.string() }));
  return { applicationId, activation: { kind: "otaa", joinEui: JOIN_EUI, appKey } };
}

/** Half-way, so that both gateways hear it. */
function between() {
  const [a, b] = LOCAL_GATEWAYS;
  return { latitude: (a.latitude + b.latitude) / 2, longitude: (a.longitude + b.longitude) / 2 };
}

/** Somebody with a receiver, a hundred metres from the device. */
function recorder(id: string, receive: AirRadio["receive"]): AirRadio {
  const { latitude, longitude } = between();
  const position = { latitude: latitude + 0.001, longitude };
  const listensTo: AirRadio["listensTo"] = ({ inverted }) => !inverted;
  return { id, position, antennaGainDb: 0, receiver: "sx1302", listensTo, receive };
}

/** Where packet forwarders reach a gateway agent. @param agent - from 1. */
export function gwmpPort({ portBase }: NetworkFile, agent: number): number {
  return portsFrom(portBase).gwmp + agent - 1;
}

/** The datagram by which a packet forwarder of this EUI says that it just heard these frames. */
export function pushDatagram(eui: string, heard: readonly Reception[]): Buffer {
  const rxpk = heard.map((reception) => rxpkText(reception, counterNow(), 0, new Date()));
  return upstream(PUSH_DATA, 1, Buffer.from(eui, "hex"), `{"rxpk":[${rxpk.join(",")}]}`);
}

/** Microseconds, 32 bits: as a concentrator's. */
function counterNow(): number {
  return REAL_RADIO_TIME.nowUs() % 2 ** 32;
}

/** Sends datagrams from one socket to a port of this machine; nobody waits for an answer. */
export async function sendDatagrams(port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket("udp4");
  try {
    for (const datagram of datagrams) {
      await new Promise<void>((resolve, reject) => {
        socket.send(datagram, port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error)));
      });
    }
  } finally {
    socket.close();
  }
}
