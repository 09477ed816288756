import type { RegionName } from "@wayleave/kind-wireless/model/device";
import type { Modulation } from "@wayleave/kind-wireless/model/radio";

/** A region as an end device has it built in. Written from RP002-1.0.4, apart from the network server's own tables. */
export interface DeviceRegion {
  readonly name: RegionName;
  /** Whether the channels are fixed (US915, AU915) or can be added. */
  readonly fixedChannels: boolean;
  readonly uplinkChannels: readonly DeviceChannel[];
  /** Null where the region has none at that index, or only LR-FHSS, which is not simulated. */
  readonly dataRates: readonly (Modulation | null)[];
  readonly joinDataRate: number;
  readonly rx2: { readonly frequencyHz: number; readonly dataRate: number };
  readonly eirpDbmMax: number;
  /** Steps of 2 dB below the highest that LinkADRReq may ask for. */
  readonly txPowerMax: number;
  readonly frequencyHz: readonly [number, number];
  /** Null: there is no TxParamSetupReq. */
  readonly dwell: DwellLimits | null;
  rx1FrequencyHz(channel: number, uplinkHz: number): number;
  rx1DataRate(uplinkDataRate: number, offset: number): number;
}

/** What 400 ms mean, and whether a device that joined begins with them. */
export interface DwellLimits {
  readonly upAtJoin: boolean;
  /** As regional parameters before RP002 have it in AS923; RP002 has it off. */
  readonly downAtJoin: boolean;
  readonly limitsDownlinks: boolean;
  readonly minDataRate: number;
  /** Most of FHDR, FPort and FRMPayload, by data rate. */
  readonly macPayloadBytes: readonly number[];
}

export interface DeviceChannel {
  readonly frequencyHz: number;
  readonly minDataRate: number;
  readonly maxDataRate: number;
}

const lora = (spreadingFactor: number, bandwidthKhz: 125 | 250 | 500): Modulation => ({
  kind: "lora",
  spreadingFactor,
  bandwidthHz: (bandwidthKhz * 1_000) as 125_000 | 250_000 | 500_000,
});
const SIX_RATES = [12, 11, 10, 9, 8, 7].map((factor) => lora(factor, 125));
const FAST_DOWN = [12, 11, 10, 9, 8, 7].map((factor) => lora(factor, 500));
const FSK: Modulation = { kind: "fsk", bitsPerSecond: 50_000 };

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
const sameFrequency = (_channel: number, uplinkHz: number): number => uplinkHz;
const falling = (dataRate: number, offset: number): number => Math.max(0, dataRate - offset);
/** Offsets 6 and 7 raise the data rate. Regional parameters before RP002-1.0.1 stopped at 5, and so do older devices. */
const rising = (dataRate: number, offset: number): number => clamp(dataRate - (offset > 5 ? 5 - offset : offset), 0, 7);
/** IN865 has no data rate 6. */
const risingPast6 = (dataRate: number, offset: number): number => {
  const risen = rising(dataRate, offset);
  return risen === 6 ? 5 : risen;
};

function dynamic(
  name: RegionName,
  joinHz: readonly number[],
  rest: Omit<DeviceRegion, "name" | "fixedChannels" | "uplinkChannels" | "joinDataRate" | "rx1FrequencyHz">,
): DeviceRegion {
  return {
    name,
    fixedChannels: false,
    uplinkChannels: joinHz.map((frequencyHz) => ({ frequencyHz, minDataRate: 0, maxDataRate: 5 })),
    joinDataRate: 2,
    rx1FrequencyHz: sameFrequency,
    ...rest,
  };
}

/** 64 narrow channels and 8 wide ones up, 8 wide ones down. */
function fixed(
  name: RegionName,
  firstHz: number,
  firstWideHz: number,
  narrowMax: number,
  rest: Omit<DeviceRegion, "name" | "fixedChannels" | "uplinkChannels" | "rx1FrequencyHz" | "rx2" | "frequencyHz">,
): DeviceRegion {
  const narrow = Array.from({ length: 64 }, (_, i) => ({
    frequencyHz: firstHz + i * 200_000,
    minDataRate: 0,
    maxDataRate: narrowMax,
  }));
  const wide = Array.from({ length: 8 }, (_, i) => ({
    frequencyHz: firstWideHz + i * 1_600_000,
    minDataRate: narrowMax + 1,
    maxDataRate: narrowMax + 1,
  }));
  return {
    name,
    fixedChannels: true,
    uplinkChannels: [...narrow, ...wide],
    rx1FrequencyHz: (channel) => 923_300_000 + (channel % 8) * 600_000,
    rx2: { frequencyHz: 923_300_000, dataRate: 8 },
    frequencyHz: [902_000_000, 928_000_000],
    ...rest,
  };
}

export const DEVICE_REGIONS: Readonly<Record<RegionName, DeviceRegion>> = {
  EU868: dynamic("EU868", [868_100_000, 868_300_000, 868_500_000], {
    dataRates: [...SIX_RATES, lora(7, 250), FSK],
    rx2: { frequencyHz: 869_525_000, dataRate: 0 },
    eirpDbmMax: 16,
    txPowerMax: 7,
    dwell: null,
    frequencyHz: [863_000_000, 870_000_000],
    rx1DataRate: falling,
  }),
  IN865: dynamic("IN865", [865_062_500, 865_402_500, 865_985_000], {
    dataRates: [...SIX_RATES, null, FSK],
    rx2: { frequencyHz: 866_550_000, dataRate: 2 },
    eirpDbmMax: 30,
    txPowerMax: 10,
    dwell: null,
    frequencyHz: [865_000_000, 867_000_000],
    rx1DataRate: risingPast6,
  }),
  KR920: dynamic("KR920", [922_100_000, 922_300_000, 922_500_000], {
    dataRates: SIX_RATES,
    rx2: { frequencyHz: 921_900_000, dataRate: 0 },
    eirpDbmMax: 14,
    txPowerMax: 7,
    dwell: null,
    frequencyHz: [920_900_000, 923_300_000],
    rx1DataRate: falling,
  }),
  AS923: dynamic("AS923", [923_200_000, 923_400_000], {
    dataRates: [...SIX_RATES, lora(7, 250), FSK],
    rx2: { frequencyHz: 923_200_000, dataRate: 2 },
    eirpDbmMax: 16,
    txPowerMax: 7,
    dwell: {
      ...{ upAtJoin: true, downAtJoin: true, limitsDownlinks: true, minDataRate: 2 },
      macPayloadBytes: [0, 0, 19, 61, 133, 250, 250, 250],
    },
    frequencyHz: [915_000_000, 928_000_000],
    rx1DataRate: rising,
  }),
  US915: fixed("US915", 902_300_000, 903_000_000, 3, {
    dataRates: [...SIX_RATES.slice(2), lora(8, 500), null, null, null, ...FAST_DOWN],
    joinDataRate: 0,
    dwell: null,
    eirpDbmMax: 30,
    txPowerMax: 14,
    rx1DataRate: (dataRate, offset) => clamp(dataRate + 10 - offset, 8, 13),
  }),
  AU915: fixed("AU915", 915_200_000, 915_900_000, 5, {
    dataRates: [...SIX_RATES, lora(8, 500), null, ...FAST_DOWN],
    joinDataRate: 2,
    dwell: {
      ...{ upAtJoin: true, downAtJoin: false, limitsDownlinks: false, minDataRate: 2 },
      macPayloadBytes: [0, 0, 19, 61, 133, 250, 250],
    },
    eirpDbmMax: 30,
    txPowerMax: 14,
    rx1DataRate: (dataRate, offset) => clamp(dataRate + 8 - offset, 8, 13),
  }),
};
