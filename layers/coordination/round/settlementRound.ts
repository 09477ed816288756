import { randomBytes } from "node:crypto";
import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import { assert } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { toJson, ZERO_HASH } from "@wayleave/core/messages";
import { type Clock, epochStart, type Schedule } from "@wayleave/core/time";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import type { CoordinationChain, PostedStatement, VerifierEndpoint } from "../chainPort.ts";
import { sleepUntil } from "../duties/pacing.ts";
import type { Settlement } from "../settle/settlement.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import { HeardViews } from "./heardViews.ts";
import { type FetchBundle, HeldBundles } from "./heldBundles.ts";
import type { PeerApi } from "./peerApi.ts";
import { Proposals } from "./proposals.ts";
import {
  commitOf,
  MAX_TURNS,
  proposalHash,
  type RememberedRound,
  type RoundHead,
  type RoundView,
  type SignedRoundView,
  signProposal,
  signView,
} from "./roundView.ts";

/** How often the others' views are read: a round is a handful of exchanges, and all of them fit into one turn. */
const POLL_MS_MAX = 300;
const POLLS_PER_TURN = 16;
/** Parts of a turn: until then the proposer waits for every verifier, and a digest for every commit … */
const PATIENCE = 0.5;
const REVEAL_PATIENCE = 0.65;
/** … and from then on anybody posts, not only whose turn it is. */
const POST_OVERDUE = 0.8;

export interface RoundNeeds {
  readonly chain: Pick<CoordinationChain, "lastStatement" | "postStatement">;
  readonly peers: PeerApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly account: AccountKey;
  /** Of the Settlement. */
  readonly domain: SigningDomain;
  /** Persists which statement this verifier signs for an epoch, once: false when it signed another before. */
  readonly claimSignature: (epoch: number, statementDigest: Hash32) => Promise<boolean>;
  /** Persists all that this verifier said, before it is told. */
  readonly remember: (epoch: number, round: RememberedRound) => Promise<void>;
}

export interface RoundInput {
  readonly epoch: number;
  readonly registry: RegistrySnapshot;
  readonly endpoints: readonly VerifierEndpoint[];
  /** Whose turn it is to propose, first to last; drawn from the epoch's seed. */
  readonly proposers: readonly Address[];
  readonly ownBundle: CheckedBundle;
  /** What was said before a restart; null otherwise. */
  readonly remembered: RememberedRound | null;
  readonly fetchBundle: FetchBundle;
  /** Computes the statement of these bundles. Pure but for reading what the epoch before left. */
  readonly settle: (bundles: readonly CheckedBundle[]) => Promise<Settlement>;
}

/**
 * One verifier's part in agreeing on one epoch: publish the head, propose in its turn, compute what was proposed, commit
 * to the result before anybody shows one, reveal with a signature, and post once a quorum revealed the same.
 *
 * Safety: one statement per epoch is ever signed, and it is noted durably before. Liveness: with a quorum of honest,
 * connected verifiers an honest proposer's turn settles the epoch, whatever the others say or keep back. What that rests
 * on: bundles and proposals are handed on by everybody, so none can be shown to some only; a verifier that signs two of
 * either loses what they would have earned it; and who signed in an earlier turn is followed once all had their turn.
 */
export class SettlementRound {
  readonly #needs: RoundNeeds;
  readonly #input: RoundInput;
  readonly #heard: HeardViews;
  readonly #bundles: HeldBundles;
  readonly #proposals: Proposals;
  readonly #salts: Record<Hash32, Hash32>;
  readonly #startsAt: number;
  readonly #pollMs: number;
  #view: RoundView;
  #signedView: SignedRoundView;

  constructor(needs: RoundNeeds, input: RoundInput) {
    this.#needs = needs;
    this.#input = input;
    const { account, clock, log, schedule, domain, peers } = needs;
    const { epoch, ownBundle, proposers, registry, remembered, settle } = input;
    this.#startsAt = epochStart(schedule, epoch + 1) + schedule.cutMs;
    this.#pollMs = Math.min(POLL_MS_MAX, schedule.proposerTurnMs / POLLS_PER_TURN);
    const proposerOf = (turn: number) => proposers[turn % proposers.length]!;
    this.#heard = new HeardViews({ peers, clock, log, domain, epoch, pollMs: this.#pollMs, proposerOf });
    this.#bundles = new HeldBundles({ clock, log, fetch: input.fetchBundle, retryMs: this.#pollMs }, ownBundle);
    const retryMs = schedule.proposerTurnMs / 4;
    this.#proposals = new Proposals(
      { clock, log, settle, bundles: this.#bundles, retryMs },
      { epoch, registry, strictTurns: Math.min(proposers.length, MAX_TURNS / 2) },
    );
    const head = ownBundle.head;
    const self = account.address;
    const held = [{ verifier: self, head }];
    this.#salts = { ...remembered?.salts };
    this.#view = remembered?.view ?? { epoch, verifier: self, head, held, proposals: [], commits: [], reveal: null };
    assert(this.#view.head === head && this.#view.verifier === self, "a restarted round has the same bundle");
    for (const signed of this.#view.proposals) this.#heard.addProposal(signed);
    const shown = this.#view.reveal;
    if (shown !== null) this.#heard.addShown(shown.proposal, shown.statementDigest);
    this.#signedView = signView(account, domain, this.#view);
  }

  /** What this verifier says in the round so far; served to the others. */
  get view(): SignedRoundView {
    return this.#signedView;
  }

  /** A file of another's bundle that this verifier holds, to be handed on; null when it has none such. */
  relayedFile(head: Hash32, name: string): Uint8Array | null {
    return this.#bundles.file(head, name);
  }

  /** Resolves with the settlement that the contract accepted and this verifier computed; null when the epoch is skipped or went otherwise. */
  async run(signal: AbortSignal): Promise<Settlement | null> {
    const { registry, endpoints } = this.#input;
    const over = new AbortController();
    const running = AbortSignal.any([signal, over.signal]);
    const others = endpoints.filter(({ account }) => account !== this.#self && registry.verifiers.has(account));
    const listening = others.map((endpoint) => this.#heard.listen(endpoint, running));
    try {
      return await this.#takeTurns(running);
    } finally {
      over.abort();
      await Promise.all(listening);
    }
  }

  get #self(): Address {
    return this.#needs.account.address;
  }

  async #takeTurns(signal: AbortSignal): Promise<Settlement | null> {
    const { clock, schedule, log } = this.#needs;
    const { epoch } = this.#input;
    // A round ends before the next one begins: two at once would build on different statements.
    const lengthMs = Math.min(MAX_TURNS * schedule.proposerTurnMs, schedule.epochMs);
    while (clock.now() < this.#startsAt + lengthMs) {
      try {
        const ended = await this.#step(signal);
        if (ended !== undefined) return ended;
      } catch (error) {
        if (signal.aborted) throw error;
        log.warn({ epoch, reason: String(error) }, "Lost a step of a round"); // a chain or database away for a moment
      }
      await sleepUntil(clock, clock.now() + this.#pollMs, signal);
    }
    log.warn({ epoch }, "Skipped an epoch: no quorum agreed in time");
    return null;
  }

  /** @returns undefined while the round goes on. */
  async #step(signal: AbortSignal): Promise<Settlement | null | undefined> {
    const { clock, chain, schedule } = this.#needs;
    const last = await chain.lastStatement();
    if (last !== null && Number(last.statement.epoch) >= this.#input.epoch) return this.#accepted(last);
    const previous = last?.statementHash ?? ZERO_HASH;
    const turn = Math.floor((clock.now() - this.#startsAt) / schedule.proposerTurnMs);
    this.#fetchBundles(signal);
    // The proposer's patience ends at the same moment: what came by then it could have proposed.
    if (clock.now() < this.#turnStart(0) + PATIENCE * schedule.proposerTurnMs) this.#proposals.receivedBeforeCut();
    await this.#tellNews();
    if (turn < 0) return undefined;
    await this.#proposeInTurn(turn, previous);
    await this.#commit(turn, previous);
    await this.#reveal(turn, previous);
    await this.#post(turn);
    return undefined;
  }

  #turnStart(turn: number): number {
    return this.#startsAt + turn * this.#needs.schedule.proposerTurnMs;
  }

  /** Every head that anybody holds or proposes, from its own verifier first. */
  #fetchBundles(signal: AbortSignal): void {
    const { endpoints, registry } = this.#input;
    const urls = new Map(endpoints.map((endpoint) => [endpoint.account, endpoint]));
    const holders = new Map<Hash32, { head: RoundHead; by: Address[] }>();
    const note = (head: RoundHead, by: Address) => {
      if (!registry.verifiers.has(head.verifier) || head.verifier === this.#self) return;
      const known = holders.get(head.head) ?? { head, by: [head.verifier] };
      holders.set(head.head, known);
      if (!known.by.includes(by)) known.by.push(by);
    };
    for (const { verifier, head, held } of this.#heard.views()) {
      note({ verifier, head }, verifier);
      for (const each of held) note(each, verifier);
    }
    for (const { head, by } of holders.values()) {
      const sources = by.flatMap((account) => (account === this.#self ? [] : (urls.get(account) ?? [])));
      this.#bundles.want(head, sources, signal);
    }
  }

  /** Hands on what was fetched and proposed since. */
  async #tellNews(): Promise<void> {
    const held = this.#bundles.heads();
    const proposals = this.#heard.proposals();
    const known = new Set(this.#view.proposals.map(({ signature }) => signature));
    const fresh = proposals.filter(({ signature }) => !known.has(signature));
    if (fresh.length === 0 && held.length === this.#view.held.length && toJson(held) === toJson(this.#view.held))
      return;
    await this.#say({ held, proposals: [...this.#view.proposals, ...fresh] });
  }

  async #say(change: Partial<RoundView>): Promise<void> {
    const { account, domain, remember } = this.#needs;
    const view = { ...this.#view, ...change };
    await remember(this.#input.epoch, { view, salts: this.#salts });
    this.#view = view;
    this.#signedView = signView(account, domain, view);
  }

  async #proposeInTurn(turn: number, previous: Hash32): Promise<void> {
    const { account, clock, domain, schedule } = this.#needs;
    const { epoch, proposers, registry } = this.#input;
    if (turn >= MAX_TURNS || proposers[turn % proposers.length] !== this.#self) return;
    if (this.#heard.proposals().some(({ proposal }) => proposal.turn === turn)) return;
    const supported = this.#supportedHeads(turn, previous);
    const heads = supported ?? this.#bundles.undisputed();
    const patient = clock.now() < this.#turnStart(turn) + PATIENCE * schedule.proposerTurnMs;
    if (supported === null && patient && heads.length < registry.verifiers.size) return;
    if (heads.length === 0) return;
    const signed = signProposal(account, domain, epoch, { turn, previous, heads: [...heads] });
    await this.#say({ proposals: [...this.#view.proposals, signed] });
    this.#heard.addProposal(signed);
  }

  /** What a quorum is already committed to, above all what this verifier signed: other heads would only divide it. */
  #supportedHeads(turn: number, previous: Hash32): readonly RoundHead[] | null {
    const mine = this.#view.reveal?.proposal;
    const usable = this.#usable(turn, previous).filter(({ hash }) => this.#proposals.settled(hash) !== null);
    const signed = usable.find(({ hash }) => hash === mine);
    const best = signed ?? usable.find(({ hash }) => this.#isQuorum(this.#committedTo(hash)));
    return best?.proposal.heads ?? null;
  }

  /** Proposals worth agreeing on, earliest turn first. */
  #usable(turn: number, previous: Hash32) {
    const { epoch } = this.#input;
    return this.#heard
      .proposals()
      .map(({ proposal }) => ({ proposal, hash: proposalHash(epoch, proposal) }))
      .filter(({ proposal, hash }) => {
        if (proposal.turn > turn || proposal.previous !== previous) return false;
        return !this.#heard.isDisputed(proposal.turn) || this.#followed(turn, hash);
      });
  }

  /** Once everybody had a turn, what somebody has signed is followed: its signer can sign nothing else any more. */
  #followed(turn: number, hash: Hash32): boolean {
    return (
      turn >= this.#proposals.strictTurns && (this.#heard.isRevealed(hash) || this.#view.reveal?.proposal === hash)
    );
  }

  async #commit(turn: number, previous: Hash32): Promise<void> {
    for (const { proposal, hash } of this.#usable(turn, previous)) {
      const settlement = await this.#proposals.compute(proposal, hash, this.#followed(turn, hash));
      if (settlement === null) continue;
      if (this.#view.commits.some((each) => each.proposal === hash)) continue;
      const signed = this.#view.reveal?.statementDigest ?? settlement.statementDigest;
      if (signed !== settlement.statementDigest) continue; // what cannot be signed any more is not promised
      const salt = toHex(randomBytes(32));
      this.#salts[hash] = salt;
      const commit = commitOf(settlement.statementDigest, salt, this.#self);
      await this.#say({ commits: [...this.#view.commits, { proposal: hash, commit }] });
    }
  }

  /** Who committed to some digest for this proposal. */
  #committedTo(proposal: Hash32): Address[] {
    const own = this.#view.commits.some((each) => each.proposal === proposal) ? [this.#self] : [];
    const others = this.#heard.views().filter(({ commits }) => commits.some((each) => each.proposal === proposal));
    return [...own, ...others.map(({ verifier }) => verifier)];
  }

  /** Shows our digest once a quorum has committed to some digest for the same proposal. One statement per epoch is ever signed. */
  async #reveal(turn: number, previous: Hash32): Promise<void> {
    if (this.#view.reveal !== null) return;
    const { account, claimSignature, clock, log, schedule } = this.#needs;
    const { epoch } = this.#input;
    for (const { proposal, hash } of this.#usable(turn, previous)) {
      const settlement = this.#proposals.settled(hash);
      const committed = this.#committedTo(hash);
      if (settlement === null || !committed.includes(this.#self) || !this.#isQuorum(committed)) continue;
      // Somebody who has not committed may have been shown another proposal of this turn: it has time to say so.
      const all = this.#heard.views().every(({ verifier }) => committed.includes(verifier));
      const patient = clock.now() < this.#turnStart(proposal.turn) + REVEAL_PATIENCE * schedule.proposerTurnMs;
      if ((!all && patient) || this.#wouldDivide(hash, settlement.statementDigest, turn)) continue;
      const { statementDigest } = settlement;
      const salt = this.#salts[hash];
      const own = this.#view.commits.find((each) => each.proposal === hash)?.commit;
      if (salt === undefined || own !== commitOf(statementDigest, salt, this.#self)) {
        log.error({ epoch, statementDigest }, "Computes otherwise than before it was restarted");
        continue;
      }
      if (!(await claimSignature(epoch, statementDigest))) {
        log.error({ epoch, statementDigest }, "Refused to sign a second statement for one epoch");
        continue;
      }
      const signature = account.sign(hexToBytes(statementDigest));
      const timely = this.#heard.timelyCommits(hash, statementDigest);
      this.#heard.addShown(hash, statementDigest);
      await this.#say({ reveal: { proposal: hash, statementDigest, salt, signature, committed: timely } });
      return;
    }
  }

  /**
   * Whether others, with a quorum's commits behind them, signed something else that is right, or that cannot be judged
   * before its omissions are excused. Signing now would leave neither with a quorum.
   */
  #wouldDivide(hash: Hash32, statementDigest: Hash32, turn: number): boolean {
    return this.#heard.views().some(({ reveal }) => {
      if (reveal === null || reveal.proposal === hash || reveal.statementDigest === statementDigest) return false;
      if (!this.#isQuorum(this.#committedTo(reveal.proposal))) return false;
      const theirs = this.#proposals.settled(reveal.proposal);
      if (theirs === null) return turn < 2 * this.#proposals.strictTurns;
      return theirs.statementDigest === reveal.statementDigest;
    });
  }

  /** At least two thirds of the bonded weight. */
  #isQuorum(verifiers: readonly Address[]): boolean {
    const { registry } = this.#input;
    const total = [...registry.verifiers.values()].reduce((sum, { weight }) => sum + weight, 0n);
    const agreeing = new Set(verifiers);
    const weight = [...agreeing].reduce((sum, verifier) => sum + (registry.verifiers.get(verifier)?.weight ?? 0n), 0n);
    return 3n * weight >= 2n * total && total > 0n;
  }

  async #post(turn: number): Promise<void> {
    const own = this.#view.reveal;
    const settlement = own === null ? null : this.#proposals.settled(own.proposal);
    if (own === null || settlement === null) return;
    const { chain, log, clock, schedule } = this.#needs;
    const { epoch, proposers } = this.#input;
    const signers = this.#signersOf(own.statementDigest, turn);
    if (!this.#isQuorum(signers.map(({ verifier }) => verifier))) return;
    // Whose turn it is posts; everybody else only when that did not happen within the turn.
    const mine = proposers[turn % proposers.length] === this.#self;
    const overdue = clock.now() >= this.#turnStart(turn) + POST_OVERDUE * schedule.proposerTurnMs;
    if (!mine && !overdue) return;
    const { statement, payerRows, allottedByKind, bundleHeads } = settlement;
    const heads = bundleHeads.map(({ head }) => head).sort();
    const signatures = signers.map((each) => each.signature);
    try {
      await chain.postStatement({ statement, payerRows, allottedByKind, bundleHeads: heads, signatures });
      log.info({ epoch, signers: signers.length, dollarsIn: statement.dollarsIn }, "Posted the statement");
    } catch (error) {
      const last = await chain.lastStatement();
      if (last !== null && Number(last.statement.epoch) >= epoch) return; // another verifier was quicker
      log.warn({ epoch, reason: String(error) }, "Could not post the statement now");
    }
  }

  /** Verifiers that revealed this digest as they committed to it, with a signature that is theirs; ascending. */
  #signersOf(statementDigest: Hash32, turn: number): { verifier: Address; signature: `0x${string}` }[] {
    const digest = hexToBytes(statementDigest);
    return [this.#view, ...this.#heard.views()]
      .filter(({ verifier, reveal, commits }) => {
        if (reveal === null || reveal.statementDigest !== statementDigest) return false;
        const commit = commits.find(({ proposal }) => proposal === reveal.proposal)?.commit;
        if (commit === undefined || commit !== commitOf(statementDigest, reveal.salt, verifier)) return false;
        const timely =
          verifier === this.#self || this.#heard.isTimely(reveal.proposal, statementDigest, verifier, commit);
        if (!timely && !this.#followed(turn, reveal.proposal)) return false;
        return recoverSigner(digest, reveal.signature) === verifier;
      })
      .map(({ verifier, reveal }) => ({ verifier, signature: reveal!.signature }))
      .sort((a, b) => (a.verifier < b.verifier ? -1 : 1));
  }

  #accepted(last: PostedStatement): Settlement | null {
    const { epoch } = this.#input;
    if (Number(last.statement.epoch) > epoch) return null;
    const same = this.#proposals.bySettlement(last.statementHash);
    if (same !== null) return same;
    const signed = this.#view.reveal !== null;
    const facts = { epoch, posted: last.statementHash, signedAnother: signed };
    this.#needs.log.warn(facts, "The contract accepted a statement that this verifier did not compute");
    return null;
  }
}
