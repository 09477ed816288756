import { randomBytes } from "node:crypto";
import { type AccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import { assert } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import { type Clock, epochStart, type Schedule } from "@wayleave/core/time";
import type { CheckedBundle } from "../bundle/bundleData.ts";
import type { CoordinationChain, VerifierEndpoint } from "../chainPort.ts";
import { sleepUntil } from "../duties/pacing.ts";
import type { Settlement } from "../settle/settlement.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import type { PeerApi } from "./peerApi.ts";
import {
  commitOf,
  isGenuineView,
  MAX_TURNS,
  type Proposal,
  proposalHash,
  type RoundHead,
  type RoundView,
  signedRoundViewSchema,
  type SignedRoundView,
  signView,
} from "./roundView.ts";

/** How often the others' views are read. A round is a handful of exchanges, so this bounds its length. */
const POLL_MS = 300;

export interface RoundNeeds {
  readonly chain: CoordinationChain;
  readonly peers: PeerApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly account: AccountKey;
  /** Of the Settlement. */
  readonly domain: SigningDomain;
  /** Persists which statement this verifier signs for an epoch, once: false when it signed another before. */
  readonly claimSignature: (epoch: number, statementDigest: Hash32) => Promise<boolean>;
}

export interface RoundInput {
  readonly epoch: number;
  readonly registry: RegistrySnapshot;
  readonly endpoints: readonly VerifierEndpoint[];
  /** Whose turn it is to propose, first to last; drawn from the epoch's seed. */
  readonly proposers: readonly Address[];
  readonly ownBundle: CheckedBundle;
  /** Fetches and checks the bundle behind a head. @throws WayleaveError when it is not whole, signed and well-formed. */
  readonly fetchBundle: (head: RoundHead) => Promise<CheckedBundle>;
  /** Computes the statement of these bundles. Pure but for reading what the epoch before left. */
  readonly settle: (bundles: readonly CheckedBundle[]) => Promise<Settlement>;
}

interface Computed {
  readonly settlement: Settlement;
  readonly salt: Hash32;
}

/**
 * One verifier's part in agreeing on one epoch: publish the head, propose in its turn, compute what was proposed, commit
 * to the result before anybody shows one, reveal with a signature, and post once a quorum revealed the same.
 */
export class SettlementRound {
  readonly #needs: RoundNeeds;
  readonly #input: RoundInput;
  #view: RoundView;
  #signedView: SignedRoundView;
  readonly #others = new Map<Address, RoundView>();
  /** Heads that arrived before the cut: a proposal that omits one of them is refused. */
  readonly #beforeCut = new Map<Address, Hash32>();
  readonly #bundles = new Map<Hash32, CheckedBundle>();
  readonly #computed = new Map<Hash32, Computed>();
  readonly #refused = new Set<Hash32>();
  #posting = false;

  constructor(needs: RoundNeeds, input: RoundInput) {
    this.#needs = needs;
    this.#input = input;
    const { epoch, ownBundle } = input;
    this.#bundles.set(ownBundle.head, ownBundle);
    this.#view = {
      epoch,
      verifier: needs.account.address,
      head: ownBundle.head,
      proposals: [],
      commits: [],
      reveal: null,
    };
    this.#signedView = signView(needs.account, needs.domain, this.#view);
  }

  /** What this verifier says in the round so far; served to the others. */
  get view(): SignedRoundView {
    return this.#signedView;
  }

  /** Resolves with the settlement that the contract accepted and this verifier computed; null when the epoch is skipped or went otherwise. */
  async run(signal: AbortSignal): Promise<Settlement | null> {
    const { clock, schedule, log } = this.#needs;
    const { epoch } = this.#input;
    const startsAt = epochStart(schedule, epoch + 1) + schedule.cutMs;
    const endsAt = startsAt + MAX_TURNS * schedule.proposerTurnMs;
    while (clock.now() < endsAt) {
      await this.#readOthers(clock.now() <= startsAt + schedule.proposerTurnMs / 2, signal);
      const accepted = await this.#acceptedOnChain();
      if (accepted !== undefined) return accepted;
      const turn = Math.floor((clock.now() - startsAt) / schedule.proposerTurnMs);
      if (turn >= 0) {
        this.#proposeInTurn(turn, startsAt + turn * schedule.proposerTurnMs);
        await this.#computeProposals(turn);
        await this.#reveal();
        await this.#post(turn);
      }
      await sleepUntil(clock, clock.now() + POLL_MS, signal);
    }
    log.warn({ epoch }, "Skipped an epoch: no quorum agreed in time");
    return null;
  }

  async #readOthers(beforeCut: boolean, signal: AbortSignal): Promise<void> {
    const { peers, domain, account, log } = this.#needs;
    const { endpoints, epoch, registry } = this.#input;
    await Promise.all(
      endpoints.map(async (endpoint) => {
        if (endpoint.account === account.address || !registry.verifiers.has(endpoint.account)) return;
        try {
          const signed = await peers.json(`${endpoint.url}/rounds/${epoch}`, signedRoundViewSchema, signal);
          const genuine = signed.view.verifier === endpoint.account && signed.view.epoch === epoch;
          if (!genuine || !isGenuineView(domain, signed)) throw new Error("the view is not this verifier's own word");
          this.#others.set(endpoint.account, signed.view);
          if (beforeCut && signed.view.head !== null) this.#beforeCut.set(endpoint.account, signed.view.head);
        } catch (error) {
          log.debug({ epoch, verifier: endpoint.account, reason: String(error) }, "Heard nothing from a verifier");
        }
      }),
    );
  }

  #heads(): RoundHead[] {
    const views = [this.#view, ...this.#others.values()];
    return views
      .flatMap(({ verifier, head }) => (head === null ? [] : [{ verifier, head }]))
      .sort((a, b) => (a.verifier < b.verifier ? -1 : 1));
  }

  #proposeInTurn(turn: number, turnStartedAt: number): void {
    const { account, clock, schedule } = this.#needs;
    const { proposers, registry } = this.#input;
    if (turn > MAX_TURNS || proposers[turn % proposers.length] !== account.address) return;
    if (this.#view.proposals.some((proposal) => proposal.turn === turn)) return;
    const heads = this.#heads();
    const patient = clock.now() - turnStartedAt < schedule.proposerTurnMs / 2;
    if (patient && heads.length < registry.verifiers.size) return;
    this.#say({ proposals: [...this.#view.proposals, { turn, heads }] });
  }

  #say(change: Partial<RoundView>): void {
    this.#view = { ...this.#view, ...change };
    this.#signedView = signView(this.#needs.account, this.#needs.domain, this.#view);
  }

  /** Proposals made by whose turn it was, earliest turn first. */
  #rightfulProposals(turn: number): Proposal[] {
    const { proposers } = this.#input;
    return [this.#view, ...this.#others.values()]
      .flatMap((view) => view.proposals.filter((each) => proposers[each.turn % proposers.length] === view.verifier))
      .filter((proposal) => proposal.turn <= turn)
      .sort((a, b) => a.turn - b.turn);
  }

  async #computeProposals(turn: number): Promise<void> {
    const { epoch } = this.#input;
    for (const proposal of this.#rightfulProposals(turn)) {
      const hash = proposalHash(epoch, proposal);
      if (this.#computed.has(hash) || this.#refused.has(hash)) continue;
      try {
        this.#checkHeads(proposal);
        const bundles = await Promise.all(proposal.heads.map((head) => this.#bundle(head)));
        const settlement = await this.#input.settle(bundles);
        const salt = toHex(randomBytes(32));
        this.#computed.set(hash, { settlement, salt });
        const commit = commitOf(settlement.statementDigest, salt, this.#needs.account.address);
        this.#say({ commits: [...this.#view.commits, { proposal: hash, commit }] });
      } catch (error) {
        this.#refused.add(hash);
        this.#needs.log.warn({ epoch, turn: proposal.turn, reason: String(error) }, "Refused a proposal");
      }
    }
  }

  #checkHeads(proposal: Proposal): void {
    const proposed = new Map(proposal.heads.map(({ verifier, head }) => [verifier, head]));
    for (const [verifier, head] of this.#beforeCut) {
      if (proposed.get(verifier) !== head)
        throw new Error(`it omits the bundle that ${verifier} published before the cut`);
    }
    const ascending = proposal.heads.every(({ verifier }, i) => i === 0 || proposal.heads[i - 1]!.verifier < verifier);
    if (!ascending) throw new Error("its heads are not ascending by verifier");
    if (!proposal.heads.every(({ verifier }) => this.#input.registry.verifiers.has(verifier))) {
      throw new Error("it names a verifier that is not bonded");
    }
  }

  async #bundle(head: RoundHead): Promise<CheckedBundle> {
    const known = this.#bundles.get(head.head);
    if (known !== undefined) return known;
    const fetched = await this.#input.fetchBundle(head);
    this.#bundles.set(head.head, fetched);
    return fetched;
  }

  /** Shows our digest once a quorum has committed to some digest for the same proposal. One statement per epoch is ever signed. */
  async #reveal(): Promise<void> {
    if (this.#view.reveal !== null) return;
    const { account, claimSignature, log } = this.#needs;
    const { epoch } = this.#input;
    for (const [proposal, { settlement, salt }] of this.#computed) {
      const committed = [this.#view, ...this.#others.values()]
        .filter((view) => view.commits.some((each) => each.proposal === proposal))
        .map(({ verifier }) => verifier);
      if (!this.#isQuorum(committed)) continue;
      const { statementDigest } = settlement;
      if (!(await claimSignature(epoch, statementDigest))) {
        log.error({ epoch, statementDigest }, "Refused to sign a second statement for one epoch");
        continue;
      }
      const signature = account.sign(hexToBytes(statementDigest));
      this.#say({ reveal: { proposal, statementDigest, salt, signature } });
      return;
    }
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
    if (own === null || this.#posting) return;
    const { account, chain, log, clock, schedule } = this.#needs;
    const { epoch, proposers } = this.#input;
    const signers = this.#signersOf(own.statementDigest);
    if (!this.#isQuorum(signers.map(({ verifier }) => verifier))) return;
    // Whose turn it is posts; everybody else only when that did not happen within the turn.
    const mine = proposers[turn % proposers.length] === account.address;
    const overdue = (clock.now() - epochStart(schedule, epoch + 1) - schedule.cutMs) % schedule.proposerTurnMs;
    if (!mine && overdue < schedule.proposerTurnMs * 0.75) return;
    const computed = this.#computed.get(own.proposal);
    assert(computed, "what was revealed was computed");
    this.#posting = true;
    try {
      const { statement, payerRows, allottedByKind, bundleHeads } = computed.settlement;
      const heads = bundleHeads.map(({ head }) => head).sort();
      await chain.postStatement({
        statement,
        payerRows,
        allottedByKind,
        bundleHeads: heads,
        signatures: signers.map((each) => each.signature),
      });
      log.info({ epoch, signers: signers.length, dollarsIn: statement.dollarsIn }, "Posted the statement");
    } catch (error) {
      log.warn({ epoch, reason: String(error) }, "Could not post the statement now");
    } finally {
      this.#posting = false;
    }
  }

  /** Verifiers that revealed this digest as they committed to it, with a signature that is theirs; ascending. */
  #signersOf(statementDigest: Hash32): { verifier: Address; signature: `0x${string}` }[] {
    const digest = hexToBytes(statementDigest);
    return [this.#view, ...this.#others.values()]
      .flatMap(({ verifier, reveal, commits }) => {
        if (reveal === null || reveal.statementDigest !== statementDigest) return [];
        const commit = commits.find(({ proposal }) => proposal === reveal.proposal)?.commit;
        const kept = commit === commitOf(statementDigest, reveal.salt, verifier);
        return kept && recoverSigner(digest, reveal.signature) === verifier
          ? [{ verifier, signature: reveal.signature }]
          : [];
      })
      .sort((a, b) => (a.verifier < b.verifier ? -1 : 1));
  }

  /** Undefined while nothing is posted. */
  async #acceptedOnChain(): Promise<Settlement | null | undefined> {
    const posted = await this.#needs.chain.lastStatement();
    if (posted === null || posted.statement.epoch < BigInt(this.#input.epoch)) return undefined;
    if (posted.statement.epoch > BigInt(this.#input.epoch)) return null;
    const same = [...this.#computed.values()].find(
      ({ settlement }) => settlement.statementHash === posted.statementHash,
    );
    if (same === undefined) {
      this.#needs.log.error(
        { epoch: this.#input.epoch, posted: posted.statementHash },
        "The contract accepted a statement that this verifier did not compute",
      );
      return null;
    }
    return same.settlement;
  }
}
