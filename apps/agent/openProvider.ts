import path from "node:path";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { KindName, Logger, PayerGate, Provider } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { openStorageProvider } from "@wayleave/kind-storage/provide/storageProvider";
import { CoverageKeeper } from "@wayleave/kind-wireless/provide/coverageKeeper";
import { openWirelessProvider } from "@wayleave/kind-wireless/provide/wirelessProvider";
import type { LinkRoute } from "@wayleave/link/types";
import type { z } from "zod";
import type { agentConfigSchema } from "./config.ts";

/** What a kind's provider stands on. */
export interface ProviderGround {
  readonly key: DeviceKey;
  readonly gate: (kind: KindName) => PayerGate;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Opens the one kind that an agent is configured for. */
export async function openProvider(
  config: z.output<typeof agentConfigSchema>,
  { key, gate, clock, log }: ProviderGround,
): Promise<Provider<LinkRoute>> {
  const { chainId, contracts, schedule } = config.network;
  const domain = { chainId, verifyingContract: contracts.settlement };
  if (config.quotaBytes !== null) {
    const directory = storageDirectory(config.directory);
    const ground = { key, gate: gate("storage"), clock, log };
    return openStorageProvider({ directory, capacityBytes: config.quotaBytes, domain }, ground);
  }
  const { region, gwmp, station, antennaGainDbi, gateways } = config.wireless!;
  const gainCentiDb = Math.round(antennaGainDbi * 100);
  const coverage = new CoverageKeeper({ key, domain, schedule, region, gainCentiDb, clock, log });
  const allow = gateways === null ? {} : { allow: gateways };
  const provider = await openWirelessProvider(
    {
      gwmp: gwmp && { ...gwmp, ...allow, antennaGainDbi },
      station: station && { ...station, ...allow, region },
    },
    { gate: gate("wireless"), clock, log, coverage },
  );
  coverage.attach(provider);
  return provider;
}

/** Where a storage device's pieces are. */
export function storageDirectory(directory: string): string {
  return path.join(directory, "storage");
}
