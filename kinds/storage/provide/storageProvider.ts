import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Logger, PayerGate, Provider } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { LinkRoute } from "@wayleave/link/types";
import { DEFAULT_ASK, GIB, type StorageAsk } from "../model/price.ts";
import { admissionRoutes } from "./admissionRoutes.ts";
import { Commitments } from "./commitments.ts";
import { pieceRoutes } from "./pieceRoutes.ts";
import { PieceStore, type UsedSpace } from "./pieceStore.ts";
import { StorageMeters } from "./storageMeters.ts";

export interface StorageProviderOptions {
  /** This device's own; made if absent. One process at a time. */
  readonly directory: string;
  readonly capacityBytes: number;
  readonly freeReserveBytes?: number;
  readonly ask?: StorageAsk;
  /** Of the network's Settlement contract. */
  readonly domain: SigningDomain;
}

export interface StorageProviderDependencies {
  readonly key: DeviceKey;
  readonly gate: PayerGate;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A storage device inside an agent. */
export interface StorageProvider extends Provider<LinkRoute> {
  used(): UsedSpace;
}

/**
 * Opens a storage device's directory and serves it.
 * @throws WayleaveError `store-busy` when another process has the directory.
 */
export async function openStorageProvider(
  options: StorageProviderOptions,
  dependencies: StorageProviderDependencies,
): Promise<StorageProvider> {
  const { domain, ask = DEFAULT_ASK } = options;
  const { key, gate, clock, log } = dependencies;
  const store = await PieceStore.open(options, { clock, log });
  const meters = new StorageMeters(ask, {
    index: store.index,
    clock,
    gate,
    heldBytes: (payer) => store.heldBy(payer).bytes,
  });
  store.onHeldChange = (payer) => meters.accrue(payer);
  const commitments = await Commitments.open({ store, key, domain });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    meters.settle(store.payers());
    await store.close();
  };
  return {
    kind: "storage",
    routes: [
      ...pieceRoutes({ store, commitments, meters, gate, key, domain, clock, log }),
      ...(await admissionRoutes(options.directory)),
    ],
    offer: () => ({
      capacity: BigInt(store.freeBytes()) / GIB,
      askPicoUsdPerUnitHour: ask.picoUsdPerGibHour,
      askPicoUsdPerWorkUnit: ask.picoUsdPerEgressMib,
    }),
    commit: (epoch) => commitments.commit(epoch),
    answer: (question) => commitments.answer(question),
    async tick() {
      await store.sweep(commitments.lastEpoch);
      meters.settle(store.payers());
    },
    used: () => store.used(),
    close: () => (closed ??= close()),
  };
}
