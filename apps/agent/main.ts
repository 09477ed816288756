import { readFile } from "node:fs/promises";
import { closeWhenAsked, reportReady } from "@wayleave/core/supervised";
import { pino } from "pino";
import { agentConfigSchema } from "./config.ts";
import { runAgent } from "./runAgent.ts";

const config = agentConfigSchema.parse(JSON.parse(await readFile(process.argv[2] ?? "agent.json", "utf8")));
const log = pino({ level: config.logLevel, base: { program: "agent" } });
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

const agent = await runAgent(config, { clock, log });
reportReady({ device: agent.device });

closeWhenAsked(async (reason) => {
  log.info({ reason }, "Stopping");
  await agent.close();
});
