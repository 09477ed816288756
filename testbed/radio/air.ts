import type { CodingRate, Modulation } from "@wayleave/kind-wireless/model/radio";
import { airtimeUs } from "./airtime.ts";
import {
  type PathLossModel,
  type Position,
  type Receiver,
  SUBURB,
  distanceLossDb,
  distanceM,
  noiseFloorDbm,
  sensitivityDbm,
  shadowingDb,
} from "./pathLoss.ts";
import type { RadioTime } from "./radioTime.ts";

/** What a radio is asked to put on the simulated air. */
export interface Emission {
  readonly payload: Uint8Array;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly codingRate: CodingRate;
  readonly eirpDbm: number;
  /** LoRaWAN downlinks are, uplinks and beacons are not: gateways do not hear each other's downlinks. */
  readonly inverted: boolean;
  /** On the air's clock; now, or the moment it was scheduled for. */
  readonly startUs: number;
}

export interface Transmission extends Emission {
  readonly sender: string;
  readonly endUs: number;
}

/** A transmission as one simulated radio heard it, at its end. */
export interface Reception {
  readonly transmission: Transmission;
  readonly rssiDbm: number;
  readonly snrDb: number;
}

/** A radio on the simulated air. */
export interface AirRadio {
  /** Unique on this air. */
  readonly id: string;
  readonly position: Position;
  readonly antennaGainDb: number;
  readonly receiver: Receiver;
  /** Whether its receiver was on and set to this. Asked once, at the end of the transmission. */
  listensTo(transmission: Transmission): boolean;
  receive(reception: Reception): void;
}

export interface AirOptions {
  readonly time: RadioTime;
  readonly pathLoss?: PathLossModel;
  /** Frames on the same frequency and spreading factor destroy each other unless one is 6 dB stronger. Default: no. */
  readonly collisions?: boolean;
}

export interface AirCounters {
  transmissions: number;
  receptions: number;
  tooWeak: number;
  collided: number;
  /** Not heard because the radio itself was sending. */
  deafened: number;
}

/** LoRa's capture effect: this much stronger than all that interferes, and a frame survives. */
const CAPTURE_DB = 6;
/** Demodulators report no more than about this, however strong the signal. */
const SNR_MAX_DB = 13;
/** What ended is kept so long, for frames that overlap it: longer than any frame (SF12, 255 bytes: 9 s). */
const REMEMBER_US = 15_000_000;

/**
 * A *simulated* radio medium in one process: places, log-distance path loss with seeded shadowing, sensitivities of real
 * receivers, half-duplex radios. No multipath, no fading over time, no noise but thermal noise: what is measured here
 * says something of protocols and deadlines, nothing of radio.
 */
export class Air {
  readonly time: RadioTime;
  readonly counters: AirCounters = { transmissions: 0, receptions: 0, tooWeak: 0, collided: 0, deafened: 0 };
  readonly #pathLoss: PathLossModel;
  readonly #collisions: boolean;
  readonly #radios = new Map<string, AirRadio>();
  #recent: Transmission[] = [];

  constructor({ time, pathLoss = SUBURB, collisions = false }: AirOptions) {
    this.time = time;
    this.#pathLoss = pathLoss;
    this.#collisions = collisions;
  }

  /** @returns takes the radio off the air. @throws RangeError when its id is taken. */
  join(radio: AirRadio): () => void {
    if (this.#radios.has(radio.id)) throw new RangeError(`a radio ${radio.id} is on the air already`);
    this.#radios.set(radio.id, radio);
    return () => void this.#radios.delete(radio.id);
  }

  /** Sends, and lets every radio that can hear it have it at its end. */
  transmit(sender: AirRadio, emission: Emission): Transmission {
    const lengthUs = airtimeUs(
      emission.modulation,
      emission.codingRate,
      emission.payload.byteLength,
      !emission.inverted,
    );
    const transmission: Transmission = { ...emission, sender: sender.id, endUs: emission.startUs + lengthUs };
    const forgetBeforeUs = this.time.nowUs() - REMEMBER_US;
    this.#recent = this.#recent.filter(({ endUs }) => endUs > forgetBeforeUs);
    this.#recent.push(transmission);
    this.counters.transmissions++;
    this.time.at(transmission.endUs, () => this.#arrive(sender, transmission));
    return transmission;
  }

  /** What a radio is just hearing: its end is still to come. */
  underWay(radio: AirRadio): Transmission | null {
    const nowUs = this.time.nowUs();
    return this.#recent.find((other) => other.endUs > nowUs && radio.listensTo(other)) ?? null;
  }

  /** Received power over the path from one radio to another, in dBm. */
  rssiDbm(sender: AirRadio, receiver: AirRadio, { eirpDbm, frequencyHz }: Emission): number {
    const meters = distanceM(sender.position, receiver.position);
    const loss = distanceLossDb(this.#pathLoss, meters, frequencyHz);
    return eirpDbm + receiver.antennaGainDb - loss - shadowingDb(this.#pathLoss, sender.id, receiver.id);
  }

  #arrive(sender: AirRadio, transmission: Transmission): void {
    const overlapping = this.#recent.filter(
      (other) => other !== transmission && other.startUs < transmission.endUs && other.endUs > transmission.startUs,
    );
    for (const radio of this.#radios.values()) {
      if (radio.id === transmission.sender || !radio.listensTo(transmission)) continue;
      if (overlapping.some((other) => other.sender === radio.id)) {
        this.counters.deafened++;
        continue;
      }
      const rssiDbm = this.rssiDbm(sender, radio, transmission);
      if (rssiDbm < sensitivityDbm(radio.receiver, transmission.modulation)) this.counters.tooWeak++;
      else if (this.#collisions && this.#drowned(radio, transmission, rssiDbm, overlapping)) this.counters.collided++;
      else {
        this.counters.receptions++;
        const snrDb = Math.min(SNR_MAX_DB, rssiDbm - noiseFloorDbm(transmission.modulation));
        radio.receive({ transmission, rssiDbm, snrDb });
      }
    }
  }

  #drowned(radio: AirRadio, wanted: Transmission, rssiDbm: number, overlapping: readonly Transmission[]): boolean {
    return overlapping.some((other) => {
      const sender = this.#radios.get(other.sender);
      return (
        sender !== undefined &&
        other.frequencyHz === wanted.frequencyHz &&
        sameModulation(other.modulation, wanted.modulation) &&
        this.rssiDbm(sender, radio, other) > rssiDbm - CAPTURE_DB
      );
    });
  }
}

/** Spreading factors are nearly orthogonal: only equal ones disturb, and only equal ones are heard. */
export function sameModulation(a: Modulation, b: Modulation): boolean {
  if (a.kind === "fsk" || b.kind === "fsk") return a.kind === b.kind;
  return a.spreadingFactor === b.spreadingFactor && a.bandwidthHz === b.bandwidthHz;
}
