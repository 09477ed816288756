import type { PlacementDevice } from "../segments/placement.ts";
import { pieceHolders, scanHealth, scanMisplaced, type SegmentHealth } from "./segmentHealth.ts";
import { type RepairDependencies, SegmentRepair } from "./segmentRepair.ts";

/** Receipts are renewed this long before they end. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
/** Segments at once: one waits for a disk while the other moves. */
const AT_ONCE = 2;
/** A segment that could not be repaired is left alone for a while, so that others get their turn. */
const GIVE_UP_MS = 30_000;
/** Remembered refusals; more means that devices are missing altogether. */
const REFUSALS_MAX = 10_000;

export interface RepairLimits {
  /** Bytes to new devices a second, on average: repair leaves the line to customers. */
  readonly bytesPerS: number;
}
export const REPAIR_LIMITS: RepairLimits = { bytesPerS: 32 << 20 };

export interface RepairFigures {
  readonly segments: SegmentHealth;
  /** Segments whose holders break a placement rule. */
  readonly misplaced: number;
  /** Since the start. */
  readonly segmentsRepaired: number;
  readonly shardsRebuilt: number;
  readonly rebuiltBytes: number;
  /** Segments that lack shards for which there is no device that the rules allow. */
  readonly withoutSpareDevices: number;
  readonly lastScanMs: number | null;
}

/** Finds segments that lack shards, or whose shards stand too close together, and repairs them, nearest to loss first. */
export class RepairLoop {
  readonly #use: RepairDependencies;
  readonly #limits: RepairLimits;
  readonly #repair: SegmentRepair;
  /** When a segment may be tried again. */
  readonly #refusedUntil = new Map<number, number>();
  #placedFor = "";
  #seenDevices = "";
  #figures: RepairFigures = {
    segments: { healthy: 0, degraded: 0, atRisk: 0, lost: 0 },
    ...{
      misplaced: 0,
      segmentsRepaired: 0,
      shardsRebuilt: 0,
      rebuiltBytes: 0,
      withoutSpareDevices: 0,
      lastScanMs: null,
    },
  };

  constructor(dependencies: RepairDependencies, limits: RepairLimits = REPAIR_LIMITS) {
    this.#use = dependencies;
    this.#limits = limits;
    this.#repair = new SegmentRepair(dependencies);
  }

  get figures(): RepairFigures {
    return this.#figures;
  }

  /** One scan and the repairs it calls for. @returns how many segments were repaired. */
  async round(signal?: AbortSignal): Promise<number> {
    const queue = await this.#scan();
    let repaired = 0;
    const noSpare = new Set<number>();
    const work = async (): Promise<void> => {
      for (let segment = queue.shift(); segment !== undefined && signal?.aborted !== true; segment = queue.shift()) {
        const startedMs = performance.now();
        const bytes = await this.#repairOne(segment, noSpare);
        if (bytes === 0) continue;
        repaired++;
        const dueMs = (bytes / this.#limits.bytesPerS) * 1000 * AT_ONCE - (performance.now() - startedMs);
        if (dueMs > 0) await pause(dueMs, signal);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.#figures = { ...this.#figures, withoutSpareDevices: noSpare.size };
    return repaired;
  }

  async #scan(): Promise<number[]> {
    const { database, availability, devices, clock } = this.#use;
    availability.observe();
    const holders = await pieceHolders(database);
    const available = holders.filter((device) => availability.counts(device));
    const { lacking, ...segments } = await scanHealth(database, available, clock.now() + RENEW_BEFORE_MS);
    const misplaced = await this.#misplaced(devices.candidates());
    this.#figures = { ...this.#figures, segments, misplaced: misplaced.length, lastScanMs: clock.now() };
    const now = clock.monotonicMs();
    const all = [...new Set([...lacking, ...misplaced])];
    return all.filter((segment) => (this.#refusedUntil.get(segment) ?? 0) <= now);
  }

  /** Looked for only when a device came or moved, until none is left. */
  async #misplaced(devices: readonly PlacementDevice[]): Promise<number[]> {
    const facts = devices
      .map(({ id, owner, prefix, network }) => `${id} ${owner} ${prefix} ${network}`)
      .sort()
      .join("\n");
    if (facts !== this.#seenDevices) this.retryRefused();
    this.#seenDevices = facts;
    if (facts === this.#placedFor) return [];
    const found = await scanMisplaced(this.#use.database, devices);
    if (found.length === 0) this.#placedFor = facts;
    return found;
  }

  /** @returns bytes that went to new devices. */
  async #repairOne(segment: number, noSpare: Set<number>): Promise<number> {
    const { clock, log } = this.#use;
    try {
      const done = await this.#repair.repair(segment, clock.now() + RENEW_BEFORE_MS);
      if (done.outcome === "repaired") {
        const { segmentsRepaired, shardsRebuilt, rebuiltBytes } = this.#figures;
        this.#figures = {
          ...this.#figures,
          segmentsRepaired: segmentsRepaired + 1,
          shardsRebuilt: shardsRebuilt + done.shards,
          rebuiltBytes: rebuiltBytes + done.rebuiltBytes,
        };
        log.info({ segment, shards: done.shards }, "Repair a segment");
        return done.rebuiltBytes;
      }
      if (done.outcome === "no-spare-devices") noSpare.add(segment);
      if (done.outcome === "unreadable") log.warn({ segment }, "Fail to repair a segment: too few shards are served");
    } catch (error) {
      log.warn({ segment, reason: String(error) }, "Fail to repair a segment");
    }
    if (this.#refusedUntil.size >= REFUSALS_MAX) this.#refusedUntil.clear();
    this.#refusedUntil.set(segment, clock.monotonicMs() + GIVE_UP_MS);
    return 0;
  }

  /** Devices changed: what was refused may work now. */
  retryRefused(): void {
    this.#refusedUntil.clear();
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
