import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import { ZERO_HASH } from "@wayleave/core/messages";
import { localSchedule } from "@wayleave/core/network";
import { testDatabase } from "../../../apps/cli/supervise/testPostgres.ts";
import { bundleFile, publishBundle } from "../duties/bundling.ts";
import { accountOf, chainOf, deviceOf, EPOCH, NETWORK, SEED, STORAGE, voucherOf } from "../settle/testEpoch.ts";
import { openVerifierDatabase } from "./schema.ts";
import { verifierStore, type VerifierStore } from "./verifierStore.ts";

const account = accountOf("verifier 0");
const payer = accountOf("payer 0");
const device = deviceOf(0).id;
let database: Awaited<ReturnType<typeof testDatabase>>;
let directory: string;
const pools: Pool[] = [];

/** A store as a verifier has it after a start: its own connections, nothing in memory. */
async function restarted(): Promise<VerifierStore> {
  const pool = new Pool({ connectionString: database.url, max: 2 });
  pool.on("error", () => {});
  pools.push(pool);
  return verifierStore(await openVerifierDatabase(pool), account.address);
}

beforeAll(async () => {
  database = await testDatabase();
  directory = await mkdtemp(path.join(tmpdir(), "wayleave-bundles-"));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const rowOf = (epoch: number, outcome: string, response: Uint8Array) => ({
  verifier: account.address,
  epoch,
  device,
  kind: STORAGE,
  slot: 0,
  challenge: ZERO_HASH,
  outcome,
  evidence: keccakHex(response),
  response,
});

describe("after a restart a verifier", () => {
  test("has the same secret, statement and words, whatever it would say now", async () => {
    const [first, second] = [keccakHex(utf8("first")), keccakHex(utf8("second"))];
    const before = await restarted();
    await before.revealSecret(1, () => first);
    expect(await before.claimSignature(1, first)).toBe(true);
    const view = {
      epoch: 1,
      verifier: account.address,
      head: first,
      held: [],
      proposals: [],
      commits: [],
      reveal: null,
    };
    await before.saveRound(1, { view, salts: { [first]: second } });
    const after = await restarted();
    expect(await after.revealSecret(1, () => second)).toBe(first);
    expect(await after.claimSignature(1, second)).toBe(false);
    expect(await after.claimSignature(1, first)).toBe(true);
    expect(await after.round(1)).toEqual({ view, salts: { [first]: second } });
  });

  test("knows its vouchers under both standings", async () => {
    const [covered, newest] = [10n, 20n].map((total) => voucherOf(payer, device, STORAGE, total, [account]));
    const before = await restarted();
    await before.saveVouchers(covered!, ["countersigned", "newest"]);
    await before.saveVouchers(newest!, ["newest"]);
    const kept = await (await restarted()).vouchers();
    expect(kept).toHaveLength(2);
    expect(kept).toContainEqual({ standing: "countersigned", voucher: covered });
    expect(kept).toContainEqual({ standing: "newest", voucher: newest });
  });

  test("keeps the first verdict of a slot, and evidence as long as any epoch needs it", async () => {
    const store = await restarted();
    const garbage = utf8("the same garbage");
    await store.saveVerdict(rowOf(3, "garbled", garbage));
    await store.saveVerdict(rowOf(3, "pass", utf8("another answer")));
    await store.saveVerdict(rowOf(9, "garbled", garbage));
    expect((await store.verdictsOf(3)).map(({ outcome }) => outcome)).toEqual(["garbled"]);
    const right = utf8("a right answer");
    await store.saveVerdict({ ...rowOf(9, "pass", right), slot: 1 });
    expect((await store.failedEvidence(9)).map(({ digest }) => digest)).toEqual([keccakHex(garbage)]);
    const { device, challenge } = rowOf(9, "pass", right);
    const response = Buffer.from(right);
    expect([...(await store.rightAnswers(9, STORAGE))]).toEqual([[device, [{ slot: 1, challenge, response }]]]);
    expect((await store.rightAnswers(9, STORAGE - 1)).size).toBe(0);
    await store.dropEvidenceBefore(9);
    expect(await store.evidence(keccakHex(garbage))).toEqual(Buffer.from(garbage));
    await store.dropEvidenceBefore(10);
    expect(await store.evidence(keccakHex(garbage))).toBeNull();
  });

  test("publishes the very bundle it published before, though its vouchers moved on", async () => {
    const total = { now: 5n };
    const needs = {
      store: await restarted(),
      notary: { known: () => [voucherOf(payer, device, STORAGE, total.now, [account])] },
      schedule: localSchedule(0),
      account,
      network: NETWORK,
      directory,
      judges: new Map(),
    };
    const first = await publishBundle(needs, EPOCH, SEED, chainOf(0));
    total.now = 6n;
    const folder = path.join(directory, String(EPOCH));
    const again = async () =>
      (await publishBundle({ ...needs, store: await restarted() }, EPOCH, SEED, chainOf(0))).head;
    expect(await again()).toBe(first.head);
    // Killed between the note of its head and the last rename.
    await rename(folder, `${folder}.partial`);
    expect(await bundleFile(directory, EPOCH, "manifest.json")).toBeNull();
    expect(await again()).toBe(first.head);
    expect(await readdir(directory)).toEqual([String(EPOCH)]);
    await rm(folder, { recursive: true });
    await expect(again()).rejects.toMatchObject({ code: "bundle-missing" });
  });
});
