import { toHex } from "@wayleave/core/bytes";
import type { Network } from "@wayleave/core/network";
import { type PortName, VERIFIER_PORT_STEP } from "@wayleave/core/ports";
import type { AgentConfig } from "@wayleave/app-agent/config";
import type { FrontConfig } from "@wayleave/app-front/config";
import type { VerifierConfig } from "@wayleave/app-verifier/config";
import { LOCAL_CELLS } from "./deployLocal.ts";
import type { NetworkOptions } from "./startNetwork.ts";
import type { StateDirectory } from "./stateDirectory.ts";

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
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    demo: { customer: "demo", bucket: "demo" },
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
