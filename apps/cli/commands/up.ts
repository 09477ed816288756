import colors from "picocolors";
import type { ChildCrash } from "../supervise/child.ts";
import { type RunningNetwork, startNetwork } from "../network/startNetwork.ts";
import { sayPhases } from "../phases.ts";
import { mib, printJson, say, wholeNumber } from "../terminal.ts";

const GIB = 2 ** 30;

/** Runs a whole network until Ctrl-C. */
export async function up(options: Record<string, string>): Promise<void> {
  const started = performance.now();
  const network = await startNetwork(
    {
      directory: options["dir"]!,
      portBase: wholeNumber("port-base", options["portBase"], 1024, 60_000),
      storage: wholeNumber("storage", options["storage"], 1, 64),
      gateways: wholeNumber("gateways", options["gateways"], 0, 16),
      cheaters: wholeNumber("cheaters", options["cheaters"], 0, 32),
      epochMs: wholeNumber("epoch-s", options["epochS"], 15, 86_400) * 1000,
      quotaBytes: wholeNumber("quota-gib", options["quotaGib"], 1, 100_000) * GIB,
    },
    { phase: sayPhases(), onCrash: sayCrash },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (options["json"]) printJson({ ready: true, seconds: Number(seconds), ...network.file });
  else welcome(network, seconds);
  await stopWhenAsked(network);
}

/** A part that crashed is shown with its last lines; the rest goes on. */
export function sayCrash(crash: ChildCrash): void {
  say(
    `${colors.red("✘")} ${crash.name} ended (${crash.signal ?? `code ${crash.code}`}); the rest keeps running. Its last lines:`,
  );
  for (const line of crash.lastLines) say(colors.dim(`    ${line}`));
}

function welcome({ file, resumed, mustRecover, memory }: RunningNetwork, seconds: string): void {
  const { endpoints, demo } = file;
  const total = [...memory().values()].reduce((sum, bytes) => sum + bytes, 0);
  const cli = "npm run -s wayleave --";
  const lines = [
    "",
    colors.bold(
      `Ready in ${seconds} s${resumed ? ", with all data of last time" : ""} (${mib(total)} resident in all)`,
    ),
    `  S3          ${endpoints.s3}  region ${demo.region}, path-style`,
    ...(demo.lorawan === null ? [] : [`  MQTT        ${endpoints.mqtt}  (LoRaWAN events; the radio is simulated)`]),
    `  API         ${endpoints.front}  (OpenAPI at /openapi.json)`,
    ...endpoints.verifiers.map((url, i) => `  Verifier ${i + 1}  ${url}`),
    `  Chain       ${endpoints.chain}  (a local chain in one process: real contracts, no real money)`,
    "",
    `  Demo customer: free credits, bucket "${demo.bucket}"`,
    `    AWS_ACCESS_KEY_ID=${demo.accessKeyId}`,
    `    AWS_SECRET_ACCESS_KEY=${demo.secretAccessKey}`,
    `    API key ${demo.apiKey}`,
    "",
    "Try next, in another terminal:",
    `  ${cli} put README.md ${demo.bucket}/`,
    ...(demo.lorawan === null
      ? []
      : [`  ${cli} events            # decoded LoRaWAN uplinks as they come; Ctrl-C ends it`]),
    `  ${cli} status`,
    `  ${cli} economy`,
    "Ctrl-C stops everything; the next start resumes with all data.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (mustRecover) say(colors.yellow(`The front lost its database and serves nothing yet: ${cli} recover`));
}

/** Waits for Ctrl-C or SIGTERM, then stops in order. A second Ctrl-C ends at once. */
async function stopWhenAsked(network: RunningNetwork): Promise<void> {
  const reason = await new Promise<string>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
  });
  process.on("SIGINT", () => process.exit(130));
  say(`\n${reason}: stopping (once more to stop at once)…`);
  await network.stop();
  say("Stopped. Everything that was acknowledged is on disk.");
  process.exit(reason === "SIGINT" ? 130 : 0);
}
