import { secondsText } from "./story.ts";
import { mib } from "../terminal.ts";
import { putBytes, readDigest, realFile, sha256Of } from "./demoFiles.ts";
import { deviceId } from "./networkWatch.ts";
import type { DemoScene } from "./scene.ts";
import { until } from "./until.ts";

const FILE_BYTES = 64 * 2 ** 20;
const FILE_KEY = "runtime.bin";
const JOIN_MS = 30_000;
/** The dead must be noticed (half an epoch) and 16 MiB rebuilt for each; two busy cores may take several times that. */
const REPAIR_MS = 90_000;
const VICTIMS = ["device-1", "device-2"] as const;
const SPARES = [7, 8] as const;

/** @returns the digest of what was stored. */
export function storeChapter({ story, watch, customer }: DemoScene): Promise<string> {
  return story.chapter("A customer stores a file by S3", async () => {
    await until("All six devices serving", JOIN_MS, async () => ((await watch.front()).serving === 6 ? true : null));
    const bytes = await realFile(FILE_BYTES);
    const sha256 = sha256Of(bytes);
    const started = performance.now();
    await putBytes(customer, FILE_KEY, bytes);
    const putMs = performance.now() - started;
    story.tell(
      `${mib(bytes.byteLength)} of this machine's Node program, SHA-256 ${sha256.slice(0, 16)}…, in ${secondsText(putMs)}`,
    );
    // A device that was slow is left out of an upload and its shard made up for by repair, within seconds.
    const holders = await until("Every segment lying on six devices", REPAIR_MS, async () => {
      const segments = await watch.holdersOf(FILE_KEY);
      return segments.every((of) => new Set(of).size === 6) ? segments : null;
    });
    story.check(
      "it lies encrypted on six devices of six owners and networks, any four of which restore it",
      holders.length > 0,
    );
    const back = await readDigest(customer, FILE_KEY);
    story.check("what is read back is identical", back.sha256 === sha256);
    story.figure("storedBytes", bytes.byteLength, `${mib(bytes.byteLength)} stored in ${secondsText(putMs)}`);
    return sha256;
  });
}

export function killChapter({ story, network, customer }: DemoScene, sha256: string): Promise<void> {
  return story.chapter("Two of six devices burn down", async () => {
    for (const victim of VICTIMS) await network.destroyDevice(victim);
    story.tell("device 1 and device 2: killed with signal 9, their directories deleted");
    const started = performance.now();
    const back = await readDigest(customer, FILE_KEY);
    const readMs = performance.now() - started;
    story.check(`the file is read back identical, byte for byte, in ${secondsText(readMs)}`, back.sha256 === sha256);
    story.figure(
      "readWithTwoOfSixDestroyedMs",
      Math.round(readMs),
      `read back identical in ${secondsText(readMs)} with two of six devices destroyed`,
    );
  });
}

export function repairChapter({ story, network, watch, customer }: DemoScene, sha256: string): Promise<void> {
  return story.chapter("Two spare devices join, and what was lost is rebuilt on them", async () => {
    const dead = VICTIMS.map((name) => deviceId(network, name) as string);
    const started = performance.now();
    await Promise.all(SPARES.map((index) => network.startDevice(index)));
    const spares = SPARES.map((index) => deviceId(network, `device-${index}`) as string);
    await until("Both spare devices joining", JOIN_MS, async () => {
      const known = await Promise.all(spares.map((id) => watch.reader.device(id as `0x${string}`)));
      return known.every((device) => device !== null) ? true : null;
    });
    story.tell(
      `device 7 and device 8 joined by ticket after ${secondsText(performance.now() - started)}: no tokens, one proof`,
    );
    const front = await until("Full health after repair", REPAIR_MS, async () => {
      const now = await watch.front();
      const { healthy = 0, degraded = 0, atRisk = 0, lost = 0 } = now.storage?.segments ?? {};
      return healthy > 0 && degraded + atRisk + lost === 0 && (await isOffDead(dead)) ? now : null;
    });
    const repairMs = performance.now() - started;
    const holders = await watch.holdersOf(FILE_KEY);
    story.check(
      "every segment has six shards on six living devices again",
      holders.every((of) => new Set(of).size === 6),
    );
    story.check(
      "the spare devices hold the rebuilt shards",
      spares.every((id) => holders.every((of) => of.includes(id))),
    );
    const back = await readDigest(customer, FILE_KEY);
    story.check("the file is still identical", back.sha256 === sha256);
    const healthy = front.storage?.segments?.healthy ?? 0;
    story.figure(
      "repairMs",
      Math.round(repairMs),
      `${healthy} segments back at full health ${secondsText(repairMs)} after two spares were started`,
    );
  });

  async function isOffDead(dead: readonly string[]): Promise<boolean> {
    const holders = await watch.holdersOf(FILE_KEY);
    return holders.every((of) => of.every((id) => !dead.includes(id)));
  }
}
