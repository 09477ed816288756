import { createHash, createHmac } from "node:crypto";
import { connect, type Socket } from "node:net";
import { SignatureV4 } from "@smithy/signature-v4";
import { ALICE } from "./testServer.ts";

/** SHA-256 or HMAC-SHA-256 in the shape the oracle wants. */
export class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === "string" ? secret : secret === undefined ? undefined : bytesOf(secret);
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === "string" ? Buffer.from(data) : bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error("not used by the signer");
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

export interface RawRequest {
  readonly method?: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  /** The body as sent; framing headers are the caller's, but Content-Length is added unless `chunked`. */
  readonly body?: Buffer | string;
  readonly payloadHash?: string;
  readonly contentLength?: number | "none";
}

/** Signs by the oracle and writes the request out: bytes for a bare socket. */
export async function signedBytes(
  request: RawRequest,
  options: { readonly key?: typeof ALICE; readonly date?: Date; readonly region?: string } = {},
): Promise<Buffer> {
  const { key = ALICE, date = new Date(), region = "eu-wayleave-1" } = options;
  const body = Buffer.from(request.body ?? "");
  const headers: Record<string, string> = {
    host: "127.0.0.1",
    "x-amz-content-sha256": request.payloadHash ?? "UNSIGNED-PAYLOAD",
    ...request.headers,
  };
  const signer = new SignatureV4({ service: "s3", region, credentials: key, sha256: Sha256, uriEscapePath: false });
  const { method = "GET", path, query = {}, contentLength = body.byteLength } = request;
  const unsigned = { method, protocol: "http:", hostname: "127.0.0.1", path, query, headers };
  const signed = await signer.sign(unsigned, { signingDate: date });
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (contentLength !== "none") lines.push(`content-length: ${contentLength}\r\n`);
  const head = `${method} ${path}${queryText(query)} HTTP/1.1\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

export function queryText(query: Record<string, string | string[]>): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** `<Code>` of an error document. */
  readonly code: string | undefined;
}

/** A connection that is written to by the byte and read by the answer. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const ended = () => {
      this.#ended = true;
      this.#wake();
    };
    this.socket.on("end", ended).on("error", ended).on("close", ended);
  }

  write(bytes: Buffer | string): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next answer, `100 Continue` included. A body cut short is returned as far as it came. */
  async answer(method = "GET"): Promise<RawAnswer> {
    for (;;) {
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd >= 0) {
        const head = this.#received.toString("latin1", 0, headEnd);
        const length = method === "HEAD" ? 0 : Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
        const end = headEnd + 4 + length;
        if (this.#received.byteLength >= end || this.#ended) return this.#take(head, headEnd + 4, end);
      } else if (this.#ended) {
        throw new Error("the connection ended without an answer");
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(head: string, bodyStart: number, end: number): RawAnswer {
    const body = this.#received.toString("utf8", bodyStart, end);
    this.#received = this.#received.subarray(Math.min(end, this.#received.byteLength));
    const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
    return { status: Number(head.slice(9, 12)), head, body, code };
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** One request, one answer, on its own connection. */
export async function exchange(port: number, bytes: Buffer | string, method = "GET"): Promise<RawAnswer> {
  const connection = new RawConnection(port);
  try {
    return await connection.write(bytes).answer(method);
  } finally {
    connection.destroy();
  }
}
