/**
 * Gateways and their devices: real GWMP datagrams over UDP, one socket for each gateway. Every agent has as many, and a
 * frame is heard by one of each agent: 500 acknowledgements a second are more than three gateways could radiate.
 */
import { createSocket, type Socket } from "node:dgram";
import { setTimeout as pause } from "node:timers/promises";
import { parseFrame } from "@wayleave/kind-wireless/model/lorawan/frame";
import { cryptoOf, deviceAt, uplinkOf } from "./benchDevices.ts";
import { answerQuestions, machineMs } from "./benchProcess.ts";

export interface FloodJob {
  readonly from: number;
  readonly count: number;
  readonly devices: number;
  /** `rxpk` in a datagram. */
  readonly perDatagram: number;
  readonly perS: number;
}
export interface FloodDone {
  /** When each frame was handed to the first gateway's socket. */
  readonly sentMs: Float64Array;
  readonly wallMs: number;
}
export interface ConfirmedJob {
  readonly from: number;
  readonly count: number;
  readonly devices: number;
  readonly perS: number;
  /** Every so many frames, its device sends one again, as if it had not heard the answer. */
  readonly againEvery: number;
}
export interface ConfirmedDone {
  /** Confirmed uplinks on the air: every one is owed an acknowledgement in RX1. */
  readonly sent: number;
  readonly sentAgain: number;
  /** Acknowledged, genuine and in the gateway's hands early enough for RX1. */
  readonly rx1: number;
  readonly rx2: number;
  /** Came too late for its window. */
  readonly tooLate: number;
  readonly unanswered: number;
  readonly forged: number;
  /** Between the datagram's arrival and the moment the gateway must have it, of those meant for RX1. */
  readonly slackMs: readonly number[];
}

const PULL_EVERY_MS = 5_000;
/** What the reference forwarder needs before a window: its queue refuses what comes later (`jitqueue.c`). */
const PROGRAMMING_MS = 33;
const RX1_US = 1_000_000;
/** After RX2, and what a device waits before it sends again. */
const AGAIN_AFTER_MS = 2_300;
/** RX2 of the last frame, and its answer's way. */
const LAST_ANSWER_MS = 4_000;
const GATEWAYS_PER_AGENT = 32;
const PUSH_DATA = 0;
const PULL_DATA = 2;
const PULL_RESP = 3;
const TX_ACK = 5;

interface OnAir {
  readonly payload: Uint8Array;
  readonly device: number;
  /** By agent: its gateway's counter at the frame's end. */
  readonly tmst: readonly number[];
  isAnswered: boolean;
}

let token = 0;
const ports = JSON.parse(process.argv[2]!) as number[];
/** By device: the frame it sent last. */
const onAir = new Map<number, OnAir>();
let result = { rx1: 0, rx2: 0, tooLate: 0, forged: 0, slackMs: [] as number[] };
let flood: { readonly job: Omit<FloodJob, "perS">; readonly datagrams: Buffer[] } | null = null;
/** By agent and place. */
const gateways = await Promise.all(
  ports.map((port, agent) =>
    Promise.all(Array.from({ length: GATEWAYS_PER_AGENT }, (_, place) => openGateway(port, agent, place))),
  ),
);

interface Gateway {
  readonly agent: number;
  readonly eui: Buffer;
  readonly socket: Socket;
  readonly pulling: NodeJS.Timeout;
}

async function openGateway(port: number, agent: number, place: number): Promise<Gateway> {
  const eui = Buffer.from(
    `aabbcc000000${[agent + 1, place].map((n) => n.toString(16).padStart(2, "0")).join("")}`,
    "hex",
  );
  const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
  await new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
  const pull = () => socket.send(head(PULL_DATA, eui));
  const gateway = { agent, eui, socket, pulling: setInterval(pull, PULL_EVERY_MS) };
  socket.on("message", (bytes) => {
    if (bytes[3] === PULL_RESP) answer(gateway, bytes);
  });
  pull();
  return gateway;
}

function head(type: number, eui: Buffer): Buffer {
  token = (token + 1) & 0xffff;
  return Buffer.concat([Buffer.of(2, token >>> 8, token & 0xff, type), eui]);
}

/** A concentrator's microseconds; each agent's gateways were switched on at another time. */
function counterOf({ agent }: Pick<Gateway, "agent">): number {
  return Math.round(machineMs() * 1_000 + agent * 1_234_567_891) % 2 ** 32;
}

/** One of each agent's. */
function gatewaysThatHear(place: number): Gateway[] {
  return gateways.map((ofAgent) => ofAgent[place % GATEWAYS_PER_AGENT]!);
}

function rxpk(payload: Uint8Array, frame: number, tmst: number, snrDb: number): string {
  const freq = (903.9 + 0.2 * (frame % 8)).toFixed(1);
  const data = Buffer.from(payload).toString("base64");
  return (
    `{"tmst":${tmst},"chan":${frame % 8},"rfch":${frame % 2},"freq":${freq}00000,"stat":1,"modu":"LORA",` +
    `"datr":"SF7BW125","codr":"4/5","lsnr":${snrDb.toFixed(1)},"rssi":-87,"size":${payload.byteLength},"data":"${data}"}`
  );
}

function prepare(job: Omit<FloodJob, "perS">): void {
  const datagrams: Buffer[] = [];
  for (let at = 0; at < job.count; at += job.perDatagram) {
    const packets = Array.from({ length: Math.min(job.perDatagram, job.count - at) }, (_, i) => {
      const frame = job.from + at + i;
      return rxpk(uplinkOf(frame, job.devices, false), frame, (frame * 100) % 2 ** 32, 2);
    });
    const blank = Buffer.alloc(12);
    datagrams.push(Buffer.concat([blank, Buffer.from(`{"rxpk":[${packets.join(",")}]}`)]));
  }
  flood = { job, datagrams };
}

/** Sends what was prepared, evenly; whoever falls behind is not waited for. */
async function sendFlood(perS: number): Promise<FloodDone> {
  const { job, datagrams } = flood!;
  const sentMs = new Float64Array(job.count);
  const begunMs = machineMs();
  const everyMs = (1_000 * job.perDatagram) / perS;
  for (let next = 0; next < datagrams.length;) {
    const due = Math.min(datagrams.length, Math.floor((machineMs() - begunMs) / everyMs) + 1);
    for (; next < due; next++) {
      const bytes = datagrams[next]!;
      sentMs.fill(machineMs(), next * job.perDatagram, (next + 1) * job.perDatagram);
      for (const { socket, eui } of gatewaysThatHear(next)) {
        // The socket may still hold what it was given before: each gateway's head is its own.
        const own = head(PUSH_DATA, eui);
        socket.send([own, bytes.subarray(own.byteLength)]);
      }
    }
    await pause(1);
  }
  flood = null;
  return { sentMs, wallMs: machineMs() - begunMs };
}

async function sendConfirmed(job: ConfirmedJob): Promise<ConfirmedDone> {
  result = { rx1: 0, rx2: 0, tooLate: 0, forged: 0, slackMs: [] };
  const begunMs = machineMs();
  let sentAgain = 0;
  let unanswered = 0;
  const transmit = (frame: number, payload: Uint8Array): void => {
    const device = frame % job.devices;
    const hearing = gatewaysThatHear(device);
    const tmst = hearing.map(counterOf);
    onAir.set(device, { payload, device, tmst, isAnswered: false });
    for (const { socket, eui, agent } of hearing) {
      const body = `{"rxpk":[${rxpk(payload, frame, tmst[agent]!, ((frame * 7 + agent * 5) % 10) / 2 - 1)}]}`;
      socket.send(Buffer.concat([head(PUSH_DATA, eui), Buffer.from(body)]));
    }
  };
  const judged = (device: number): void => {
    if (onAir.get(device)!.isAnswered) return;
    unanswered++;
  };
  for (let next = 0; next < job.count;) {
    const due = Math.min(job.count, Math.floor(((machineMs() - begunMs) * job.perS) / 1_000) + 1);
    for (; next < due; next++) {
      const frame = job.from + next;
      const payload = uplinkOf(frame, job.devices, true);
      transmit(frame, payload);
      const isAgain = next % job.againEvery === job.againEvery - 1;
      if (isAgain) sentAgain++;
      setTimeout(() => {
        judged(frame % job.devices);
        if (!isAgain) return;
        transmit(frame, payload);
        setTimeout(() => judged(frame % job.devices), AGAIN_AFTER_MS);
      }, AGAIN_AFTER_MS);
    }
    await pause(1);
  }
  await pause(AGAIN_AFTER_MS + LAST_ANSWER_MS);
  return { sent: job.count + sentAgain, sentAgain, unanswered, ...result };
}

/** What a gateway and the device beyond it make of a downlink. */
function answer(gateway: Gateway, bytes: Buffer): void {
  const { txpk } = JSON.parse(bytes.toString("utf8", 4)) as { txpk: { tmst: number; data: string } };
  const slackMs = ((txpk.tmst - counterOf(gateway)) | 0) / 1_000;
  const isInTime = slackMs >= PROGRAMMING_MS;
  const ack = Buffer.from(JSON.stringify({ txpk_ack: { error: isInTime ? "NONE" : "TOO_LATE" } }));
  const own = Buffer.concat([Buffer.of(2, bytes[1]!, bytes[2]!, TX_ACK), gateway.eui, ack]);
  gateway.socket.send(own);
  const payload = new Uint8Array(Buffer.from(txpk.data, "base64"));
  const frame = parseFrame(payload);
  const sender =
    frame.ok && frame.type === "data" ? onAir.get(deviceAt(Number.parseInt(frame.devAddr, 16))) : undefined;
  if (!frame.ok || frame.type !== "data" || sender === undefined || !frame.ack) return void result.forged++;
  if (!cryptoOf(sender.device).verifyMic(payload, frame.fCnt16)) return void result.forged++;
  const delayUs = (txpk.tmst - sender.tmst[gateway.agent]!) >>> 0;
  if (delayUs === RX1_US) result.slackMs.push(slackMs);
  if (!isInTime) return void result.tooLate++;
  sender.isAnswered = true;
  if (delayUs === RX1_US) result.rx1++;
  else if (delayUs === 2 * RX1_US) result.rx2++;
  else result.forged++;
}

answerQuestions(
  {
    prepare,
    flood: ({ perS }: { perS: number }) => sendFlood(perS),
    confirmed: sendConfirmed,
  },
  () => {
    for (const { socket, pulling } of gateways.flat()) {
      clearInterval(pulling);
      socket.close();
    }
  },
);
