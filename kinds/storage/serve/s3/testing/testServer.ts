import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessKey, Credentials, RequestCost } from "../credentials.ts";
import type { ObjectStore } from "../objectStore.ts";
import type { S3Limits } from "../s3Limits.ts";
import { startS3Server } from "../startS3Server.ts";
import { directoryStore } from "./directoryStore.ts";

export const ALICE = { accessKeyId: "WLALICE", secretAccessKey: "alice-secret", customerId: "alice" };
export const BOB = { accessKeyId: "WLBOB", secretAccessKey: "bob-secret", customerId: "bob" };
export const READER = { accessKeyId: "WLREADER", secretAccessKey: "reader-secret", customerId: "alice" };

export interface TestServer {
  readonly port: number;
  readonly endpoint: string;
  readonly store: ObjectStore;
  /** What was logged, as one JSON text. */
  readonly logged: () => string;
  /** Files the store holds: what a refused upload must not add to. */
  readonly fileCount: () => Promise<number>;
  /** Switches `admit` off and on. */
  readonly admission: { open: boolean };
  /** What `admit` was told of each request. */
  readonly costs: RequestCost[];
  close(): Promise<void>;
}

/** A server on a free port over a directory-backed store, for tests. */
export async function startTestServer(
  options: { readonly limits?: Partial<S3Limits>; readonly now?: () => number; readonly store?: ObjectStore } = {},
): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "wayleave-s3-"));
  const store = options.store ?? directoryStore(directory);
  const lines: unknown[] = [];
  const admission = { open: true };
  const costs: RequestCost[] = [];
  const note = (fields: object, message: string) => void lines.push({ message, ...fields });
  const keys = new Map<string, AccessKey>(
    [ALICE, BOB, READER].map((key) => [
      key.accessKeyId,
      key === READER ? { ...key, limits: { readOnly: true, buckets: ["shared"] } } : key,
    ]),
  );
  const credentials: Credentials = {
    findKey: async (accessKeyId) => keys.get(accessKeyId) ?? null,
    admit: (_, cost) => (costs.push(cost), admission.open),
  };
  const server = await startS3Server({
    host: "127.0.0.1",
    port: 0,
    store,
    credentials,
    region: "eu-wayleave-1",
    virtualHosts: ["s3.localhost"],
    clock: { now: options.now ?? Date.now, monotonicMs: () => performance.now() },
    log: { debug: note, info: note, warn: note, error: note },
    limits: { closeGraceMs: 1_000, ...options.limits },
  });
  return {
    port: server.port,
    endpoint: `http://127.0.0.1:${server.port}`,
    store,
    logged: () => JSON.stringify(lines),
    fileCount: async () => (await readdir(directory)).length,
    admission,
    costs,
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
