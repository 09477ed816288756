import { toHex } from "@wayleave/core/bytes";
import type { Network } from "@wayleave/core/network";
import { type PortName, VERIFIER_PORT_STEP } from "@wayleave/core/ports";
import type { AgentConfig } from "@wayleave/app-agent/config";
import type { FrontConfig } from "@wayleave/app-front/config";
import type { VerifierConfig } from "@wayleave/app-verifier/config";
import { LOCAL_CELLS, LOCAL_GATEWAYS } from "./deployLocal.ts";
import type { RadioWorldInput } from "@wayleave/testbed/radio/radioWorld";
import type { DemoDevice } from "./demoApplication.ts";
import type { NetworkOptions } from "./startNetwork.ts";
import type { StateDirectory } from "./stateDirectory.ts";

/** Fast for a real sensor, slow enough to read along. */
const DEVICE_INTERVAL_S = 10;

/** Where a network's programs run: what their configurations are made of. */
export interface Place {
  readonly network: Network;
  readonly state: StateDirectory;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly options: NetworkOptions;
}

/** @param i - from 0. */
export function verifierConfig(place: Place, i: number, databaseUrl: string): VerifierConfig {
  const { network, state, ports, options } = place;
  const name = `verifier-${i + 1}`;
  return {
    network,
    accountKey: toHex(state.secret(name)),
    linkSeed: toHex(state.secret(`${name}-link`)),
    databaseUrl,
    directory: state.folder("verifiers", String(i + 1)),
    httpPort: ports.verifier + i * VERIFIER_PORT_STEP,
    linkPort: ports.verifierLink + i * VERIFIER_PORT_STEP,
    logLevel: options.logLevel ?? "info",
  };
}

export function frontConfig({ network, state, ports, options }: Place, databaseUrl: string): FrontConfig {
  return {
    network,
    recoveryKey: toHex(state.secret("recovery")),
    adminKey: toHex(state.secret("front-admin")),
    databaseUrl,
    directory: state.folder("front"),
    httpPort: ports.front,
    linkPort: ports.frontLink,
    s3Port: ports.s3,
    mqttPort: ports.mqtt,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    demo: { customer: "demo", bucket: "demo" },
    // Everybody on this machine is one's own customer.
    allowPrivateAddresses: true,
    logLevel: options.logLevel ?? "info",
  };
}

/** @param index - from 1: of its directory, owner and loopback address. */
export function storageAgentConfig({ network, state, options }: Place, index: number): AgentConfig {
  return {
    network,
    directory: state.folder("devices", String(index)),
    owner: state.account(`owner-${index}`).address,
    cell: LOCAL_CELLS[(index - 1) % LOCAL_CELLS.length]!,
    localAddress: `127.0.${20 + index}.1`,
    quotaBytes: options.quotaBytes,
    logLevel: options.logLevel ?? "info",
    ...options.deviceSettings?.(index),
  };
}

/** @param index - from 1. Its simulated packet forwarder reaches it over UDP on loopback. */
export function gatewayAgentConfig({ network, state, ports, options }: Place, index: number): AgentConfig {
  const place = LOCAL_GATEWAYS[(index - 1) % LOCAL_GATEWAYS.length]!;
  return {
    network,
    directory: state.folder("devices", `gateway-${index}`),
    owner: state.account(`gateway-owner-${index}`).address,
    cell: place.cell,
    localAddress: `127.0.${120 + index}.1`,
    wireless: { region: "EU868", gwmp: { host: "127.0.0.1", port: ports.gwmp + index - 1 }, station: null },
    logLevel: options.logLevel ?? "info",
  };
}

/** The *simulated* radio world: a packet forwarder for each gateway agent, and the demo customer's devices around them. */
export function radioConfig({ ports, options }: Place, devices: readonly DemoDevice[]): RadioWorldInput {
  return {
    region: "EU868",
    gateways: Array.from({ length: options.gateways ?? 0 }, (_, i) => {
      const { latitude, longitude } = LOCAL_GATEWAYS[i % LOCAL_GATEWAYS.length]!;
      return { eui: gatewayEui(i + 1), latitude, longitude, agent: { host: "127.0.0.1", port: ports.gwmp + i } };
    }),
    devices: devices.map(({ devEui, joinEui, appKey }, i) => {
      // Between the gateways, so that both hear each.
      const share = (i + 1) / (devices.length + 1);
      const [from, to] = LOCAL_GATEWAYS;
      const at = (name: "latitude" | "longitude") => from[name] + share * (to[name] - from[name]);
      const place = { latitude: at("latitude"), longitude: at("longitude") };
      return { ...{ devEui, joinEui, appKey, intervalS: DEVICE_INTERVAL_S, confirmedEvery: 3 }, ...place };
    }),
  };
}

/** Locally administered, so that it is nobody's. */
function gatewayEui(index: number): string {
  return `02577761796c${index.toString(16).padStart(4, "0")}`;
}
