import { endpointUrl } from "@wayleave/core/endpoint";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { KIND_NAMES, type KindName, type Logger } from "@wayleave/core/kind";
import type { MicroUsd } from "@wayleave/core/money";
import { ZERO_HASH } from "@wayleave/core/messages";
import type { Network } from "@wayleave/core/network";
import { epochAt } from "@wayleave/core/time";
import { chainReader } from "@wayleave/chain/chainReader";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import { registryAt } from "@wayleave/chain/registryAt";
import type { OnChainFigures } from "@wayleave/layer-service/reconcile";
import type { RegisteredDevice } from "@wayleave/layer-service/deviceDirectory";

/** Deposits change rarely; vouchers are signed every tick. */
const ESCROW_REFRESH_MS = 2_000;

/** What a front needs of the chain, kept current; every answer is from memory. */
export interface FrontChain {
  readonly index: EventIndex;
  deviceCount(): number;
  registered(device: Address): RegisteredDevice | null;
  publicKeyOf(device: Address): Uint8Array | null;
  /** Base URLs of verifiers' APIs. */
  verifierUrls(): readonly string[];
  /** What vouchers may come to in all. */
  promisable(): MicroUsd;
  /** E_n of the running epoch; of the one before while it is not known yet; zero before the first. */
  seedNow(): Hash32;
  escrow(): Promise<OnChainFigures>;
  close(): Promise<void>;
}

interface Books {
  readonly devices: ReadonlyMap<Address, RegisteredDevice & { readonly publicKey: Uint8Array }>;
  readonly verifierUrls: readonly string[];
}

export async function openFrontChain(
  network: Network,
  databaseUrl: string,
  payer: Address,
  log: Logger,
): Promise<FrontChain> {
  const [index, reader] = await Promise.all([openEventIndex(network, { databaseUrl }), chainReader(network)]);
  const readBooks = async (): Promise<Books> => {
    const { head } = await index.sync();
    const registry = await registryAt(index, head.number);
    const devices = [...registry.devices].map(([id, { owner, kinds, publicKey }]) => {
      const kind: KindName = KIND_NAMES[kinds[0] ?? 0]!;
      return [id, { owner: owner ?? id, kind, publicKey }] as const;
    });
    const urls = [...registry.verifiers.values()].flatMap(({ endpoint }) => {
      try {
        return [endpointUrl(endpoint)];
      } catch (error) {
        log.warn({ reason: String(error) }, "Ignored a registered endpoint");
        return [];
      }
    });
    return { devices: new Map(devices), verifierUrls: urls };
  };
  let books = await readBooks();
  let figures = await reader.escrow(payer);
  const stop = new AbortController();
  const failed = (error: unknown) => log.warn({ reason: String(error) }, "Could not look at the chain");
  const following = index.follow(
    stop.signal,
    (step) => {
      if (step.added.size > 0 || step.droppedBlocks > 0) readBooks().then((read) => (books = read), failed);
    },
    failed,
  );
  let seed = { epoch: -1, value: ZERO_HASH };
  const readSeed = async () => {
    const epoch = epochAt(network.schedule, Date.now());
    if (epoch < 0 || epoch === seed.epoch) return;
    const found = await reader.epochSeed(epoch);
    if (found !== null && found.seed !== null) seed = { epoch, value: found.seed };
  };
  const refreshing = setInterval(() => {
    reader.escrow(payer).then((read) => (figures = read), failed);
    readSeed().catch(failed);
  }, ESCROW_REFRESH_MS);
  return {
    index,
    deviceCount: () => books.devices.size,
    registered: (device) => books.devices.get(device) ?? null,
    publicKeyOf: (device) => books.devices.get(device)?.publicKey ?? null,
    verifierUrls: () => books.verifierUrls,
    promisable: () => figures.committed,
    seedNow: () => seed.value,
    async escrow() {
      const { balance, deposited, withdrawn } = await reader.escrow(payer);
      return {
        depositMicroUsd: deposited,
        withdrawnMicroUsd: withdrawn,
        escrowMicroUsd: balance,
        settledMicroUsd: deposited - withdrawn - balance,
      };
    },
    async close() {
      stop.abort();
      clearInterval(refreshing);
      await following;
      await index.close();
    },
  };
}
