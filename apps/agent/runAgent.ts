import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { KindName, Logger, Provider } from "@wayleave/core/kind";
import { type Clock, epochAt } from "@wayleave/core/time";
import { agentRoutes } from "@wayleave/layer-physical/agentRoutes";
import { loadDeviceIdentity } from "@wayleave/layer-physical/deviceIdentity";
import { epochCommitments } from "@wayleave/layer-physical/epochCommitments";
import { linkKeeper } from "@wayleave/layer-physical/linkKeeper";
import { sellPlan } from "@wayleave/layer-physical/sellPlan";
import { DEFAULT_UNPAID_LIMIT_MICRO_USD, openVoucherWallet } from "@wayleave/layer-physical/voucherWallet";
import { dialLink } from "@wayleave/link/dialer";
import type { LinkRoute } from "@wayleave/link/types";
import type { z } from "zod";
import type { agentConfigSchema } from "./config.ts";
import { openProvider, storageDirectory } from "./openProvider.ts";
import { openRegistryView } from "./registryView.ts";

const SOFTWARE_VERSION = "0.1.0";
/** A local front that restarts meets its devices within seconds. */
const BACKOFF = { firstMs: 300, maxMs: 5_000, stableMs: 10_000 };

export interface RunningAgent {
  readonly device: `0x${string}`;
  links(): readonly { readonly role: string; readonly connected: boolean }[];
  close(): Promise<void>;
}

interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  /** For the testbed's cheating devices; an honest agent leaves the provider as it is. */
  readonly wrap?: (provider: Provider<LinkRoute>, directory: string) => Promise<Provider<LinkRoute>>;
}

/** Runs one device: its wallet, its kinds, and its links to verifiers and operators. */
export async function runAgent(
  config: z.output<typeof agentConfigSchema>,
  { clock, log, wrap }: Surroundings,
): Promise<RunningAgent> {
  const { network, directory } = config;
  const { settlement, registry } = network.contracts;
  const domain = { chainId: network.chainId, verifyingContract: settlement };
  const epochNow = () => epochAt(network.schedule, clock.now());

  // Layer
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const identity = await loadDeviceIdentity({ directory, owner: config.owner, cell: BigInt(`0x${config.cell}`) });
  let update = () => {};
  const view = await openRegistryView(network, log, () => update());
  const wallet = openVoucherWallet(
    {
      path: path.join(directory, "wallet.sqlite"),
      device: identity.key.id,
      domain,
      unpaidLimitMicroUsd: DEFAULT_UNPAID_LIMIT_MICRO_USD,
    },
    view,
  );

  // Kinds
  const ground = { key: identity.key, gate: (kind: KindName) => wallet.gate(kind), clock, log };
  const honest = await openProvider(config, ground);
  const providers = [wrap === undefined ? honest : await wrap(honest, storageDirectory(directory))];

  // Links
  const routes = agentRoutes({
    identity,
    softwareVersion: SOFTWARE_VERSION,
    wallet,
    plan: sellPlan({ identity, domain, providers, epochNow }),
    providers,
    commitments: new Map(providers.map((provider) => [provider.kind, epochCommitments(provider, epochNow)])),
    registryDomain: { chainId: network.chainId, verifyingContract: registry },
    clock,
    peers: view,
  });
  const keeper = linkKeeper({
    device: identity.key.id,
    log,
    dial: ({ host, port, linkId, role }) =>
      dialLink({
        key: identity.key,
        ...dialledInstead(config.dialVia, host, port),
        expectedPeerId: linkId,
        routes,
        log,
        backoff: BACKOFF,
        ...(config.localAddress === null ? {} : { localAddress: config.localAddress }),
        onStatus: ({ state }) => log.info({ role, host, port, state }, "Changed a link"),
      }),
  });
  update = () => keeper.update(view.peers());
  update();
  const ticking = setInterval(() => void tick(), network.schedule.tickMs);
  const tick = async () => {
    try {
      for (const provider of providers) await provider.tick(clock.now());
      wallet.tick();
    } catch (error) {
      log.error({ reason: String(error) }, "A tick failed");
    }
  };

  return {
    device: identity.key.id,
    links: () => keeper.links().map(({ to, connected }) => ({ role: to.role, connected })),
    async close() {
      clearInterval(ticking);
      await keeper.close();
      for (const provider of providers) await provider.close();
      wallet.close();
      await view.close();
    },
  };
}

/** Whom to dial for an address of the registry. Who answers is proven by its key, so another way there changes nothing. */
function dialledInstead(via: Readonly<Record<string, string>>, host: string, port: number) {
  const other = via[`${host}:${port}`]?.split(":");
  return other === undefined ? { host, port } : { host: other[0]!, port: Number(other[1]) };
}
