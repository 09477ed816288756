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
import { type CoverageRules, bucketOf, epochOf, mayBeginBeacon, revealAfterMs } from "./coverageRules.ts";
import type { RegionName } from "./device.ts";
import type { RadioUplink } from "./radio.ts";

/** What an agent knows of itself: its own word, signed in every answer. */
export interface CoverageSelf {
  readonly device: Address;
  readonly region: RegionName;
  /** Hundredths of a dBi, 0…1500. */
  readonly gainCentiDb: number;
}

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
  #beaconBucket = -Infinity;
  #bucketBefore = -Infinity;
  #beacon: (BeaconStatement & { readonly epoch: number }) | null = null;
  #reports: WitnessReport[] = [];

  constructor(self: CoverageSelf, needs: { rules: CoverageRules; randomBytes: (size: number) => Uint8Array }) {
    this.#self = self;
    this.#rules = needs.rules;
    this.#randomBytes = needs.randomBytes;
  }

  /**
   * A challenge has come. @returns the beacon to send at once, with an uplink's polarity; null when this bucket has one
   * already, when it is too late in the epoch for others to commit to it and reveal it, or when the epoch is over: a
   * challenge that was long on its way spends no other epoch's bucket.
   */
  challenged(ask: { readonly epoch: number; readonly challenge: Hash32 }, nowMs: number): BeaconPlan | null {
    const isCurrent = epochOf(this.#rules, nowMs) === ask.epoch;
    const bucket = bucketOf(this.#rules, nowMs);
    if (!isCurrent || bucket <= this.#beaconBucket || !mayBeginBeacon(this.#rules, nowMs)) return null;
    this.#bucketBefore = this.#beaconBucket;
    this.#beaconBucket = bucket;
    return beaconPlan(this.#self.region, ask.challenge);
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
    this.#beacon = { epoch, challenge, payload, frequencyHz, modulation, powerCentiDbm, transmittedAtMs };
  }

  /** The gateway did not send the last beacon that was asked for: the next challenge asks for another. */
  notSent(): void {
    this.#beaconBucket = this.#bucketBefore;
  }

  /** A proprietary frame was heard. One report of each payload: the first antenna's. */
  heard(uplink: RadioUplink): void {
    if (!mayBeBeacon(uplink.payload)) return;
    const isSame = ({ payload }: { readonly payload: Uint8Array }) => Buffer.compare(payload, uplink.payload) === 0;
    if (this.#reports.some(isSame) || (this.#beacon !== null && isSame(this.#beacon))) return;
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
    return {
      challenge: ask.challenge,
      epoch: ask.epoch,
      region,
      gainCentiDb,
      beacon: this.#beacon?.epoch === ask.epoch ? this.#beacon : null,
      commitments: young.map((report) => reportCommitment(device, report)),
      reveals: this.#reports.filter(isRipe),
    };
  }
}

/** To what 16 bits hold. */
function inCenti(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value * 100)));
}
