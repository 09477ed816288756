import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { WayleaveError } from "@wayleave/core/errors";
import { dieWithParent } from "./dieWithParent.ts";
import { type LineLog, openLineLog } from "./lineLog.ts";
import { type Privileges, ownFor, postgresPrivileges, withPrivileges } from "./postgresPrivileges.ts";
import { postgresProgram } from "./postgresProgram.ts";
import { residentBytesOfTree } from "./residentMemory.ts";

/** The one role of a local server. */
const ROLE = "wayleave";
/** Measured 0.5 s on two busy cores; a slow disk may take twenty times that. */
const INITDB_TIMEOUT_MS = 60_000;
/** Crash recovery after kill -9 replays at most `max_wal_size`. */
const READY_TIMEOUT_MS = 60_000;
/** A server whose supervisor was killed shuts down by itself; this long it may take before a new start gives up. */
const PREDECESSOR_TIMEOUT_MS = 20_000;
/** A fast shutdown writes one checkpoint. */
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 25;

export interface PostgresOptions {
  /** Ours alone: holds `data/`, `password` (0600) and `postgres.log`. Created when missing. */
  readonly stateDir: string;
  readonly port: number;
  /** False only for tests: no fsync, so a power cut loses data. */
  readonly durable?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface PostgresExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether {@link PostgresServer.stop} asked for it. */
  readonly expected: boolean;
}

/** A running PostgreSQL on loopback. */
export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Settles once, when the server is gone for whatever reason. */
  readonly exited: Promise<PostgresExit>;
  /** Contains the password: a secret, never to be logged. */
  url(database: string): string;
  /** Idempotent. @param name - ours: lower-case letters, digits, underscores. */
  createDatabase(name: string): Promise<void>;
  lastLines(): readonly string[];
  /** The server and its backends, shared pages once. */
  residentBytes(): number | null;
  /** Orderly ("fast") shutdown: open transactions are rolled back, everything acknowledged is on disk. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL 18 that npm brought, initializing its directory the first time. Listens on 127.0.0.1 only,
 * passwords by SCRAM. Survives Ctrl-C until {@link PostgresServer.stop}; shuts itself down when this process is killed.
 * @throws WayleaveError `postgres-*` when it cannot start, with the last lines of its log.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const log = openLineLog(join(stateDir, "postgres.log"), options.onLine);
  try {
    const privileges = postgresPrivileges(stateDir);
    const password = await initialize(stateDir, privileges, options.durable ?? true, log);
    await waitForPredecessor(join(stateDir, "data"));
    return await serve({ ...options, stateDir }, privileges, password, log);
  } catch (error) {
    log.close();
    throw error;
  }
}

/** Makes `data/` once. It appears whole or not at all: initialized beside its place and renamed. */
async function initialize(stateDir: string, privileges: Privileges, durable: boolean, log: LineLog): Promise<string> {
  const dataDir = join(stateDir, "data");
  const passwordFile = join(stateDir, "password");
  if (existsSync(join(dataDir, "PG_VERSION")) && existsSync(passwordFile)) {
    ownFor(privileges, dataDir);
    return readFileSync(passwordFile, "utf8").trim();
  }
  if (existsSync(join(dataDir, "PG_VERSION"))) {
    throw new WayleaveError("postgres-password-missing", "The database exists but its password file is gone", {
      file: passwordFile,
    });
  }
  const password = randomBytes(24).toString("base64url");
  const fresh = join(stateDir, "data.new");
  const forInitdb = join(stateDir, "password.new");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  await writeFile(forInitdb, `${password}\n`, { mode: 0o600, flush: true });
  ownFor(privileges, fresh);
  ownFor(privileges, forInitdb);
  const settings = ["-U", ROLE, "--auth=scram-sha-256", `--pwfile=${forInitdb}`, "-E", "UTF8", "--locale=C"];
  const command = dieWithParent(
    { file: postgresProgram("initdb"), args: ["-D", fresh, ...settings, ...(durable ? [] : ["--no-sync"])] },
    "KILL",
  );
  const child = spawnLogged(withPrivileges(privileges, command), stateDir, log);
  const exit = await exitWithin(child, INITDB_TIMEOUT_MS);
  if (exit?.code !== 0) {
    child.kill("SIGKILL");
    throw new WayleaveError("postgres-init-failed", "PostgreSQL could not initialize its directory", {
      dataDir,
      log: log.lastLines().join("\n"),
    });
  }
  await rename(forInitdb, passwordFile);
  await rename(fresh, dataDir);
  return password;
}

/** After kill -9 of a supervisor its server may still be writing its last checkpoint. */
async function waitForPredecessor(dataDir: string): Promise<void> {
  const deadline = performance.now() + PREDECESSOR_TIMEOUT_MS;
  for (let pid = livePredecessor(dataDir); pid !== null; pid = livePredecessor(dataDir)) {
    if (performance.now() > deadline) {
      throw new WayleaveError("postgres-already-running", "Another PostgreSQL holds this directory", { dataDir, pid });
    }
    await pause(POLL_MS);
  }
}

function livePredecessor(dataDir: string): number | null {
  try {
    const pid = Number(readFileSync(join(dataDir, "postmaster.pid"), "utf8").split("\n")[0]);
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir ? pid : null;
  } catch {
    return null; // no file, or no such process: nobody holds it
  }
}

function serverSettings(options: PostgresOptions): string[] {
  const settings: Record<string, string> = {
    timezone: "UTC",
    log_timezone: "UTC",
    // One machine, a handful of programs with small pools; nothing replicates.
    max_connections: "100",
    shared_buffers: "64MB",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: "256MB",
    jit: "off",
    log_checkpoints: "off",
    ...(options.durable === false ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function serve(
  options: PostgresOptions,
  privileges: Privileges,
  password: string,
  log: LineLog,
): Promise<PostgresServer> {
  const dataDir = join(options.stateDir, "data");
  const command = dieWithParent(
    {
      file: postgresProgram("postgres"),
      args: ["-D", dataDir, "-k", "", "-h", "127.0.0.1", "-p", String(options.port), ...serverSettings(options)],
    },
    "INT",
  );
  const child = spawnLogged(withPrivileges(privileges, command), dataDir, log);
  let stopping = false;
  const exited = new Promise<PostgresExit>((done) => {
    child.once("close", (code, signal) => {
      log.close();
      done({ code, signal, expected: stopping });
    });
  });
  const url = (database: string) => `postgres://${ROLE}:${password}@127.0.0.1:${options.port}/${database}`;
  await waitUntilReady(url("postgres"), child, log);
  return {
    port: options.port,
    pid: child.pid!,
    exited,
    url,
    createDatabase: (name) => createDatabase(url("postgres"), name),
    lastLines: log.lastLines,
    residentBytes: () => residentBytesOfTree(child.pid!),
    async stop() {
      stopping = true;
      child.kill("SIGINT"); // "fast" shutdown
      const killer = setTimeout(() => child.kill("SIGQUIT"), STOP_TIMEOUT_MS); // "immediate": recovers at next start
      await exited;
      clearTimeout(killer);
    },
  };
}

/** Ready means: it answers a query with our password, so a stranger on the port is not mistaken for it. */
async function waitUntilReady(url: string, child: ChildProcess, log: LineLog): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (log.lastLines().some((line) => line.includes("database system is ready to accept connections"))) {
      if (await answers(url)) return;
    }
    if (performance.now() > deadline) {
      child.kill("SIGQUIT");
      break;
    }
    await pause(POLL_MS);
  }
  throw new WayleaveError("postgres-start-failed", "PostgreSQL did not start", { log: log.lastLines().join("\n") });
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, "select 1");
    return true;
  } catch {
    return false; // still starting; the deadline bounds it
  }
}

const DUPLICATE_DATABASE = "42P04";

/**
 * Creates a database on any server unless it is there. @param url - of an existing database of that server.
 * @throws WayleaveError `bad-database-name`.
 */
export async function createDatabase(url: string, name: string): Promise<void> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new WayleaveError("bad-database-name", "A database name is lower-case letters, digits and underscores", {
      field: "name",
      name,
    });
  }
  try {
    await query(url, `create database "${name}"`);
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  }
}

/** One statement over a connection of its own. */
export async function query(url: string, statement: string): Promise<void> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // a server going down tells every connection; the query's own failure is enough
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function spawnLogged(command: ReturnType<typeof withPrivileges>, cwd: string, log: LineLog): ChildProcess {
  const child = spawn(command.file, command.args, {
    cwd,
    detached: true, // out of the terminal's process group: Ctrl-C does not reach it
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    ...command.identity,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => log.write(text));
  child.on("error", (error) => log.write(`${String(error)}\n`));
  return child;
}

async function exitWithin(child: ChildProcess, timeoutMs: number): Promise<{ code: number | null } | null> {
  const exit = new Promise<{ code: number | null }>((done) => {
    child.once("close", (code) => done({ code }));
    child.once("error", () => done({ code: null }));
  });
  return Promise.race([exit, pause(timeoutMs, null, { ref: false })]);
}
