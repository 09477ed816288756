import { parseEndpoint } from "@wayleave/core/endpoint";
import { type Address, idOfPublicKey } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Network } from "@wayleave/core/network";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import { operatorsAt, verifiersAt } from "@wayleave/chain/registryAt";
import { notariesOf } from "@wayleave/layer-coordination/settle/assignment";
import type { RegisteredPeer } from "@wayleave/layer-physical/linkPlan";

/** What an agent knows of the network: whom to dial, and who is who on its links. Kept current from the chain. */
export interface RegistryView {
  peers(): readonly RegisteredPeer[];
  payerOfLink(linkId: Address): Address | null;
  isVerifier(linkId: Address): boolean;
  isNotary(notary: Address, payer: Address): boolean;
  close(): Promise<void>;
}

interface Books {
  readonly peers: readonly RegisteredPeer[];
  readonly payers: ReadonlyMap<Address, Address>;
  readonly verifierLinks: ReadonlySet<Address>;
  readonly verifiers: readonly Address[];
}

/** @param onChange - told after every change of who is registered, and once at the start. */
export async function openRegistryView(network: Network, log: Logger, onChange: () => void): Promise<RegistryView> {
  const index = await openEventIndex(network, { events: ["VerifierSet", "OperatorSet", "OperatorRemoved"] });
  await index.sync();
  let books = await readBooks(index, log);
  const stop = new AbortController();
  const refresh = async () => {
    books = await readBooks(index, log);
    onChange();
  };
  const failed = (error: unknown) => log.warn({ reason: String(error) }, "Could not look at the chain");
  const following = index.follow(
    stop.signal,
    (step) => {
      if (step.added.size > 0 || step.droppedBlocks > 0) refresh().catch(failed);
    },
    failed,
  );
  return {
    peers: () => books.peers,
    payerOfLink: (linkId) => books.payers.get(linkId) ?? null,
    isVerifier: (linkId) => books.verifierLinks.has(linkId),
    isNotary: (notary, payer) => notariesOf(books.verifiers, payer).includes(notary),
    async close() {
      stop.abort();
      await following;
      await index.close();
    },
  };
}

async function readBooks(index: EventIndex, log: Logger): Promise<Books> {
  const [verifiers, operators] = await Promise.all([verifiersAt(index), operatorsAt(index)]);
  const peers = [
    ...[...verifiers].map(([account, each]) => dialable("verifier", account, each, log)),
    ...[...operators].map(([account, each]) => dialable("operator", account, each, log)),
  ].filter((peer) => peer !== null);
  const linkIds = (role: RegisteredPeer["role"]) =>
    peers.filter((peer) => peer.role === role).map(({ linkId, account }) => [linkId, account] as const);
  return {
    peers,
    payers: new Map(linkIds("operator")),
    verifierLinks: new Set(linkIds("verifier").map(([linkId]) => linkId)),
    verifiers: [...verifiers.keys()],
  };
}

/** Null for an endpoint that cannot be dialled: on chain it is text that anybody may have written. */
function dialable(
  role: RegisteredPeer["role"],
  account: Address,
  registered: { readonly endpoint: string; readonly linkKey: Uint8Array },
  log: Logger,
): RegisteredPeer | null {
  try {
    const { host, linkPort } = parseEndpoint(registered.endpoint);
    return { role, account, linkId: idOfPublicKey(registered.linkKey), host, port: linkPort, active: true };
  } catch (error) {
    log.warn({ role, account, reason: String(error) }, "Ignored a registered endpoint");
    return null;
  }
}
