import { setImmediate as yieldToOthers } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { SigningDomain } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { JointAssessment, JointAssessor, JointDevice, JointSource, Logger } from "@wayleave/core/kind";
import type { Schedule } from "@wayleave/core/time";
import type { CoverageReply, CoverageRequest, CoverageWorkerData, MoreRequest } from "./coverageWorker.ts";
import { WIRELESS_RULE } from "./wirelessJudge.ts";

/** Reading devices out of bundles and handing them over stops for everything else this often. */
const SLICE_MS = 5;
const SLICE_DEVICES = 256;
/** An epoch is begun anew this often when the thread ends; then whoever asked asks again later. */
const ATTEMPTS = 3;
/** Proposals of two or three overlapping epochs: more means that nothing is ever finished. */
const WAITING_MAX = 16;
/** A thread that says nothing for so long hangs: a thousand gateways take two seconds. */
const SILENCE_MS_MAX = 10 * 60_000;

interface Needs {
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
  readonly log: Logger;
}

/** Coverage for a running verifier: assessed in a thread of its own, with a density map that lasts. Not pure. */
export class CoverageThread implements JointAssessor {
  readonly rule = WIRELESS_RULE;
  restarts = 0;
  readonly #needs: Needs;
  #thread: Thread | null = null;
  #isClosed = false;
  #nextJob = 0;
  #waiting = 0;
  /** One after the other: each brings the map to its own epoch. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws WayleaveError `coverage-busy`, `coverage-thread-ended` (both retryable), or what `assess` threw. */
  async assess(source: JointSource): Promise<JointAssessment> {
    if (this.#waiting >= WAITING_MAX) {
      const facts = { waiting: this.#waiting };
      throw new WayleaveError("coverage-busy", "Too many epochs wait to be assessed", facts, { retryable: true });
    }
    this.#waiting++;
    const assessed = this.#before.then(() => this.#insist(source));
    this.#before = assessed.catch(() => {});
    return assessed.finally(() => this.#waiting--);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.end();
  }

  async #insist(source: JointSource): Promise<JointAssessment> {
    for (let attempt = 1; ; attempt++) {
      if (this.#isClosed) throw ended("The verifier is stopping");
      this.#thread ??= new Thread(this.#needs);
      try {
        return await this.#thread.assess(this.#nextJob++, source);
      } catch (error) {
        if (!(error instanceof WayleaveError) || error.code !== "coverage-thread-ended") throw error;
        this.#thread = null; // its map is made again from what the epoch says
        if (this.#isClosed) throw error;
        this.restarts++;
        const facts = { epoch: source.epoch, attempt, restarts: this.restarts, reason: String(error.cause ?? error) };
        this.#needs.log.warn(facts, "Lost the coverage thread and starts another");
        if (attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /** For tests of what its death does. */
  get worker(): Worker | null {
    return this.#thread?.worker ?? null;
  }
}

/** One worker, until it ends. */
class Thread {
  readonly worker: Worker;
  readonly #ended = Promise.withResolvers<never>();
  #onReply: (reply: CoverageReply) => void = () => {};

  constructor({ domain, schedule }: Needs) {
    const data: CoverageWorkerData = { domain, schedule };
    this.worker = new Worker(new URL("./coverageWorker.ts", import.meta.url), { workerData: data });
    this.worker.unref(); // never keeps a program alive by itself
    this.worker.on("message", (reply: CoverageReply) => this.#onReply(reply));
    this.worker.on("error", (cause) => this.#ended.reject(ended("The coverage thread failed", cause)));
    this.worker.on("exit", (code) => this.#ended.reject(ended(`The coverage thread ended with ${code}`)));
    this.#ended.promise.catch(() => {}); // nobody may be waiting
  }

  async assess(job: number, source: JointSource): Promise<JointAssessment> {
    const { promise: assessed, resolve, reject } = Promise.withResolvers<JointAssessment>();
    const [proven, carried, reasons] = [new Map(), new Map(), [] as JointAssessment["reasons"][number][]];
    const hangs = () => {
      void this.end();
      this.#ended.reject(ended(`The coverage thread said nothing for ${SILENCE_MS_MAX / 1_000} s`));
    };
    const timer = setTimeout(hangs, SILENCE_MS_MAX);
    this.#onReply = (reply) => {
      if (reply.job !== job) return;
      timer.refresh();
      for (const [device, share] of reply.proven) proven.set(device, share);
      for (const [device, data] of reply.carried) carried.set(device, data);
      for (const reason of reply.reasons) reasons.push(reason);
      if (reply.failure !== null) reject(new Error(reply.failure));
      else if (reply.isLast) resolve({ proven, carried, reasons });
      else setImmediate(() => this.worker.postMessage({ moreOf: job } satisfies MoreRequest));
    };
    assessed.catch(() => {}); // the race below may have ended
    this.worker.ref();
    try {
      await Promise.race([this.#send(job, source), this.#ended.promise]);
      return await Promise.race([assessed, this.#ended.promise]);
    } finally {
      clearTimeout(timer);
      this.worker.unref();
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  /** In slices, between which everything else of the program has its turn. */
  async #send(job: number, { epoch, seed, devices }: JointSource): Promise<void> {
    let slice: JointDevice[] = [];
    let since = performance.now();
    for (const device of devices()) {
      slice.push(withOwnBytes(device));
      if (slice.length < SLICE_DEVICES && performance.now() - since < SLICE_MS) continue;
      this.worker.postMessage({ job, epoch, seed, devices: slice, isLast: false } satisfies CoverageRequest);
      slice = [];
      await yieldToOthers();
      since = performance.now();
    }
    this.worker.postMessage({ job, epoch, seed, devices: slice, isLast: true } satisfies CoverageRequest);
  }
}

/** What is sent of a view is all of its buffer: a key in a pool would take the pool with it. */
function withOwnBytes(device: JointDevice): JointDevice {
  const own = (bytes: Uint8Array) =>
    bytes.byteLength === bytes.buffer.byteLength && !Buffer.isBuffer(bytes) ? bytes : new Uint8Array(bytes);
  return {
    ...device,
    publicKey: own(device.publicKey),
    answers: device.answers.map((answer) => ({ ...answer, response: own(answer.response) })),
  };
}

function ended(message: string, cause?: unknown): WayleaveError {
  return new WayleaveError("coverage-thread-ended", message, {}, { cause, retryable: true });
}
