import type { Address } from "@wayleave/core/ids";
import { CLAIM_SLOT, type Judge, type VerdictRow } from "@wayleave/core/kind";
import { epochStart, type Schedule, slotMs, type UnixMs } from "@wayleave/core/time";
import { NO_ANSWER } from "./duties/challenging.ts";
import type { RegisteredDevice } from "./settle/settleInput.ts";
import type { VerifierStore } from "./store/verifierStore.ts";

/** A device that should be given nothing new, and why. As one verifier sees it: fronts ask several. */
export interface Standing {
  readonly device: Address;
  readonly kind: number;
  readonly fault: string;
  readonly epoch: number;
}

/** A fault keeps a device out for this many epochs after it was last seen. */
const EPOCHS_OUT = 2;

interface Needs {
  readonly store: Pick<VerifierStore, "verdictsOf">;
  readonly judges: ReadonlyMap<number, Judge>;
  readonly schedule: Schedule;
  /** Of the registry: whose faults are told, for the kinds they are registered for. */
  readonly devices: ReadonlyMap<Address, Pick<RegisteredDevice, "kinds">>;
}

/**
 * Faults of the running epoch and of the ones before it, from this verifier's own verdicts alone. Newest fault per device
 * and kind. A device has its place back when its newest fault is more than {@link EPOCHS_OUT} epochs old.
 */
export async function standings(needs: Needs, epoch: number, now: UnixMs): Promise<Standing[]> {
  const found = new Map<string, Standing>();
  for (let each = epoch; each >= 0 && each >= epoch - EPOCHS_OUT; each--) {
    for (const standing of await epochStandings(needs, each, now)) {
      const key = keyOf(standing);
      if (!found.has(key)) found.set(key, standing);
    }
  }
  return [...found.values()];
}

async function epochStandings(needs: Needs, epoch: number, now: UnixMs): Promise<Standing[]> {
  const { store, judges, schedule, devices } = needs;
  const rows = await store.verdictsOf(epoch);
  // Whom nobody answers, of several, was cut off itself: its word about absence is worth nothing.
  const alone = rows.every(isAbsence) && new Set(rows.map(({ device }) => device)).size > 1;
  const slotsDue = slotsPassed(schedule, epoch, now);
  const standings: Standing[] = [];
  for (const own of Map.groupBy(rows, keyOf).values()) {
    const { device, kind } = own[0]!;
    const judge = judges.get(kind);
    if (alone || judge === undefined || !devices.get(device)?.kinds.includes(kind)) continue;
    const asked = own.filter(({ slot }) => slot !== CLAIM_SLOT).length;
    // One missed challenge early in an epoch is no verdict yet: half of the epoch's slots must have passed.
    if (asked < schedule.slotsPerEpoch / 2 && own.every(isAbsence)) continue;
    const { fault } = judge.assess(
      own.sort((a, b) => a.slot - b.slot),
      { slotsDue: Math.min(slotsDue, asked) },
    );
    if (fault !== null) standings.push({ device, kind, fault, epoch });
  }
  return standings;
}

function isAbsence({ outcome }: VerdictRow): boolean {
  return outcome === NO_ANSWER;
}

function keyOf({ device, kind }: Pick<VerdictRow, "device" | "kind">): string {
  return `${device}/${kind}`;
}

function slotsPassed(schedule: Schedule, epoch: number, now: UnixMs): number {
  const since = now - epochStart(schedule, epoch) - schedule.leadMs;
  return Math.max(0, Math.min(schedule.slotsPerEpoch, Math.floor(since / slotMs(schedule))));
}
