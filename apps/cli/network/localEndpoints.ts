import { operatorKeys } from "@wayleave/app-front/operatorKeys";
import { toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { type PortName, VERIFIER_PORT_STEP } from "@wayleave/core/ports";
import type { Child } from "../supervise/child.ts";
import type { PortUse } from "../supervise/requireFreePorts.ts";
import type { NetworkFile } from "./networkFile.ts";
import { openNetwork } from "./openNetwork.ts";
import type { Place } from "./programConfigs.ts";
import type { StateDirectory } from "./stateDirectory.ts";

type Ports = Readonly<Record<PortName, number>>;

export const VERIFIERS = 3;

/** As the front reports them when it made its demo customer. */
export type DemoKeys = Pick<NetworkFile["demo"], "customer" | "apiKey" | "accessKeyId" | "secretAccessKey">;

/** Every port a local network takes, by who takes it. */
export function portUses(
  { chain, postgres, front, frontLink, s3, mqtt, gwmp, verifier, verifierLink }: Ports,
  gateways: number,
): PortUse[] {
  const verifiers = Array.from({ length: VERIFIERS }, (_, i) => [
    { part: `verifier ${i + 1}`, port: verifier + i * VERIFIER_PORT_STEP },
    { part: `verifier ${i + 1} links`, port: verifierLink + i * VERIFIER_PORT_STEP },
  ]);
  return [
    { part: "chain", port: chain },
    ...(process.env["DATABASE_URL"] ? [] : [{ part: "PostgreSQL", port: postgres }]),
    { part: "front", port: front },
    { part: "front links", port: frontLink },
    { part: "S3", port: s3 },
    { part: "MQTT", port: mqtt },
    ...verifiers.flat(),
    ...Array.from({ length: gateways }, (_, i) => {
      return { part: `gateway agent ${i + 1} (UDP)`, port: gwmp + i, udp: true } as const;
    }),
  ];
}

export function frontUrl({ front }: Ports): string {
  return `http://127.0.0.1:${front}`;
}

/** @param i - from 0. */
export function verifierUrl({ verifier }: Ports, i: number): string {
  return `http://127.0.0.1:${verifier + i * VERIFIER_PORT_STEP}`;
}

/** The front shows the demo customer's keys once, when it makes them; later they are in `network.json`. */
export function demoKeys(state: StateDirectory, front: Child): DemoKeys {
  const ready = front.ready as { demo?: DemoKeys };
  const known = state.exists("network.json") ? openNetwork(state.root).file.demo : null;
  const demo = ready.demo ?? known;
  if (demo !== null) {
    const { customer, apiKey, accessKeyId, secretAccessKey } = demo;
    return { customer, apiKey, accessKeyId, secretAccessKey };
  }
  throw new WayleaveError("demo-keys-missing", "The demo customer exists, but its keys were lost with network.json", {
    directory: state.root,
  });
}

/** Whether the front found its database lost: it then serves nothing before `wayleave recover`. */
export function mustRecover(front: Child): boolean {
  return (front.ready as { mustRecover?: boolean }).mustRecover === true;
}

/** What scripts need to use the network. */
export function networkFileOf({ network, state, ports, options }: Place, demo: NetworkFile["demo"]): NetworkFile {
  return {
    network,
    portBase: options.portBase,
    endpoints: {
      chain: network.rpcUrl,
      front: frontUrl(ports),
      mqtt: `mqtt://127.0.0.1:${ports.mqtt}`,
      s3: `http://127.0.0.1:${ports.s3}`,
      verifiers: Array.from({ length: VERIFIERS }, (_, i) => verifierUrl(ports, i)),
    },
    accounts: {
      deployer: state.account("deployer").address,
      treasury: state.account("treasury").address,
      payer: operatorKeys(state.secret("recovery")).account.address,
    },
    demo,
    adminKey: toHex(state.secret("front-admin")),
  };
}
