import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MEMORY_FLAGS } from "../../apps/cli/supervise/memoryFlags.ts";
import { type PostgresServer, startPostgres } from "../../apps/cli/supervise/postgres.ts";
import type { AgentOptions } from "./agentProcess.ts";
import { BenchProcess } from "./benchProcess.ts";
import type { FrontStarted } from "./frontProcess.ts";
import { type JitterLine, startJitterLine } from "./jitterLine.ts";

/** Three gateways hear each frame; each has an agent of its own beside it. */
const AGENTS = 3;
const LINKED_TIMEOUT_MS = 30_000;

/** A database, a front with registered devices, and a customer that listens. */
export interface WirelessFront {
  readonly front: BenchProcess;
  readonly consumer: BenchProcess;
  readonly started: FrontStarted;
  readonly postgres: PostgresServer;
  close(): Promise<void>;
}

export async function startWirelessFront(options: { under: string; portBase: number }): Promise<WirelessFront> {
  const directory = await mkdtemp(path.join(options.under, "wireless-"));
  const postgres = await startPostgres({ stateDir: path.join(directory, "postgres"), port: options.portBase });
  await postgres.createDatabase("front");
  // For whoever looks for better ones.
  const flags = process.env["BENCH_FRONT_FLAGS"]?.split(" ") ?? MEMORY_FLAGS.front;
  const front = new BenchProcess(new URL("./frontProcess.ts", import.meta.url), "front", flags, [
    postgres.url("front"),
  ]);
  const started = await front.ask<FrontStarted>("started");
  const consumer = new BenchProcess(
    new URL("./consumerProcess.ts", import.meta.url),
    "consumer",
    [],
    [...[String(started.mqttPort), started.apiKey]],
  );
  await consumer.ask("received");
  return {
    ...{ front, consumer, started, postgres },
    async close() {
      await consumer.close();
      await front.close();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Gateways with their agents, and the frames' senders. */
export interface RadioSide {
  readonly agents: readonly BenchProcess[];
  readonly generator: BenchProcess;
  close(): Promise<void>;
}

/** @param lateMsMax - of the agents' lines to the front, each way; 0: loopback as it is. */
export async function startRadioSide(
  { front, started }: WirelessFront,
  { lateMsMax, audited }: { readonly lateMsMax: number; readonly audited: boolean },
): Promise<RadioSide> {
  const lines: JitterLine[] = [];
  const agents: BenchProcess[] = [];
  for (let index = 0; index < AGENTS; index++) {
    let port = started.linkPort;
    if (lateMsMax > 0) {
      const line = await startJitterLine(started.linkPort, lateMsMax);
      lines.push(line);
      port = line.port;
    }
    const options: AgentOptions = { index, port, audited, linkId: started.linkId };
    agents.push(
      new BenchProcess(new URL("./agentProcess.ts", import.meta.url), `agent-${index}`, MEMORY_FLAGS.agent, [
        JSON.stringify(options),
      ]),
    );
  }
  const ports = await Promise.all(agents.map((agent) => agent.ask<number>("port")));
  const generator = new BenchProcess(
    new URL("./generatorProcess.ts", import.meta.url),
    "generator",
    [],
    [JSON.stringify(ports)],
  );
  const giveUpMs = performance.now() + LINKED_TIMEOUT_MS;
  while ((await front.ask<number>("linked")) < AGENTS) {
    if (performance.now() > giveUpMs) throw new Error("the front does not listen to its agents");
    await pause(100);
  }
  return {
    ...{ agents, generator },
    async close() {
      await generator.close();
      for (const agent of agents) await agent.close();
      for (const line of lines) await line.close();
    },
  };
}
