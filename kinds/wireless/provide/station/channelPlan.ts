/**
 * What a Basics Station is told of its region: how its data rates are numbered, and what its concentrator listens to.
 * @see LoRaWAN Regional Parameters RP002-1.0.4 §2, and https://doc.sm.tc/station/tcproto.html (router_config)
 */
import type { RegionName } from "../../model/device.ts";
import type { Modulation } from "../../model/radio.ts";

/** Spreading factor (0 is FSK, −1 none), bandwidth in kHz, and 1 for downlinks only. */
export type StationDataRate = readonly [spreadingFactor: number, bandwidthKhz: number, downlinkOnly: 0 | 1];
const NONE: StationDataRate = [-1, 0, 0];
const FSK: StationDataRate = [0, 0, 0];
/** LoRaWAN's only FSK rate. */
const FSK_BITS_PER_SECOND = 50_000;
const DATA_RATES = 16;

/**
 * What regions are called that Basics Station does not know. From 2.0.6 on it drops every downlink in such a one; of those
 * it knows, this one adds no rule beside a bound on power that `max_eirp` lowers. Its own AS923 is Japan's: with listening
 * before talk, which keeps most SX1301 boards from starting, and 13 dBm.
 */
const ANY_REGION = "AU915";

interface RegionPlan {
  /** As Basics Station writes it; the names that it knew before 2.0.6 are known to all versions. */
  readonly name: string;
  readonly frequencyRangeHz: readonly [number, number];
  readonly dataRates: readonly StationDataRate[];
  /** Centre of each radio; channels lie within 400 kHz of theirs. */
  readonly radiosHz: readonly [number, number];
  readonly channelsHz: readonly number[];
  readonly fastLora: { readonly hz: number; readonly bandwidthHz: number; readonly spreadingFactor: number } | null;
  readonly fskHz: number | null;
}

const lora125 = (slowest: number, fastest: number): StationDataRate[] =>
  Array.from({ length: slowest - fastest + 1 }, (_, i) => [slowest - i, 125, 0] as const);
/** DR8…DR13 of the American plans. */
const DOWNLINK_500: readonly StationDataRate[] = [12, 11, 10, 9, 8, 7].map((factor) => [factor, 500, 1] as const);

function americanPlan(name: string, first125Hz: number, first500Hz: number, subBand: number): RegionPlan {
  const beginHz = first125Hz + subBand * 1_600_000;
  return {
    name,
    frequencyRangeHz: name === "US902" ? [902_000_000, 928_000_000] : [915_000_000, 928_000_000],
    dataRates:
      name === "US902"
        ? [...lora125(10, 7), [8, 500, 0], NONE, NONE, NONE, ...DOWNLINK_500]
        : [...lora125(12, 7), [8, 500, 0], NONE, ...DOWNLINK_500],
    radiosHz: [beginHz + 400_000, beginHz + 1_100_000],
    channelsHz: Array.from({ length: 8 }, (_, i) => beginHz + i * 200_000),
    fastLora: { hz: first500Hz + subBand * 1_600_000, bandwidthHz: 500_000, spreadingFactor: 8 },
    fskHz: null,
  };
}

const PLANS: Readonly<Record<Exclude<RegionName, "US915" | "AU915">, RegionPlan>> = {
  EU868: {
    name: "EU863",
    frequencyRangeHz: [863_000_000, 870_000_000],
    dataRates: [...lora125(12, 7), [7, 250, 0], FSK],
    radiosHz: [867_500_000, 868_500_000],
    channelsHz: [
      868_100_000, 868_300_000, 868_500_000, 867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000,
    ],
    fastLora: { hz: 868_300_000, bandwidthHz: 250_000, spreadingFactor: 7 },
    fskHz: 868_800_000,
  },
  AS923: {
    name: ANY_REGION,
    frequencyRangeHz: [915_000_000, 928_000_000],
    dataRates: [...lora125(12, 7), [7, 250, 0], FSK],
    radiosHz: [923_600_000, 924_600_000],
    channelsHz: [
      923_200_000, 923_400_000, 923_600_000, 923_800_000, 924_000_000, 924_200_000, 924_400_000, 924_600_000,
    ],
    fastLora: { hz: 924_500_000, bandwidthHz: 250_000, spreadingFactor: 7 },
    fskHz: null,
  },
  IN865: {
    name: ANY_REGION,
    frequencyRangeHz: [865_000_000, 867_000_000],
    dataRates: [...lora125(12, 7), NONE, FSK],
    radiosHz: [865_232_500, 865_985_000],
    channelsHz: [865_062_500, 865_402_500, 865_985_000],
    fastLora: null,
    fskHz: null,
  },
  KR920: {
    name: "KR920",
    frequencyRangeHz: [920_900_000, 923_300_000],
    dataRates: lora125(12, 7),
    radiosHz: [922_400_000, 923_100_000],
    channelsHz: [922_100_000, 922_300_000, 922_500_000, 922_700_000, 922_900_000, 923_100_000, 923_300_000],
    fastLora: null,
    fskHz: null,
  },
};

/** One region's plan. */
export interface ChannelPlan {
  readonly name: string;
  readonly frequencyRangeHz: readonly [number, number];
  /** Sixteen, by data rate. */
  readonly dataRates: readonly StationDataRate[];
  /** The one element of `sx1301_conf`. */
  readonly concentrator: object;
}

/** @param subBand - 0…7, of the eight groups of eight channels in US915 and AU915; 1 is what most networks use. */
export function channelPlanOf(region: RegionName, subBand = 1): ChannelPlan {
  const plan =
    region === "US915"
      ? americanPlan("US902", 902_300_000, 903_000_000, subBand)
      : region === "AU915"
        ? americanPlan("AU915", 915_200_000, 915_900_000, subBand)
        : PLANS[region];
  return {
    name: plan.name,
    frequencyRangeHz: plan.frequencyRangeHz,
    dataRates: Array.from({ length: DATA_RATES }, (_, i) => plan.dataRates[i] ?? NONE),
    concentrator: concentratorOf(plan),
  };
}

function concentratorOf({ radiosHz, channelsHz, fastLora, fskHz }: RegionPlan): object {
  const tuned = (hz: number): { radio: number; if: number } => {
    const radio = Math.abs(hz - radiosHz[0]) <= Math.abs(hz - radiosHz[1]) ? 0 : 1;
    return { radio, if: hz - radiosHz[radio]! };
  };
  return {
    radio_0: { enable: true, freq: radiosHz[0] },
    radio_1: { enable: true, freq: radiosHz[1] },
    // Unless told, a concentrator listens for 64 kb/s.
    chan_FSK:
      fskHz === null
        ? { enable: false }
        : { enable: true, ...tuned(fskHz), bandwidth: 125_000, datarate: FSK_BITS_PER_SECOND },
    chan_Lora_std:
      fastLora === null
        ? { enable: false }
        : {
            enable: true,
            ...tuned(fastLora.hz),
            bandwidth: fastLora.bandwidthHz,
            spread_factor: fastLora.spreadingFactor,
          },
    ...Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => {
        const hz = channelsHz[i];
        return [`chan_multiSF_${i}`, hz === undefined ? { enable: false } : { enable: true, ...tuned(hz) }];
      }),
    ),
  };
}

/** What an uplink's `DR` means; null when the region has none of that number. */
export function uplinkModulation(plan: ChannelPlan, dataRate: number): Modulation | null {
  const found = plan.dataRates[dataRate];
  if (found === undefined || found[0] === -1 || found[2] === 1) return null;
  const [spreadingFactor, bandwidthKhz] = found;
  if (spreadingFactor === 0) return { kind: "fsk", bitsPerSecond: FSK_BITS_PER_SECOND };
  return { kind: "lora", spreadingFactor, bandwidthHz: (bandwidthKhz * 1000) as 125_000 | 250_000 | 500_000 };
}

/** The number under which a station sends with this modulation; rates for downlinks only come first. Null without one. */
export function downlinkDataRate(plan: ChannelPlan, modulation: Modulation): number | null {
  const index = plan.dataRates.findLastIndex(([spreadingFactor, bandwidthKhz]) =>
    modulation.kind === "fsk"
      ? spreadingFactor === 0 && modulation.bitsPerSecond === FSK_BITS_PER_SECOND
      : spreadingFactor === modulation.spreadingFactor && bandwidthKhz * 1000 === modulation.bandwidthHz,
  );
  return index === -1 ? null : index;
}
