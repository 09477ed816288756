import type { Logger } from "@wayleave/core/kind";
import { readJson } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import { z } from "zod";

/** Devices find a restarted front within seconds; so long a front whose books are empty waits for them. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 250;
const LIST_TIMEOUT_MS = 3_000;
const LIST_BYTES_MAX = 1024 * 1024;

const listSchema = z.object({ pieces: z.array(z.unknown()) }).loose();

/**
 * Whether this front's database was lost: its books are empty, and yet devices hold snapshots of this operator. Such a
 * front must not begin anew, or its first snapshot would bury the ones that can still bring everything back.
 *
 * One device's word is enough: who would begin anew for nothing loses data, who waits for nothing loses minutes.
 *
 * @param registered - how many devices the network has; with none there is nobody who could know us.
 */
export async function databaseWasLost(options: {
  readonly booksAreEmpty: boolean;
  readonly registered: () => number;
  readonly peers: () => Iterable<LinkPeer>;
  readonly log: Logger;
  /** How long to wait for devices that did not link yet. */
  readonly patienceMs?: number;
}): Promise<boolean> {
  const { booksAreEmpty, registered, peers, log, patienceMs = PATIENCE_MS } = options;
  if (!booksAreEmpty || registered() === 0) return false;
  const asked = new Set<string>();
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    // All at once: those that hang are waited for together.
    const fresh = [...peers()].filter((peer) => !asked.has(peer.id));
    for (const peer of fresh) asked.add(peer.id);
    if ((await Promise.all(fresh.map((peer) => holdsOurs(peer, log)))).includes(true)) return true;
    if (waitedMs >= patienceMs || asked.size >= registered()) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function holdsOurs(peer: LinkPeer, log: Logger): Promise<boolean> {
  try {
    const reply = await peer.request({ method: "GET", path: "/storage/metadata", timeoutMs: LIST_TIMEOUT_MS });
    if (reply.status !== 200) {
      reply.body.resume();
      return false;
    }
    return (await readJson(reply.body, listSchema, LIST_BYTES_MAX)).pieces.length > 0;
  } catch (error) {
    log.debug({ device: peer.id, reason: String(error) }, "Could not ask a device what it holds");
    return false;
  }
}
