import { setTimeout as pause } from "node:timers/promises";
import type { ChainReader } from "@wayleave/chain/chainReader";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import { verifiersAt } from "@wayleave/chain/registryAt";
import { lastStatement } from "@wayleave/chain/settlementHistory";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { formatUsd, formatWay } from "@wayleave/core/money";
import type { Network } from "@wayleave/core/network";
import { epochAt, epochStart } from "@wayleave/core/time";
import { coverageByDevice, type DeviceCoverageReport } from "@wayleave/kind-wireless/verify/coverageReport";
import { whyNothingCounted } from "../status/wirelessLines.ts";
import { scaleText, unitsText } from "../wireless/figures.ts";
import { eachLimited } from "../network/eachLimited.ts";
import { verifierPlaces } from "../network/fetchedBundles.ts";
import { tablesOf } from "../network/publishedTables.ts";
import { deviceSeenBy } from "../network/verifierClient.ts";
import type { Phase } from "../network/startNetwork.ts";

/** How often a step is looked for: a third of a local block. */
const LOOK_MS = 300;
/** A verifier that is away must not hold up the others. */
const LINK_PATIENCE_MS = 5_000;
const VERIFIERS_ASKED_AT_ONCE = 4;

/** What one device's way into a network is read from. */
export interface JourneyNeeds {
  readonly network: Network;
  readonly device: Address;
  readonly owner: Address | null;
  readonly index: EventIndex;
  readonly reader: ChainReader;
  readonly links: () => readonly { readonly role: string; readonly connected: boolean }[];
  /** The first epoch that the device committed to; resolves when it did. Null for a kind that commits to nothing. */
  readonly committed: Promise<number> | null;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** Follows a device from its first link to its first proof, each step seen from outside the device where it can be. */
export async function firstSteps(needs: JourneyNeeds, phase: Phase): Promise<void> {
  await phase(
    "Links",
    () => linked(needs),
    ({ connected, all, operators }) => `with ${connected} of ${all} verifiers and ${operators} operators`,
  );
  await phase(
    "Registered",
    () => registered(needs),
    ({ before, atMs }) =>
      before
        ? `on chain since ${new Date(atMs).toISOString().slice(0, 19)}`
        : "on chain: the first challenge was passed and a verifier's ticket paid the way",
  );
  const { committed, signal } = needs;
  if (committed !== null) {
    await phase(
      "Commitment",
      () => aborted(committed, signal),
      (epoch) => `signed for epoch ${epoch}: what the device holds, fixed before its challenges are known`,
    );
  }
  await phase(
    "First proof",
    () => firstVerdict(needs),
    ({ epoch, slot, outcome }) => `epoch ${epoch}, slot ${slot}: ${outcome}`,
  );
}

async function linked({ links, signal }: JourneyNeeds) {
  const started = performance.now();
  for (;;) {
    const verifiers = links().filter(({ role }) => role === "verifier");
    const connected = verifiers.filter((link) => link.connected).length;
    const patient = performance.now() - started < LINK_PATIENCE_MS;
    if (connected > 0 && (connected === verifiers.length || !patient)) {
      const operators = links().filter((link) => link.role === "operator" && link.connected).length;
      return { connected, all: verifiers.length, operators };
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}

async function registered({ reader, device, signal }: JourneyNeeds) {
  for (let look = 0; ; look++) {
    const found = await reader.device(device);
    if (found !== null) return { before: look === 0, atMs: found.registeredAtMs };
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** The newest verdict that any verifier has of this device in the running epoch or the one before. */
async function firstVerdict(needs: JourneyNeeds) {
  const { network, signal, nowMs } = needs;
  for (;;) {
    const since = epochAt(network.schedule, nowMs()) - 1;
    const rows = (await verdictsOf(needs)).filter(({ epoch }) => epoch >= since);
    const judged = rows.find(({ outcome }) => outcome === "pass") ?? rows.find(({ outcome }) => outcome !== "void");
    if (judged !== undefined) return judged;
    await pause(3 * LOOK_MS, undefined, { signal });
  }
}

async function verdictsOf({ index, device }: JourneyNeeds) {
  await index.sync();
  const places = verifierPlaces(await verifiersAt(index));
  const seen = await eachLimited(places, VERIFIERS_ASKED_AT_ONCE, async ({ url }) => {
    try {
      return (await deviceSeenBy(url, device)).verdicts;
    } catch (error) {
      if (error instanceof WayleaveError) return []; // away: the others tell
      throw error;
    }
  });
  return seen.flat();
}

/** Says one line for every epoch that ended, until `signal`. */
export async function sayEpochs(needs: JourneyNeeds, sayLine: (text: string) => void): Promise<never> {
  const { network, signal, nowMs } = needs;
  const { schedule } = network;
  for (;;) {
    const epoch = epochAt(schedule, nowMs());
    await pause(epochStart(schedule, epoch + 1) + schedule.cutMs - nowMs(), undefined, { signal });
    const rows = (await verdictsOf(needs)).filter((row) => row.epoch === epoch);
    const passed = rows.filter(({ outcome }) => outcome === "pass").length;
    const others = new Set(rows.flatMap(({ outcome }) => (outcome === "pass" ? [] : [outcome])));
    const faults = others.size === 0 ? "" : ` (${[...others].join(", ")})`;
    sayLine(`Epoch ${epoch}: ${passed} of ${rows.length} challenges passed${faults}; ${await earned(needs)}`);
  }
}

async function earned({ index, device, owner }: JourneyNeeds): Promise<string> {
  try {
    const posted = await lastStatement(index);
    if (posted === null) return "nothing is settled yet";
    const urls = verifierPlaces(await verifiersAt(index)).map(({ url }) => url);
    const tables = await tablesOf(urls, posted);
    const covered = coverageOf(coverageByDevice(tables).find((report) => report.device === device));
    const row = tables.payouts.find(({ account }) => account === (owner ?? device));
    if (row === undefined) return `nothing earned up to epoch ${posted.epoch}${covered}`;
    return `earned $${formatUsd(row.dollars)} and ${formatWay(row.way)} WAY in all up to epoch ${posted.epoch}${covered}`;
  } catch (error) {
    if (error instanceof WayleaveError) return `what it earned cannot be read now (${error.code})`;
    throw error;
  }
}

/** Empty for a device of a kind without coverage. */
function coverageOf(report: DeviceCoverageReport | undefined): string {
  if (report === undefined) return "";
  const why = whyNothingCounted(report);
  if (why !== null) return `; no coverage counted: ${why}`;
  return `; coverage ${unitsText(report.units)} units at scale ${scaleText(report.scalePpm)}`;
}

/** A promise that gives way to a stop. */
function aborted<T>(wanted: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return Promise.race([wanted, promise]).finally(() => signal.removeEventListener("abort", stop));
}
