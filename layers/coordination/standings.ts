import type { Address } from "@wayleave/core/ids";
import type { Judge } from "@wayleave/core/kind";
import { epochStart, type Schedule, slotMs, type UnixMs } from "@wayleave/core/time";
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
  readonly store: VerifierStore;
  readonly judges: ReadonlyMap<number, Judge>;
  readonly schedule: Schedule;
  readonly devices: readonly Address[];
}

/** Faults of the running epoch and of the ones before it, from this verifier's own verdicts. Newest fault per device and kind. */
export async function standings(needs: Needs, epoch: number, now: UnixMs): Promise<Standing[]> {
  const found = new Map<string, Standing>();
  for (let each = epoch; each >= 0 && each > epoch - 1 - EPOCHS_OUT; each--) {
    for (const standing of await epochStandings(needs, each, now)) {
      const key = `${standing.device}/${standing.kind}`;
      if (!found.has(key)) found.set(key, standing);
    }
  }
  return [...found.values()];
}

async function epochStandings(needs: Needs, epoch: number, now: UnixMs): Promise<Standing[]> {
  const rows = await needs.store.verdictsOf(epoch);
  const standings: Standing[] = [];
  for (const [kind, judge] of needs.judges) {
    const slotsDue = slotsPassed(needs.schedule, epoch, now);
    for (const device of needs.devices) {
      const own = rows.filter((row) => row.device === device && row.kind === kind).sort((a, b) => a.slot - b.slot);
      // One missed challenge early in an epoch is no verdict yet: half of the epoch's slots must have passed.
      if (
        own.length === 0 ||
        (own.length < needs.schedule.slotsPerEpoch / 2 && own.every((row) => row.outcome === "no-answer"))
      )
        continue;
      const { fault } = judge.assess(own, { slotsDue: Math.min(slotsDue, own.length) });
      if (fault !== null) standings.push({ device, kind, fault, epoch });
    }
  }
  return standings;
}

function slotsPassed(schedule: Schedule, epoch: number, now: UnixMs): number {
  const since = now - epochStart(schedule, epoch) - schedule.leadMs;
  return Math.max(0, Math.min(schedule.slotsPerEpoch, Math.floor(since / slotMs(schedule))));
}
