import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { LINK_LIMITS, type LinkLimits, linkName, planLinks, type RegisteredPeer } from "./linkPlan.ts";

/** What the keeper needs of a dialled link; `DialedLink` of the link is one. */
export interface KeptLink {
  /** Set while it is connected. */
  readonly peer: object | undefined;
  close(): Promise<void>;
}

export interface LinkKeeper {
  /** Dials and hangs up so that the links are those the registry asks for now. Call whenever the registry changed. */
  update(registered: readonly RegisteredPeer[]): void;
  /** Every link, connected or being dialled. */
  links(): readonly { readonly to: RegisteredPeer; readonly connected: boolean }[];
  /** Hangs up on everybody. Resolves when all links have ended. */
  close(): Promise<void>;
}

/** @param dial - keeps one link until it is closed, reconnecting by itself: `dialLink` of the link, with our routes. */
export function linkKeeper(options: {
  readonly device: Address;
  readonly dial: (peer: RegisteredPeer) => KeptLink;
  readonly log: Logger;
  readonly limits?: LinkLimits;
}): LinkKeeper {
  const { device, dial, log } = options;
  const kept = new Map<string, { readonly to: RegisteredPeer; readonly link: KeptLink }>();
  const closing = new Set<Promise<void>>();
  let closed = false;

  const hangUp = (name: string) => {
    const entry = kept.get(name);
    if (entry === undefined) return;
    kept.delete(name);
    const ended = entry.link
      .close()
      .catch((error: unknown) => log.warn({ peer: entry.to.account, error }, "Failed to close a link"))
      .finally(() => closing.delete(ended));
    closing.add(ended);
  };
  return {
    update(registered) {
      if (closed) return;
      const { add, remove } = planLinks(device, registered, new Set(kept.keys()), options.limits ?? LINK_LIMITS);
      for (const name of remove) {
        log.info({ link: name }, "Closed a link that the registry no longer asks for");
        hangUp(name);
      }
      for (const peer of add) kept.set(linkName(peer), { to: peer, link: dial(peer) });
    },
    links: () => [...kept.values()].map(({ to, link }) => ({ to, connected: link.peer !== undefined })),
    async close() {
      closed = true;
      for (const name of [...kept.keys()]) hangUp(name);
      await Promise.all(closing);
    },
  };
}
