import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./freePort.ts";
import { type PostgresServer, createDatabase, query, startPostgres } from "./postgres.ts";

const PREFIX = "wayleave-test-postgres-";
/** Another process may take the port between finding and binding it. */
const START_ATTEMPTS = 3;
/** A server for all test processes of one run, when a global setup started one. */
const SHARED_URL = "WAYLEAVE_TEST_POSTGRES";

export interface TestDatabase {
  readonly url: string;
  /** Drops the database, connections left open included. */
  close(): Promise<void>;
}

/** A PostgreSQL for tests: no fsync, under the temporary directory, gone with its process. */
export async function startTestPostgres(): Promise<PostgresServer> {
  sweepStale();
  const stateDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  for (let attempt = 1; ; attempt++) {
    try {
      const server = await startPostgres({ stateDir, port: await freePort(), durable: false });
      discardAtDeath(server, stateDir);
      return server;
    } catch (error) {
      if (attempt >= START_ATTEMPTS) throw error;
    }
  }
}

let own: Promise<PostgresServer> | undefined;

/**
 * A fresh, empty database: on the run's shared server when there is one, else on a server that this process starts the
 * first time (0.7 s) and that dies with it.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const base = process.env[SHARED_URL] ?? (await (own ??= startTestPostgres())).url("postgres");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await createDatabase(base, name);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, close: () => query(base, `drop database if exists "${name}" with (force)`) };
}

/** For a vitest global setup: one server for the whole run. @returns what stops it. */
export async function shareTestPostgres(): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  process.env[SHARED_URL] = server.url("postgres");
  return () => server.stop();
}

/**
 * Removes the directory when this process ends in whatever way: test runners end their workers by a signal, which no
 * handler of ours sees. The shell reads from a pipe that nobody writes to and that closes with us.
 */
function discardAtDeath(server: PostgresServer, stateDir: string): void {
  const script = 'cat > /dev/null; kill -9 "$1" 2> /dev/null; sleep 0.2; rm -rf "$2"';
  const args = ["-c", script, "sh", String(server.pid), stateDir];
  const reaper = spawn("sh", args, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  reaper.unref();
  (reaper.stdin as Socket).unref();
}

/** What a power cut or a kill of everything at once left behind. */
function sweepStale(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
