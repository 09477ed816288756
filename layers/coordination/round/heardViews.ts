import type { SigningDomain } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { VerifierEndpoint } from "../chainPort.ts";
import { sleepUntil } from "../duties/pacing.ts";
import type { PeerApi } from "./peerApi.ts";
import {
  extendsView,
  isGenuineView,
  MAX_VIEW_BYTES,
  PROPOSALS_PER_TURN,
  proposalHash,
  proposedBy,
  type RoundView,
  signedRoundViewSchema,
  type SignedProposal,
} from "./roundView.ts";

interface Needs {
  readonly peers: PeerApi;
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly domain: SigningDomain;
  readonly epoch: number;
  readonly pollMs: number;
  /** Whose turn it is to propose, by turn. */
  readonly proposerOf: (turn: number) => Address;
}

/** What the other verifiers said in one epoch's round, as far as each stands by it. */
export class HeardViews {
  readonly #needs: Needs;
  readonly #views = new Map<Address, RoundView>();
  /** By hash; at most two of one turn. */
  readonly #proposals = new Map<Hash32, SignedProposal>();
  /** Digests that somebody has shown, by proposal. */
  readonly #shown = new Map<Hash32, Set<Hash32>>();
  /** By `proposal/verifier/commit`: digests that had been shown when the commit was first heard. It may copy those. */
  readonly #lateFor = new Map<string, ReadonlySet<Hash32>>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Reads one verifier's view again and again until `signal` is aborted: a slow one keeps nobody else waiting. */
  async listen(endpoint: VerifierEndpoint, signal: AbortSignal): Promise<void> {
    const { peers, clock, log, epoch, pollMs } = this.#needs;
    while (!signal.aborted) {
      try {
        const url = `${endpoint.url}/rounds/${epoch}`;
        const { view, signature } = await peers.json(url, signedRoundViewSchema, MAX_VIEW_BYTES, signal);
        this.#hear(endpoint.account, view, signature);
      } catch (error) {
        if (signal.aborted) return;
        log.debug({ epoch, verifier: endpoint.account, reason: String(error) }, "Heard nothing from a verifier");
      }
      await sleepUntil(clock, clock.now() + pollMs, signal).catch(() => {}); // the loop's condition sees the abort
    }
  }

  views(): readonly RoundView[] {
    return [...this.#views.values()];
  }

  /** Made by whose turn it was; earliest turn first. */
  proposals(): SignedProposal[] {
    return [...this.#proposals.values()].sort((a, b) => a.proposal.turn - b.proposal.turn);
  }

  /** Whose proposer signed two different proposals: nothing of that turn is safe to agree on. */
  isDisputed(turn: number): boolean {
    return this.#countOfTurn(turn) > 1;
  }

  /** Takes in a proposal, one's own too. Ignored unless the turn's proposer signed it. */
  addProposal(signed: SignedProposal): void {
    const { domain, epoch, log, proposerOf } = this.#needs;
    const { turn } = signed.proposal;
    const hash = proposalHash(epoch, signed.proposal);
    if (this.#proposals.has(hash) || this.#countOfTurn(turn) >= PROPOSALS_PER_TURN) return;
    if (proposedBy(domain, epoch, signed) !== proposerOf(turn)) return;
    this.#proposals.set(hash, signed);
    if (this.isDisputed(turn))
      log.error({ epoch, turn, verifier: proposerOf(turn) }, "A verifier signed two proposals of one turn");
  }

  /** Others' commits to a proposal that came before this digest was shown for it. */
  timelyCommits(proposal: Hash32, digest: Hash32): { verifier: Address; commit: Hash32 }[] {
    return this.views().flatMap(({ verifier, commits }) => {
      const commit = commits.find((each) => each.proposal === proposal)?.commit;
      return commit !== undefined && this.isTimely(proposal, digest, verifier, commit) ? [{ verifier, commit }] : [];
    });
  }

  /** Known to us, or to another verifier that showed its digest, before this digest was shown for the proposal. */
  isTimely(proposal: Hash32, digest: Hash32, verifier: Address, commit: Hash32): boolean {
    if (this.#lateFor.get(keyOf(proposal, verifier, commit))?.has(digest) === false) return true;
    return this.views().some(
      (view) =>
        view.verifier !== verifier &&
        view.reveal?.proposal === proposal &&
        view.reveal.committed.some((each) => each.verifier === verifier && each.commit === commit),
    );
  }

  /** Notes that a digest was shown, by oneself too: commits that come from now on may copy it. */
  addShown(proposal: Hash32, digest: Hash32): void {
    this.#shown.set(proposal, new Set([...(this.#shown.get(proposal) ?? []), digest]));
  }

  isRevealed(proposal: Hash32): boolean {
    return this.#shown.has(proposal);
  }

  #hear(from: Address, view: RoundView, signature: `0x${string}`): void {
    const { domain, epoch } = this.#needs;
    if (view.verifier !== from || view.epoch !== epoch || !isGenuineView(domain, { view, signature })) {
      throw new WayleaveError("peer-invalid", "The view is not this verifier's own word", { verifier: from });
    }
    const before = this.#views.get(from);
    if (!extendsView(before ?? view, view)) {
      throw new WayleaveError("peer-invalid", "The verifier takes back what it said", { verifier: from });
    }
    this.#views.set(from, view);
    for (const signed of view.proposals) this.addProposal(signed);
    for (const { proposal, commit } of view.commits) {
      const key = keyOf(proposal, from, commit);
      if (!this.#lateFor.has(key)) this.#lateFor.set(key, new Set(this.#shown.get(proposal)));
    }
    if (view.reveal !== null) this.addShown(view.reveal.proposal, view.reveal.statementDigest);
  }

  #countOfTurn(turn: number): number {
    let count = 0;
    for (const { proposal } of this.#proposals.values()) if (proposal.turn === turn) count++;
    return count;
  }
}

function keyOf(proposal: Hash32, verifier: Address, commit: Hash32): string {
  return `${proposal}/${verifier}/${commit}`;
}
