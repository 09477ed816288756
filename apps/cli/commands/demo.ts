import colors from "picocolors";
import { cheatersCaughtChapter, cheatersJoinChapter, SMALL_KEYS } from "../demo/cheating.ts";
import { readAllTheTime } from "../demo/demoFiles.ts";
import { watchNetwork } from "../demo/networkWatch.ts";
import { auctionChapter, settleChapter, verifyChapter } from "../demo/paying.ts";
import type { DemoScene } from "../demo/scene.ts";
import { type Story, tellStory } from "../demo/story.ts";
import { killChapter, repairChapter, storeChapter } from "../demo/survival.ts";
import { startTemporaryNetwork, type TemporaryNetwork } from "../demo/temporaryNetwork.ts";
import { washBeginsChapter, washEndsChapter } from "../demo/washChapters.ts";
import { coverageChapter, radioChapter } from "../demo/wirelessChapters.ts";
import { sayPhases } from "../phases.ts";
import { demoS3 } from "../s3/s3Client.ts";
import { mib, printJson, reportFailure, say, wholeNumber } from "../terminal.ts";
import { sayCrash } from "./up.ts";

const EPOCH_MS = 20_000;

/** What is real here, and what only stands for something. Said at the end of every demonstration. */
const SIMULATED = [
  "one machine: chain, verifiers, front and devices are processes on it, with real links, keys, proofs and contracts between them",
  "the devices' networks are loopback addresses with a made-up number each, so that placement rules apply",
  "radio is computed (path loss, airtime, receive windows); packet forwarders, frames and their cryptography are real",
  "the chain is one local node, and its dollars are a test coin without value",
  "epochs take 20 s instead of a day: waiting times are short, rules and bounds are the same",
];

/** Tells the whole story on a network of its own. Exit code 1 when any step is untrue. */
export async function demo(options: Record<string, string>): Promise<void> {
  const portBase = wholeNumber("port-base", options["portBase"], 1024, 60_000);
  const story = tellStory();
  let starting: Promise<TemporaryNetwork> | null = null;
  let ending: Promise<void> | null = null;
  const end = () => (ending ??= endNetwork(starting, Boolean(options["keep"])));
  process.once("SIGINT", () => void end().finally(() => process.exit(130)));
  let failure: unknown = null;
  try {
    const network = await story.chapter("A whole network starts", async () => {
      const wishes = { portBase, epochMs: EPOCH_MS, gateways: 2, phase: sayPhases(), onCrash: sayCrash };
      const started = await (starting = startTemporaryNetwork(wishes));
      story.check(
        "a chain, three verifiers, a front, six devices and two LoRaWAN gateways of eight owners run",
        started.children.size === 13,
      );
      return started;
    });
    await play(story, network);
  } catch (error) {
    failure = error;
  }
  await end();
  const ok = failure === null;
  if (options["json"]) printJson(report(story, ok, failure));
  else sayEnd(story, ok);
  if (!ok) reportFailure(failure);
}

async function play(story: Story, network: TemporaryNetwork): Promise<void> {
  const s3 = demoS3(network.file);
  const watch = await watchNetwork(network);
  const customer = { s3, endpoint: network.file.endpoints.s3, bucket: network.file.demo.bucket };
  const scene: DemoScene = { story, network, watch, customer };
  try {
    const sha256 = await storeChapter(scene);
    await killChapter(scene, sha256);
    await repairChapter(scene, sha256);
    const radio = await radioChapter(scene);
    const cheaters = await cheatersJoinChapter(scene);
    const readers = readAllTheTime(customer, SMALL_KEYS);
    const washer = await washBeginsChapter(scene);
    try {
      const settled = await cheatersCaughtChapter(scene, cheaters);
      await readers.stop();
      const { reads, bytes, failed } = readers.figures;
      story.check(`${reads} reads of customers (${mib(bytes)}) went on meanwhile, and none failed`, failed === 0, {
        failed,
      });
      await settleChapter(scene, settled);
      await coverageChapter(scene, radio);
      await verifyChapter(scene, settled);
      await washEndsChapter(scene, washer);
      await auctionChapter(scene);
    } finally {
      await readers.stop();
      await washer.close();
    }
    const residentBytes = [...network.memory().values()].reduce((sum, bytes) => sum + bytes, 0);
    story.figure("residentBytes", residentBytes, `${mib(residentBytes)} resident in all`);
    story.check("no part crashed that was not killed", network.crashes.length === 0);
  } finally {
    await watch.close();
    s3.destroy();
  }
}

/** Also of a network that is only starting: its parts write into the directory that is to be removed. */
async function endNetwork(starting: Promise<TemporaryNetwork> | null, keep: boolean): Promise<void> {
  const network = await starting?.catch(() => null); // a failed start has cleaned up by itself
  if (network === null || network === undefined) return;
  say(colors.dim("\nStopping…"));
  await network.end({ keep });
  if (keep) say(`Kept in ${network.state.root}`);
}

function report({ chapters, figures, seconds }: Story, ok: boolean, failure: unknown) {
  const reason = failure === null ? null : failure instanceof Error ? failure.message : String(failure);
  const named = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  return { ok, seconds: seconds(), reason, chapters, figures: named, simulated: SIMULATED };
}

function sayEnd({ chapters, figures, seconds }: Story, ok: boolean): void {
  const claims = chapters.flatMap((chapter) => chapter.claims);
  const held = claims.filter(({ isTrue }) => isTrue).length;
  say(colors.bold(`\n${held} of ${claims.length} claims held, in ${seconds().toFixed(0)} s`));
  for (const { text } of figures) say(`  ${text}`);
  if (!ok) return;
  say("\nWhat is simulated:");
  for (const line of SIMULATED) say(colors.dim(`  ${line}`));
}
