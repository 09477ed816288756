import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChainEvent, ChainEventName } from "@wayleave/chain/chainEvent";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { ACCOUNTS } from "@wayleave/layer-service/ledger";
import { testLayer, type TestLayer } from "@wayleave/layer-service/testing/testLayer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settlementRounds } from "./settlementFeed.ts";

const PAYER: Address = `0x${"aa".repeat(20)}`;
const OTHER: Address = `0x${"bb".repeat(20)}`;
const device = (n: number): Address => `0x${String(n).repeat(40)}`;
const hashOf = (epoch: number): Hash32 => `0x${String(epoch).padStart(64, "0")}`;

interface Row {
  readonly payer: Address;
  readonly device: Address;
  readonly paid: bigint;
}

let layer: TestLayer;
let events: ChainEvent[];
/** What each verifier tells of each epoch. */
let tables: Map<number, { statementHash: string; rows: Row[] }>[];
let servers: Server[];
let urls: string[];
/** How often each verifier was asked. */
let asked: number[];

beforeEach(async () => {
  layer = await testLayer();
  events = [];
  tables = [new Map(), new Map(), new Map()];
  asked = [0, 0, 0];
  servers = tables.map((epochs, i) =>
    createServer((request, response) => {
      asked[i]!++;
      const told = epochs.get(Number(request.url!.split("/").at(-1)));
      if (told === undefined) return void response.writeHead(404).end();
      const vouchers = told.rows.map(({ payer, device, paid }) => {
        return { payer, device, kind: 2, paidMicroUsd: `${paid}`, firmMicroUsd: "0" };
      });
      response.end(JSON.stringify({ statementHash: told.statementHash, vouchers }));
    }).listen(0, "127.0.0.1"),
  );
  await Promise.all(servers.map((server) => once(server, "listening")));
  urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  for (const server of servers) server.close();
  await layer.close();
});

const index = {
  generation: () => 0,
  head: async () => ({ number: 99n, hash: hashOf(0), timestampMs: 0 }),
  async select({ name, subject, transaction, newestFirst, limit }: Record<string, unknown>) {
    const found = events.filter(
      (event) =>
        event.name === name &&
        (transaction === undefined || event.transaction === transaction) &&
        (subject === undefined || Object.values(event.args).includes(subject as never)),
    );
    return (newestFirst === true ? found.toReversed() : found).slice(0, (limit as number | undefined) ?? 1_000);
  },
} as unknown as EventIndex;

function emit<N extends ChainEventName>(name: N, transaction: Hash32, args: object, logIndex = events.length): void {
  events.push({ name, transaction, logIndex, block: BigInt(events.length), timestampMs: 0, args } as ChainEvent);
}
const round = () =>
  settlementRounds({ index, ledger: layer.ledger, payer: PAYER, verifierUrls: () => urls, log: layer.log });

/** A statement is accepted on chain. */
function settle(epoch: number, taken: readonly (readonly [Address, bigint])[]): void {
  const transaction = hashOf(1_000 + epoch);
  const statementHash = hashOf(epoch);
  emit("StatementPosted", transaction, { epoch, statementHash, finalAtMs: 1, statement: {} });
  emit("StatementSources", transaction, { statementHash, signers: [], bundleHeads: [], allottedByKind: [] });
  for (const [payer, amount] of taken) emit("Taken", transaction, { payer, amount });
}
function tell(verifier: number, epoch: number, rows: Row[], statementHash: string = hashOf(epoch)): void {
  tables[verifier]!.set(epoch, { statementHash, rows });
}
const row = (n: number, paid: bigint, payer = PAYER): Row => ({ payer, device: device(n), paid });
const settled = (n: number) => layer.ledger.accountTotal(ACCOUNTS.vouchersOutstanding(device(n)));
const escrow = () => layer.ledger.accountTotal(ACCOUNTS.escrow);

test("deposits and withdrawals are booked once, wherever a reorganization puts them", async () => {
  emit("Deposited", hashOf(7), { payer: PAYER, amount: 100n });
  emit("Deposited", hashOf(7), { payer: PAYER, amount: 100n });
  emit("Deposited", hashOf(8), { payer: OTHER, amount: 5_000n });
  emit("Withdrawn", hashOf(9), { payer: PAYER, amount: 30n });
  const book = round();
  await book();
  expect(await escrow()).toBe(170n);
  events = events.map((event) => ({ ...event, block: event.block + 4n, logIndex: event.logIndex + 11 }));
  await book();
  await round()(); // as after a restart
  expect(await escrow()).toBe(170n);
  expect(await layer.ledger.accountTotal(ACCOUNTS.capital)).toBe(-170n);
});

test("an epoch's payments are booked to each device once, other payers' not at all", async () => {
  emit("Deposited", hashOf(7), { payer: PAYER, amount: 100n });
  settle(3, [
    [PAYER, 30n],
    [OTHER, 9n],
  ]);
  settle(5, []);
  for (const verifier of [0, 1, 2]) tell(verifier, 3, [row(1, 10n), row(2, 20n), row(1, 9n, OTHER), row(3, 0n)]);
  const book = round();
  await book();
  expect([await escrow(), await settled(1), await settled(2)]).toEqual([70n, 10n, 20n]);
  const askedOnce = [...asked];
  await book();
  expect(asked).toEqual(askedOnce); // what is booked is not read again
  await round()();
  expect([await escrow(), await settled(1), await settled(2)]).toEqual([70n, 10n, 20n]);
  settle(6, [[PAYER, 4n]]);
  for (const verifier of [0, 1, 2]) tell(verifier, 6, [row(2, 4n)]);
  await book();
  expect([await escrow(), await settled(2)]).toEqual([66n, 24n]);
});

test("one verifier that lies, serves another statement or is away changes nothing and stops nothing", async () => {
  settle(3, [[PAYER, 30n]]);
  tell(0, 3, [row(9, 30n)]); // the sum is right, the device is not
  tell(1, 3, [row(1, 10n), row(2, 20n)]);
  const book = round();
  await book();
  expect([await escrow(), await settled(9), await settled(1)]).toEqual([0n, 0n, 0n]);
  tell(2, 3, [row(1, 10n), row(2, 20n)], hashOf(4));
  await book();
  expect(await escrow()).toBe(0n);
  tell(2, 3, [row(2, 20n), row(1, 10n)]);
  await book();
  expect([await escrow(), await settled(9), await settled(1), await settled(2)]).toEqual([-30n, 0n, 10n, 20n]);
});

test("tables that do not add up to what was taken are not booked, nor is anything after them", async () => {
  settle(3, [[PAYER, 30n]]);
  settle(4, [[PAYER, 1n]]);
  for (const verifier of [0, 1, 2]) {
    tell(verifier, 3, [row(1, 29n)]);
    tell(verifier, 4, [row(1, 1n)]);
  }
  const book = round();
  await book();
  expect(await escrow()).toBe(0n);
  expect(layer.log.lines.join("\n")).toContain("Wait for verifiers to agree");
  for (const verifier of [0, 1]) tell(verifier, 3, [row(1, 30n)]);
  await book();
  expect([await escrow(), await settled(1)]).toEqual([-31n, 31n]);
});
