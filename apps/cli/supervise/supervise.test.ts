import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { startAnvil } from "./anvil.ts";
import { startChild } from "./child.ts";
import { canDieWithParent } from "./dieWithParent.ts";
import { freePort } from "./freePort.ts";
import { LAST_LINES, openLineLog } from "./lineLog.ts";
import { query, startPostgres } from "./postgres.ts";
import { requireFreePorts } from "./requireFreePorts.ts";

const here = dirname(fileURLToPath(import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "wayleave-supervise-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let programs = 0;
function program(source: string): { module: string; logFile: string } {
  const name = join(dir, `program${programs++}`);
  const supervised = join(here, "../../../core/supervised.ts");
  writeFileSync(`${name}.ts`, `import { closeWhenAsked, reportReady } from ${JSON.stringify(supervised)};\n${source}`);
  return { module: `${name}.ts`, logFile: `${name}.log` };
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody reaps is dead, too.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function blockNumber(rpcUrl: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const response = await fetch(rpcUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
  return Number(((await response.json()) as { result: string }).result);
}

describe("a child", () => {
  test("tells when it is ready, is measured, and stops in order", async () => {
    const child = await startChild({
      name: "steady",
      ...program(`setInterval(() => {}, 1000); reportReady({ port: 7 });
        closeWhenAsked(async () => console.log("closed in order"));`),
    });
    expect(child.ready).toEqual({ port: 7 });
    expect(child.residentBytes()).toBeGreaterThan(10_000_000);
    expect(await child.stop()).toEqual({ code: 0, signal: null, expected: true });
    expect(child.lastLines()).toEqual(["closed in order"]);
    expect(child.residentBytes()).toBeNull();
    expect(await child.stop()).toMatchObject({ code: 0 });
  });

  test("that crashes is reported with the end of its output", async () => {
    const files = program(`reportReady({}); for (let i = 0; i < 50; i++) console.log("line " + i);
      setTimeout(() => { throw new Error("boom"); }, 20);`);
    const crash = await new Promise<{ code: number | null; lastLines: readonly string[] }>((told) => {
      void startChild({ name: "fragile", ...files, onCrash: told });
    });
    expect(crash.code).toBe(1);
    expect(crash.lastLines).toHaveLength(LAST_LINES);
    expect(crash.lastLines.join("\n")).toContain("Error: boom");
    expect(readFileSync(files.logFile, "utf8")).toContain("line 0\n");
  });

  test("that never gets ready is named with its last lines", async () => {
    const ends = program(`console.error("no such setting"); process.exit(3);`);
    await expect(startChild({ name: "verifier 2", ...ends })).rejects.toMatchObject({
      code: "child-start-failed",
      facts: { name: "verifier 2", reason: "it ended (code 3)", lastLines: "no such setting" },
    });
    const hangs = program(`setInterval(() => {}, 1000);`);
    await expect(startChild({ name: "slow", ...hangs, readyTimeoutMs: 300 })).rejects.toMatchObject({
      facts: { reason: "it was not ready after 300 ms" },
    });
  });

  test("that ignores everything is killed", async () => {
    const files = program(`process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); reportReady({});`);
    const child = await startChild({ name: "deaf", ...files, stopTimeoutMs: 50 });
    expect(await child.stop()).toMatchObject({ signal: "SIGKILL", expected: true });
  });
});

test("a log keeps whole lines, however they come, and ends an unfinished one", () => {
  const log = openLineLog(join(dir, "pieces.log"));
  for (const piece of ["a", "b\nc", "\n", "d"]) log.write(piece);
  expect(log.lastLines()).toEqual(["ab", "c", "d"]);
  log.close();
  expect(readFileSync(join(dir, "pieces.log"), "utf8")).toBe("ab\nc\nd\n");
  expect(statSync(join(dir, "pieces.log")).mode & 0o777).toBe(0o600);
});

test("a taken port is named with its part and the way out", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await expect(requireFreePorts([{ part: "verifier 1", port }])).rejects.toMatchObject({
    code: "port-taken",
    message: expect.stringMatching(new RegExp(`Port ${port} for verifier 1 .*--port-base`)),
  });
  server.close();
  await once(server, "close");
  await requireFreePorts([{ part: "verifier 1", port }]);
  const twice = [
    { part: "front", port },
    { part: "s3", port },
  ];
  await expect(requireFreePorts(twice)).rejects.toMatchObject({ code: "port-twice" });
});

test("a taken UDP port is named too, and hinders nobody on TCP", async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  const gateway = { part: "gateway agent 1 (UDP)", port, udp: true } as const;
  await expect(requireFreePorts([gateway])).rejects.toMatchObject({
    code: "port-taken",
    message: expect.stringMatching(new RegExp(`Port ${port} for gateway agent 1 \\(UDP\\) .*--port-base`)),
  });
  await requireFreePorts([{ part: "front", port }]);
  socket.close();
  await once(socket, "close");
  await requireFreePorts([gateway, { part: "front", port }]);
});

describe("anvil", () => {
  test("goes on from its dump, and only from there after a kill", async () => {
    const options = { stateDir: join(dir, "chain"), chainId: 31_337, port: 0 };
    const first = await startAnvil(options);
    expect(first.resumed).toBe(false);
    await expect.poll(() => blockNumber(first.rpcUrl), { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    await first.dump();
    const dumped = JSON.parse(readFileSync(join(options.stateDir, "chain.json"), "utf8")) as {
      block: { number: string };
    };
    process.kill(first.pid, "SIGKILL");
    expect(await first.exited).toMatchObject({ signal: "SIGKILL", expected: false });

    const second = await startAnvil(options);
    expect(second.resumed).toBe(true);
    expect(await blockNumber(second.rpcUrl)).toBeGreaterThanOrEqual(Number(dumped.block.number));
    expect(readFileSync(join(options.stateDir, "anvil.log"), "utf8")).not.toMatch(/^\(0\)/m); // no accounts with known keys
    await second.stop();
    expect(await second.exited).toMatchObject({ expected: true });
    expect(existsSync(join(options.stateDir, "chain.json.new"))).toBe(false);
  });

  test("that cannot bind says why", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await expect(startAnvil({ stateDir: join(dir, "taken"), chainId: 1, port })).rejects.toMatchObject({
      code: "chain-start-failed",
    });
    server.close();
  });
});

describe("postgres", () => {
  test("keeps what it acknowledged through kill -9", async () => {
    const options = { stateDir: join(dir, "postgres"), port: await freePort() };
    const first = await startPostgres(options);
    await first.createDatabase("verifier_1");
    await first.createDatabase("verifier_1");
    await expect(first.createDatabase('x"; drop')).rejects.toMatchObject({ code: "bad-database-name" });
    await query(first.url("verifier_1"), "create table kept (id int primary key); insert into kept values (7)");
    expect(statSync(join(options.stateDir, "password")).mode & 0o777).toBe(0o600);
    expect(first.residentBytes()).toBeGreaterThan(5_000_000);
    process.kill(first.pid, "SIGKILL");
    expect(await first.exited).toMatchObject({ expected: false });

    const second = await startPostgres(options);
    // A duplicate key is refused only if the row is still there.
    await expect(query(second.url("verifier_1"), "insert into kept values (7)")).rejects.toThrow(/duplicate key/);
    await second.stop();
    expect(await second.exited).toMatchObject({ code: 0, expected: true });
  });
});

test.runIf(canDieWithParent())("everything dies with a supervisor that is killed", async () => {
  const port = await freePort();
  const steady = program(`setInterval(() => {}, 1000); reportReady({}); closeWhenAsked(async () => {});`);
  const supervisor = program(`
    import { startAnvil } from ${JSON.stringify(join(here, "anvil.ts"))};
    import { startPostgres } from ${JSON.stringify(join(here, "postgres.ts"))};
    import { startChild } from ${JSON.stringify(join(here, "child.ts"))};
    const anvil = await startAnvil({ stateDir: "${dir}/killed/chain", chainId: 31337, port: 0 });
    const postgres = await startPostgres({ stateDir: "${dir}/killed/postgres", port: ${port} });
    const child = await startChild({ name: "steady", ...${JSON.stringify(steady)} });
    console.log(JSON.stringify([anvil.pid, postgres.pid, child.pid]));`);
  const supervising = spawn(process.execPath, [supervisor.module], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(supervising.stdout.setEncoding("utf8"), "data")) as [string];
  const pids = JSON.parse(text) as number[];
  expect(pids.map(isAlive)).toEqual([true, true, true]);
  supervising.kill("SIGKILL");
  await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false, false]);
});
