import { deviceInfoSchema } from "@wayleave/core/agentWire";
import type { AccountKey } from "@wayleave/core/accountKey";
import type { Admission, Logger } from "@wayleave/core/kind";
import { prefixOf } from "@wayleave/core/networkPrefix";
import type { Clock } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import { askJson } from "../deviceLinks.ts";
import { proposerOrder } from "../settle/assignment.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import type { Doorkeeper } from "./admission.ts";
import { sleepUntil } from "./pacing.ts";

/** Verifiers let a newcomer in one after the other: a first challenge and its transaction take about this long. */
const ADMISSION_TURN_MS = 2_500;

interface Needs {
  readonly deps: {
    readonly account: AccountKey;
    readonly clock: Clock;
    readonly log: Logger;
    readonly admissions: readonly Admission<LinkPeer>[];
  };
  readonly doorkeeper: Doorkeeper;
  readonly requestTimeoutMs: number;
  readonly registry: () => RegistrySnapshot;
  /** Reads the registry again. */
  readonly look: () => Promise<RegistrySnapshot>;
  /** Whether this link of the device is still the newest. */
  readonly isLinked: () => boolean;
  readonly signal: AbortSignal;
}

/** Lets a linked device in that nobody has registered yet, unless another verifier was quicker. */
export async function welcome(peer: LinkPeer, needs: Needs): Promise<void> {
  const { doorkeeper, look, registry, isLinked, signal } = needs;
  const { account, clock, log } = needs.deps;
  const isRegistered = async () => (await look()).devices.has(peer.id);
  if (registry().devices.has(peer.id)) return;
  // One verifier after the other, in an order that differs by device: one challenge and one transaction are enough.
  const rank = proposerOrder(peer.id, registry().verifiers.keys()).indexOf(account.address);
  await sleepUntil(clock, clock.now() + Math.max(0, rank) * ADMISSION_TURN_MS, signal);
  if (rank > 0 && (await isRegistered())) return;
  for (const admission of await admissionsFor(peer, needs)) {
    if (!isLinked()) return; // gone, or dialled again
    try {
      await doorkeeper.admit(peer, prefixOf(peer.remoteAddress), admission, isRegistered, signal);
    } catch (error) {
      log.warn({ device: peer.id, kind: admission.rule.name, reason: String(error) }, "Let nobody in");
    }
  }
  await look();
}

/** Those of the kinds that the newcomer says it has: a ticket is not spent on any other. */
async function admissionsFor(peer: LinkPeer, needs: Needs): Promise<readonly Admission<LinkPeer>[]> {
  const { log, admissions } = needs.deps;
  try {
    const { kinds } = await askJson(peer, "/device", deviceInfoSchema, needs.requestTimeoutMs);
    return admissions.filter(({ rule }) => kinds.includes(rule.name));
  } catch (error) {
    log.warn({ device: peer.id, reason: String(error) }, "Let nobody in");
    return [];
  }
}
