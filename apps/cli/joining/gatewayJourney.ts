import { networkInterfaces } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Provider } from "@wayleave/core/kind";
import type { GatewayStatus } from "@wayleave/kind-wireless/model/agentApi";
import { decodeCoverageAnswer } from "@wayleave/kind-wireless/model/coverage";
import type { LinkRoute } from "@wayleave/link/types";
import { countersText } from "../wireless/figures.ts";

const LOOK_MS = 500;

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What a person sets in the gateway, so that it finds this agent. @param addresses - of this machine. */
export function gatewaySetup(
  { gwmp, station }: { readonly gwmp: Endpoint | null; readonly station: Endpoint | null },
  addresses: readonly string[],
): string[] {
  const reached = (host: string) => (host === "0.0.0.0" || host === "::" ? addresses : [host]);
  const lines = ["Set the gateway up so:"];
  if (gwmp !== null) {
    const { port } = gwmp;
    lines.push("  Packet forwarder (Semtech UDP), in the gateway_conf of its global_conf.json or local_conf.json:");
    for (const host of reached(gwmp.host)) {
      lines.push(`    "server_address": "${host}", "serv_port_up": ${port}, "serv_port_down": ${port}`);
    }
  }
  if (station !== null) {
    lines.push("  Basics Station, in its tc.uri:");
    for (const host of reached(station.host)) {
      lines.push(`    ws://${host.includes(":") ? `[${host}]` : host}:${station.port}`);
    }
  }
  return lines;
}

/** Where others reach this machine; itself first, for a forwarder that runs beside the agent. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outside = all.filter(({ internal, family }) => !internal && family === "IPv4");
  return ["127.0.0.1", ...outside.map(({ address }) => address)];
}

/** What a gateway's way is read from. */
export interface GatewayWatch {
  readonly gateways: () => readonly GatewayStatus[];
  /** Whether an answer to a verifier told of a beacon that went on the air. */
  readonly hasBeaconed: () => boolean;
}

/** The provider as it is, looked at from beside it. Null when it has no gateways: it is of another kind. */
export function watchedGateways(provider: Provider<LinkRoute>): (GatewayWatch & { provider: typeof provider }) | null {
  if (!("gateways" in provider) || typeof provider.gateways !== "function") return null;
  let hasBeaconed = false;
  return {
    gateways: provider.gateways as GatewayWatch["gateways"],
    hasBeaconed: () => hasBeaconed,
    provider: {
      ...provider,
      async answer(ask) {
        const bytes = await provider.answer(ask);
        hasBeaconed ||= (decodeCoverageAnswer(bytes)?.beacon ?? null) !== null;
        return bytes;
      },
    },
  };
}

/** Says a line when a gateway comes or goes, at its first uplink, at the first beacon, and when it begins to drop. */
export async function sayGateways(
  watch: GatewayWatch,
  sayLine: (text: string) => void,
  signal: AbortSignal,
): Promise<never> {
  const teller = gatewayTeller(watch);
  for (;;) {
    for (const line of teller()) sayLine(line);
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** @returns what changed since it was asked last, each thing once. */
export function gatewayTeller({ gateways, hasBeaconed }: GatewayWatch): () => string[] {
  const online = new Map<string, boolean>();
  const heard = new Set<string>();
  const dropping = new Set<string>();
  let beaconed = false;
  return () => {
    const lines: string[] = [];
    for (const gateway of gateways()) {
      const { eui, protocol, uplinks, drops } = gateway;
      const before = online.get(eui);
      if (gateway.online && before !== true) {
        const how = protocol === "gwmp" ? "packet forwarder, UDP" : "Basics Station";
        lines.push(`Gateway ${eui} ${before === undefined ? "connected" : "is back"} (${how})`);
      }
      if (!gateway.online && before === true) lines.push(`Gateway ${eui} went silent`);
      // One that was heard of but may not be answered yet has not come.
      if (gateway.online || before !== undefined) online.set(eui, gateway.online);
      if (uplinks > 0 && !heard.has(eui)) {
        heard.add(eui);
        lines.push(`Gateway ${eui} heard its first uplink`);
      }
      for (const reason of Object.keys(drops)) {
        if (dropping.has(`${eui} ${reason}`)) continue;
        dropping.add(`${eui} ${reason}`);
        lines.push(`Gateway ${eui} begins to drop: ${countersText({ [reason]: drops[reason]! })}`);
      }
    }
    if (hasBeaconed() && !beaconed) {
      beaconed = true;
      lines.push("Sent the first beacon: gateways around that hear it are its witnesses");
    }
    return lines;
  };
}
