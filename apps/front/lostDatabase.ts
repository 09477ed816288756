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
 * @param registered - how many devices the network has; with none there is nobody who could know us.
 */
export async function databaseWasLost(options: {
  readonly booksAreEmpty: boolean;
  readonly registered: () => number;
  readonly peers: () => Iterable<LinkPeer>;
  readonly log: Logger;
}): Promise<boolean> {
  const { booksAreEmpty, registered, peers, log } = options;
  if (!booksAreEmpty || registered() === 0) return false;
  const asked = new Set<LinkPeer>();
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && asked.size < registered(); waitedMs += LOOK_MS) {
    for (const peer of peers()) {
      if (asked.has(peer)) continue;
      asked.add(peer);
      if (await holdsOurs(peer, log)) return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
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
