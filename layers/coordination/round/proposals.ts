import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import type { Clock, UnixMs } from "@wayleave/core/time";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import type { Settlement } from "../settle/settlement.ts";
import type { HeldBundles } from "./heldBundles.ts";
import type { Proposal } from "./roundView.ts";

interface Needs {
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly bundles: HeldBundles;
  readonly settle: (bundles: readonly CheckedBundle[]) => Promise<Settlement>;
  /** Between attempts at a computation that failed for a reason that may pass. */
  readonly retryMs: number;
}

interface Input {
  readonly epoch: number;
  readonly registry: RegistrySnapshot;
  /** Turns in which an omission is never excused: everybody's first. */
  readonly strictTurns: number;
}

/** What this verifier makes of proposals: which it refuses, and what the others come to. */
export class Proposals {
  readonly strictTurns: number;
  readonly #needs: Needs;
  readonly #input: Input;
  /** Received before the cut: a proposal that omits one of them is refused. */
  readonly #beforeCut = new Map<Hash32, Address>();
  readonly #settled = new Map<Hash32, Settlement>();
  /** By previous and heads: what is proposed again is not computed again. */
  readonly #computed = new Map<string, Settlement>();
  readonly #refused = new Set<Hash32>();
  readonly #complained = new Set<Hash32>();
  readonly #retryAt = new Map<Hash32, UnixMs>();

  constructor(needs: Needs, input: Input) {
    this.#needs = needs;
    this.#input = input;
    this.strictTurns = input.strictTurns;
  }

  /** Notes what is held now as received before the cut. */
  receivedBeforeCut(): void {
    for (const { verifier, head } of this.#needs.bundles.heads()) this.#beforeCut.set(head, verifier);
  }

  /** Null while it is not computed. */
  settled(proposal: Hash32): Settlement | null {
    return this.#settled.get(proposal) ?? null;
  }

  bySettlement(statementHash: Hash32): Settlement | null {
    return [...this.#settled.values()].find((each) => each.statementHash === statementHash) ?? null;
  }

  /**
   * What a proposal comes to; null when it is refused, or its bundles are not all here yet.
   * @param followed - somebody signed it already: omissions are excused.
   */
  async compute(proposal: Proposal, hash: Hash32, followed: boolean): Promise<Settlement | null> {
    const known = this.#settled.get(hash);
    if (known !== undefined) return known;
    const { clock, log, bundles } = this.#needs;
    if (this.#refused.has(hash) || clock.now() < (this.#retryAt.get(hash) ?? 0)) return null;
    if (!this.#isWellFormed(proposal)) {
      this.#refused.add(hash);
      return this.#complain(hash, proposal, "its heads are not ascending bonded verifiers");
    }
    const omitted = followed ? null : this.#omitted(proposal);
    if (omitted !== null) {
      return this.#complain(hash, proposal, `it omits the bundle of ${omitted}, received before the cut`);
    }
    const held = proposal.heads.map(({ head }) => bundles.bundle(head));
    if (!held.every((bundle, i) => bundle === null || bundle.verifier === proposal.heads[i]!.verifier)) {
      this.#refused.add(hash);
      return this.#complain(hash, proposal, "it names a bundle as another verifier's");
    }
    if (held.includes(null)) return null;
    try {
      const settlement = await this.#settle(proposal, held as CheckedBundle[]);
      this.#settled.set(hash, settlement);
      return settlement;
    } catch (error) {
      const final = error instanceof WayleaveError && error.code === "settle-input";
      if (final) this.#refused.add(hash);
      this.#retryAt.set(hash, clock.now() + this.#needs.retryMs);
      const facts = { epoch: this.#input.epoch, turn: proposal.turn, final, reason: String(error) };
      log.warn(facts, "Could not compute a proposal");
      return null;
    }
  }

  async #settle(proposal: Proposal, bundles: readonly CheckedBundle[]): Promise<Settlement> {
    const key = toJson([proposal.previous, proposal.heads]);
    const settlement = this.#computed.get(key) ?? (await this.#needs.settle(bundles));
    if (settlement.statement.previous !== proposal.previous) {
      const facts = { previous: settlement.statement.previous };
      throw new WayleaveError("previous-unknown", "The chain has moved on since this was proposed", facts);
    }
    this.#computed.set(key, settlement);
    return settlement;
  }

  #complain(hash: Hash32, { turn }: Proposal, reason: string): null {
    if (!this.#complained.has(hash)) {
      this.#needs.log.warn({ epoch: this.#input.epoch, turn, reason }, "Refused a proposal");
    }
    this.#complained.add(hash);
    return null;
  }

  #isWellFormed({ heads }: Proposal): boolean {
    const { verifiers } = this.#input.registry;
    return heads.every(({ verifier }, i) => verifiers.has(verifier) && (i === 0 || heads[i - 1]!.verifier < verifier));
  }

  /** A verifier whose bundle was here in time and is not proposed. Who signed two has no claim. */
  #omitted({ heads }: Proposal): Address | null {
    const proposed = new Set(heads.map(({ head }) => head));
    const undisputed = new Set(this.#needs.bundles.undisputed().map(({ head }) => head));
    for (const [head, verifier] of this.#beforeCut) {
      if (undisputed.has(head) && !proposed.has(head)) return verifier;
    }
    return null;
  }
}
