import { type RemoteInfo, type Socket, createSocket } from "node:dgram";
import { once } from "node:events";

/** Semtech's words, upstream. */
export const PUSH_DATA = 0;
export const PULL_DATA = 2;
export const TX_ACK = 5;

export interface Arrived {
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
  readonly eui: string;
  readonly token: number;
  readonly json: {
    rxpk?: Record<string, unknown>[];
    stat?: Record<string, unknown>;
    txpk_ack?: { error: string };
  } | null;
}

export const isUplink = ({ json }: Arrived): boolean => json?.rxpk !== undefined;

/** The UDP side of somebody else's network server in a few lines, by hand from PROTOCOL.TXT. */
export class ScriptedNetworkServer {
  readonly socket: Socket = createSocket("udp4");
  readonly arrived: Arrived[] = [];
  acknowledges = true;
  #wake: (() => void)[] = [];

  async open(): Promise<number> {
    this.socket.on("message", (bytes, from) => {
      const kind = bytes[3]!;
      const text = bytes.subarray(12).toString();
      this.arrived.push({
        bytes,
        from,
        eui: bytes.subarray(4, 12).toString("hex"),
        token: bytes.readUInt16BE(1),
        json: text === "" ? null : (JSON.parse(text) as NonNullable<Arrived["json"]>),
      });
      if (this.acknowledges && kind !== TX_ACK)
        this.socket.send(Buffer.from([2, bytes[1]!, bytes[2]!, kind === PUSH_DATA ? 1 : 4]), from.port);
      for (const wake of this.#wake.splice(0)) wake();
    });
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
    return this.socket.address().port;
  }

  /** Takes the next datagram of a kind out of what arrived. */
  async next(kind: number, where: (arrived: Arrived) => boolean = () => true): Promise<Arrived> {
    for (;;) {
      const index = this.arrived.findIndex((each) => each.bytes[3] === kind && where(each));
      if (index >= 0) return this.arrived.splice(index, 1)[0]!;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** PULL_RESP. */
  send(to: RemoteInfo, token: number, txpk: object): void {
    const head = Buffer.from([2, token >> 8, token & 255, 3]);
    this.socket.send(Buffer.concat([head, Buffer.from(JSON.stringify({ txpk }))]), to.port);
  }
}
