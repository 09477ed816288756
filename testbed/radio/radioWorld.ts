import type { Logger } from "@wayleave/core/kind";
import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { z } from "zod";
import { Air } from "./air.ts";
import { EndDevice } from "./endDevice.ts";
import { SUBURB } from "./pathLoss.ts";
import type { RadioTime } from "./radioTime.ts";
import { type Random, seededRandom } from "./seeded.ts";
import { type SimulatedGateway, startSimulatedGateway } from "./simulatedGateway.ts";

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`), `must be ${bytes} bytes of hex`)
    .transform((text) => text.toLowerCase());
const place = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) };

/** One *simulated* radio world: gateways that speak to real agents, and devices around them. */
export const radioWorldSchema = z.object({
  seed: z.int().min(0).default(1),
  region: z.enum(REGION_NAMES).default("EU868"),
  /** Frames may destroy each other. */
  collisions: z.boolean().default(false),
  shadowingDb: z.number().min(0).max(20).default(SUBURB.shadowingDb),
  gateways: z
    .array(
      z.object({
        eui: hex(8),
        ...place,
        agent: z.object({ host: z.string(), port: z.int().min(1).max(65_535) }),
        backhaulDelayMsMax: z.number().min(0).max(10_000).default(0),
        backhaulLossRate: z.number().min(0).max(1).default(0),
      }),
    )
    .max(64),
  devices: z
    .array(
      z.object({
        devEui: hex(8),
        joinEui: hex(8),
        appKey: hex(16),
        ...place,
        deviceClass: z.enum(["A", "C"]).default("A"),
        intervalS: z.number().min(1).default(20),
        dataRate: z.int().min(0).max(15).optional(),
        /** Indices; one sub-band of US915 or AU915. */
        channels: z.array(z.int().min(0).max(71)).optional(),
        /** Every so many uplinks one asks to be acknowledged; 0: none. */
        confirmedEvery: z.int().min(0).default(0),
        fPort: z.int().min(1).max(223).default(1),
      }),
    )
    .max(1_000),
});
export type RadioWorldConfig = z.infer<typeof radioWorldSchema>;
/** What is written into its file; defaults may be left out. */
export type RadioWorldInput = z.input<typeof radioWorldSchema>;
type DeviceConfig = RadioWorldConfig["devices"][number];

export interface RadioWorld {
  readonly air: Air;
  readonly gateways: readonly SimulatedGateway[];
  readonly devices: readonly EndDevice[];
  close(): Promise<void>;
}

/** The first attempt to join, spread, so that not all send at once; then ever less often. */
const FIRST_JOIN_SPREAD_S = 2;
const JOIN_RETRY_S = 5;
const JOIN_RETRY_S_MAX = 300;

/** Puts gateways and devices on one simulated air and lets the devices join and send until it is closed. */
export async function startRadioWorld(
  config: RadioWorldConfig,
  { time, log }: { readonly time: RadioTime; readonly log: Logger },
): Promise<RadioWorld> {
  const pathLoss = { ...SUBURB, shadowingDb: config.shadowingDb, seed: config.seed };
  const air = new Air({ time, pathLoss, collisions: config.collisions });
  const gateways = await Promise.all(
    config.gateways.map(({ eui, agent, latitude, longitude, backhaulDelayMsMax, backhaulLossRate }, i) =>
      startSimulatedGateway(
        {
          eui,
          position: { latitude, longitude },
          server: agent,
          backhaul: { delayMsMax: backhaulDelayMsMax, lossRate: backhaulLossRate },
          seed: config.seed * 1_000 + i,
        },
        { air },
      ),
    ),
  );
  const lives = config.devices.map((device, i) => {
    const random = seededRandom(config.seed * 100_000 + i);
    return startLife(device, config, { air, log, random });
  });
  return {
    air,
    gateways,
    devices: lives.map(({ device }) => device),
    async close() {
      for (const life of lives) life.stop();
      await Promise.all(gateways.map((gateway) => gateway.close()));
    },
  };
}

interface LifeSurroundings {
  readonly air: Air;
  readonly log: Logger;
  readonly random: Random;
}

/** One device: joins, again and again until it is let in, then sends what it measures. */
function startLife(
  config: DeviceConfig,
  { region }: RadioWorldConfig,
  { air, log, random }: LifeSurroundings,
): { readonly device: EndDevice; stop(): void } {
  const device = new EndDevice(
    {
      devEui: config.devEui,
      position: { latitude: config.latitude, longitude: config.longitude },
      region,
      deviceClass: config.deviceClass,
      activation: { kind: "otaa", joinEui: config.joinEui, appKey: Buffer.from(config.appKey, "hex") },
      seed: Math.floor(random() * 2 ** 32),
      ...(config.dataRate === undefined ? {} : { dataRate: config.dataRate }),
      ...(config.channels === undefined ? {} : { channels: config.channels }),
      onDownlink: ({ fPort, payload }) =>
        log.debug({ devEui: config.devEui, fPort, sizeBytes: payload.byteLength }, "Heard a downlink"),
    },
    { air },
  );
  let cancel = (): void => {};
  let stopped = false;
  const after = (seconds: number, what: () => Promise<void>): void => {
    if (stopped) return;
    cancel = air.time.at(air.time.nowUs() + Math.round(seconds * 1_000_000), () => {
      what().catch((error: unknown) => log.error({ devEui: config.devEui, error: String(error) }, "Device failed"));
    });
  };
  let retryS = JOIN_RETRY_S;
  const join = async (): Promise<void> => {
    if (await device.join()) {
      log.info({ devEui: config.devEui, devAddr: device.devAddr }, "Joined over the simulated air");
      after(random(), measure);
      return;
    }
    after(retryS * (0.5 + random()), join);
    retryS = Math.min(2 * retryS, JOIN_RETRY_S_MAX);
  };
  let count = 0;
  const measure = async (): Promise<void> => {
    const confirmed = config.confirmedEvery > 0 && ++count % config.confirmedEvery === 0;
    after(config.intervalS * (0.9 + 0.2 * random()), measure);
    await device.send({ payload: climate(count, random), fPort: config.fPort, confirmed });
  };
  after(FIRST_JOIN_SPREAD_S * random(), join);
  return {
    device,
    stop() {
      stopped = true;
      cancel();
      device.close();
    },
  };
}

/** Temperature (0.1 °C) on channel 1 and relative humidity (0.5 %) on channel 2, as CayenneLPP has them. */
export function climate(sample: number, random: Random): Buffer {
  const temperature = Math.round(10 * (20 + 4 * Math.sin(sample / 10) + random()));
  const humidity = Math.round(2 * (50 + 10 * Math.cos(sample / 10) + random()));
  return Buffer.from([1, 0x67, (temperature >> 8) & 0xff, temperature & 0xff, 2, 0x68, humidity]);
}
