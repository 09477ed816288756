/**
 * What a regional channel plan says, and the two ways plans are built: dynamic ones (EU868, AS923, IN865, KR920), where
 * devices are told frequencies, and fixed ones (US915, AU915), whose 72 channels are masked.
 * @see RP002-1.0.4 LoRaWAN Regional Parameters
 */
import type { LorawanVersion, RegionName, TxParams } from "../device.ts";
import type { CodingRate, Modulation } from "../radio.ts";

export type Direction = "up" | "down";

/** One row of a region's data rate table. Indices that the plan reserves, and LR-FHSS, have no row. */
export interface DataRate {
  readonly index: number;
  readonly modulation: Modulation;
  readonly up: boolean;
  readonly down: boolean;
}

/** Bytes that one frame may carry. */
export interface PayloadLimit {
  /** M of the tables: FHDR, FPort and FRMPayload. The PHYPayload is five bytes more (MHDR and MIC). 0: never to be sent. */
  readonly macPayloadBytes: number;
  /** N of the tables: FRMPayload, when FOpts is empty. */
  readonly applicationBytes: number;
}

export interface UplinkChannel {
  readonly index: number;
  readonly frequencyHz: number;
  readonly minDataRate: number;
  readonly maxDataRate: number;
}

/** One LinkADRReq's part that concerns channels. Several make one block, in order, which a device takes as a whole. */
export interface ChannelMask {
  /** 0…7. */
  readonly chMaskCntl: number;
  /** 16 bits, bit 0 the lowest channel; on the air little-endian. */
  readonly chMask: number;
}

/** A stretch of spectrum, `minHz` inside and `maxHz` outside, with what a gateway may do in it. */
export interface SubBand {
  readonly minHz: number;
  readonly maxHz: number;
  /** Airtime in any hour, in thousandths. 1000: no limit. */
  readonly dutyCyclePerMille: number;
  readonly maxEirpDbm: number;
}

/** How our own coverage beacons are sent: on channels that gateways listen to, so not with a downlink's polarity. */
export interface CoverageRadio {
  /** One is drawn for each beacon. */
  readonly frequenciesHz: readonly number[];
  readonly modulation: Modulation;
  readonly codingRate: CodingRate;
  /** EIRP, never above what the region lets an end device on these channels. */
  readonly powerDbm: number;
  /** Gateways only hear upright chirps; a downlink's are inverted. */
  readonly invertPolarity: false;
  /** Longest payload: it stays under 400 ms, the shortest dwell time limit of all regions. */
  readonly payloadBytesMax: number;
}

export interface ReceiveWindow {
  readonly frequencyHz: number;
  readonly dataRate: number;
}

export interface TxParamSetup {
  /** The first LoRaWAN version whose devices know the command in this region. */
  readonly since: LorawanVersion;
  /** What a device is set to once it joined, until it is told. */
  readonly joined: TxParams;
  /** Whether downlinks can be limited: AU915's, of 500 kHz, never are. */
  readonly limitsDownlinks: boolean;
}

/** A regional channel plan. Pure; what takes numbers from the air answers null instead of throwing. */
export interface Region {
  readonly name: RegionName;
  readonly dataRates: readonly DataRate[];
  /** Channels a device knows before it joined. */
  readonly defaultUplinkChannels: readonly UplinkChannel[];
  /** Channels, with the data rates, that a join request may come on. */
  readonly joinChannels: readonly UplinkChannel[];
  /** All channels of this network's plan, by index: `MacState.channels` are indices of it. */
  readonly channels: readonly UplinkChannel[];
  /** Indices of the channels that this network wants its devices on: what our gateways listen to. */
  readonly networkChannels: readonly number[];
  /** US915 and AU915: eight groups of eight 125 kHz channels and one of 500 kHz. Elsewhere empty. */
  readonly channelGroups: readonly (readonly number[])[];
  readonly rx2: ReceiveWindow;
  /** Seconds. RX2 is one later. */
  readonly rx1DelayS: 1;
  readonly joinAcceptDelay1S: 5;
  readonly rx1DrOffsetMax: number;
  /** Radiated power in dBm (EIRP) by TXPower index. */
  readonly txPowerEirpDbm: readonly number[];
  /** Data rates that ADR moves between, both inside: LoRa at 125 kHz. */
  readonly adrDataRates: { readonly min: number; readonly max: number };
  /** Whether the plan limits frames to 400 ms, unless a device's profile says otherwise. */
  readonly dwellTime: { readonly up: boolean; readonly down: boolean };
  /** The lowest data rate under that limit; 0 where there is none. */
  readonly dwellMinDataRate: number;
  /** Null: TxParamSetupReq does not exist here. */
  readonly txParamSetup: TxParamSetup | null;
  /** The spectrum that may be used, with a gateway's limits in it; the gaps may not. */
  readonly subBands: readonly SubBand[];
  readonly coverage: CoverageRadio;

  /** Null: reserved, or not of this direction. */
  dataRate(index: number, direction: Direction): Modulation | null;
  /** Index of a modulation. US915 and AU915 have SF8/500 kHz twice, hence the direction. Null: not of this region. */
  dataRateOf(modulation: Modulation, direction: Direction): number | null;
  /** Null: no such data rate. Without `dwellLimited`, the region's own default for the direction. */
  maxPayload(dataRate: number, direction: Direction, dwellLimited?: boolean): PayloadLimit | null;
  /**
   * Whether a device may send here. Dynamic plans: anywhere in the band, as channels may be set at the factory;
   * fixed ones: within {@link FREQUENCY_TOLERANCE_HZ} of a channel.
   */
  isUplinkFrequency(frequencyHz: number): boolean;
  /** The channel at this frequency, within the tolerance. Null: none of the plan's. */
  uplinkChannelAt(frequencyHz: number): UplinkChannel | null;
  /**
   * Where RX1 of an uplink is. `rx1DrOffset` is held to the region's largest.
   * @returns null when the frequency or the data rate is no uplink's.
   */
  rx1(uplink: {
    readonly frequencyHz: number;
    readonly dataRate: number;
    readonly rx1DrOffset: number;
    readonly dwellLimited?: boolean;
  }): ReceiveWindow | null;
  /**
   * The 16 bytes that end a join accept and bring a device to these channels (default: `networkChannels`): frequencies
   * (type 0) or masks (type 1). Null: nothing to say.
   */
  cfList(channels?: readonly number[]): Uint8Array | null;
  /**
   * Channel masks that bring a device to `wanted`, in as few commands as can be. `current`, what the device uses now,
   * may save some. Empty when nothing differs.
   * @throws AssertionFailure when `wanted` is empty or names a channel that the plan lacks.
   */
  channelMasks(wanted: readonly number[], current?: readonly number[]): readonly ChannelMask[];
  /** Most a gateway may radiate (EIRP) at this frequency. Null: it may not send here. */
  maxDownlinkEirpDbm(frequencyHz: number): number | null;
}

/**
 * How far a reported frequency may be off its channel. Gateways report their own channel's centre, so this covers
 * rounding of floats and of the synthesizer (61 Hz); half of the narrowest gap, US915's 100 kHz, is far above.
 */
export const FREQUENCY_TOLERANCE_HZ = 10_000;

export function lora(spreadingFactor: number, bandwidthHz: 125_000 | 250_000 | 500_000): Modulation {
  return { kind: "lora", spreadingFactor, bandwidthHz };
}

export const FSK_50K: Modulation = { kind: "fsk", bitsPerSecond: 50_000 };

/** A data rate with its limits: M, and M under a dwell time limit where that differs. */
export interface PlanRate {
  readonly modulation: Modulation;
  readonly directions: "both" | Direction;
  readonly macPayloadBytes: number;
  readonly macPayloadBytesDwell?: number;
}

/** A plan's rates by index; null is reserved (or LR-FHSS, which our gateways do not demodulate). */
export type PlanRates = readonly (PlanRate | null)[];

/** FHDR without FOpts (7 bytes) and FPort: what M has beside N. */
const FRAME_OVERHEAD_BYTES = 8;

/** The half of a region that follows from its rates and sub-bands alone. */
export function ratesOf(
  rates: PlanRates,
  subBands: readonly SubBand[],
  dwellTime: Region["dwellTime"],
): Pick<Region, "dataRates" | "dataRate" | "dataRateOf" | "maxPayload" | "maxDownlinkEirpDbm"> {
  const dataRates: DataRate[] = [];
  rates.forEach((rate, index) => {
    if (rate === null) return;
    const { modulation, directions } = rate;
    dataRates.push({ index, modulation, up: directions !== "down", down: directions !== "up" });
  });
  const rowAt = (index: number, direction: Direction): PlanRate | null => {
    const rate = rates[index] ?? null;
    return rate !== null && (rate.directions === "both" || rate.directions === direction) ? rate : null;
  };

  return {
    dataRates,
    dataRate: (index, direction) => rowAt(index, direction)?.modulation ?? null,
    dataRateOf: (modulation, direction) =>
      dataRates.find((row) => row[direction] && sameModulation(row.modulation, modulation))?.index ?? null,
    maxPayload: (index, direction, dwellLimited = dwellTime[direction]) => {
      const rate = rowAt(index, direction);
      if (rate === null) return null;
      const bytes = dwellLimited ? (rate.macPayloadBytesDwell ?? rate.macPayloadBytes) : rate.macPayloadBytes;
      return { macPayloadBytes: bytes, applicationBytes: Math.max(0, bytes - FRAME_OVERHEAD_BYTES) };
    },
    maxDownlinkEirpDbm: (frequencyHz) => subBandAt(subBands, frequencyHz)?.maxEirpDbm ?? null,
  };
}

/** The sub-band a frequency is in. Null: in none, where nothing may be sent. */
export function subBandAt(subBands: readonly SubBand[], frequencyHz: number): SubBand | null {
  return subBands.find((band) => frequencyHz >= band.minHz && frequencyHz < band.maxHz) ?? null;
}

export function channelNear(channels: readonly UplinkChannel[], frequencyHz: number): UplinkChannel | null {
  return channels.find((channel) => Math.abs(channel.frequencyHz - frequencyHz) <= FREQUENCY_TOLERANCE_HZ) ?? null;
}

/** An RX1DROffset as a column of the table: whole, and inside. */
export function columnOf(rx1DrOffset: number, max: number): number {
  return Math.min(Math.max(Math.trunc(rx1DrOffset) || 0, 0), max);
}

/** Powers that fall by 2 dB with each index. */
export function powersFrom(maxEirpDbm: number, maxIndex: number): readonly number[] {
  return Array.from({ length: maxIndex + 1 }, (_, index) => maxEirpDbm - 2 * index);
}

/**
 * Our choice everywhere: SF9 at 125 kHz, the data rate of most class B beacons, reaches far and stays short.
 * @param powerDbm - EIRP that the region allows on these channels without hopping.
 */
export function coverageOn(frequenciesHz: readonly number[], powerDbm: number): CoverageRadio {
  return {
    frequenciesHz,
    modulation: lora(9, 125_000),
    codingRate: "4/5",
    powerDbm,
    invertPolarity: false,
    payloadBytesMax: 61,
  };
}

function sameModulation(one: Modulation, other: Modulation): boolean {
  if (one.kind === "lora") {
    return (
      other.kind === "lora" && one.spreadingFactor === other.spreadingFactor && one.bandwidthHz === other.bandwidthHz
    );
  }
  return other.kind === "fsk" && one.bitsPerSecond === other.bitsPerSecond;
}
