import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dialLink } from "@wayleave/link/dialer";
import { type TestNetwork, startTestNetwork } from "../testing/testNetwork.ts";

const SCRIPT = fileURLToPath(new URL("../testing/putForever.ts", import.meta.url));

/** Runs a front until it acknowledged so many objects, then kills it in the middle of the next ones. */
async function runAndKill(network: TestNetwork, acknowledgements: number, acked: Map<string, string>): Promise<void> {
  const known = network.agents.map(({ key, place }) => ({ id: key.id, place }));
  const child: ChildProcess = spawn(process.execPath, [SCRIPT, network.databaseUrl, JSON.stringify(known)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const links: ReturnType<typeof dialLink>[] = [];
  let seen = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    const [word, name, etag, md5] = line.split(" ");
    if (word === "port") {
      const expectedPeerId = network.options.identity.key.id;
      for (const { key, provider } of network.agents) {
        links.push(dialLink({ key, host: "127.0.0.1", port: Number(name), expectedPeerId, routes: provider.routes }));
      }
      continue;
    }
    expect(etag).toBe(md5);
    acked.set(name!, etag!);
    if (++seen === acknowledgements) child.kill("SIGKILL");
  }
  // Killed by us, in the middle of uploads; anything else is a failure of the front itself.
  expect(await exited).toEqual([null, "SIGKILL"]);
  for (const link of links) await link.close();
}

test("a front killed in mid-upload loses nothing it acknowledged, shows nothing torn and leaves nothing behind", async () => {
  await using network = await startTestNetwork();
  const acked = new Map<string, string>();
  for (const count of [12, 25]) await runAndKill(network, count, acked);

  const core = await network.openCore();
  const account = { customerId: "alice" };
  const query = { bucket: "photos", prefix: "", delimiter: "", startAfter: "", maxKeys: 1000 };
  const { entries } = await core.store.listObjects(account, query);
  const visible = new Map<string, string>();
  for (const { key, etag } of entries) {
    const { info, read } = await core.store.getObject(account, { bucket: "photos", key });
    const md5 = createHash("md5");
    for await (const chunk of read({ offsetBytes: 0, lengthBytes: info.sizeBytes })) md5.update(chunk as Buffer);
    expect(md5.digest("hex")).toBe(etag);
    visible.set(key, etag);
  }
  for (const [key, etag] of acked) {
    if (key.startsWith("once-")) expect(visible.get(key)).toBe(etag);
    else expect(visible.has(key)).toBe(true);
  }
  // At most what was under way when each process died became visible without its acknowledgement having been read.
  expect(visible.size - acked.size).toBeLessThanOrEqual(16);

  for (let round = 0; round < 4; round++) {
    await network.pool.query("update storage.garbage set not_before_ms = 0");
    await core.collector.collect();
  }
  const rows = await network.pool.query("select piece_id from storage.piece");
  const named = new Set((rows.rows as { piece_id: string }[]).map((row) => row.piece_id));
  for (const agent of network.agents) {
    const { peer } = core.devices.linked(agent.key.id)!;
    for await (const page of core.client.list(peer, "data"))
      for (const { pieceId } of page) expect(named).toContain(pieceId);
  }
  expect((await network.pool.query("select from storage.intent")).rowCount).toBe(0);
}, 120_000);
