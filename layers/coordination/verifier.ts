import type { AccountKey } from "@wayleave/core/accountKey";
import { signedOfferSchema } from "@wayleave/core/agentWire";
import type { SigningDomain } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { Admission, Judge, Logger } from "@wayleave/core/kind";
import { type SignedCommitment, ZERO_HASH } from "@wayleave/core/messages";
import type { Network } from "@wayleave/core/network";
import { type Clock, epochAt, epochStart } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import type { CheckedBundle } from "./bundle/bundleData.ts";
import { fetchBundle } from "./bundle/fetchBundle.ts";
import type { CoordinationChain } from "./chainPort.ts";
import { askCommitment, askJson } from "./deviceLinks.ts";
import { Doorkeeper } from "./duties/admission.ts";
import { publishBundle } from "./duties/bundling.ts";
import { challengeEpoch, commitmentKey, gatherCommitments } from "./duties/challenging.ts";
import { claimForAll } from "./duties/claiming.ts";
import { awaitSeed, commitChain, type OpenedEpoch } from "./duties/epochOpening.ts";
import { type NetworkTable, prefixOf } from "@wayleave/core/networkPrefix";
import { Notary } from "./duties/notary.ts";
import { forEachLimited, sleepUntil } from "./duties/pacing.ts";
import { bundleUrl, peerApi } from "./round/peerApi.ts";
import { SettlementRound } from "./round/settlementRound.ts";
import { assignedVerifiers, notariesOf, proposerOrder } from "./settle/assignment.ts";
import { type RevealChain, revealChain } from "./settle/challenges.ts";
import { settle } from "./settle/settle.ts";
import type { Settlement } from "./settle/settlement.ts";
import { genesisEpoch, type NetworkIds, type PreviousEpoch, type RegistrySnapshot } from "./settle/settleInput.ts";
import { INITIAL_RESERVE } from "@wayleave/economy/parameters";
import { previousFrom, settledTablesJson, settledTablesSchema } from "./store/settledTables.ts";
import type { VerifierStore } from "./store/verifierStore.ts";

/** Before an epoch opens: commitments and offers are read in this time, so that the seed cannot be known yet. */
const GATHER_BEFORE_MS = 2_500;
/** Small questions to devices and other verifiers. */
const REQUEST_TIMEOUT_MS = 4_000;
/** Full responses are kept for the dispute window and this many epochs more. */
const EVIDENCE_EPOCHS = 20;
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
  readonly admissions: readonly Admission<LinkPeer>[];
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

  async start(): Promise<void> {
    const { store, log, account, chain } = this.#deps;
    this.#notary = await Notary.open({
      store,
      log,
      account,
      domain: this.#domain,
      promisable: (payer) => chain.promisable(payer),
      isNotaryOf: (payer) => notariesOf(this.#registry?.verifiers.keys() ?? [], payer).includes(account.address),
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    this.#registry = await chain.latestRegistry();
    this.#keep(this.#epochs());
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

  async #welcome(peer: LinkPeer): Promise<void> {
    const { chain, log, admissions } = this.#deps;
    const registry = await chain.latestRegistry();
    this.#registry = registry;
    if (registry.devices.has(peer.id)) return;
    for (const admission of admissions) {
      try {
        await this.#doorkeeper.admit(peer, prefixOf(peer.remoteAddress), admission, this.#stop.signal);
      } catch (error) {
        // Another verifier may have been quicker; the registry decides.
        const now = await chain.latestRegistry();
        if (!now.devices.has(peer.id)) log.warn({ device: peer.id, reason: String(error) }, "Let nobody in");
      }
    }
    this.#registry = await chain.latestRegistry();
  }

  /** Every tick: countersign what devices were promised. */
  async #ticks(): Promise<void> {
    const { clock, log } = this.#deps;
    const { tickMs } = this.network.schedule;
    for (;;) {
      await sleepUntil(clock, clock.now() + tickMs - (clock.now() % tickMs) + 1, this.#stop.signal);
      await forEachLimited([...this.#peers.values()], CONCURRENT_VISITS, async (peer) => {
        try {
          await this.#notary.visit(peer);
        } catch (error) {
          log.debug({ device: peer.id, reason: String(error) }, "Could not read a device's vouchers");
        }
      });
    }
  }

  async #epochs(): Promise<void> {
    const { clock, account, chain, log } = this.#deps;
    const { schedule } = this.network;
    const current = Math.max(0, epochAt(schedule, clock.now()));
    const resumes = (await chain.committedHeads(current)).has(account.address);
    for (let epoch = resumes ? current : current + 1; ; epoch++) {
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
    const { chain, account, clock, log, store } = this.#deps;
    const { schedule } = this.network;
    const signal = this.#stop.signal;
    await this.#gather(epoch);
    const turn = [...(this.#registry?.verifiers.keys() ?? [])].sort().indexOf(account.address);
    const rank = (Math.max(0, turn) + epoch) % Math.max(1, this.#registry?.verifiers.size ?? 1);
    const opened = await awaitSeed({ ...this.#deps, schedule, self: account.address }, epoch, rank, signal);
    if (opened === null) return log.warn({ epoch }, "Skipped an epoch: it was never opened");
    const registry = await chain.registryAt(opened.seedBlock);
    this.#registry = registry;
    const secret = await store.revealSecret(epoch, () => ZERO_HASH);
    const own = revealChain(secret, schedule.slotsPerEpoch);
    if ((await chain.committedHeads(epoch)).get(account.address) === own.head)
      await this.#challenge(opened, own, registry);
    await sleepUntil(clock, epochStart(schedule, epoch + 1) + schedule.cutMs / 2, signal);
    await this.#settleEpoch(opened, own, registry);
    await store.dropEvidenceBefore(epoch - EVIDENCE_EPOCHS);
  }

  async #gather(epoch: number): Promise<void> {
    const { store, account, networks } = this.#deps;
    const { schedule } = this.network;
    await gatherCommitments({
      ...this.#deps,
      judges: this.#judges,
      links: this,
      schedule,
      self: account.address,
      gather: async (peer) => {
        await store.saveSighting(epoch, {
          device: peer.id,
          prefix: prefixOf(peer.remoteAddress),
          network: networks.networkOf(peer.remoteAddress),
        });
        for (const { rule } of this.#judges.values()) {
          const commitment = await askCommitment(peer, rule.name, epoch, REQUEST_TIMEOUT_MS);
          if (commitment?.commitment.device === peer.id) await store.saveCommitment(epoch, commitment);
          const offer = await askJson(peer, `/offers/${rule.name}`, signedOfferSchema, REQUEST_TIMEOUT_MS);
          if (offer.offer.device === peer.id) await store.saveOffer(epoch, offer);
        }
      },
    });
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
    const assigned = [...registry.devices]
      .filter(([, { registeredAtMs = 0 }]) => registeredAtMs < before)
      .filter(([device]) => assignedVerifiers(seed, registry.verifiers.keys(), device).includes(account.address))
      .flatMap(([device, { kinds }]) => kinds.map((kind) => ({ device, kind })));
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
    const needs = {
      store,
      notary: this.#notary,
      clock,
      schedule,
      account,
      network: this.#ids,
      directory: bundleDirectory,
    };
    const ownBundle = await publishBundle(needs, epoch, seed, own);
    const endpoints = await chain.verifierEndpoints();
    const peers = peerApi(REQUEST_TIMEOUT_MS);
    const round = new SettlementRound(
      {
        chain,
        peers,
        clock,
        log,
        schedule,
        account,
        domain: this.#domain,
        claimSignature: (e, digest) => store.claimSignature(e, digest),
      },
      {
        epoch,
        registry,
        endpoints,
        proposers: proposerOrder(seed, registry.verifiers.keys()),
        ownBundle,
        fetchBundle: ({ verifier, head }) => {
          const base = endpoints.find(({ account: each }) => each === verifier)?.url;
          if (base === undefined)
            throw new WayleaveError("bundle-missing", "Nobody knows where this verifier publishes", { verifier });
          const get = (file: string, maxBytes: number) => peers.bytes(bundleUrl(base, epoch, file), maxBytes, signal);
          return fetchBundle(get, { network: this.#ids, epoch, verifier, head });
        },
        settle: (bundles) => this.#compute(opened, registry, bundles),
      },
    );
    this.#rounds.set(epoch, round);
    this.#rounds.delete(epoch - 4);
    const settlement = await round.run(signal);
    if (settlement === null) return;
    await store.saveSettled(epoch, settlement.statementHash, settledTablesJson(settlement));
    if (proposerOrder(seed, registry.verifiers.keys())[0] === account.address) {
      await claimForAll({ chain, clock, log, schedule }, settlement, signal);
    }
  }

  async #compute(
    opened: OpenedEpoch,
    registry: RegistrySnapshot,
    bundles: readonly CheckedBundle[],
  ): Promise<Settlement> {
    const { chain } = this.#deps;
    return settle({
      network: this.#ids,
      epoch: opened.epoch,
      slotsPerEpoch: this.network.schedule.slotsPerEpoch,
      previous: await this.#previous(),
      parameters: await chain.parameters(),
      // Read again now: the pot shrinks with every statement, and the last one may be newer than the first reading.
      registry: await chain.registryAt(registry.block),
      seed: opened.seed,
      committedHeads: await chain.committedHeads(opened.epoch),
      bundles,
      judges: this.#judges,
    });
  }

  /** The tables of the last accepted statement: our own, or a peer's that lead to the same roots. */
  async #previous(): Promise<PreviousEpoch> {
    const { chain, store, log, account } = this.#deps;
    const accepted = await chain.lastStatement();
    if (accepted === null) return genesisEpoch(INITIAL_RESERVE);
    const epoch = Number(accepted.statement.epoch);
    const own = await store.settled(epoch);
    if (own?.statementHash === accepted.statementHash) {
      return previousFrom(settledTablesSchema.parse(JSON.parse(own.tables)), accepted);
    }
    for (const endpoint of await chain.verifierEndpoints()) {
      if (endpoint.account === account.address) continue;
      try {
        const api = peerApi(REQUEST_TIMEOUT_MS);
        const tables = await api.json(`${endpoint.url}/statements/${epoch}`, settledTablesSchema, this.#stop.signal);
        return previousFrom(tables, accepted);
      } catch (error) {
        log.warn({ epoch, verifier: endpoint.account, reason: String(error) }, "Got no tables from a verifier");
      }
    }
    throw new WayleaveError("tables-missing", "Nobody serves the tables of the last accepted statement", { epoch });
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
