/** HTTP/2 frames by hand: an honest library refuses to send what an attacker sends. @see RFC 9113 §4.1, RFC 7541 §6.2.2 */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const END_STREAM_END_HEADERS = 0x05;
const CANCEL = 8;

export function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** What a client says first: the preface and empty SETTINGS. */
export function clientHello(): Buffer {
  return Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.alloc(0))]);
}

/** `GET path` on stream `streamId` (odd, rising). */
export function getRequest(streamId: number, path: string): Buffer {
  const literal = (nameIndex: number, value: string) => Buffer.from([nameIndex, value.length, ...Buffer.from(value)]);
  const block = Buffer.concat([Buffer.from([0x82, 0x87]), literal(0x04, path), literal(0x01, "device")]);
  return frame(1, END_STREAM_END_HEADERS, streamId, block);
}

export function resetStream(streamId: number, code = CANCEL): Buffer {
  return frame(3, 0, streamId, Buffer.from([0, 0, 0, code]));
}

/** A server's first words: empty SETTINGS, and that it has read ours. */
export function serverHello(): Buffer {
  return Buffer.concat([frame(4, 0, 0, Buffer.alloc(0)), frame(4, 1, 0, Buffer.alloc(0))]);
}

/** Status 200 and a `content-length` (RFC 7541 appendix A: 8 and 28), then `data` without an end. */
export function replyBegun(streamId: number, contentLength: string, data: string): Buffer {
  const block = Buffer.from([0x88, 0x0f, 0x0d, contentLength.length, ...Buffer.from(contentLength)]);
  return Buffer.concat([frame(1, 0x04, streamId, block), frame(0, 0, streamId, Buffer.from(data))]);
}
