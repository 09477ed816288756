import type { FastifyInstance } from "fastify";
import { afterAll } from "vitest";
import type { AccountKey } from "@wayleave/core/accountKey";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { utf8 } from "@wayleave/core/bytes";
import type { Network } from "@wayleave/core/network";
import type { Schedule } from "@wayleave/core/time";
import type { WrittenBundle } from "../bundle/bundleData.ts";
import { manifestText } from "../bundle/manifest.ts";
import type { VerifierEndpoint } from "../chainPort.ts";
import { type VerifierVoice, verifierApi } from "../httpApi.ts";
import { bundleFetcher } from "../round/bundleFetcher.ts";
import { peerApi } from "../round/peerApi.ts";
import type { RememberedRound, SignedRoundView } from "../round/roundView.ts";
import { SettlementRound } from "../round/settlementRound.ts";
import { settle } from "../settle/settle.ts";
import type { Settlement } from "../settle/settlement.ts";
import { DOMAIN, EPOCH, NETWORK, PARAMETERS, published, testEpoch } from "../settle/testEpoch.ts";
import { ChainDouble } from "./chainDouble.ts";

/** What three verifiers in one process on a busy machine exchange in a part of; nothing rests on it being met. */
const TURN_MS = 800;
const CUT_MS = 50;
export const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

export function recordingLog() {
  const lines: string[] = [];
  const write = (fields: object, message: string) =>
    void lines.push(`${message} ${JSON.stringify(fields, (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v))}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** A voice with nothing to say, but for what is given. */
export function voiceOf(says: Partial<VerifierVoice>): VerifierVoice {
  const nothing = async () => ({});
  return {
    network: { name: "test" } as Network,
    status: nothing,
    standings: async () => [],
    device: nothing,
    round: () => null,
    relayedFile: () => null,
    bundleFile: async () => null,
    evidence: async () => null,
    statement: async () => null,
    claim: async () => "none",
    ...says,
  };
}

const opened: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(opened.splice(0).map((close) => close())));

/** Closes something when the file's tests are over: those that run side by side have no moment of their own. */
export function closeAfterAll(close: () => Promise<unknown>): void {
  opened.push(close);
}

/** A verifier's real HTTP API on a free port, until the file's tests are over. */
export async function serve(says: Partial<VerifierVoice>): Promise<string> {
  const app: FastifyInstance = verifierApi(voiceOf(says), { log: recordingLog(), nowMs: () => Date.now() });
  closeAfterAll(() => app.close());
  return app.listen({ host: "127.0.0.1", port: 0 });
}

/** Everything that one verifier's part in a round touches, and what it came to. */
export interface Member {
  readonly account: AccountKey;
  readonly written: WrittenBundle & { readonly head: Hash32 };
  readonly signed: Map<number, Hash32>;
  readonly log: ReturnType<typeof recordingLog>;
  remembered: RememberedRound | null;
  /** Every view that it published, oldest first. */
  readonly views: SignedRoundView[];
  round: SettlementRound | null;
  /** Its part from now on: again after a restart. */
  run(signal?: AbortSignal): Promise<Settlement | null>;
}

export interface TestRound {
  readonly chain: ChainDouble;
  readonly members: readonly Member[];
  readonly schedule: Schedule;
  /** Whom each member (by index) reads where; changed before `run`. */
  readonly endpoints: VerifierEndpoint[][];
  /** What an honest member serves. */
  honestVoice(index: number): Partial<VerifierVoice>;
  fileOf(index: number, name: string): Uint8Array | null;
}

/** Three verifiers with bundles of one epoch that ended. The members of `order` propose in that order. */
export async function testRound(order: readonly number[] = [0, 1, 2], turnMs = TURN_MS): Promise<TestRound> {
  const { input, data, verifiers } = testEpoch({ devices: 3 });
  const registry = input.registry;
  const chain = new ChainDouble({ domain: DOMAIN, registry, parameters: PARAMETERS });
  const written = data.map((each, i) => published(each, verifiers[i]!));
  const schedule: Schedule = {
    genesisMs: Date.now() - (EPOCH + 1) * 60_000,
    epochMs: 60_000,
    slotsPerEpoch: 6,
    leadMs: 6_000,
    answerDeadlineMs: 2_000,
    tickMs: 5_000,
    cutMs: CUT_MS + turnMs / 4,
    proposerTurnMs: turnMs,
    disputeWindowMs: 100,
  };
  const proposers = order.map((i): Address => verifiers[i]!.address);
  const fileOf = (index: number, name: string) =>
    name === "manifest.json"
      ? utf8(manifestText(written[index]!.manifest))
      : (written[index]!.files.get(name as never) ?? null);
  const members = verifiers.map((account, i): Member => {
    const member: Member = {
      account,
      written: written[i]!,
      signed: new Map(),
      log: recordingLog(),
      remembered: null,
      views: [],
      round: null,
      run(signal = new AbortController().signal) {
        const peers = peerApi(turnMs);
        member.round = new SettlementRound(
          {
            chain,
            peers,
            clock,
            log: member.log,
            schedule,
            account,
            domain: DOMAIN,
            async claimSignature(epoch, digest) {
              if (!member.signed.has(epoch)) member.signed.set(epoch, digest);
              return member.signed.get(epoch) === digest;
            },
            async remember(_, said) {
              member.remembered = structuredClone(said);
            },
          },
          {
            epoch: EPOCH,
            registry,
            endpoints: endpoints[i]!,
            proposers,
            ownBundle: written[i]!.bundle,
            remembered: member.remembered,
            fetchBundle: bundleFetcher(peers, NETWORK, EPOCH),
            settle: async (bundles) => settle({ ...input, bundles }),
          },
        );
        return member.round.run(signal);
      },
    };
    return member;
  });
  const honestVoice = (i: number): Partial<VerifierVoice> => ({
    round: () => {
      const view = members[i]!.round?.view ?? null;
      if (view !== null && members[i]!.views.at(-1) !== view) members[i]!.views.push(view);
      return view;
    },
    relayedFile: (_, head, name) => members[i]!.round?.relayedFile(head, name) ?? null,
    bundleFile: async (_, name) => fileOf(i, name),
  });
  const urls = await Promise.all(members.map((_, i) => serve(honestVoice(i))));
  const endpoints = members.map(() => verifiers.map(({ address }, i) => ({ account: address, url: urls[i]! })));
  return { chain, members, schedule, endpoints, honestVoice, fileOf };
}
