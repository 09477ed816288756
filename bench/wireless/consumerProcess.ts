/** A customer's application: reads uplinks over MQTT 3.1.1, by hand, so that it costs little of what is measured. */
import { connect } from "node:net";
import { answerQuestions, machineMs } from "./benchProcess.ts";

export interface Received {
  /** Of each frame asked for: when its first event came, 0 when none did. */
  readonly atMs: Float64Array;
  /** Events of each frame. */
  readonly times: Uint8Array;
  /** Of each frame: gateways that its event says were paid. Only when asked to look. */
  readonly paid: Uint8Array;
}

const FRAMES_MAX = 8_000_000;
const PUBLISH = 0x30;
const DATA = Buffer.from('"data":"');
const UNPAID = '"paid_micro_usd":"0"';
const PAID = '"paid_micro_usd":';

const [port, apiKey] = [Number(process.argv[2]), process.argv[3]!];
const atMs = new Float64Array(FRAMES_MAX);
const times = new Uint8Array(FRAMES_MAX);
const paid = new Uint8Array(FRAMES_MAX);
let isLooking = false;
let received = 0;

const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.byteLength >>> 8, bytes.byteLength & 0xff), bytes]);
};
const packet = (type: number, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(type, body.byteLength), body]); // ours are below 128 bytes
};

const socket = connect(port, "127.0.0.1");
socket.setNoDelay(true);
let rest = Buffer.alloc(0);
const ready = Promise.withResolvers<void>();
socket.on("error", ready.reject);
socket.on("connect", () => {
  const login = [text("MQTT"), Buffer.of(4, 0b1100_0010, 0, 0), text("bench"), text("bench"), text(apiKey)];
  socket.write(packet(0x10, ...login));
  socket.write(packet(0x82, Buffer.of(0, 1), text("application/+/device/+/event/up"), Buffer.of(0)));
});
socket.on("data", (chunk) => {
  const bytes = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
  const nowMs = machineMs();
  let at = 0;
  for (;;) {
    let [length, shift, start] = [0, 0, at + 1];
    while (start < bytes.byteLength && bytes[start]! > 0x7f) {
      length |= (bytes[start++]! & 0x7f) << shift;
      shift += 7;
    }
    if (start >= bytes.byteLength) break;
    length |= bytes[start++]! << shift;
    if (bytes.byteLength - start < length) break;
    const type = bytes[at]! & 0xf0;
    if (type === PUBLISH) take(bytes.subarray(start, start + length), nowMs);
    else if (type === 0x90) ready.resolve();
    at = start + length;
  }
  rest = Buffer.from(bytes.subarray(at));
});

function take(message: Buffer, nowMs: number): void {
  const from = message.indexOf(DATA) + DATA.byteLength;
  const frame = Buffer.from(message.toString("latin1", from, from + 8), "base64").readUInt32BE(0);
  received++;
  if (times[frame]!++ > 0) return;
  atMs[frame] = nowMs;
  if (!isLooking) return;
  const json = message.toString();
  paid[frame] = json.split(PAID).length - json.split(UNPAID).length;
}

await ready.promise;
answerQuestions(
  {
    look: () => void (isLooking = true),
    received: () => received,
    events: ({ from, count }: { from: number; count: number }): Received => ({
      atMs: atMs.slice(from, from + count),
      times: times.slice(from, from + count),
      paid: paid.slice(from, from + count),
    }),
  },
  () => void socket.destroy(),
);
