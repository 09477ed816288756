import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock, UnixMs } from "@wayleave/core/time";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import type { VerifierEndpoint } from "../chainPort.ts";
import { HEADS_PER_VERIFIER, type RoundHead } from "./roundView.ts";

/** A bundle that was fetched whole, with the very bytes that came: they are handed on. */
export interface HeldBundle {
  readonly bundle: CheckedBundle;
  /** By name, the manifest among them. Empty for one's own, which is published elsewhere. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Fetches and checks the bundle behind a head. @throws WayleaveError when it is not whole, signed and well-formed. */
export type FetchBundle = (head: RoundHead, from: VerifierEndpoint, signal: AbortSignal) => Promise<HeldBundle>;

/** Fetches at once from one verifier: one that is slow, or that announces bundles nobody made, holds up nobody else. */
const FETCHES_PER_SOURCE = 2;
/** A bundle that was not to be had is asked for less and less often, up to this many times. */
const ATTEMPTS_MAX = 8;

interface Attempts {
  readonly count: number;
  readonly nextAt: UnixMs;
}

interface Needs {
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly fetch: FetchBundle;
  /** First pause after a failure; doubles. */
  readonly retryMs: number;
}

/**
 * The bundles of one epoch that this verifier has in hand. A head counts as received only when its bundle is here, whole
 * and signed: announcing one that nobody gets earns nothing. What one verifier holds it hands on, so that nobody can
 * show a bundle to some and hide it from others.
 */
export class HeldBundles {
  readonly #needs: Needs;
  readonly #byHead = new Map<Hash32, HeldBundle>();
  readonly #underWay = new Map<Hash32, Address>();
  readonly #attempts = new Map<Hash32, Attempts>();

  constructor(needs: Needs, own: CheckedBundle) {
    this.#needs = needs;
    this.#byHead.set(own.head, { bundle: own, files: new Map() });
  }

  bundle(head: Hash32): CheckedBundle | null {
    return this.#byHead.get(head)?.bundle ?? null;
  }

  file(head: Hash32, name: string): Uint8Array | null {
    return this.#byHead.get(head)?.files.get(name) ?? null;
  }

  /** All of them, ascending by verifier. */
  heads(): RoundHead[] {
    return [...this.#byHead.values()]
      .map(({ bundle: { verifier, head } }) => ({ verifier, head }))
      .sort((a, b) => (a.verifier + a.head < b.verifier + b.head ? -1 : 1));
  }

  /** One for each verifier that signed only one: who signed two has no claim to either being counted. */
  undisputed(): RoundHead[] {
    return this.heads().filter(({ verifier }) => this.#countOf(verifier) === 1);
  }

  /** Begins to fetch a bundle unless it is here, under way or was just tried. `sources`: who says to have it. */
  want(wanted: RoundHead, sources: readonly VerifierEndpoint[], signal: AbortSignal): void {
    const { clock } = this.#needs;
    const { head, verifier } = wanted;
    if (this.#byHead.has(head) || this.#underWay.has(head)) return;
    const { count, nextAt } = this.#attempts.get(head) ?? { count: 0, nextAt: 0 };
    if (sources.length === 0 || count >= ATTEMPTS_MAX || clock.now() < nextAt) return;
    if (this.#countOf(verifier) >= HEADS_PER_VERIFIER) return;
    const source = sources[count % sources.length]!;
    const busy = [...this.#underWay.values()].filter((each) => each === source.account).length;
    if (busy >= FETCHES_PER_SOURCE) return;
    this.#underWay.set(head, source.account);
    void this.#fetch(wanted, source, count, signal).finally(() => this.#underWay.delete(head));
  }

  async #fetch(wanted: RoundHead, source: VerifierEndpoint, count: number, signal: AbortSignal): Promise<void> {
    const { clock, log, fetch, retryMs } = this.#needs;
    try {
      this.#byHead.set(wanted.head, await fetch(wanted, source, signal));
      if (this.#countOf(wanted.verifier) > 1) log.error({ ...wanted }, "A verifier signed two bundles of one epoch");
    } catch (error) {
      this.#attempts.set(wanted.head, { count: count + 1, nextAt: clock.now() + retryMs * 2 ** count });
      if (!signal.aborted) {
        log.warn({ ...wanted, from: source.account, reason: String(error) }, "Could not have a bundle");
      }
    }
  }

  #countOf(verifier: Address): number {
    let count = 0;
    for (const { bundle } of this.#byHead.values()) if (bundle.verifier === verifier) count++;
    return count;
  }
}
