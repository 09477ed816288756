import type { Address, Hash32 } from "@wayleave/core/ids";
import { type BeaconPlan, beaconPlan, mayBeBeacon } from "./beacon.ts";
import {
  type BeaconStatement,
  COMMITMENTS_MAX,
  type CoverageAnswer,
  REVEALS_MAX,
  SALT_BYTES,
  type WitnessReport,
  reportCommitment,
} from "./coverage.ts";
import { type CoverageRules, bucketOf, epochOf, lastBeaconMs, mayBeginBeacon, revealAfterMs } from "./coverageRules.ts";
import type { RegionName } from "./device.ts";
import type { RadioUplink } from "./radio.ts";

/** What an agent knows of itself: its own word, signed in every answer. */
export interface CoverageSelf {
  readonly device: Address;
  readonly region: RegionName;
  /** Hundredths of a dBi, 0…1500. */
  readonly gainCentiDb: number;
}

/** Of each part of a bucket: what is left of it is for a challenge to come in. */
const DRAWN_PART = 0.6;
/** Beacons of an epoch: four buckets with one each, or one with three, and some to spare. */
const BEACONS_TOLD = 8;
/** Reports kept at a time: an epoch's, as many as one answer can commit to. What comes beyond is counted and dropped. */
const REPORTS_MAX = Math.min(COMMITMENTS_MAX, REVEALS_MAX);

/**
 * An agent's side of coverage: which beacon a challenge asks it to send, what it heard, and what an answer says of both.
 * Pure but for its own state; the clock and the salt's bytes are given to it. Lost with the process: an epoch's coverage
 * is worth less than writing every report to disk.
 */
export class CoverageNotebook {
  /** Reports that did not fit. */
  dropped = 0;
  readonly #self: CoverageSelf;
  readonly #rules: CoverageRules;
  readonly #randomBytes: (size: number) => Uint8Array;
  /** When this bucket's beacons are begun at the earliest, and how many were. */
  #bucket = { number: -Infinity, beginsMs: [] as readonly number[], begun: 0 };
  #beacons: (BeaconStatement & { readonly epoch: number })[] = [];
  #answers = 0;
  #reports: WitnessReport[] = [];

  constructor(self: CoverageSelf, needs: { rules: CoverageRules; randomBytes: (size: number) => Uint8Array }) {
    this.#self = self;
    this.#rules = needs.rules;
    this.#randomBytes = needs.randomBytes;
  }

  /**
   * A challenge has come. @returns the beacon to send at once, with an uplink's polarity; null when it is no beacon's turn,
   * when it is too late in the epoch for others to commit to it and reveal it, or when the epoch is over: a challenge that
   * was long on its way spends no other epoch's bucket.
   */
  challenged(ask: { readonly epoch: number; readonly challenge: Hash32 }, nowMs: number): BeaconPlan | null {
    const isCurrent = epochOf(this.#rules, nowMs) === ask.epoch;
    if (!isCurrent || !mayBeginBeacon(this.#rules, nowMs)) return null;
    const number = bucketOf(this.#rules, nowMs);
    if (number > this.#bucket.number) this.#bucket = { number, beginsMs: this.#drawBegins(nowMs), begun: 0 };
    const { beginsMs, begun } = this.#bucket;
    if (number < this.#bucket.number || nowMs < (beginsMs[begun] ?? Infinity)) return null;
    this.#bucket.begun++;
    return beaconPlan(this.#self.region, ask.challenge);
  }

  /**
   * A gateway that sends hears nothing meanwhile, so two that beacon at the same moment hear neither. What is left of the
   * bucket is cut in parts, and one beacon begins somewhere in each: the first that is heard counts.
   */
  #drawBegins(nowMs: number): number[] {
    const { beaconsPerBucket } = this.#rules;
    const part = (lastBeaconMs(this.#rules, nowMs) - nowMs) / beaconsPerBucket;
    return Array.from({ length: beaconsPerBucket }, (_, n) => {
      const drawn = new DataView(Uint8Array.from(this.#randomBytes(2)).buffer).getUint16(0) / 0x1_0000;
      return nowMs + (n + DRAWN_PART * drawn) * part;
    });
  }

  /**
   * The gateway says that it sent the beacon, however late it says so.
   * @param radiatedCentiDbm - EIRP, at most the plan's.
   */
  sent(
    plan: BeaconPlan,
    of: {
      readonly epoch: number;
      readonly challenge: Hash32;
      readonly atMs: number;
      readonly radiatedCentiDbm: number;
    },
  ): void {
    const { payload, frequencyHz, modulation } = plan;
    const powerCentiDbm = of.radiatedCentiDbm - this.#self.gainCentiDb;
    const { epoch, challenge, atMs: transmittedAtMs } = of;
    this.#beacons = this.#beacons.filter((beacon) => beacon.epoch === epoch).slice(1 - BEACONS_TOLD);
    this.#beacons.push({ epoch, challenge, payload, frequencyHz, modulation, powerCentiDbm, transmittedAtMs });
  }

  /** The gateway did not send the last beacon that was asked for: the next challenge asks for another. */
  notSent(): void {
    this.#bucket.begun = Math.max(0, this.#bucket.begun - 1);
  }

  /** A proprietary frame was heard. One report of each payload: the first antenna's. */
  heard(uplink: RadioUplink): void {
    if (!mayBeBeacon(uplink.payload)) return;
    const isSame = ({ payload }: { readonly payload: Uint8Array }) => Buffer.compare(payload, uplink.payload) === 0;
    if (this.#reports.some(isSame) || this.#beacons.some(isSame)) return;
    if (this.#reports.length >= REPORTS_MAX) {
      this.dropped++;
      return;
    }
    this.#reports.push({
      payload: uplink.payload.slice(),
      frequencyHz: uplink.frequencyHz,
      rssiCentiDbm: inCenti(uplink.rssiDbm),
      snrCentiDb: inCenti(uplink.snrDb),
      receivedAtMs: Math.round(uplink.receivedAtMs),
      gatewayEui: uplink.gatewayEui,
      salt: this.#randomBytes(SALT_BYTES),
    });
  }

  /**
   * What to sign as the answer to a challenge. Forgets what was heard before the epoch began: the beacon was that of another
   * epoch, whose answers it would have had to stand in.
   */
  answer(
    ask: { readonly epoch: number; readonly challenge: Hash32; readonly epochStartMs: number },
    nowMs: number,
  ): CoverageAnswer {
    this.#reports = this.#reports.filter(({ receivedAtMs }) => receivedAtMs >= ask.epochStartMs);
    const isRipe = ({ receivedAtMs }: WitnessReport) => nowMs >= revealAfterMs(this.#rules, receivedAtMs);
    const { device, region, gainCentiDb } = this.#self;
    const young = this.#reports.filter((report) => !isRipe(report));
    const beacons = this.#beacons.filter(({ epoch }) => epoch === ask.epoch);
    return {
      challenge: ask.challenge,
      epoch: ask.epoch,
      region,
      gainCentiDb,
      beacon: beacons[beacons.length - 1 - (this.#answers++ % Math.max(1, beacons.length))] ?? null, // in turn, newest first
      commitments: young.map((report) => reportCommitment(device, report)),
      reveals: this.#reports.filter(isRipe),
    };
  }
}

/** To what 16 bits hold. */
function inCenti(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value * 100)));
}
