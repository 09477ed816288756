import { afterAll, beforeAll, expect, test } from "vitest";
import { toHex } from "@wayleave/core/bytes";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { MICRO_PER_USD } from "@wayleave/core/money";
import { epochAt } from "@wayleave/core/time";
import { pieceDigest } from "@wayleave/kind-storage/model/pieceTree";
import { PieceClient, randomPieceId } from "@wayleave/kind-storage/serve/segments/pieceClient";
import { type BarePayer, startBarePayer } from "./demo/barePayer.ts";
import { type Customer, putBytes, readAllTheTime } from "./demo/demoFiles.ts";
import { deviceId, dollarsOf, type NetworkWatch, rowOf, watchNetwork } from "./demo/networkWatch.ts";
import { BESIDE, ownPortBase } from "./demo/ownPortBase.ts";
import { startTemporaryNetwork, type TemporaryNetwork } from "./demo/temporaryNetwork.ts";
import { until } from "./demo/until.ts";
import { demoS3 } from "./s3/s3Client.ts";

/** Two networks side by side; on one of them a payer promises more than it has. */
/** To look at what a failed run left. */
const KEEP = process.env["WAYLEAVE_TEST_KEEP"] !== undefined;
const PORT_BASE = ownPortBase();
const EPOCH_MS = 15_000;
const DEPOSIT = 10n * MICRO_PER_USD;
const PROMISE = 8n * MICRO_PER_USD;

let network: TemporaryNetwork;
let beside: TemporaryNetwork;
let watch: NetworkWatch;
let customer: Customer;
let payer: BarePayer;

beforeAll(async () => {
  network = await startTemporaryNetwork({ portBase: PORT_BASE, epochMs: EPOCH_MS });
  beside = await startTemporaryNetwork({ portBase: PORT_BASE + BESIDE, epochMs: EPOCH_MS, storage: 5 });
  watch = await watchNetwork(network);
  customer = { s3: demoS3(network.file), endpoint: network.file.endpoints.s3, bucket: network.file.demo.bucket };
  await until("Six devices serving", 60_000, async () => ((await watch.front()).serving === 6 ? true : null));
}, 240_000);

afterAll(async () => {
  await payer?.close();
  customer.s3.destroy();
  await watch.close();
  await network.end({ keep: KEEP });
  await beside.end();
}, 60_000);

test("two networks run side by side, moved by --port-base alone", async () => {
  const other = await watchNetwork(beside);
  const s3 = demoS3(beside.file);
  const there = { s3, endpoint: beside.file.endpoints.s3, bucket: "demo" };
  await until("Five devices serving there", 60_000, async () => ((await other.front()).serving === 5 ? true : null));
  await putBytes(there, "only-there", Buffer.alloc(100_000, "x"));
  expect((await other.holdersOf("only-there")).flat().length).toBeGreaterThanOrEqual(5);
  await expect(watch.holdersOf("only-there")).rejects.toMatchObject({ code: "object-not-found" });
  s3.destroy();
  await other.close();
}, 90_000);

test(
  "a payer that promises more than it deposited takes from no device and no other payer",
  async () => {
    await putBytes(customer, "read.bin", Buffer.alloc(2_000_000, "r"));
    const readers = readAllTheTime(customer, ["read.bin"]);
    const [first, second] = ["device-1", "device-2"].map((name) => deviceId(network, name)) as [
      `0x${string}`,
      `0x${string}`,
    ];
    const promisesMicroUsd = new Map([
      [first, PROMISE],
      [second, PROMISE],
    ]);
    payer = await startBarePayer(network, { name: "overpromiser", depositMicroUsd: DEPOSIT, promisesMicroUsd });
    await until("One of its two promises becoming firm", 30_000, async () => {
      const firm = [await payer.firmMicroUsd(first), await payer.firmMicroUsd(second)];
      return firm.some((each) => each === PROMISE) ? true : null;
    });
    const settled = await until("Its vouchers settling", 8 * EPOCH_MS, async () => {
      const epochs = await watch.settled(0);
      return epochs.find(({ posted }) => posted.payerRows.some((row) => row.payer === payer.account)) ?? null;
    }).finally(() => readers.stop());
    const { posted, tables } = settled;
    // Its own deposit is all that it is taken for, and the promise that two notaries countersigned is paid in full.
    expect(posted.payerRows.find((row) => row.payer === payer.account)!.amount).toBe(DEPOSIT);
    const paid = tables.vouchers.filter((row) => row.payer === payer.account);
    expect(paid.map(({ paidMicroUsd }) => paidMicroUsd).sort()).toEqual([DEPOSIT - PROMISE, PROMISE]);
    expect(paid.filter(({ firmMicroUsd }) => firmMicroUsd === PROMISE)).toHaveLength(1);
    // Everybody else's promises are paid as if it were not there.
    const others = tables.vouchers.filter((row) => row.payer !== payer.account);
    expect(others.length).toBeGreaterThan(0);
    for (const row of others) expect(row.settledMicroUsd).toBe(row.newestMicroUsd);
    const honest = others.map((row) => rowOf(settled, row.device)!);
    expect(honest.filter((row) => row.fault !== null || dollarsOf(row) === 0n)).toEqual([]);
    expect((await watch.reader.escrow(payer.account)).balance).toBe(0n);
  },
  12 * EPOCH_MS,
);

test(
  "a payer cannot accuse a device of deleting what it told the device to delete",
  async () => {
    const { schedule, contracts, chainId } = network.file.network;
    const domain = { chainId, verifyingContract: contracts.settlement };
    const accused = deviceId(network, "device-1") as `0x${string}`;
    const peer = await payer.peerOf(accused);
    const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
    const client = new PieceClient({ payer: payer.account, key: payer.linkKey, domain }, clock);
    const body = Buffer.alloc(50_000, "f");
    const [pieceId, root] = [randomPieceId(), toHex(pieceDigest(body).root)];
    const receipt = await client.put(peer, { pieceId, body, root });
    await client.delete(peer, { pieceId, root });

    // Old enough to be accused: the device froze its list after the epoch before began.
    const storedIn = epochAt(schedule, Number(receipt.receipt.storedAtMs));
    const { epoch, absence } = await until("A commitment without the piece", 4 * EPOCH_MS, async () => {
      const epoch = epochAt(schedule, Date.now());
      const standing = epoch < storedIn + 2 ? null : await client.standing(peer, epoch, root);
      if (standing === null || standing.present) return null;
      const { rightIndex, left, right } = standing;
      return { epoch, absence: { rightIndex, left, right } };
    });
    const evidence = Buffer.from(toJson({ type: "piece-omitted", receipt, absence, deletion: null }));
    const claim = { kind: KIND_NUMBERS.storage, device: accused, epoch, evidence: evidence.toString("base64") };
    for (const url of network.file.endpoints.verifiers) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/claims`, { method: "POST", headers, body: toJson(claim) });
      expect(await answer.json()).toMatchObject({ code: "claim-unproven" });
    }
    expect(await watch.faultOf(accused)).toBeNull();
  },
  12 * EPOCH_MS,
);
