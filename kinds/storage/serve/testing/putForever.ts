/** A front that stores objects until it is killed and writes each acknowledged key on a line. For the kill −9 test. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import pg from "pg";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import type { ServingDevice } from "@wayleave/core/kind";
import { listenForLinks } from "@wayleave/link/listener";
import type { LinkPeer } from "@wayleave/link/types";
import { POLICIES } from "../../model/layout.ts";
import { openStorageCore } from "../storageCore.ts";
import { DOMAIN, PAYER, RECOVERY_KEY } from "./testNetwork.ts";

interface Known {
  readonly id: Address;
  readonly place: { readonly owner: Address; readonly network: number; readonly prefix: string };
}
const [databaseUrl, agentsJson] = process.argv.slice(2) as [string, string];
const agents = JSON.parse(agentsJson) as Known[];
const key = deviceKeyFromSeed(RECOVERY_KEY);
const linked = new Map<Address, LinkPeer>();
let allLinked: () => void;
const ready = new Promise<void>((resolve) => (allLinked = resolve));
const listener = await listenForLinks({
  key,
  port: 0,
  admit: () => true,
  onPeer(peer) {
    linked.set(peer.id, peer);
    if (linked.size === agents.length) allLinked();
  },
});
process.stdout.write(`port ${listener.port}\n`);
await ready;

const serving = (id: Address): ServingDevice<LinkPeer> | null => {
  const agent = agents.find((candidate) => candidate.id === id);
  const peer = linked.get(id);
  if (agent === undefined || peer === undefined) return null;
  return { id, peer, ...agent.place, freeUnits: 100n, askPicoUsdPerUnitHour: 1n, askPicoUsdPerWorkUnit: 1n };
};
const silent = (): void => undefined;
const core = await openStorageCore({
  pool: new pg.Pool({ connectionString: databaseUrl, max: 8 }),
  directory: { serving: () => agents.flatMap(({ id }) => serving(id) ?? []), find: serving, standing: () => null },
  identity: { payer: PAYER, key, domain: DOMAIN },
  recoveryKey: RECOVERY_KEY,
  meter: { record: silent, flush: async () => undefined },
  clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
  log: { debug: silent, info: silent, warn: silent, error: silent },
  policy: POLICIES.small,
  random: Math.random,
});
const account = { customerId: "alice" };
await core.store.createBucket(account, "photos").catch(() => undefined);

const SIZES = [1_000, 20_000, 400_000, 3_000_000];
let count = 0;
async function worker(): Promise<never> {
  for (;;) {
    const bytes = randomBytes(SIZES[count % SIZES.length]!);
    // Two keys are written again and again: an overwrite must not lose the version before.
    const name = count % 5 === 4 ? `again-${count % 2}` : `once-${process.pid}-${count}`;
    count++;
    const body = Readable.from([bytes.subarray(0, 700), bytes.subarray(700)]);
    const stored = await core.store.putObject(account, {
      bucket: "photos",
      key: name,
      body,
      metadata: { user: {} },
      conditions: {},
    });
    process.stdout.write(`ack ${name} ${stored.etag} ${createHash("md5").update(bytes).digest("hex")}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, worker));
