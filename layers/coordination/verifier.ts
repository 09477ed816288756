import { randomBytes } from "node:crypto";
import type { AccountKey } from "@wayleave/core/accountKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import { toHex } from "@wayleave/core/bytes";
import { WayleaveError, assert } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { Admission, Hearing, JointAssessor, Judge, Logger } from "@wayleave/core/kind";
import type { SignedCommitment, Voucher } from "@wayleave/core/messages";
import type { Network } from "@wayleave/core/network";
import type { NetworkTable } from "@wayleave/core/networkPrefix";
import { type Clock, epochAt, epochStart } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import type { CheckedBundle } from "./bundle/bundleData.ts";
import type { CoordinationChain } from "./chainPort.ts";
import { Doorkeeper } from "./duties/admission.ts";
import { publishBundle } from "./duties/bundling.ts";
import { challengeEpoch, commitmentKey } from "./duties/challenging.ts";
import { claimForAll } from "./duties/claiming.ts";
import { awaitSeed, commitChain, type OpenedEpoch } from "./duties/epochOpening.ts";
import { gatherAll } from "./duties/gathering.ts";
import { Notary } from "./duties/notary.ts";
import { welcome } from "./duties/welcoming.ts";
import { forEachLimited, insist, sleepUntil } from "./duties/pacing.ts";
import { bundleFetcher } from "./round/bundleFetcher.ts";
import { peerApi } from "./round/peerApi.ts";
import { previousEpoch } from "./round/previousTables.ts";
import { SettlementRound } from "./round/settlementRound.ts";
import { assignedVerifiers, notariesOf, proposerOrder } from "./settle/assignment.ts";
import { type RevealChain, revealChain } from "./settle/challenges.ts";
import { settleWith } from "./settle/settle.ts";
import type { Settlement } from "./settle/settlement.ts";
import type { NetworkIds, RegistrySnapshot } from "./settle/settleInput.ts";
import { settledTablesJson } from "./store/settledTables.ts";
import type { VerifierStore } from "./store/verifierStore.ts";

/** Before an epoch opens: commitments and offers are read in this time, so that the seed cannot be known yet. */
const GATHER_BEFORE_MS = 2_500;
/** Until a registration is in every verifier's view: its block's time is in whole seconds, and views lag by a look. */
const REGISTRATION_LAG_MS = 2_500;
/** Small questions to devices and other verifiers. */
const REQUEST_TIMEOUT_MS = 4_000;
/** Full responses are kept for the dispute window and this many epochs more. */
const EVIDENCE_EPOCHS = 20;
/** Rounds whose last words and bundles are still served: slower verifiers read them. */
const ROUNDS_KEPT = 4;
/** Links asked at once by a duty that visits all of them. */
const CONCURRENT_VISITS = 64;

export interface VerifierDeps {
  readonly network: Network;
  readonly account: AccountKey;
  readonly chain: CoordinationChain;
  readonly store: VerifierStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly judges: readonly Judge[];
  /** One for each kind whose judge has a `joint` part. */
  readonly assessors: readonly JointAssessor[];
  readonly admissions: readonly Admission<LinkPeer>[];
  readonly hearings: readonly Hearing<LinkPeer>[];
  readonly networks: NetworkTable;
  /** Where published bundles lie. */
  readonly bundleDirectory: string;
}

/**
 * One verifier: lets devices in, challenges them, watches payers' promises, and agrees with the others on every epoch's
 * settlement. Holds no power of its own: the contract counts a quorum of such, and everything it says can be recomputed.
 */
export class Verifier {
  readonly network: Network;
  readonly #deps: VerifierDeps;
  readonly #ids: NetworkIds;
  readonly #domain: SigningDomain;
  readonly #judges: ReadonlyMap<number, Judge>;
  readonly #peers = new Map<Address, LinkPeer>();
  readonly #rounds = new Map<number, SettlementRound>();
  readonly #doorkeeper: Doorkeeper;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #notary!: Notary;
  #registry: RegistrySnapshot | null = null;
  #startedAt = 0;

  constructor(deps: VerifierDeps) {
    const { network, account, chain, clock, log } = deps;
    this.network = network;
    this.#deps = deps;
    const { settlement, registry } = network.contracts;
    this.#ids = { chainId: network.chainId, settlement, registry };
    this.#domain = { chainId: network.chainId, verifyingContract: settlement };
    this.#judges = new Map(deps.judges.map((judge) => [judge.rule.number, judge]));
    const registryDomain = { chainId: network.chainId, verifyingContract: registry };
    this.#doorkeeper = new Doorkeeper({
      chain,
      clock,
      log,
      account,
      registryDomain,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
  }

  /** @throws when the chain or the database cannot be reached: whoever started it starts it again. */
  async start(): Promise<void> {
    const { store, log, account, chain, clock } = this.#deps;
    const { schedule } = this.network;
    this.#notary = await Notary.open({
      store,
      log,
      account,
      domain: this.#domain,
      promisable: (payer) => chain.promisable(payer),
      notariesOf: (voucher) => this.#notariesOf(voucher),
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    await this.#look();
    this.#startedAt = clock.now();
    const current = Math.max(0, epochAt(schedule, clock.now()));
    const resumes = (await chain.committedHeads(current)).has(account.address);
    if (current > 0) this.#keep(this.#resumeSettling(current - 1));
    this.#keep(this.#epochs(resumes ? current : current + 1));
    this.#keep(this.#ticks());
  }

  async close(): Promise<void> {
    this.#stop.abort(new WayleaveError("verifier-closed", "The verifier is stopping"));
    await Promise.all(this.#running);
  }

  /** A linked device: registered ones are challenged, newcomers are let in by a first challenge. */
  onPeer(peer: LinkPeer): void {
    this.#peers.set(peer.id, peer);
    this.#notary.forget(peer.id);
    void peer.closed.then(() => {
      if (this.#peers.get(peer.id) === peer) this.#peers.delete(peer.id);
    });
    this.#keep(this.#welcome(peer));
  }

  // ── Duties ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Runs a duty to its end; a stop is its ordinary end, any other failure is logged and does not stop the verifier. */
  #keep(duty: Promise<void>): void {
    const watched = duty
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#deps.log.error({ reason: String(error) }, "A duty failed");
      })
      .finally(() => this.#running.delete(watched));
    this.#running.add(watched);
  }

  /** The registry as it is now. */
  async #look(): Promise<RegistrySnapshot> {
    const before = this.#registry;
    const registry = await this.#deps.chain.latestRegistry();
    this.#registry = registry;
    const same = before !== null && [...registry.verifiers.keys()].every((each) => before.verifiers.has(each));
    if (!same || before.verifiers.size !== registry.verifiers.size) this.#notary.forgetAll();
    return registry;
  }

  /** Nobody's, while the payer, the device or its kind is unknown: strangers could fill the books. */
  #notariesOf({ payer, device, kind }: Voucher): readonly Address[] {
    const registry = this.#registry;
    const known = registry?.payers.has(payer) && registry.devices.get(device)?.kinds.includes(Number(kind));
    return known ? notariesOf(registry!.verifiers.keys(), payer) : [];
  }

  async #welcome(peer: LinkPeer): Promise<void> {
    await this.#look();
    await welcome(peer, {
      ...{ deps: this.#deps, doorkeeper: this.#doorkeeper, signal: this.#stop.signal },
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      registry: () => this.#registry!,
      look: () => this.#look(),
      isLinked: () => this.#peers.get(peer.id) === peer,
    });
  }

  /** Every tick: countersign what devices were promised. */
  async #ticks(): Promise<void> {
    const { clock, log } = this.#deps;
    const { tickMs } = this.network.schedule;
    for (;;) {
      await sleepUntil(clock, clock.now() + tickMs - (clock.now() % tickMs) + 1, this.#stop.signal);
      try {
        await this.#look();
      } catch (error) {
        log.warn({ reason: String(error) }, "Could not look at the registry");
      }
      await forEachLimited([...this.#peers.values()], CONCURRENT_VISITS, async (peer) => {
        if (!this.#registry?.devices.has(peer.id)) return;
        try {
          await this.#notary.visit(peer);
        } catch (error) {
          log.debug({ device: peer.id, reason: String(error) }, "Could not read a device's vouchers");
        }
      });
    }
  }

  async #epochs(first: number): Promise<void> {
    const { clock, account, log } = this.#deps;
    const { schedule } = this.network;
    // A machine that slept for hours wakes up in a later epoch: those between are over.
    for (let epoch = first; ; epoch = Math.max(epoch + 1, epochAt(schedule, clock.now()))) {
      try {
        await commitChain({ ...this.#deps, schedule, self: account.address }, epoch);
      } catch (error) {
        log.warn({ epoch, reason: String(error) }, "Sits an epoch out: its reveal chain was not committed in time");
      }
      await sleepUntil(clock, epochStart(schedule, epoch) - GATHER_BEFORE_MS, this.#stop.signal);
      this.#keep(this.#epoch(epoch));
      await sleepUntil(clock, epochStart(schedule, epoch) + schedule.leadMs, this.#stop.signal);
    }
  }

  /** One epoch from its preparation to its payouts. Two or three of them overlap. */
  async #epoch(epoch: number): Promise<void> {
    const { account, clock, chain, log } = this.#deps;
    const { schedule } = this.network;
    const signal = this.#stop.signal;
    await this.#gather(epoch);
    const turn = [...(this.#registry?.verifiers.keys() ?? [])].sort().indexOf(account.address);
    const rank = (Math.max(0, turn) + epoch) % Math.max(1, this.#registry?.verifiers.size ?? 1);
    const opened = await awaitSeed({ ...this.#deps, schedule, self: account.address }, epoch, rank, signal);
    if (opened === null) return log.warn({ epoch }, "Skipped an epoch: it was never opened");
    const until = epochStart(schedule, epoch + 1);
    const registry = await this.#insist("read the registry", until, () => chain.registryAt(opened.seedBlock));
    const own = await this.#ownChain(epoch);
    const heads = await this.#insist("read the commitments", until, () => chain.committedHeads(epoch));
    if (heads.get(account.address) === own.head) await this.#challenge(opened, own, registry);
    await sleepUntil(clock, until + schedule.cutMs / 2, signal);
    await this.#finish(opened, own, registry);
  }

  /** The epoch that ended while this verifier was not running, or just before: its round may still go on. */
  async #resumeSettling(epoch: number): Promise<void> {
    const { account, chain, clock } = this.#deps;
    const { schedule } = this.network;
    const over = clock.now() > epochStart(schedule, epoch + 2);
    const [last, heads] = [await chain.lastStatement(), await chain.committedHeads(epoch)];
    if (over || !heads.has(account.address) || Number(last?.statement.epoch ?? -1n) >= epoch) return;
    const found = await chain.epochSeed(epoch);
    if (found === null || found.seed === null) return;
    const opened = { epoch, seed: found.seed, seedBlock: found.seedBlock };
    await sleepUntil(clock, epochStart(schedule, epoch + 1) + schedule.cutMs / 2, this.#stop.signal);
    await this.#finish(opened, await this.#ownChain(epoch), await chain.registryAt(found.seedBlock));
  }

  async #finish(opened: OpenedEpoch, own: RevealChain, registry: RegistrySnapshot): Promise<void> {
    const { account, store } = this.#deps;
    if (registry.verifiers.has(account.address)) await this.#settleEpoch(opened, own, registry);
    await store.dropEvidenceBefore(opened.epoch - EVIDENCE_EPOCHS);
  }

  async #ownChain(epoch: number): Promise<RevealChain> {
    const secret = await this.#deps.store.revealSecret(epoch, () => toHex(randomBytes(32)));
    return revealChain(secret, this.network.schedule.slotsPerEpoch);
  }

  #insist<T>(what: string, until: number, work: () => Promise<T>): Promise<T> {
    const { clock, log } = this.#deps;
    return insist(work, { what, until, clock, log, signal: this.#stop.signal });
  }

  async #gather(epoch: number): Promise<void> {
    const { schedule } = this.network;
    // A failed look must not cost everybody their epoch: what was seen at the last tick will do.
    const registry = await this.#look().catch(() => this.#registry);
    if (registry === null) return;
    const needs = { judges: this.#judges, schedule, domain: this.#domain, requestTimeoutMs: REQUEST_TIMEOUT_MS };
    await gatherAll({ ...this.#deps, ...needs }, epoch, this.linked(), registry);
  }

  async #challenge(opened: OpenedEpoch, chain: RevealChain, registry: RegistrySnapshot): Promise<void> {
    const { account, store } = this.#deps;
    const { epoch, seed } = opened;
    const commitments = new Map<string, SignedCommitment>();
    for (const signed of await store.commitments(epoch)) {
      commitments.set(commitmentKey(signed.commitment.device, Number(signed.commitment.kind)), signed);
    }
    // A newcomer could not commit for an epoch that was being prepared when it came.
    const before = epochStart(this.network.schedule, epoch) - GATHER_BEFORE_MS;
    const gathered = this.#startedAt + 2 * this.network.schedule.tickMs < before;
    const assigned = [...registry.devices]
      .filter(([, { registeredAtMs = 0 }]) => registeredAtMs < before - REGISTRATION_LAG_MS)
      .filter(([device]) => assignedVerifiers(seed, registry.verifiers.keys(), device).includes(account.address))
      .flatMap(([device, { kinds }]) => kinds.map((kind) => ({ device, kind })))
      // Started too late to have asked everybody in time, it cannot tell a device that did not commit from its own absence.
      .filter(({ device, kind }) => gathered || commitments.has(commitmentKey(device, kind)));
    await challengeEpoch(
      { ...this.#deps, judges: this.#judges, links: this, schedule: this.network.schedule, self: account.address },
      { epoch, seed, chain, registry, assigned, commitments },
      this.#stop.signal,
    );
  }

  peer(device: Address): LinkPeer | null {
    return this.#peers.get(device) ?? null;
  }

  linked(): readonly LinkPeer[] {
    return [...this.#peers.values()];
  }

  async #settleEpoch(opened: OpenedEpoch, own: RevealChain, registry: RegistrySnapshot): Promise<void> {
    const { account, chain, clock, log, store, bundleDirectory } = this.#deps;
    const { epoch, seed } = opened;
    const { schedule } = this.network;
    const signal = this.#stop.signal;
    const until = epochStart(schedule, epoch + 2);
    const place = { network: this.#ids, directory: bundleDirectory };
    const books = { store, notary: this.#notary, schedule, account, ...place, judges: this.#judges };
    const ownBundle = await this.#insist("publish the bundle", until, () => publishBundle(books, epoch, seed, own));
    const endpoints = await this.#insist("read the verifiers", until, () => chain.verifierEndpoints());
    const proposers = proposerOrder(seed, registry.verifiers.keys());
    const round = new SettlementRound(
      {
        chain,
        peers: peerApi(REQUEST_TIMEOUT_MS),
        clock,
        log,
        schedule,
        account,
        domain: this.#domain,
        claimSignature: (e, digest) => store.claimSignature(e, digest),
        remember: (e, said) => store.saveRound(e, said),
      },
      {
        epoch,
        registry,
        endpoints,
        proposers,
        ownBundle,
        remembered: await store.round(epoch),
        fetchBundle: bundleFetcher(peerApi(schedule.proposerTurnMs), this.#ids, epoch),
        settle: (bundles) => this.#compute(opened, registry, bundles),
      },
    );
    this.#rounds.set(epoch, round);
    for (const old of this.#rounds.keys()) if (old <= epoch - ROUNDS_KEPT) this.#rounds.delete(old);
    const settlement = await round.run(signal);
    if (settlement === null) return;
    const tables = settledTablesJson(settlement);
    await this.#insist("keep the tables", until, () => store.saveSettled(epoch, settlement.statementHash, tables));
    if (proposers[0] === account.address) await claimForAll({ chain, clock, log, schedule }, settlement, signal);
  }

  async #compute(
    opened: OpenedEpoch,
    registry: RegistrySnapshot,
    bundles: readonly CheckedBundle[],
  ): Promise<Settlement> {
    const { chain, store, log, account } = this.#deps;
    const peers = peerApi(this.network.schedule.proposerTurnMs);
    const input = {
      network: this.#ids,
      epoch: opened.epoch,
      slotsPerEpoch: this.network.schedule.slotsPerEpoch,
      previous: await previousEpoch({ chain, store, peers, log, self: account.address }, this.#stop.signal),
      parameters: await chain.parameters(),
      // Read again now: the pot shrinks with every statement, and the last one may be newer than the first reading.
      registry: await chain.registryAt(registry.block),
      seed: opened.seed,
      committedHeads: await chain.committedHeads(opened.epoch),
      bundles,
      judges: this.#judges,
    };
    return settleWith(input, (kind, source) => {
      const assessor = this.#deps.assessors.find(({ rule }) => rule.number === kind);
      assert(assessor !== undefined, "a kind whose devices are judged together has an assessor");
      return assessor.assess(source);
    });
  }

  // ── What the voice tells ──────────────────────────────────────────────────────────────────────────────────────────

  get deps(): VerifierDeps {
    return this.#deps;
  }

  get judges(): ReadonlyMap<number, Judge> {
    return this.#judges;
  }

  /** As this verifier saw it last; null before its first look. */
  get registry(): RegistrySnapshot | null {
    return this.#registry;
  }

  round(epoch: number): SettlementRound | null {
    return this.#rounds.get(epoch) ?? null;
  }
}
