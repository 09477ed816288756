/** One device that cheats, for `wayleave up --cheaters` and the tests: `cheatingAgent.ts CONFIG CHEAT`. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { agentConfigSchema } from "@wayleave/app-agent/config";
import { type RunningAgent, runAgent } from "@wayleave/app-agent/runAgent";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { pino } from "pino";
import {
  type Cheat,
  CHEATS,
  corruptPieces,
  countPieces,
  hidePieces,
  losePieces,
  replayAnswers,
  restoreSnapshot,
  takeSnapshot,
} from "./cheats.ts";

/** With fewer pieces there is nothing to be caught with. */
const PIECES_BEFORE_CHEATING = 6;
const LOOK_MS = 500;

const config = agentConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "agent.json", "utf8")));
const cheat = process.argv[3] as Cheat;
if (!CHEATS.includes(cheat)) throw new RangeError(`a cheat is one of ${CHEATS.join(", ")}`);
const log = pino({ level: config.logLevel, base: { program: "cheating agent", cheat } });
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const storage = path.join(config.directory, "storage");
const snapshot = path.join(config.directory, "snapshot");

const start = (): Promise<RunningAgent> =>
  runAgent(config, {
    clock,
    log,
    ...(cheat === "replay-answers" ? { wrap: async (provider) => replayAnswers(provider) } : {}),
  });
let agent: RunningAgent | null = await start();
let stopping = false;
reportReady({ device: agent.device, cheat });
closeWhenAsked(async () => {
  stopping = true;
  await agent?.close();
});

async function restarted(change: () => Promise<unknown>): Promise<void> {
  await agent?.close();
  agent = null;
  await change();
  if (!stopping) agent = await start();
}

async function pieces(atLeast: number): Promise<number> {
  for (;;) {
    const count = await countPieces(storage);
    if (count >= atLeast || stopping) return count;
    await pause(LOOK_MS);
  }
}

const held = await pieces(PIECES_BEFORE_CHEATING);
log.warn({ cheat, held }, "Begins to cheat");
switch (cheat) {
  case "lose-data":
    for (; !stopping; await pause(LOOK_MS)) if ((await countPieces(storage)) > 1) await losePieces(storage);
    break;
  case "corrupt-data":
    for (; !stopping; await pause(LOOK_MS)) await corruptPieces(storage);
    break;
  case "offline":
    await agent.close();
    agent = null;
    setInterval(() => {}, 60_000); // the process stays; the device is gone
    break;
  case "omit-pieces":
    await restarted(() => hidePieces(storage, path.join(config.directory, "hidden")));
    break;
  case "restore-snapshot":
    await restarted(() => takeSnapshot(storage, snapshot));
    await pieces(held + PIECES_BEFORE_CHEATING);
    await restarted(() => restoreSnapshot(storage, snapshot));
    break;
  case "replay-answers":
    break; // its answers are replayed from the start
}
