import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import { type LineLog, openLineLog } from "./lineLog.ts";
import { residentBytes } from "./residentMemory.ts";

/** A program that compiles, connects and migrates on two busy cores; measured around one second. */
const READY_TIMEOUT_MS = 60_000;
/** How long an orderly stop may take: flush, last vouchers, close the pool. */
const STOP_TIMEOUT_MS = 10_000;
/** From SIGTERM to SIGKILL, at most. */
const TERM_TIMEOUT_MS = 3_000;

export interface ChildOptions {
  /** What a person knows it by: `verifier 2`. */
  readonly name: string;
  /** Path of its main module. */
  readonly module: string;
  readonly args?: readonly string[];
  /** Of Node and V8, beside this process's own. */
  readonly nodeFlags?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
  /** Told once when it ends without being asked to. The rest keeps running: what to do is the caller's to say. */
  readonly onCrash?: (crash: ChildCrash) => void;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether {@link Child.stop} asked for it. */
  readonly expected: boolean;
}

export interface ChildCrash extends ChildExit {
  readonly name: string;
  /** The end of its output, at most twenty lines. */
  readonly lastLines: readonly string[];
}

/** One program of ours, running under this one. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** What it said of itself when it became ready: addresses, ports. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly exited: Promise<ChildExit>;
  lastLines(): readonly string[];
  /** null once it is gone. */
  residentBytes(): number | null;
  /** Asks over IPC, then SIGTERM, then SIGKILL, each after its limit. Idempotent. */
  stop(): Promise<ChildExit>;
}

const readySchema = z.object({ ready: z.record(z.string(), z.unknown()) });

/**
 * Starts one Node program of ours and waits until it says `{ ready: {…} }` over IPC (`@wayleave/core/supervised`). Its
 * output goes to `logFile`. Ctrl-C does not reach it; it ends by itself when this process is gone.
 * @throws WayleaveError `child-start-failed` with its last lines when it ends or stays silent before that.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = openLineLog(options.logFile);
  const process_ = fork(options.module, [...(options.args ?? [])], {
    execArgv: [...process.execArgv, ...(options.nodeFlags ?? [])],
    env: { ...process.env, ...options.env },
    detached: true, // out of the terminal's process group
    silent: true,
    serialization: "json",
  });
  for (const stream of [process_.stdout!, process_.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => log.write(text));
  }
  let stopping = false;
  let isReady = false;
  const exited = new Promise<ChildExit>((done) => {
    const finish = (code: number | null, signal: string | null): void => {
      const exit = { code, signal, expected: stopping };
      log.close();
      if (isReady && !stopping) options.onCrash?.({ ...exit, name: options.name, lastLines: log.lastLines() });
      done(exit);
    };
    process_.once("close", finish);
    process_.once("error", (error) => log.write(`${String(error)}\n`));
  });
  const ready = await readiness(process_, options, exited, log);
  isReady = true;
  return {
    name: options.name,
    pid: process_.pid!,
    ready,
    exited,
    lastLines: log.lastLines,
    residentBytes: () => residentBytes(process_.pid!),
    stop() {
      stopping = true;
      return end(process_, exited, options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    },
  };
}

async function readiness(
  process_: ChildProcess,
  options: ChildOptions,
  exited: Promise<ChildExit>,
  log: LineLog,
): Promise<Record<string, unknown>> {
  const timeoutMs = options.readyTimeoutMs ?? READY_TIMEOUT_MS;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), timeoutMs);
  try {
    const first = await Promise.race([
      once(process_, "message", { signal: giveUp.signal }).then(([message]) => ({ message: message as unknown })),
      exited.then((exit) => ({ exit })),
    ]);
    if ("exit" in first)
      throw startFailed(options, `it ended (${first.exit.signal ?? `code ${first.exit.code}`})`, log);
    const said = readySchema.safeParse(first.message);
    if (!said.success) throw startFailed(options, "its first message was not its readiness", log);
    return said.data.ready;
  } catch (error) {
    process_.kill("SIGKILL");
    if (error instanceof WayleaveError) throw error;
    throw startFailed(options, `it was not ready after ${timeoutMs} ms`, log);
  } finally {
    clearTimeout(timer);
  }
}

function startFailed(options: ChildOptions, reason: string, log: LineLog): WayleaveError {
  const facts = { name: options.name, reason, logFile: options.logFile, lastLines: log.lastLines().join("\n") };
  return new WayleaveError("child-start-failed", `${options.name} did not start: ${reason}`, facts);
}

async function end(process_: ChildProcess, exited: Promise<ChildExit>, stopTimeoutMs: number): Promise<ChildExit> {
  if (process_.connected) process_.send({ stop: true }, () => undefined); // gone meanwhile: `exited` tells
  const timers = [
    setTimeout(() => process_.kill("SIGTERM"), stopTimeoutMs),
    setTimeout(() => process_.kill("SIGKILL"), stopTimeoutMs + Math.min(TERM_TIMEOUT_MS, stopTimeoutMs)),
  ];
  const exit = await exited;
  timers.forEach(clearTimeout);
  return exit;
}
