import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { RadioDownlink, RadioUplink } from "../../model/radio.ts";
import { type StationOptions, startStationServer } from "../station/stationServer.ts";
import { Arrivals, SILENT, TestClock } from "./surroundings.ts";

export const STATION_EUI = "b827ebfffe001122";
export const XTIME = "54043195528526981";
export const UPINFO = `"upinfo":{"rctx":1,"xtime":${XTIME},"gpstime":0,"rssi":-87.5,"snr":9.25,"rxtime":1.5}`;

/** A station's end of a WebSocket. */
export class StationPeer {
  readonly texts = new Arrivals<string>();
  readonly closed: Promise<unknown>;
  readonly socket: WebSocket;
  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.texts.add(data.toString("utf8")));
    socket.on("error", () => {});
    this.closed = once(socket, "close");
    onTestFinished(() => socket.terminate());
  }
  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }
  async hear(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.texts.next()) as Record<string, unknown>;
  }
  /** Resolves once the server has read everything said before. */
  async settled(): Promise<void> {
    this.say({ msgtype: "timesync", txtime: 1 });
    while ((await this.hear())["msgtype"] !== "timesync");
  }
}

/** A server, what it heard, and stations that come to it. */
export async function startStations(options: Partial<StationOptions> = {}) {
  const clock = new TestClock();
  const uplinks = new Arrivals<RadioUplink>();
  const server = await startStationServer(
    { port: 0, host: "127.0.0.1", region: "EU868", ...options },
    { clock, log: SILENT, onUplink: uplinks.add },
  );
  onTestFinished(() => server.close());
  const open = async (path: string, more: object = {}): Promise<StationPeer> => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, more);
    const peer = new StationPeer(socket);
    await once(socket, "open");
    return peer;
  };
  const station = async (more: object = {}): Promise<{ peer: StationPeer; config: Record<string, unknown> }> => {
    const peer = await open(`/router-${STATION_EUI}`, more);
    peer.say({
      msgtype: "version",
      station: "2.0.6",
      firmware: null,
      package: null,
      model: "x",
      protocol: 2,
      features: "",
    });
    return { peer, config: await peer.hear() };
  };
  return { clock, uplinks, server, open, station };
}
/** Of the first gateway. */
export const dropsOf = (server: { gateways(): readonly { drops: Record<string, number> }[] }): Record<string, number> =>
  server.gateways()[0]!.drops;

export const STATION_DOWNLINK: RadioDownlink = {
  payload: Uint8Array.of(0x60, 1, 2, 0xff),
  gatewayEui: STATION_EUI,
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 },
  codingRate: "4/5",
  powerDbm: 16,
  timing: null,
};
