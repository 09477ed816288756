import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { keccakHex } from "@wayleave/core/hash";
import { hexToBytes, utf8 } from "@wayleave/core/bytes";
import { type Hash32 } from "@wayleave/core/ids";
import { ZERO_HASH } from "@wayleave/core/messages";
import { describe, expect, test } from "vitest";
import { DOMAIN, EPOCH } from "../settle/testEpoch.ts";
import { closeAfterAll, serve, testRound, type TestRound } from "../testing/testRound.ts";
import {
  commitOf,
  proposalHash,
  type RoundHead,
  type RoundView,
  type SignedProposal,
  signProposal,
  signView,
} from "./roundView.ts";

const LIAR = 2;
const [A, B] = [0, 1];
/** For tests whose point is what is known in the first turns. */
const PATIENT_TURN_MS = 1_200;

const headsOf = (net: TestRound, indexes: readonly number[]): RoundHead[] =>
  indexes
    .map((i) => ({ verifier: net.members[i]!.account.address, head: net.members[i]!.written.head }))
    .sort((a, b) => (a.verifier < b.verifier ? -1 : 1));

const proposedBy = (net: TestRound, index: number, turn: number, indexes: readonly number[]): SignedProposal =>
  signProposal(net.members[index]!.account, DOMAIN, EPOCH, { turn, previous: ZERO_HASH, heads: headsOf(net, indexes) });

/** The liar's API, as one of the others (or all) reads it: `says` is asked at every look. */
async function lie(net: TestRound, readers: readonly number[], says: () => Partial<RoundView>, voice = {}) {
  const { account, written } = net.members[LIAR]!;
  const silent: RoundView = {
    epoch: EPOCH,
    verifier: account.address,
    head: written.head,
    held: [],
    proposals: [],
    commits: [],
    reveal: null,
  };
  const round = () => signView(account, DOMAIN, { ...silent, ...says() });
  const url = await serve({ ...net.honestVoice(LIAR), round, ...voice });
  pointAt(net, readers, url);
}

function pointAt(net: TestRound, readers: readonly number[], url: string) {
  for (const reader of readers) net.endpoints[reader]![LIAR] = { account: net.members[LIAR]!.account.address, url };
}

const runHonest = (net: TestRound) => Promise.all([net.members[A]!.run(), net.members[B]!.run()]);

/** What the honest two agreed on, after every property that must hold in any round was checked. */
async function settledByTwo(net: TestRound) {
  const [a, b] = await runHonest(net);
  expect(net.chain.postings).toHaveLength(1);
  expect(a?.statementHash).toBe(net.chain.last!.statementHash);
  expect(b?.statementHash).toBe(net.chain.last!.statementHash);
  return net.chain.postings[0]!;
}

describe("three verifiers settle an epoch", () => {
  test("alike, with all three bundles", async () => {
    const net = await testRound([0, 1, 2], 2 * PATIENT_TURN_MS); // the first test also pays for compiling everything
    const settlements = await Promise.all(net.members.map((member) => member.run()));
    expect(new Set(settlements.map((each) => each?.statementHash))).toEqual(new Set([net.chain.last!.statementHash]));
    expect(net.chain.postings[0]!.bundleHeads).toHaveLength(3);
  });

  test("committing before anybody shows a digest", async () => {
    const net = await testRound();
    await Promise.all(net.members.map((member) => member.run()));
    const firstReveal = net.members
      .flatMap(({ round }) => (round!.view.view.reveal === null ? [] : [round!.view.view]))
      .map(({ reveal, verifier }) => ({ verifier, ...reveal! }));
    expect(firstReveal.length).toBeGreaterThanOrEqual(2);
    for (const { committed } of firstReveal) expect(committed.length).toBeGreaterThanOrEqual(1);
    for (const { views } of net.members) {
      for (const { view } of views) {
        if (view.reveal !== null) expect(view.commits.map(({ proposal }) => proposal)).toContain(view.reveal.proposal);
      }
    }
  });

  test("without the one that is offline", async () => {
    const net = await testRound([LIAR, A, B]);
    pointAt(net, [A, B], "http://127.0.0.1:1");
    expect((await settledByTwo(net)).bundleHeads).toHaveLength(2);
  });

  test("and one of them stopped after its commitment says the same when it is back", async () => {
    const net = await testRound([A, B, LIAR]);
    pointAt(net, [A, B], "http://127.0.0.1:1");
    const member = net.members[A]!;
    const stop = new AbortController();
    const stopped = member.run(stop.signal).catch(() => "stopped");
    await expect.poll(() => member.remembered?.view.commits.length, { timeout: 5_000, interval: 10 }).toBe(1);
    stop.abort();
    expect(await stopped).toBe("stopped");
    const { commits, proposals } = member.remembered!.view;
    await settledByTwo(net);
    expect(member.round!.view.view.commits).toEqual(commits);
    expect(member.round!.view.view.proposals).toEqual(proposals);
  });
});

describe("a verifier that lies does not keep the others from settling:", () => {
  test("it announces a bundle and serves garbage", async () => {
    const net = await testRound([LIAR, A, B]);
    await lie(net, [A, B], () => ({}), { bundleFile: async () => utf8("garbage") });
    const { bundleHeads } = await settledByTwo(net);
    expect(bundleHeads).toEqual([net.members[A]!.written.head, net.members[B]!.written.head].sort());
  });

  test("it shows its bundle to one only, who hands it on", async () => {
    const net = await testRound([A, B, LIAR]);
    await lie(net, [A], () => ({}));
    await lie(net, [B], () => ({}), { bundleFile: async () => null });
    expect((await settledByTwo(net)).bundleHeads).toContain(net.members[LIAR]!.written.head);
  });

  test("it proposes without a bundle that all had in time", async () => {
    const net = await testRound([LIAR, A, B], PATIENT_TURN_MS);
    await lie(net, [A, B], () => ({ proposals: [proposedBy(net, LIAR, 0, [A, LIAR])] }));
    expect((await settledByTwo(net)).bundleHeads).toHaveLength(3);
    for (const member of [A, B]) expect(net.members[member]!.log.lines.join()).toContain("it omits the bundle of");
  });

  test("it proposes one thing to one and another to the other", async () => {
    const net = await testRound([LIAR, A, B]);
    const both = [proposedBy(net, LIAR, 0, [A, B]), proposedBy(net, LIAR, 0, [A, B, LIAR])];
    const commit = keccakHex(utf8("nothing"));
    for (const reader of [A, B]) {
      const mine = both[reader]!;
      const commits = [{ proposal: proposalHash(EPOCH, mine.proposal), commit }];
      // Its own bundle is hidden, so that neither proposal omits anything that was there in time.
      await lie(net, [reader], () => ({ proposals: [mine], commits, head: ZERO_HASH as Hash32 }));
    }
    await settledByTwo(net);
    expect(net.members[A]!.log.lines.join()).toContain("A verifier signed two proposals of one turn");
    for (const member of [A, B]) expect(net.members[member]!.signed.size).toBe(1);
  });

  test("it commits to nothing and shows another digest", async () => {
    const net = await testRound([A, B, LIAR]);
    const { account } = net.members[LIAR]!;
    const digest = keccakHex(utf8("another digest"));
    await lie(net, [A, B], () => {
      const signed = net.members[A]!.round?.view.view.proposals[0];
      if (signed === undefined) return {};
      const proposal = proposalHash(EPOCH, signed.proposal);
      const signature = account.sign(hexToBytes(digest));
      return {
        commits: [{ proposal, commit: commitOf(digest, ZERO_HASH, account.address) }],
        reveal: { proposal, statementDigest: digest, salt: ZERO_HASH, signature, committed: [] },
      };
    });
    expect((await settledByTwo(net)).signatures).toHaveLength(2);
  });

  test.for(["never committed", "committed to something else"] as const)(
    "it %s and copies a digest that it saw: its signature does not count",
    async (before) => {
      const net = await testRound([A, B, LIAR], PATIENT_TURN_MS);
      const { account } = net.members[LIAR]!;
      let copied = false;
      await lie(net, [A, B], () => {
        const proposal = net.members[A]!.round?.view.view.commits[0]?.proposal;
        const seen = net.members.flatMap(({ round }) => round?.view.view.reveal ?? [])[0];
        if (proposal === undefined) return {};
        const bogus = [{ proposal, commit: keccakHex(utf8("something else")) }];
        if (seen === undefined) return { commits: before === "never committed" ? [] : bogus };
        copied = true;
        const { statementDigest } = seen;
        const late = [{ proposal, commit: commitOf(statementDigest, ZERO_HASH, account.address) }];
        const signature = account.sign(hexToBytes(statementDigest));
        return {
          commits: before === "never committed" ? late : bogus,
          reveal: { proposal, statementDigest, salt: ZERO_HASH, signature, committed: [] },
        };
      });
      // The other honest one cannot sign: with the copy there would be a quorum.
      net.members[B]!.signed.set(EPOCH, keccakHex(utf8("an earlier statement")));
      const stop = new AbortController();
      const running = [A, B].map((i) => net.members[i]!.run(stop.signal).catch(() => null));
      await expect.poll(() => copied, { timeout: 10_000, interval: 10 }).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, PATIENT_TURN_MS / 2)); // until anybody may post
      expect(net.members[A]!.signed.size).toBe(1);
      expect(net.chain.postings).toHaveLength(0);
      stop.abort();
      await Promise.all(running);
    },
  );

  test.for(["silent", "endless", "not-json"] as const)("its API is %s", async (how) => {
    const net = await testRound([LIAR, A, B], PATIENT_TURN_MS); // reading an endless answer takes the whole CPU's time
    pointAt(net, [A, B], await hostileServer(how));
    expect((await settledByTwo(net)).bundleHeads).toHaveLength(2);
  });

  test("it takes back what it said: the first word stands", async () => {
    const net = await testRound([A, B, LIAR]);
    let looks = 0;
    await lie(net, [A, B], () => (++looks > 2 ? { head: keccakHex(utf8("another bundle")) } : {}));
    expect((await settledByTwo(net)).bundleHeads).toContain(net.members[LIAR]!.written.head);
    expect(net.members[A]!.log.lines.join()).toContain("takes back what it said");
  });
});

describe("a verifier", () => {
  test("shows no digest while no quorum committed, and gives up nothing when it is alone", async () => {
    const net = await testRound([A, B, LIAR]);
    for (const other of [B, LIAR])
      net.endpoints[A]![other] = { ...net.endpoints[A]![other]!, url: "http://127.0.0.1:1" };
    const stop = new AbortController();
    const alone = net.members[A]!.run(stop.signal).catch(() => "stopped");
    await expect.poll(() => net.members[A]!.remembered?.view.commits.length, { timeout: 5_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, net.schedule.proposerTurnMs));
    expect(net.members[A]!.round!.view.view.reveal).toBeNull();
    expect(net.members[A]!.signed.size).toBe(0);
    stop.abort();
    expect(await alone).toBe("stopped");
  });

  test("does not sign a second statement for one epoch", async () => {
    const net = await testRound([A, B, LIAR]);
    net.members[A]!.signed.set(EPOCH, keccakHex(utf8("an earlier statement")));
    const stop = new AbortController();
    const honest = net.members.map((member) => member.run(stop.signal).catch(() => null));
    await Promise.all(honest.slice(1));
    expect(net.chain.postings).toHaveLength(1);
    expect(net.chain.postings[0]!.signatures).toHaveLength(2);
    expect(net.members[A]!.round!.view.view.reveal).toBeNull();
    await honest[0];
  });

  test("ends its round when the contract has accepted a later epoch", async () => {
    const net = await testRound();
    const statement = { epoch: BigInt(EPOCH + 1) } as never;
    net.chain.last = { statement, statementHash: keccakHex(utf8("later")), postedAtMs: 0, final: false };
    expect(await net.members[A]!.run()).toBeNull();
  });
});

/** An HTTP server that a verifier could run to keep the others busy. */
async function hostileServer(how: "silent" | "endless" | "not-json"): Promise<string> {
  const server: Server = createServer((_, response) => {
    if (how === "silent") return;
    if (how === "not-json") return void response.end("<html>");
    const more = (): void =>
      void (response.write(" ".repeat(65_536)) ? setImmediate(more) : response.once("drain", more));
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterAll(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
