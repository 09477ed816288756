import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Answer } from "./call.ts";
import type { S3Error } from "./s3Error.ts";
import { element, errorDocument } from "./xml.ts";

/**
 * Writes an answer and waits until the client has it or is gone.
 *
 * @returns bytes of the body sent. @throws what the body's stream failed with. Before its first byte nothing was sent yet
 *   and an error can be answered; after it the connection is cut, so that the client sees a short body, not a whole one.
 */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<number> {
  const { status, headers, body } = answer;
  if (body === undefined) {
    response.writeHead(status, { ...(bodyless(status) ? {} : { "content-length": "0" }), ...headers }).end();
    return 0;
  }
  if (typeof body === "string") {
    const bytes = Buffer.from(body, "utf8");
    response.writeHead(status, { ...headers, "content-length": bytes.byteLength }).end(bytes);
    return bytes.byteLength;
  }
  const writeHead = () => response.writeHead(status, { ...headers, "content-length": body.lengthBytes });
  return sendStream(response, body.stream, body.lengthBytes, writeHead);
}

function bodyless(status: number): boolean {
  return status === 204 || status === 304;
}

/** By hand rather than by `pipeline`: the length must be guarded, and a stream's failure must cut the connection. */
function sendStream(
  response: ServerResponse,
  stream: Readable,
  lengthBytes: number,
  writeHead: () => void,
): Promise<number> {
  // Gone while the store was still looking: its `close` was emitted already and would be waited for in vain.
  if (response.destroyed) {
    stream.destroy();
    return Promise.resolve(0);
  }
  return new Promise((resolve, reject) => {
    let sentBytes = 0;
    const fail = (error: Error) => {
      stream.destroy();
      if (response.headersSent) response.destroy();
      reject(error);
    };
    stream.on("data", (chunk: Buffer) => {
      if (!response.headersSent) writeHead();
      sentBytes += chunk.byteLength;
      if (sentBytes > lengthBytes) fail(new Error(`the store sent more than the ${lengthBytes} bytes it announced`));
      else if (!response.write(chunk)) stream.pause();
    });
    response.on("drain", () => stream.resume());
    stream.on("end", () => {
      if (!response.headersSent) writeHead();
      if (sentBytes === lengthBytes) response.end(() => resolve(sentBytes));
      else fail(new Error(`the store sent ${sentBytes} bytes instead of the ${lengthBytes} it announced`));
    });
    stream.on("error", fail);
    // The client went away: its business, not a failure of ours.
    response.on("close", () => {
      stream.destroy();
      resolve(sentBytes);
    });
  });
}

/** An error as S3 clients read it. HEAD has no body, so its clients see the status alone. */
export function errorAnswer(error: S3Error, method: string, resource: string, requestId: string): Answer {
  const headers = {
    ...(error.s3Code === "InvalidRange" ? { "content-range": `bytes */${error.details.ActualObjectSize ?? "*"}` } : {}),
    ...(error.status === 503 ? { "retry-after": "1" } : {}),
  };
  if (method === "HEAD") return { status: error.status, headers };
  const body = errorDocument([
    element("Code", error.s3Code),
    element("Message", error.message),
    ...Object.entries(error.details).map(([name, value]) => element(name, value)),
    element("Resource", resource),
    element("RequestId", requestId),
  ]);
  return { status: error.status, headers: { ...headers, "content-type": "application/xml" }, body };
}
