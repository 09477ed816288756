import { randomBytes } from "node:crypto";
import { EXPECTED_FAULTS, type Cheat } from "@wayleave/testbed/cheats";
import type { Address } from "@wayleave/core/ids";
import { formatUsd } from "@wayleave/core/money";
import { epochAt } from "@wayleave/core/time";
import { secondsText } from "./story.ts";
import { type Customer, putBytes } from "./demoFiles.ts";
import { deviceId, dollarsOf, type NamedFault, type NetworkWatch, rowOf, type SettledEpoch } from "./networkWatch.ts";
import type { DemoScene } from "./scene.ts";
import { until } from "./until.ts";

/** One cheating device of the story. */
export interface Cheater {
  readonly index: number;
  readonly cheat: Cheat;
  readonly does: string;
  readonly device: Address;
}

const CHEATS: readonly Omit<Cheater, "device">[] = [
  { index: 9, cheat: "lose-data", does: "threw away half of it" },
  { index: 10, cheat: "offline", does: "went away" },
  { index: 11, cheat: "replay-answers", does: "answered every challenge with its first answer" },
];
/** What customers read all the time. */
const OBJECTS = 16;
/** Placement is drawn by lot: on average nine of sixteen go to each of nine devices, and few lots are this unlucky. */
const OBJECTS_MAX = 80;
/** As `testbed/cheatingAgent.ts` waits for. */
const PIECES_BEFORE_CHEATING = 6;
const OBJECT_BYTES = 384 * 1024;
const JOIN_MS = 30_000;
/** Two epochs are promised; the epoch in which a device begins does not count, and the machine may be busy. */
const CAUGHT_WITHIN_EPOCHS = 3.5;
/** The end of the epoch, the cut, two proposers' turns. */
const SETTLED_WITHIN_EPOCHS = 4;

export const SMALL_KEYS: readonly string[] = Array.from({ length: OBJECTS }, (_, i) => `small/${i}.bin`);

/** Three devices that cheat join like any other, and customers give them data. */
export function cheatersJoinChapter({ story, network, watch, customer }: DemoScene): Promise<readonly Cheater[]> {
  return story.chapter("Three devices join that mean to cheat", async () => {
    await Promise.all(CHEATS.map(({ index, cheat }) => network.startDevice(index, cheat)));
    const cheaters = CHEATS.map((each) => ({ ...each, device: deviceId(network, `device-${each.index}`) }));
    await until("The cheaters joining", JOIN_MS, async () => {
      const { serving = 0 } = await watch.front();
      return serving >= 6 + CHEATS.length ? true : null;
    });
    const pieces = await giveThemData(customer, watch, cheaters);
    for (const [i, { index, does, device }] of cheaters.entries()) {
      story.check(
        `device ${index} (${device.slice(0, 8)}…) was trusted with ${pieces[i]} pieces like everybody; then it ${does}`,
        pieces[i]! > 0,
      );
    }
    return cheaters;
  });
}

/**
 * Customers store small objects until each of these devices has enough to cheat with, or cheats already.
 * @returns how many pieces each was given.
 */
export async function giveThemData(
  customer: Customer,
  watch: NetworkWatch,
  devices: readonly { readonly device: Address }[],
): Promise<number[]> {
  const pieces = devices.map(() => 0);
  const begun = new Set<Address>();
  for (let i = 0; i < OBJECTS_MAX; i++) {
    const waiting = devices.filter(({ device }, at) => pieces[at]! < PIECES_BEFORE_CHEATING && !begun.has(device));
    if (i >= SMALL_KEYS.length && waiting.length === 0) break;
    const key = SMALL_KEYS[i] ?? `small/${i}.bin`;
    await putBytes(customer, key, randomBytes(OBJECT_BYTES));
    const holders = (await watch.holdersOf(key)).flat();
    for (const [at, { device }] of devices.entries()) if (holders.includes(device)) pieces[at]!++;
    for (const { device } of waiting) if (!(await watch.isLinked(device))) begun.add(device); // that one was to go away
  }
  return pieces;
}

/** @returns the settled epoch in which each of them is named. */
export function cheatersCaughtChapter(scene: DemoScene, cheaters: readonly Cheater[]): Promise<SettledEpoch> {
  const { story, network, watch, customer } = scene;
  const { schedule } = network.file.network;
  return story.chapter("Verifiers name them, and they lose their place", async () => {
    const sinceMs = Date.now();
    const faults = await Promise.all(cheaters.map((cheater) => named(scene, cheater)));
    story.tell(
      `all named within ${secondsText(Date.now() - sinceMs)}; an epoch is ${secondsText(schedule.epochMs)} here`,
    );
    for (const [i, { index, cheat }] of cheaters.entries()) {
      const { fault, epoch, verifiers } = faults[i]!;
      story.check(
        `device ${index}: fault "${fault}" in epoch ${epoch}, named by ${verifiers} of 3 verifiers`,
        EXPECTED_FAULTS[cheat].includes(fault),
      );
    }
    await until("The front hearing of it", schedule.epochMs, async () =>
      ((await watch.front()).serving ?? 99) <= 6 ? true : null,
    );
    await putBytes(customer, "after.bin", randomBytes(OBJECT_BYTES));
    const holders = (await watch.holdersOf("after.bin")).flat();
    story.check(
      "what is stored now goes to none of them",
      cheaters.every(({ device }) => !holders.includes(device)),
    );
    const from = Math.max(...faults.map(({ epoch }) => epoch));
    const settled = await until("An epoch settled with their faults", SETTLED_WITHIN_EPOCHS * schedule.epochMs, () =>
      settledWithFaults(scene, cheaters, from),
    );
    checkPay(scene, cheaters, settled);
    story.figure(
      "caught",
      cheaters.length,
      `${cheaters.length} cheaters named, out of their places and unpaid in epoch ${settled.posted.epoch}`,
    );
    return settled;
  });
}

async function named({ network, watch }: DemoScene, { index, cheat, device }: Cheater): Promise<NamedFault> {
  const { schedule } = network.file.network;
  return until(`Verifiers naming device ${index} (${cheat})`, CAUGHT_WITHIN_EPOCHS * schedule.epochMs, async () => {
    const found = await watch.faultOf(device);
    return found !== null && EXPECTED_FAULTS[cheat].includes(found.fault) ? found : null;
  });
}

/** The first settled epoch, not before `from`, in which all of them stand with a fault and somebody honest was paid. */
async function settledWithFaults(
  { watch }: DemoScene,
  cheaters: readonly Cheater[],
  from: number,
): Promise<SettledEpoch | null> {
  const settled = await watch.settled(from);
  return (
    settled.find((epoch) => cheaters.every(({ device }) => (rowOf(epoch, device)?.fault ?? null) !== null)) ?? null
  );
}

function checkPay({ story, network }: DemoScene, cheaters: readonly Cheater[], settled: SettledEpoch): void {
  const { epoch } = settled.posted;
  for (const { index, device } of cheaters) {
    const row = rowOf(settled, device)!;
    const owed = settled.tables.vouchers.find((voucher) => voucher.device === device)?.paidMicroUsd ?? 0n;
    story.check(
      `device ${index} is paid $0.00 for epoch ${epoch} (fault "${row.fault}", ${row.trust})${owed > 0n ? `: the $${formatUsd(owed)} of its vouchers went to the auction` : ""}`,
      dollarsOf(row) === 0n && row.wayAllotted === 0n,
    );
  }
  const honest = [3, 4, 5, 6, 7, 8].map((index) => deviceId(network, `device-${index}`));
  const rows = honest.map((device) => rowOf(settled, device));
  const paid = rows.filter((row) => row !== null && row.fault === null && dollarsOf(row) > 0n);
  const faulted = rows.filter((row) => row !== null && row.fault !== null).map((row) => row!.fault);
  story.check(
    `all six honest devices are paid for epoch ${epoch}, and none is accused`,
    paid.length === honest.length && faulted.length === 0,
    {
      paid: paid.length,
      faults: faulted.join(", "),
    },
  );
}

export function epochNow({ network }: DemoScene): number {
  return epochAt(network.file.network.schedule, Date.now());
}
