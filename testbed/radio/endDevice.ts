import { randomInt } from "node:crypto";
import type { DevAddrHex, Modulation } from "@wayleave/kind-wireless/model/radio";
import { type Air, type AirRadio, type Reception, type Transmission, sameModulation } from "./air.ts";
import { type NetworkAnswers, chooseCommands, obey } from "./deviceCommands.ts";
import {
  type SessionKeys,
  buildJoinRequest,
  buildUplink,
  deriveKeys,
  openDownlink,
  openJoinAccept,
} from "./deviceFrames.ts";
import { DEVICE_REGIONS, type DeviceRegion } from "./deviceRegion.ts";
import { type DeviceSettings, applyCfList, defaultSettings, usableChannels } from "./deviceSettings.ts";
import type { DeviceCounters, EndDeviceOptions, SendOutcome, UplinkRequest } from "./endDeviceOptions.ts";
import type { Position } from "./pathLoss.ts";
import { type Random, seededRandom } from "./seeded.ts";
import { lowestDataRate, lowestRx1DataRate, optionsRoomBytes, silenceUs } from "./transmitLimits.ts";

interface Window {
  readonly name: "rx1" | "rx2";
  readonly opensUs: number;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
}

/** One frame, sent until it is answered or its tries are used up. */
interface Exchange {
  readonly build: () => Buffer;
  readonly dataRate: () => number;
  readonly delaysS: () => readonly [number, number];
  readonly devNonce: number | null;
  readonly confirmed: boolean;
  readonly triesMax: () => number;
  readonly finish: (acknowledged: boolean, tries: number) => void;
}

const JOIN_ACCEPT_DELAYS_S = [5, 6] as const;
/** A frame that begins within this of a window's opening is caught: a preamble's worth of a cheap crystal. */
const WINDOW_TOLERANCE_US = 5_000;
/** The machine's timers may be so late in starting a transmission that was due on time. */
const TIMER_LATENESS_US = 100_000;
/** ACK_TIMEOUT: 2 ± 1 seconds. */
const RETRY_US = [1_000_000, 3_000_000] as const;
const ADR_ACK_LIMIT = 64;
const ADR_ACK_DELAY = 32;
const CONFIRMED_TRIES = 8;

/** A *simulated* LoRaWAN 1.0.x end device of class A or C, on a simulated air. Its cryptography is OpenSSL's. */
export class EndDevice implements AirRadio {
  readonly id: string;
  readonly position: Position;
  readonly antennaGainDb = 0;
  readonly receiver = "sx1276";
  readonly counters: DeviceCounters = { uplinks: 0, transmissions: 0, downlinks: 0, rx1: 0, rx2: 0, ignored: 0 };
  readonly answers: NetworkAnswers = { linkCheck: null, deviceTimeS: null };
  readonly #options: EndDeviceOptions;
  readonly #air: Air;
  readonly #region: DeviceRegion;
  readonly #random: Random;
  readonly #leaveAir: () => void;
  #settings: DeviceSettings;
  #keys: SessionKeys | null = null;
  #fCntUp = 0;
  #fCntDown = -1;
  #ackDue = false;
  #adrAckCounter = 0;
  #once: Buffer[] = [];
  #sticky: Buffer[] = [];
  #windows: Window[] = [];
  #silentUntilUs = 0;
  #current: { readonly exchange: Exchange; tries: number; cancel: () => void } | null = null;
  #waiting: Exchange[] = [];
  #answering = false;
  #closed = false;

  constructor(options: EndDeviceOptions, { air }: { readonly air: Air }) {
    this.#options = options;
    this.#air = air;
    this.id = `device ${options.devEui}`;
    this.position = options.position;
    this.#region = DEVICE_REGIONS[options.region];
    this.#random = seededRandom(options.seed ?? Number.parseInt(options.devEui.slice(8), 16));
    this.#settings = this.#freshSettings();
    const { activation } = options;
    if (activation.kind === "abp") {
      this.#keys = {
        devAddr: activation.devAddr,
        nwkSKey: Buffer.from(activation.nwkSKey),
        appSKey: Buffer.from(activation.appSKey),
      };
      this.#fCntUp = activation.fCntUp ?? 0;
    }
    this.#leaveAir = air.join(this);
  }

  get activated(): boolean {
    return this.#keys !== null;
  }
  get devAddr(): DevAddrHex | null {
    return this.#keys?.devAddr ?? null;
  }
  get settings(): Readonly<DeviceSettings> {
    return this.#settings;
  }

  /** Sends one join request and listens in both windows. @returns whether it was accepted. */
  join(): Promise<boolean> {
    const { activation, devEui, nextDevNonce } = this.#options;
    if (activation.kind !== "otaa") throw new RangeError("a device activated by personalization does not join");
    const devNonce = nextDevNonce?.() ?? randomInt(0x10000);
    const request = buildJoinRequest(activation.joinEui, devEui, devNonce, Buffer.from(activation.appKey));
    return new Promise((resolve) =>
      this.#start({
        build: () => request,
        dataRate: () => this.#region.joinDataRate,
        delaysS: () => JOIN_ACCEPT_DELAYS_S,
        devNonce,
        confirmed: false,
        triesMax: () => 1,
        finish: (accepted) => resolve(accepted),
      }),
    );
  }

  /** Sends an uplink, after those that still wait. A confirmed one is repeated until it is acknowledged. */
  send(request: UplinkRequest): Promise<SendOutcome> {
    const confirmed = request.confirmed ?? false;
    let built: { readonly bytes: Buffer; readonly fCnt: number } | null = null;
    return new Promise((resolve) =>
      this.#start({
        build: () => (built ??= this.#uplink(request)).bytes,
        dataRate: () => this.#settings.dataRate,
        delaysS: () => [this.#settings.rx1DelayS, this.#settings.rx1DelayS + 1],
        devNonce: null,
        confirmed,
        triesMax: () => (confirmed ? (this.#options.confirmedTriesMax ?? CONFIRMED_TRIES) : this.#settings.nbTrans),
        finish: (acknowledged, transmissions) =>
          resolve({ fCnt: built?.fCnt ?? -1, acknowledged: confirmed ? acknowledged : null, transmissions }),
      }),
    );
  }

  /** Puts any bytes on the air as this device would, with no window after them: for replays and forgeries. */
  sendRaw(bytes: Uint8Array): Transmission {
    return this.#emit(bytes, this.#settings.dataRate).transmission;
  }

  listensTo({ inverted, frequencyHz, modulation, startUs }: Transmission): boolean {
    if (!inverted) return false;
    const hears = (windowHz: number, on: Modulation): boolean =>
      windowHz === frequencyHz && sameModulation(on, modulation);
    const inWindow = this.#windows.some(
      (window) =>
        Math.abs(startUs - window.opensUs) <= WINDOW_TOLERANCE_US && hears(window.frequencyHz, window.modulation),
    );
    if (inWindow) return true;
    const { rx2FrequencyHz, rx2DataRate } = this.#settings;
    return this.#options.deviceClass === "C" && this.activated && hears(rx2FrequencyHz, this.#modulation(rx2DataRate));
  }

  receive(reception: Reception): void {
    const window = this.#windows.find(
      ({ opensUs }) => Math.abs(reception.transmission.startUs - opensUs) <= WINDOW_TOLERANCE_US,
    );
    const taken = this.#takeJoinAccept(reception) || this.#takeDownlink(reception, window !== undefined);
    if (!taken) this.counters.ignored++;
    else if (window !== undefined) this.counters[window.name]++;
  }

  close(): void {
    this.#closed = true;
    this.#leaveAir();
    this.#current?.cancel();
    for (const exchange of this.#waiting) exchange.finish(false, 0);
    this.#current?.exchange.finish(false, this.#current.tries);
    this.#waiting = [];
    this.#current = null;
  }

  #freshSettings(): DeviceSettings {
    const { channels, dataRate } = this.#options;
    const settings = defaultSettings(this.#region, dataRate ?? this.#region.joinDataRate);
    settings.uplinkDwell = this.#options.uplinkDwell ?? settings.uplinkDwell;
    settings.downlinkDwell = this.#options.downlinkDwell ?? settings.downlinkDwell;
    if (channels !== undefined) settings.enabled = settings.channels.map((_, i) => channels.includes(i));
    return settings;
  }

  #start(exchange: Exchange): void {
    if (this.#closed) exchange.finish(false, 0);
    else if (this.#current !== null) this.#waiting.push(exchange);
    else {
      this.#current = { exchange, tries: 0, cancel: () => {} };
      this.#attempt();
    }
  }

  #attempt(): void {
    const current = this.#current!;
    if (this.#air.time.nowUs() < this.#silentUntilUs) {
      this.#await(this.#silentUntilUs, () => this.#attempt());
      return;
    }
    current.tries++;
    const dataRate = current.exchange.dataRate();
    const { transmission, channel } = this.#emit(current.exchange.build(), dataRate);
    const [first, second] = current.exchange.delaysS();
    const { rx1DrOffset, rx2DataRate, rx2FrequencyHz, downlinkHz } = this.#settings;
    const rx1Hz = downlinkHz.get(channel) ?? this.#region.rx1FrequencyHz(channel, transmission.frequencyHz);
    this.#windows = [
      {
        name: "rx1",
        opensUs: transmission.endUs + first * 1_000_000,
        frequencyHz: rx1Hz,
        modulation: this.#modulation(
          Math.max(this.#region.rx1DataRate(dataRate, rx1DrOffset), lowestRx1DataRate(this.#settings, this.#region)),
        ),
      },
      {
        name: "rx2",
        opensUs: transmission.endUs + second * 1_000_000,
        frequencyHz: rx2FrequencyHz,
        modulation: this.#modulation(rx2DataRate),
      },
    ];
    this.#await(this.#windows[1]!.opensUs + WINDOW_TOLERANCE_US + TIMER_LATENESS_US, () => this.#windowsEnd());
  }

  #emit(bytes: Uint8Array, dataRate: number): { readonly transmission: Transmission; readonly channel: number } {
    const usable = usableChannels({ ...this.#settings, dataRate });
    const channel = usable[Math.floor(this.#random() * usable.length)];
    if (channel === undefined) throw new RangeError(`device ${this.#options.devEui} has no channel for DR${dataRate}`);
    this.counters.transmissions++;
    const transmission = this.#air.transmit(this, {
      payload: bytes,
      frequencyHz: channel.frequencyHz,
      modulation: this.#modulation(dataRate),
      codingRate: "4/5",
      eirpDbm: Math.min(this.#settings.maxEirpDbm, 16) - 2 * this.#settings.txPower,
      inverted: false,
      startUs: this.#air.time.nowUs(),
    });
    const { startUs, endUs } = transmission;
    this.#silentUntilUs = endUs + silenceUs(this.#settings, endUs - startUs);
    return { transmission, channel: channel.index };
  }

  #windowsEnd(): void {
    const hearing = this.#air.underWay(this);
    // A frame that has begun is heard to its end.
    if (hearing !== null) this.#await(hearing.endUs + TIMER_LATENESS_US, () => this.#windowsEnd());
    else this.#unanswered();
  }

  #unanswered(): void {
    this.#windows = [];
    const current = this.#current!;
    if (current.tries >= current.exchange.triesMax()) this.#finish(false);
    else {
      const [shortest, longest] = RETRY_US;
      const delayUs = shortest + Math.floor(this.#random() * (longest - shortest));
      this.#await(this.#air.time.nowUs() + delayUs, () => this.#attempt());
    }
  }

  #await(atUs: number, what: () => void): void {
    const current = this.#current!;
    current.cancel = this.#air.time.at(atUs, () => {
      if (!this.#closed && this.#current === current) what();
    });
  }

  #finish(acknowledged: boolean): void {
    const current = this.#current!;
    current.cancel();
    this.#windows = [];
    this.#current = null;
    current.exchange.finish(acknowledged, current.tries);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next);
  }

  #takeJoinAccept({ transmission }: Reception): boolean {
    const { activation } = this.#options;
    const devNonce = this.#current?.exchange.devNonce ?? null;
    if (activation.kind !== "otaa" || devNonce === null) return false;
    const appKey = Buffer.from(activation.appKey);
    const accept = openJoinAccept(transmission.payload, appKey);
    if (accept === null) return false;
    this.#keys = deriveKeys(accept, devNonce, appKey);
    this.#settings = this.#freshSettings();
    this.#settings.rx1DelayS = Math.max(1, accept.rxDelay);
    this.#settings.rx1DrOffset = accept.rx1DrOffset;
    this.#settings.rx2DataRate = accept.rx2DataRate;
    applyCfList(this.#settings, this.#region, accept.cfList);
    this.#fCntUp = 0;
    this.#fCntDown = -1;
    this.#adrAckCounter = 0;
    this.#ackDue = false;
    this.#once = [];
    this.#sticky = [];
    this.#finish(true);
    return true;
  }

  #takeDownlink({ transmission, snrDb }: Reception, inWindow: boolean): boolean {
    if (this.#keys === null) return false;
    const downlink = openDownlink(transmission.payload, this.#keys, this.#fCntDown);
    if (downlink === null || (downlink.fPort === 0 && downlink.fOpts.byteLength > 0)) return false;
    this.#fCntDown = downlink.fCnt;
    this.counters.downlinks++;
    this.#adrAckCounter = 0;
    this.#sticky = [];
    const commands = downlink.fPort === 0 ? downlink.payload : downlink.fOpts;
    const answers = obey(commands, {
      settings: this.#settings,
      region: this.#region,
      lorawanVersion: this.#options.lorawanVersion ?? "1.0.3",
      battery: this.#options.battery ?? 255,
      snrDb,
      answers: this.answers,
    });
    this.#once.push(...answers.once);
    this.#sticky.push(...answers.sticky);
    this.#ackDue ||= downlink.confirmed;
    const exchange = this.#current?.exchange;
    if (exchange !== undefined && exchange.devNonce === null) {
      if (exchange.confirmed ? downlink.ack : inWindow) this.#finish(downlink.ack);
    }
    this.#options.onDownlink?.(downlink);
    const owes = this.#ackDue || downlink.fPending || answers.once.length + answers.sticky.length > 0;
    if (owes && (this.#options.answersAtOnce ?? true)) this.#answerSoon();
    return true;
  }

  #answerSoon(): void {
    if (this.#answering) return;
    this.#answering = true;
    this.#air.time.at(this.#air.time.nowUs() + 1_000_000, () => {
      this.#answering = false;
      if (!this.#closed && this.#waiting.length === 0) void this.send({ payload: Buffer.alloc(0), fPort: null });
    });
  }

  #uplink(request: UplinkRequest): { readonly bytes: Buffer; readonly fCnt: number } {
    if (this.#keys === null) throw new RangeError(`device ${this.#options.devEui} has not joined`);
    const adr = this.#options.adr ?? true;
    if (adr) this.#backOff();
    const asked: Buffer[] = [];
    if (request.linkCheck === true) asked.push(Buffer.from([0x02]));
    if (request.deviceTime === true) asked.push(Buffer.from([0x0d]));
    const payloadBytes = request.fPort === null ? null : request.payload.byteLength;
    const fOpts = this.#options15(asked, optionsRoomBytes(this.#settings, this.#region, payloadBytes));
    const fCnt = this.#fCntUp++;
    const bytes = buildUplink(
      {
        confirmed: request.confirmed ?? false,
        adr,
        adrAckReq: adr && this.#adrAckCounter >= ADR_ACK_LIMIT,
        ack: this.#ackDue,
        fCnt,
        fOpts,
        fPort: request.fPort,
        payload: request.payload,
      },
      this.#keys,
    );
    this.#ackDue = false;
    this.counters.uplinks++;
    return { bytes, fCnt };
  }

  #options15(asked: readonly Buffer[], bytesMax: number): Buffer {
    const { chosen, onceLeft } = chooseCommands({ sticky: this.#sticky, once: this.#once, asked }, bytesMax);
    this.#once = onceLeft;
    return chosen;
  }

  /** A device that hears nothing for long asks, then raises its power and slows down. @see LoRaWAN 1.0.3 §4.3.1.1 */
  #backOff(): void {
    this.#adrAckCounter++;
    const beyond = this.#adrAckCounter - ADR_ACK_LIMIT;
    if (beyond < ADR_ACK_DELAY || beyond % ADR_ACK_DELAY !== 0) return;
    if (this.#settings.txPower > 0) this.#settings.txPower = 0;
    else {
      const slower = this.#settings.dataRate - 1;
      if (slower < lowestDataRate(this.#settings, this.#region)) return;
      if (usableChannels({ ...this.#settings, dataRate: slower }).length > 0) this.#settings.dataRate = slower;
    }
  }

  #modulation(dataRate: number): Modulation {
    return this.#region.dataRates[dataRate] ?? this.#region.dataRates[0]!;
  }
}
