import { toHex } from "@wayleave/core/bytes";
import { z } from "zod";
import { fetchJson } from "./httpJson.ts";
import { openNetwork } from "./openNetwork.ts";
import type { StateDirectory } from "./stateDirectory.ts";

/** Devices of the demo application. */
const DEMO_DEVICES = 3;
const NAME = "demo";
/** Two gateways hear each frame: both copies are bought, so that both providers see what it pays. */
const PROFILE = { name: NAME, region: "EU868", copies: 2, decoder: { kind: "cayenne-lpp" } } as const;

const named = z.object({ id: z.string(), name: z.string() });
const applicationsSchema = z.object({ applications: z.array(named) });
const profilesSchema = z.object({ deviceProfiles: z.array(named) });
const devicesSchema = z.object({ devices: z.array(z.object({ devEui: z.string() })) });

/** One simulated device as the demo customer registered it. `appKey` is secret. */
export interface DemoDevice {
  readonly devEui: string;
  readonly joinEui: string;
  readonly appKey: string;
}

export interface DemoApplication {
  readonly applicationId: string;
  readonly devices: readonly DemoDevice[];
}

/** Makes the demo customer's LoRaWAN application through the front's API, as any customer would. Once: later starts find it. */
export async function demoApplication(
  frontUrl: string,
  apiKey: string,
  state: StateDirectory,
): Promise<DemoApplication> {
  const url = (path: string) => `${frontUrl}/v1/wireless/${path}`;
  const ask = { bearer: apiKey };
  const make = <T>(path: string, body: object, schema: z.ZodType<T>) =>
    fetchJson(url(path), schema, { ...ask, method: "POST", body });
  const { applications } = await fetchJson(url("applications"), applicationsSchema, ask);
  const { deviceProfiles } = await fetchJson(url("device-profiles"), profilesSchema, ask);
  const application =
    applications.find(({ name }) => name === NAME) ?? (await make("applications", { name: NAME }, named));
  const profile = deviceProfiles.find(({ name }) => name === NAME) ?? (await make("device-profiles", PROFILE, named));
  const devices = demoDevices(state);
  const known = await fetchJson(url(`devices?applicationId=${application.id}`), devicesSchema, ask);
  for (const [i, device] of devices.entries()) {
    if (known.devices.some(({ devEui }) => devEui === device.devEui)) continue;
    const body = { ...device, applicationId: application.id, profileId: profile.id, name: `demo-sensor-${i + 1}` };
    await make("devices", body, z.object({ devEui: z.string() }));
  }
  return { applicationId: application.id, devices };
}

/** As the last start left it, for a front that has to be recovered before it knows it again. Null: there was none. */
export function demoApplicationOfLastTime(state: StateDirectory): DemoApplication | null {
  const lorawan = state.exists("network.json") ? openNetwork(state.root).file.demo.lorawan : null;
  return lorawan === null ? null : { applicationId: lorawan.applicationId, devices: demoDevices(state) };
}

function demoDevices(state: StateDirectory): DemoDevice[] {
  return Array.from({ length: DEMO_DEVICES }, (_, i) => {
    const appKey = toHex(state.secret(`lorawan-device-${i + 1}`)).slice(2, 34);
    return { devEui: `02577761796d${(i + 1).toString(16).padStart(4, "0")}`, joinEui: "0257776179600001", appKey };
  });
}
