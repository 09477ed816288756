import { randomBytes } from "node:crypto";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { type Clock, type Schedule, epochStart } from "@wayleave/core/time";
import type { GatewayStatus } from "../model/agentApi.ts";
import type { BeaconPlan } from "../model/beacon.ts";
import { encodeCoverageAnswer } from "../model/coverage.ts";
import { CoverageNotebook } from "../model/coverageNotebook.ts";
import { coverageRules } from "../model/coverageRules.ts";
import type { RegionName } from "../model/device.ts";
import type { DownlinkOutcome, RadioDownlink, RadioUplink } from "../model/radio.ts";
import type { SendOptions } from "./gatewayServer.ts";
import type { Coverage } from "./wirelessProvider.ts";

/** Half of the shortest answer deadline: an answer is in time though the gateway says nothing. */
const BEACON_WAIT_MS = 1_000;

export interface CoverageKeeperOptions {
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
  readonly region: RegionName;
  /** Of the antenna less its cable: 0…1500 hundredths of a dBi. */
  readonly gainCentiDb: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** The system's by default. */
  readonly randomBytes?: (size: number) => Uint8Array;
}

/** The gateways that beacons go out by. */
export interface BeaconRadio {
  gateways(): readonly GatewayStatus[];
  send(downlink: RadioDownlink, options: SendOptions): Promise<DownlinkOutcome>;
}

/** An agent's part in coverage: sends the beacon that a challenge asks for, and signs what its notebook says. */
export class CoverageKeeper implements Coverage {
  readonly #of: CoverageKeeperOptions;
  readonly #notebook: CoverageNotebook;
  #radio: BeaconRadio | null = null;

  constructor(options: CoverageKeeperOptions) {
    this.#of = options;
    const { key, region, gainCentiDb, schedule } = options;
    const self = { device: key.id, region, gainCentiDb };
    const needs = { rules: coverageRules(schedule), randomBytes: options.randomBytes ?? randomBytes };
    this.#notebook = new CoverageNotebook(self, needs);
  }

  /** The provider's gateways, which exist only after it was given this. */
  attach(radio: BeaconRadio): void {
    this.#radio = radio;
  }

  heard(uplink: RadioUplink): void {
    this.#notebook.heard(uplink);
  }

  async answer(ask: { readonly epoch: number; readonly challenge: Hash32 }): Promise<Uint8Array> {
    const { key, domain, clock, schedule } = this.#of;
    await this.#beacon(ask);
    const epochStartMs = epochStart(schedule, ask.epoch);
    const answer = this.#notebook.answer({ ...ask, epochStartMs }, clock.now());
    return encodeCoverageAnswer(answer, { domain, device: key.id, sign: (digest) => key.sign(digest) });
  }

  /** Without a gateway that could send it the bucket stays unspent, for a challenge that comes when there is one. */
  async #beacon(ask: { readonly epoch: number; readonly challenge: Hash32 }): Promise<void> {
    const { clock } = this.#of;
    const gateway = this.#radio?.gateways().find(({ online, protocol }) => online && protocol === "gwmp");
    if (this.#radio === null || gateway === undefined) return;
    const atMs = clock.now();
    const plan = this.#notebook.challenged(ask, atMs);
    if (plan === null) return;
    const { payload, frequencyHz, modulation, powerMaxCentiDbm } = plan;
    const downlink: RadioDownlink = {
      ...{ payload, frequencyHz, modulation, codingRate: "4/5", timing: null },
      ...{ gatewayEui: gateway.eui, powerDbm: powerMaxCentiDbm / 100 },
    };
    // The answer waits for it only so long; later answers of the epoch tell of it too.
    const sending = this.#radio.send(downlink, { likeUplink: true });
    await atMost(
      BEACON_WAIT_MS,
      sending.then((outcome) => this.#beaconWent(outcome, plan, { ...ask, atMs })),
    );
  }

  #beaconWent(
    outcome: DownlinkOutcome,
    plan: BeaconPlan,
    of: { readonly epoch: number; readonly challenge: Hash32; readonly atMs: number },
  ): void {
    const { frequencyHz, powerMaxCentiDbm } = plan;
    this.#of.log.info({ epoch: of.epoch, frequencyHz, outcome }, "Sent a beacon");
    // What a gateway did not acknowledge may be on the air all the same: whether it is, its witnesses say.
    if (outcome === "sent" || outcome === "no-acknowledgement") {
      this.#notebook.sent(plan, { ...of, radiatedCentiDbm: powerMaxCentiDbm });
    } else this.#notebook.notSent();
  }
}

/** Waits for `work`, but no longer. */
async function atMost(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
