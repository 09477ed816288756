import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished } from "vitest";
import { PULL_RESP } from "../../model/gwmp.ts";
import { Arrivals } from "./surroundings.ts";

export const EUI = "b827ebfffe001122";
/** The example of the protocol's text, shortened. */
export const RXPK = {
  tmst: 3_512_348_611,
  chan: 2,
  rfch: 0,
  freq: 866.349812,
  stat: 1,
  modu: "LORA",
  datr: "SF7BW125",
  codr: "4/6",
  rssi: -35,
  lsnr: 5.1,
  size: 4,
  data: "+/8AAQ==",
};

/** A packet forwarder with its one socket. */
export class Forwarder {
  readonly received = new Arrivals<Buffer>();
  readonly #socket: Socket;
  readonly #port: number;
  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on("message", this.received.add);
  }
  static async start(port: number, host = "127.0.0.1"): Promise<Forwarder> {
    const socket = createSocket("udp4").bind(0, host);
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    return new Forwarder(socket, port);
  }
  raw(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#port, "127.0.0.1");
  }
  send(type: number, body: unknown, { token = 0x1234, eui = EUI, version = 2 } = {}): void {
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const head = Buffer.from([version, token >> 8, token & 255, type, ...Buffer.from(eui, "hex")]);
    this.raw(Buffer.concat([head, Buffer.from(text)]));
  }
  async ack(type: number, body: unknown, options = {}): Promise<Buffer> {
    this.send(type, body, options);
    return this.received.next();
  }
  /** The `txpk` and token of a PULL_RESP. */
  async pullResponse(): Promise<{ token: number; version: number; txpk: Record<string, unknown> }> {
    const bytes = await this.received.next();
    expect(bytes[3]).toBe(PULL_RESP);
    const { txpk } = JSON.parse(bytes.toString("utf8", 4)) as { txpk: Record<string, unknown> };
    return { token: bytes.readUInt16BE(1), version: bytes[0]!, txpk };
  }
}
