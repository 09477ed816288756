import { Worker } from "node:worker_threads";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import {
  type CallResult,
  DECODER_LIMITS,
  type DecoderInput,
  type DecoderLimits,
  type FromWorker,
  RUNNING_SLOT,
  type ToWorker,
} from "./decoderProtocol.ts";

/** Calls of one script that wait: more come from no real device of one profile at once. */
const WAITING_PER_SCRIPT_MAX = 1_000;
const WAITING_MAX = 10_000;
/** Calls the worker has before it: enough to keep it busy, few enough that a kill repeats little. */
const IN_FLIGHT_MAX = 32;
/** Scripts a worker keeps the source of. */
const LOADED_MAX = 512;
/** A script that ran out of time or memory so often without a success between is left alone for a while. */
const STRIKES_MAX = 5;
const SUSPENDED_MS = 60_000;
const WATCH_MS = 25;

interface Call {
  readonly id: number;
  readonly script: Script;
  readonly input: DecoderInput;
  readonly resolve: (result: CallResult) => void;
}
/** One version of one profile's script. */
interface Script {
  readonly key: number;
  readonly source: string;
  readonly waiting: Call[];
  strikes: number;
  suspendedUntilMs: number;
}
const STRIKING = new Set(["decoder-timeout", "decoder-out-of-memory"]);

/**
 * Runs customers' scripts in one worker thread, never on the main one. Scripts take turns, one call each, so that a slow
 * one delays the others by its own time limit and no more; what the interpreter cannot interrupt is ended by killing the
 * worker, and the calls of others that it had are made again. Every call is answered; none rejects.
 */
export class DecoderPool {
  /** Workers that had to be killed. */
  replaced = 0;
  readonly #limits: DecoderLimits;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #scripts = new Map<string, Script>();
  /** Scripts with waiting calls, in the order of their turns. */
  readonly #turns = new Set<Script>();
  readonly #inFlight = new Map<number, Call>();
  readonly #loaded = new Map<number, true>();
  #worker: Worker | null = null;
  #running = new Int32Array(new SharedArrayBuffer(4));
  #ready = false;
  #closed = false;
  #waiting = 0;
  #lastKey = 0;
  #lastId = 0;
  #watch: NodeJS.Timeout | null = null;
  #seen = { id: 0, sinceMs: 0 };

  constructor(deps: { readonly clock: Clock; readonly log: Logger }, limits: Partial<DecoderLimits> = {}) {
    this.#limits = { ...DECODER_LIMITS, ...limits };
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** @param profile - the script's owner; a new `source` replaces the old one's interpreter. */
  call(profile: string, source: string, input: DecoderInput): Promise<CallResult> {
    const script = this.#scriptOf(profile, source);
    if (this.#closed) return refused("decoder-closed", "The service is stopping");
    if (this.#clock.monotonicMs() < script.suspendedUntilMs) {
      return refused("decoder-suspended", "The script failed its limits too often and rests for a minute");
    }
    if (script.waiting.length >= WAITING_PER_SCRIPT_MAX || this.#waiting >= WAITING_MAX) {
      return refused("decoder-busy", "Too many payloads wait for decoding");
    }
    return new Promise((resolve) => {
      // Atomics hold 32 bits; 0 means none.
      this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
      script.waiting.push({ id: this.#lastId, script, input, resolve });
      this.#waiting++;
      this.#turns.add(script);
      this.#send();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#detach();
    for (const script of this.#scripts.values()) this.#answerAll(script, "decoder-closed", "The service is stopping");
    for (const call of this.#inFlight.values()) call.resolve(fault("decoder-closed", "The service is stopping"));
    this.#inFlight.clear();
    await worker?.terminate();
  }

  #scriptOf(profile: string, source: string): Script {
    const known = this.#scripts.get(profile);
    if (known?.source === source) return known;
    if (known !== undefined) this.#forget(known);
    const script: Script = {
      key: ++this.#lastKey,
      source,
      waiting: known?.waiting ?? [],
      strikes: 0,
      suspendedUntilMs: 0,
    };
    for (const [i, call] of script.waiting.entries()) script.waiting[i] = { ...call, script };
    if (known !== undefined && this.#turns.delete(known)) this.#turns.add(script);
    this.#scripts.set(profile, script);
    return script;
  }

  #send(): void {
    this.#worker ??= this.#start();
    if (!this.#ready) return;
    for (const script of this.#turns) {
      if (this.#inFlight.size >= IN_FLIGHT_MAX) break;
      const call = script.waiting.shift()!;
      this.#waiting--;
      // A turn is one call; whoever has more goes to the end.
      this.#turns.delete(script);
      if (script.waiting.length > 0) this.#turns.add(script);
      this.#post(call);
    }
  }

  #post(call: Call): void {
    const { key, source } = call.script;
    this.#inFlight.set(call.id, call);
    if (!this.#loaded.delete(key)) this.#tell({ do: "load", key, source });
    this.#loaded.set(key, true);
    if (this.#loaded.size > LOADED_MAX) this.#unload(this.#loaded.keys().next().value!);
    this.#tell({ do: "call", id: call.id, key, input: call.input });
    this.#watch ??= setInterval(() => this.#look(), WATCH_MS).unref();
  }

  #forget(script: Script): void {
    if (this.#loaded.has(script.key)) this.#unload(script.key);
  }

  #unload(key: number): void {
    this.#loaded.delete(key);
    this.#tell({ do: "forget", key });
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #start(): Worker {
    this.#running = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL("./decoderWorker.ts", import.meta.url), {
      workerData: { limits: this.#limits, running: this.#running },
      // Nothing of the process may be found from in there, should the interpreter ever be escaped.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    worker.unref();
    worker.on("message", (message: FromWorker) => {
      if (worker === this.#worker) this.#hear(message);
    });
    worker.on("error", (error) => {
      if (worker !== this.#worker) return;
      this.#log.error({ error: String(error) }, "The decoders' worker failed");
      this.#replace(Atomics.load(this.#running, RUNNING_SLOT), "decoder-failed");
    });
    return worker;
  }

  #hear(message: FromWorker): void {
    if ("ready" in message) {
      this.#ready = true;
      return this.#send();
    }
    const call = this.#inFlight.get(message.id);
    if (call === undefined) return;
    this.#inFlight.delete(message.id);
    const { result } = message;
    if ("fault" in result && STRIKING.has(result.fault.code)) this.#strike(call.script);
    else call.script.strikes = 0;
    call.resolve(result);
    if (this.#inFlight.size === 0) this.#stopWatching();
    this.#send();
  }

  /** Ends a call that the interpreter does not. */
  #look(): void {
    const id = Atomics.load(this.#running, RUNNING_SLOT);
    const nowMs = this.#clock.monotonicMs();
    if (id === 0 || id !== this.#seen.id) {
      this.#seen = { id, sinceMs: nowMs };
      return;
    }
    if (nowMs - this.#seen.sinceMs < this.#limits.wallMs) return;
    this.#replace(id, "decoder-timeout");
  }

  /** @param culprit - the call that is answered with `code` and not made again; 0 for none. */
  #replace(culprit: number, code: string): void {
    this.replaced++;
    void this.#worker?.terminate();
    this.#detach();
    const again = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const call of again.reverse()) {
      if (call.id !== culprit) {
        call.script.waiting.unshift(call);
        this.#waiting++;
        this.#turns.add(call.script);
        continue;
      }
      call.script.strikes = STRIKES_MAX - 1; // one kill is enough: it cost all others a restart
      this.#strike(call.script);
      call.resolve(fault(code, `The script did not end within ${this.#limits.wallMs} ms`));
    }
    for (const script of [...this.#turns]) if (script.waiting.length === 0) this.#turns.delete(script);
    if (this.#turns.size > 0 && !this.#closed) this.#send();
  }

  #detach(): void {
    this.#worker = null;
    this.#ready = false;
    this.#loaded.clear();
    this.#stopWatching();
  }

  #stopWatching(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#seen = { id: 0, sinceMs: 0 };
  }

  #strike(script: Script): void {
    if (++script.strikes < STRIKES_MAX) return;
    script.strikes = 0;
    script.suspendedUntilMs = this.#clock.monotonicMs() + SUSPENDED_MS;
    this.#answerAll(script, "decoder-suspended", "The script failed its limits too often and rests for a minute");
  }

  #answerAll(script: Script, code: string, message: string): void {
    this.#waiting -= script.waiting.length;
    this.#turns.delete(script);
    for (const call of script.waiting.splice(0)) call.resolve(fault(code, message));
  }
}

function fault(code: string, message: string): CallResult {
  return { fault: { code, message } };
}

function refused(code: string, message: string): Promise<CallResult> {
  return Promise.resolve(fault(code, message));
}
