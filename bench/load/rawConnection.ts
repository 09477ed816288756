import { type Socket, connect } from "node:net";
import { PATTERN_BYTES, bodyPattern } from "./pattern.ts";

/** Bytes written at a time. */
const SLICE_BYTES = 256 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");
const READ_BYTES = 256 * 1024;

export interface Timing {
  /** From the first byte written to the first byte of the answer's body (its head, when it has no body). */
  readonly firstByteMs: number;
  readonly completeMs: number;
}

interface Exchange {
  readonly begunMs: number;
  readonly bodyBytes: number;
  resolve(timing: Timing): void;
  reject(error: Error): void;
}

/** The server asked to come back later, as S3 does. */
export class SlowDown extends Error {}

const pattern = bodyPattern();

/**
 * One keep-alive connection that speaks the little HTTP a load generator needs: the less it costs, the more of the two
 * cores is left to what is measured. Every byte that comes back is compared with what was put.
 */
export class RawConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #exchange: Exchange | undefined;
  #head: Buffer | null = Buffer.alloc(0);
  #bodyLeft = 0;
  #bodyAt = 0;
  #firstByteMs = 0;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on("error", (error) => this.#exchange?.reject(error));
    socket.on("close", () => this.#exchange?.reject(new Error("the server closed the connection")));
  }

  static open(host: string, port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const buffer = Buffer.allocUnsafeSlow(READ_BYTES); // reused for every read: no garbage
      const socket = connect({
        host,
        port,
        onread: {
          buffer,
          callback: (bytes) => {
            connection.#onBytes(buffer.subarray(0, bytes));
            return true;
          },
        },
      });
      const connection = new RawConnection(socket, `${host}:${port}`);
      socket.once("connect", () => resolve(connection));
      socket.once("error", reject);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** @param sizeBytes - of the body sent (PUT) or expected (GET). One at a time. */
  async request(method: "GET" | "PUT", target: string, sizeBytes: number): Promise<Timing> {
    const put = method === "PUT";
    const done = new Promise<Timing>((resolve, reject) => {
      this.#exchange = { begunMs: performance.now(), bodyBytes: put ? 0 : sizeBytes, resolve, reject };
    });
    done.catch(() => undefined); // awaited below, maybe after an error of the sending
    this.#head = Buffer.alloc(0);
    const length = put ? `Content-Length: ${sizeBytes}\r\n` : "";
    this.#socket.cork();
    let flows = this.#socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${this.#host}\r\n${length}\r\n`);
    if (put && sizeBytes <= SLICE_BYTES) this.#socket.write(pattern.subarray(0, sizeBytes));
    this.#socket.uncork();
    for (let at = put && sizeBytes > SLICE_BYTES ? 0 : sizeBytes; at < sizeBytes; at += SLICE_BYTES) {
      if (!flows) await Promise.race([this.#drained(), done]);
      const from = at % PATTERN_BYTES;
      flows = this.#socket.write(pattern.subarray(from, from + Math.min(SLICE_BYTES, sizeBytes - at)));
    }
    return await done;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => this.#socket.once("drain", resolve));
  }

  #onBytes(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    let body = bytes;
    if (this.#head !== null) {
      this.#head = Buffer.concat([this.#head, bytes]);
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = this.#head.toString("latin1", 0, end);
      body = this.#head.subarray(end + HEAD_END.byteLength);
      this.#head = null;
      const status = Number(text.slice(9, 12));
      this.#bodyLeft = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
      this.#bodyAt = 0;
      this.#firstByteMs = 0;
      if (status === 503) return this.#takeRefusal(exchange, body);
      if (status !== 200) return exchange.reject(new Error(`answered ${status}: ${body.toString("utf8", 0, 400)}`));
      if (this.#bodyLeft !== exchange.bodyBytes) return exchange.reject(new Error("answered with another length"));
    }
    if (this.#firstByteMs === 0 && (body.byteLength > 0 || this.#bodyLeft === 0)) this.#firstByteMs = performance.now();
    if (!this.#isExpected(body)) return exchange.reject(new Error("answered with other bytes than were put"));
    this.#bodyLeft -= body.byteLength;
    if (this.#bodyLeft > 0) return;
    this.#exchange = undefined;
    const { begunMs } = exchange;
    exchange.resolve({ firstByteMs: this.#firstByteMs - begunMs, completeMs: performance.now() - begunMs });
  }

  /** "Slow down" is answered after the whole request and with a short document: the connection goes on. */
  #takeRefusal(exchange: Exchange, body: Buffer): void {
    this.#exchange = undefined;
    exchange.reject(new SlowDown(body.toString("utf8", 0, 400)));
  }

  #isExpected(body: Buffer): boolean {
    const from = this.#bodyAt % PATTERN_BYTES;
    this.#bodyAt += body.byteLength;
    return body.equals(pattern.subarray(from, from + body.byteLength));
  }
}
