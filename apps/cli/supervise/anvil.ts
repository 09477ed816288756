import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";
import { type Address, hexSchema } from "@wayleave/core/ids";
import { dieWithParent } from "./dieWithParent.ts";
import { type LineLog, openLineLog } from "./lineLog.ts";
import { residentBytes } from "./residentMemory.ts";

/** Measured: 60 ms empty, 1 s with a day's blocks to load. */
const READY_TIMEOUT_MS = 30_000;
/** Nothing to write at the end (the dump comes before): a second would do. */
const STOP_TIMEOUT_MS = 5_000;
/** The dump of a week of one-second blocks takes anvil some seconds. */
const RPC_TIMEOUT_MS = 60_000;
/** A week of one-second blocks at 1.9 KB. */
const STATE_BYTES_MAX = 1_500_000_000;
/** Past states kept for calls at old blocks and for reorganizations; more would grow without bound. */
const STATES_KEPT = 256;
/** 10⁶ ether: gas is free on a local chain. */
const LOCAL_WEALTH_WEI = 10n ** 24n;

export interface AnvilOptions {
  /** Ours alone: holds `chain.json` (the dumped chain) and `anvil.log`. Created when missing. */
  readonly stateDir: string;
  readonly chainId: number;
  /** 0 for any free one. */
  readonly port: number;
  /** Seconds between blocks; below 1 only in tests. Never automine: it wedges under thousands of transactions at once. */
  readonly blockTimeS?: number;
}

export interface AnvilExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether {@link Anvil.stop} asked for it. */
  readonly expected: boolean;
}

/** A running local chain on loopback. */
export interface Anvil {
  readonly rpcUrl: string;
  readonly port: number;
  readonly pid: number;
  /** Whether it went on from a dump instead of starting at block 0. */
  readonly resumed: boolean;
  readonly exited: Promise<AnvilExit>;
  /** Gives each account a million ether for gas. */
  fund(accounts: readonly Address[]): Promise<void>;
  /** Writes the chain to disk: whole or not at all. What is mined later is lost by a `kill -9`. */
  dump(): Promise<{ readonly sizeBytes: number }>;
  lastLines(): readonly string[];
  residentBytes(): number | null;
  /** Dumps and ends. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts anvil, going on from the last dump when there is one. Its own accounts with known keys do not exist here.
 * Survives Ctrl-C until {@link Anvil.stop}; dies with this process. After `kill -9` the head is as low as the last dump:
 * to everybody else that is a reorganization.
 * @throws WayleaveError `chain-*`.
 */
export async function startAnvil(options: AnvilOptions): Promise<Anvil> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const stateFile = join(stateDir, "chain.json");
  rmSync(`${stateFile}.new`, { force: true });
  const resumed = existsSync(stateFile);
  const log = openLineLog(join(stateDir, "anvil.log"));
  const child = spawnAnvil(options, resumed ? stateFile : null, stateDir);
  let stopping = false;
  const exited = new Promise<AnvilExit>((done) => {
    child.once("close", (code, signal) => {
      log.close();
      done({ code, signal, expected: stopping });
    });
  });
  const port = await listeningPort(child, log);
  const rpcUrl = `http://127.0.0.1:${port}`;
  const dump = oneAtATime(() => dumpState(rpcUrl, stateFile));
  return {
    rpcUrl,
    port,
    pid: child.pid!,
    resumed,
    exited,
    dump,
    lastLines: log.lastLines,
    residentBytes: () => residentBytes(child.pid!),
    async fund(accounts) {
      for (const account of accounts)
        await rpc(rpcUrl, "anvil_setBalance", [account, `0x${LOCAL_WEALTH_WEI.toString(16)}`]);
    },
    async stop() {
      if (stopping) return void (await exited);
      stopping = true;
      try {
        if (child.exitCode === null && child.signalCode === null) await dump();
      } finally {
        child.kill("SIGTERM");
        const killer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
        await exited;
        clearTimeout(killer);
      }
    },
  };
}

/** @throws WayleaveError `chain-not-installed`. */
function anvilProgram(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", "anvil");
  } catch (cause) {
    const message = "The local chain (anvil) was not installed: run npm ci on Linux x64, or name another chain's RPC";
    throw new WayleaveError("chain-not-installed", message, { package: name }, { cause });
  }
}

function spawnAnvil(options: AnvilOptions, stateFile: string | null, stateDir: string): ChildProcess {
  const args = [
    ...["--host", "127.0.0.1", "--port", String(options.port), "--chain-id", String(options.chainId)],
    ...["--block-time", String(options.blockTimeS ?? 1), "--gas-limit", "300000000"],
    ...["--hardfork", "osaka"], // the first with the P-256 precompile (EIP-7951)
    ...["--accounts", "0", "--no-cors", "--disable-console-log"],
    ...["--prune-history", String(STATES_KEPT), "--color", "never"],
    ...(stateFile === null ? [] : ["--load-state", stateFile]),
  ];
  const command = dieWithParent({ file: anvilProgram(), args }, "TERM");
  return spawn(command.file, command.args, {
    cwd: stateDir,
    detached: true, // out of the terminal's process group: Ctrl-C does not reach it before the dump
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: stateDir },
  });
}

/** After the start anvil prints a line per request; only what looks like trouble is kept of those. */
const TROUBLE = /error|panic|warn|fail/i;

function listeningPort(child: ChildProcess, log: LineLog): Promise<number> {
  return new Promise((ready, failed) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      const facts = { reason, log: log.lastLines().join("\n") };
      failed(new WayleaveError("chain-start-failed", "The local chain did not start", facts));
    };
    const timer = setTimeout(() => fail("timeout"), READY_TIMEOUT_MS);
    let listening = false;
    let partial = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const lines = (partial + text).split("\n");
      partial = lines.pop()!;
      for (const line of lines) {
        if (!listening || TROUBLE.test(line)) log.write(`${line}\n`);
        const port = listening ? null : /^Listening on 127\.0\.0\.1:(\d+)$/.exec(line.trim());
        if (port === null) continue;
        listening = true;
        clearTimeout(timer);
        ready(Number(port[1]));
      }
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => log.write(text));
    child.once("error", (error) => fail(String(error)));
    child.once("close", () => fail("exited")); // no effect once ready
  });
}

async function dumpState(rpcUrl: string, stateFile: string): Promise<{ sizeBytes: number }> {
  const packed = hexSchema.parse(await rpc(rpcUrl, "anvil_dumpState", []));
  const unpack = promisify<Buffer, object, Buffer>(gunzip);
  const state = await unpack(Buffer.from(packed.slice(2), "hex"), { maxOutputLength: STATE_BYTES_MAX });
  const file = await open(`${stateFile}.new`, "w", 0o600);
  try {
    await file.writeFile(state);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${stateFile}.new`, stateFile);
  const folder = await open(dirname(stateFile), "r");
  await folder.sync().finally(() => folder.close()); // the new name is durable, too
  return { sizeBytes: state.byteLength };
}

const answerSchema = z.object({ result: z.unknown(), error: z.object({ message: z.string() }).optional() });

async function rpc(rpcUrl: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(RPC_TIMEOUT_MS),
  });
  const answer = answerSchema.parse(await response.json());
  if (answer.error) throw new WayleaveError("chain-rpc-failed", `${method}: ${answer.error.message}`, { method });
  return answer.result;
}

/** Callers who come while one run is under way share the next one. */
function oneAtATime<T>(run: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const start = (): Promise<T> => {
    const started = run().finally(() => {
      if (current === started) current = null;
    });
    return (current = started);
  };
  return () => {
    if (current === null) return start();
    const following = current
      .then(undefined, () => undefined)
      .then(() => {
        next = null;
        return start();
      });
    return (next ??= following);
  };
}
