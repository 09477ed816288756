import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestChain, testChain } from "../apps/cli/supervise/testChain.ts";
import { testDatabase, type TestDatabase } from "../apps/cli/supervise/testPostgres.ts";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { chainReader } from "./chainReader.ts";
import { chainWriter } from "./chainWriter.ts";
import { CHAIN_EVENT_NAMES } from "./chainEvent.ts";
import { type EventIndex, openEventIndex } from "./eventIndex.ts";
import { escrowAt, operatorsAt, verifiersAt } from "./registryAt.ts";

const linkKey = deviceKeyFromSeed(new Uint8Array(32).fill(1)).publicKey;
const PATIENCE = { timeout: 20_000, interval: 50 };

let chain: TestChain;
let database: TestDatabase;
beforeAll(async () => {
  [chain, database] = await Promise.all([testChain({ blockTimeS: 0.2 }), testDatabase()]);
});
afterAll(async () => {
  await chain?.close();
  await database?.close();
});

/** Everything an index knows, to compare two of them. */
async function contentOf(index: EventIndex): Promise<unknown> {
  return Promise.all(CHAIN_EVENT_NAMES.map((name) => index.select({ name })));
}

async function blocksSince(number: bigint): Promise<number> {
  return Number((await (await chainReader(chain.network)).head()).number - number);
}

describe("the index", () => {
  test("is the same in PostgreSQL, in memory and after reading again", async () => {
    const key = await chain.account();
    const writer = await chainWriter(chain.network, key);
    // What a hostile operator may register must not break a database: NUL, lone surrogates, quotes.
    await writer.registerOperator(`http://\u0000\ud800'"{"n":"1"}`, linkKey);
    await writer.mintTestDollars(key.address, 9_000_000n);
    await writer.deposit(7_000_000n);
    await writer.removeOperator();
    const options = { databaseUrl: database.url };
    const [memory, first] = await Promise.all([openEventIndex(chain.network), openEventIndex(chain.network, options)]);
    await memory.sync();
    await first.sync();
    const content = await contentOf(memory);
    expect(JSON.stringify(content, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v)).length).toBeGreaterThan(
      1_000,
    );
    expect(await contentOf(first)).toEqual(content);
    await first.close();

    const second = await openEventIndex(chain.network, options);
    expect(await contentOf(second)).toEqual(content); // before it asked the chain for anything
    expect((await escrowAt(second)).get(key.address)).toBe(7_000_000n);
    expect((await second.select({ name: "OperatorSet", subject: key.address })).length).toBe(1);
    expect((await operatorsAt(second)).has(key.address)).toBe(false);
    await second.close();

    const elsewhere = { ...chain.network, deployedAtBlock: chain.network.deployedAtBlock + 1 };
    const other = await openEventIndex(elsewhere, options);
    expect(await other.head()).toBeNull(); // another deployment's events are of no use
    await other.close();
    writer.close();
  });

  test("of few events holds no others", async () => {
    const index = await openEventIndex(chain.network, { events: ["VerifierSet", "OperatorSet"] });
    const { added } = await index.sync();
    expect(added).toEqual(new Set(["OperatorSet"]));
    expect((await verifiersAt(index)).size).toBe(0);
  });

  test("refuses a chain that ends before the network begins", async () => {
    const index = await openEventIndex({ ...chain.network, deployedAtBlock: 1_000_000 });
    await expect(index.sync()).rejects.toMatchObject({ code: "chain-behind" });
  });

  test("tells its followers of what somebody else's look found", async () => {
    const writer = await chainWriter(chain.network, await chain.account());
    const index = await openEventIndex(chain.network);
    await index.sync();
    const stop = new AbortController();
    const told: string[] = [];
    const following = index.follow(stop.signal, ({ added }) => told.push(...added));
    await writer.registerOperator("http://told", linkKey);
    await index.sync();
    expect(told).toContain("OperatorSet");
    stop.abort();
    await following;
    writer.close();
  });

  test.for(["memory", "PostgreSQL"])("in %s follows a reorganization", async (where) => {
    const options = where === "memory" ? {} : { databaseUrl: database.url };
    const index = await openEventIndex(chain.network, options);
    const [lost, kept] = await Promise.all([chain.account(), chain.account()]);
    const [losing, keeping] = await Promise.all([chainWriter(chain.network, lost), chainWriter(chain.network, kept)]);
    const [mined] = await Promise.all([
      losing.registerOperator("http://lost", linkKey),
      keeping.registerOperator("http://kept", linkKey),
    ]);
    losing.close(); // nobody sends it again
    await index.sync();
    expect([...(await operatorsAt(index)).values()].map(({ endpoint }) => endpoint)).toContain("http://lost");
    const generation = index.generation();

    await chain.rpc("anvil_reorg", (await blocksSince(mined.blockNumber)) + 1, []);
    expect((await index.sync()).droppedBlocks).toBeGreaterThan(0);
    expect(index.generation()).toBeGreaterThan(generation);
    const endpoints = async () => {
      await index.sync();
      return [...(await operatorsAt(index)).values()].map(({ endpoint }) => endpoint);
    };
    await expect.poll(endpoints, PATIENCE).toContain("http://kept"); // its outbox noticed
    expect(await endpoints()).not.toContain("http://lost");
    const fresh = await openEventIndex(chain.network);
    await fresh.sync();
    await index.sync();
    const upToBlock = (await fresh.head())!.number;
    for (const name of CHAIN_EVENT_NAMES) {
      expect(await index.select({ name, upToBlock })).toEqual(await fresh.select({ name, upToBlock }));
    }
    await index.close();
    keeping.close();
  });
});

describe("an outbox", () => {
  test("puts many calls into few blocks, in order", async () => {
    const key = await chain.account();
    const writer = await chainWriter(chain.network, key);
    const mined = await Promise.all(
      Array.from({ length: 24 }, (_, i) => writer.mintTestDollars(key.address, BigInt(i))),
    );
    const numbers = mined.map(({ blockNumber }) => blockNumber);
    expect(new Set(numbers).size).toBeLessThan(12);
    expect([...numbers].sort((a, b) => Number(a - b))).toEqual(numbers);
    expect(await (await chainReader(chain.network)).dollarsOf(key.address)).toBe(276n);
    expect(writer.pending()).toBe(0);
    writer.close();
    await expect(writer.finalize()).rejects.toMatchObject({ code: "chain-closed" });
  });

  test("shares its account with another program", async () => {
    const key = await chain.account();
    const writers = await Promise.all([chainWriter(chain.network, key), chainWriter(chain.network, key)]);
    await Promise.all(writers.flatMap((w) => [1n, 10n, 100n].map((amount) => w.mintTestDollars(key.address, amount))));
    expect(await (await chainReader(chain.network)).dollarsOf(key.address)).toBe(222n);
    writers.forEach((w) => w.close());
  });

  test("does every call exactly once although the chain is killed and falls back", async () => {
    const key = await chain.account();
    const writer = await chainWriter(chain.network, key);
    const reader = await chainReader(chain.network);
    const index = await openEventIndex(chain.network, { databaseUrl: database.url });
    await writer.mintTestDollars(key.address, 1_000n);
    await chain.anvil().dump();
    await writer.deposit(100n);
    const lost = await writer.deposit(20n);
    await index.sync();
    expect((await escrowAt(index)).get(key.address)).toBe(120n);

    await chain.killAndRestart();
    expect((await reader.head()).number).toBeLessThan(lost.blockNumber);
    const inFlight = writer.deposit(3n);
    await inFlight;
    await expect.poll(async () => (await reader.escrow(key.address)).balance, PATIENCE).toBe(123n);
    await expect
      .poll(async () => {
        await index.sync();
        return (await escrowAt(index)).get(key.address);
      }, PATIENCE)
      .toBe(123n);
    expect(await reader.dollarsOf(key.address)).toBe(877n);
    await index.close();
    writer.close();
  });

  test("waits for a node that is away", async () => {
    const key = await chain.account();
    const writer = await chainWriter(chain.network, key);
    await chain.anvil().dump();
    const restarted = chain.killAndRestart();
    const mined = await writer.mintTestDollars(key.address, 5n);
    await restarted;
    expect(mined.blockNumber).toBeGreaterThan(0n);
    writer.close();
  });
});

test("a node that is not there is named so, and may be tried again", async () => {
  const nowhere = { ...chain.network, rpcUrl: "http://127.0.0.1:9" };
  const reader = await chainReader(nowhere);
  await expect(reader.head()).rejects.toMatchObject({ code: "chain-unreachable", retryable: true });
});
