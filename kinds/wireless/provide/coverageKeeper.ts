import { randomBytes } from "node:crypto";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Hash32, Hex } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { type Clock, type Schedule, epochStart } from "@wayleave/core/time";
import type { GatewayStatus } from "../model/agentApi.ts";
import { beaconPlan, mayBeBeacon } from "../model/beacon.ts";
import {
  type BeaconStatement,
  COMMITMENTS_MAX,
  encodeCoverageAnswer,
  REVEALS_MAX,
  reportCommitment,
  SALT_BYTES,
  type WitnessReport,
} from "../model/coverage.ts";
import { bucketOf, type CoverageRules, coverageRules, revealAfterMs } from "../model/coverageRules.ts";
import type { RegionName } from "../model/device.ts";
import type { DownlinkOutcome, RadioDownlink, RadioUplink } from "../model/radio.ts";
import type { SendOptions } from "./gatewayServer.ts";
import type { Coverage } from "./wirelessProvider.ts";

/** Below the shortest answer deadline (2 s), so that an answer is in time though the gateway says nothing. */
const BEACON_WAIT_MS = 1_000;
/** Reports are answered with until so many epochs after they were heard. */
const EPOCHS_KEPT = 1;

export interface CoverageKeeperOptions {
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
  readonly region: RegionName;
  /** Of the antenna less its cable: 0…1500 hundredths of a dBi. */
  readonly gainCentiDb: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The gateways that beacons go out by. */
export interface BeaconRadio {
  gateways(): readonly GatewayStatus[];
  send(downlink: RadioDownlink, options: SendOptions): Promise<DownlinkOutcome>;
}

interface Heard {
  readonly report: WitnessReport;
  readonly commitment: Hash32;
}

/**
 * An agent's part in coverage: on the first challenge of a time bucket it sends a beacon made of that challenge; what it
 * hears of others' beacons it commits to in every answer, and reveals when nobody can commit to a copy any more.
 * In memory: after a restart it beacons anew, and what it had heard is lost.
 */
export class CoverageKeeper implements Coverage {
  readonly #of: CoverageKeeperOptions;
  readonly #rules: CoverageRules;
  #radio: BeaconRadio | null = null;
  #bucket = -1;
  #beacon: BeaconStatement | null = null;
  #beaconing: Promise<void> | null = null;
  #heard = new Map<Hex, Heard>();

  constructor(options: CoverageKeeperOptions) {
    this.#of = options;
    this.#rules = coverageRules(options.schedule);
  }

  /** The provider's gateways, which exist only after it was given this. */
  attach(radio: BeaconRadio): void {
    this.#radio = radio;
  }

  /** A proprietary frame: kept when it may be somebody's beacon. The strongest of this device's own gateways counts. */
  heard(uplink: RadioUplink): void {
    const { payload, frequencyHz, rssiDbm, snrDb, gatewayEui, receivedAtMs } = uplink;
    if (!mayBeBeacon(payload)) return;
    const id = toHex(payload);
    if (this.#beacon !== null && toHex(this.#beacon.payload) === id) return;
    if (this.#heard.has(id) || this.#heard.size >= COMMITMENTS_MAX) return;
    const report: WitnessReport = {
      payload: Uint8Array.from(payload),
      frequencyHz,
      rssiCentiDbm: centi(rssiDbm),
      snrCentiDb: centi(snrDb),
      receivedAtMs,
      gatewayEui,
      salt: randomBytes(SALT_BYTES),
    };
    this.#heard.set(id, { report, commitment: reportCommitment(this.#of.key.id, report) });
  }

  async answer({ epoch, challenge }: { readonly epoch: number; readonly challenge: Hash32 }): Promise<Uint8Array> {
    const { key, domain, region, gainCentiDb, clock, schedule } = this.#of;
    this.#forget(epochStart(schedule, epoch - EPOCHS_KEPT));
    const bucket = bucketOf(this.#rules, clock.now());
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#beacon = null;
    }
    if (this.#beacon === null) {
      this.#beaconing ??= this.#sendBeacon(challenge).finally(() => (this.#beaconing = null));
      await this.#beaconing;
    }
    const now = clock.now();
    const own = this.#beacon === null ? null : toHex(this.#beacon.payload);
    const heard = [...this.#heard].filter(([payload]) => payload !== own).map(([, each]) => each);
    const [old, young] = [true, false].map((revealed) =>
      heard.filter(({ report }) => now >= revealAfterMs(this.#rules, report.receivedAtMs) === revealed),
    );
    const answer = {
      ...{ challenge, epoch, region, gainCentiDb, beacon: this.#beacon },
      commitments: young!.map(({ commitment }) => commitment),
      reveals: old!.slice(0, REVEALS_MAX).map(({ report }) => report),
    };
    return encodeCoverageAnswer(answer, { domain, device: key.id, sign: (digest) => key.sign(digest) });
  }

  async #sendBeacon(challenge: Hash32): Promise<void> {
    const { region, clock, log, gainCentiDb } = this.#of;
    const gateway = this.#radio?.gateways().find(({ online }) => online);
    if (this.#radio === null || gateway === undefined) return;
    const { payload, frequencyHz, modulation, powerMaxCentiDbm } = beaconPlan(region, challenge);
    const downlink: RadioDownlink = {
      ...{ payload, frequencyHz, modulation, codingRate: "4/5", timing: null },
      gatewayEui: gateway.eui,
      powerDbm: powerMaxCentiDbm / 100,
    };
    const transmittedAtMs = clock.now();
    const outcome = await Promise.race([
      this.#radio.send(downlink, { likeUplink: true }),
      new Promise<DownlinkOutcome>((resolve) => {
        setTimeout(() => resolve("no-acknowledgement"), BEACON_WAIT_MS).unref();
      }),
    ]);
    log.info({ gateway: gateway.eui, frequencyHz, outcome }, "Sent a beacon");
    if (outcome !== "sent") return;
    const powerCentiDbm = powerMaxCentiDbm - gainCentiDb;
    const statement = { payload, transmittedAtMs, frequencyHz, modulation, powerCentiDbm };
    this.#beacon = { challenge: toHex(hexToBytes(challenge)), ...statement };
  }

  #forget(beforeMs: number): void {
    for (const [payload, { report }] of this.#heard) if (report.receivedAtMs < beforeMs) this.#heard.delete(payload);
  }
}

function centi(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value * 100)));
}
