import { encodeAbiParameters, keccak256 } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestChain, testChain } from "../apps/cli/supervise/testChain.ts";
import type { AccountKey } from "@wayleave/core/accountKey";
import { uint256Bytes } from "@wayleave/core/bytes";
import { deviceKeyFromSeed, generateDeviceKey } from "@wayleave/core/deviceKey";
import { typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import { CLAIM_OWNER, REGISTER_DEVICE, TICKET, ZERO_ADDRESS, ZERO_HASH } from "@wayleave/core/messages";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { packSums, type PayoutRow, type Statement, STATEMENT } from "@wayleave/core/statement";
import { leafHash, sumTree } from "@wayleave/core/sumTree";
import { epochAt, epochStart } from "@wayleave/core/time";
import { toHex } from "@wayleave/core/bytes";
import { type ChainReader, chainReader } from "./chainReader.ts";
import { type ChainWriter, chainWriter, type DeviceRegistration, type StatementPosting } from "./chainWriter.ts";
import { type EventIndex, openEventIndex } from "./eventIndex.ts";
import { registryAt } from "./registryAt.ts";
import { claimedByAccount, committedHeads, lastStatement, statementOf, wayTotals } from "./settlementHistory.ts";

const linkKey = deviceKeyFromSeed(new Uint8Array(32).fill(1)).publicKey;
const refusal = (error: string) =>
  expect.objectContaining({ code: "chain-reverted", facts: expect.objectContaining({ error }) });

let chain: TestChain;
let reader: ChainReader;
let owner: ChainWriter;
let index: EventIndex;
let verifiers: AccountKey[];
let verifier: ChainWriter;

beforeAll(async () => {
  chain = await testChain({ blockTimeS: 0.2 });
  [reader, owner, index] = await Promise.all([
    chainReader(chain.network),
    chainWriter(chain.network, chain.deployer),
    openEventIndex(chain.network),
  ]);
  verifiers = await Promise.all([chain.account(), chain.account(), chain.account()]);
  verifier = await chainWriter(chain.network, verifiers[0]!);
  await Promise.all(verifiers.map((key, i) => owner.setVerifier(key.address, `http://v${i}`, linkKey, 1n)));
});
afterAll(async () => {
  owner?.close();
  verifier?.close();
  await chain?.close();
});

/** A newcomer with all it needs to be registered by anyone. */
function newcomer(by: AccountKey, device = generateDeviceKey(), expiresInS = 3_600): DeviceRegistration {
  const domain = { chainId: chain.network.chainId, verifyingContract: chain.network.contracts.registry };
  const expiresAt = BigInt(Math.floor(Date.now() / 1000) + expiresInS);
  const ticket = { device: device.id, kind: 2n, network: ZERO_HASH, expiresAt };
  const wish = { device: device.id, kind: 2n, owner: ZERO_ADDRESS, expiresAt };
  return {
    publicKey: device.publicKey,
    wish,
    deviceSignature: device.sign(typedDigest(domain, REGISTER_DEVICE, wish)),
    ticket,
    ticketSignature: by.sign(typedDigest(domain, TICKET, ticket)),
  };
}

describe("devices", () => {
  test("join by ticket and find their owner later", async () => {
    const device = generateDeviceKey();
    const mined = await verifier.registerDevice(newcomer(verifiers[1]!, device));
    expect(await reader.device(device.id)).toMatchObject({ publicKey: device.publicKey, owner: null, kind: 2 });
    expect(await reader.recipientOf(device.id)).toBeNull();

    const person = await chain.account();
    const domain = { chainId: chain.network.chainId, verifyingContract: chain.network.contracts.registry };
    const digest = typedDigest(domain, CLAIM_OWNER, { device: device.id, owner: person.address, nonce: 0n });
    const claim = { device: device.id, owner: person.address, nonce: 0n, deviceSignature: device.sign(digest) };
    const claimed = await verifier.claimOwner({ ...claim, ownerSignature: person.sign(digest) });
    expect(await reader.recipientOf(device.id)).toBe(person.address);

    await index.sync();
    const before = (await registryAt(index, mined.blockNumber)).devices.get(device.id);
    expect(before).toMatchObject({
      publicKey: device.publicKey,
      kinds: [2],
      owner: null,
      verifier: verifiers[1]!.address,
    });
    const after = await registryAt(index, claimed.blockNumber);
    expect(after.devices.get(device.id)!.owner).toBe(person.address);
    expect((await registryAt(index, mined.blockNumber - 1n)).devices.has(device.id)).toBe(false);
    expect([...after.verifiers.keys()].sort()).toEqual(verifiers.map((key) => key.address).sort());
    await expect(registryAt(index, 1_000_000n)).rejects.toMatchObject({ code: "block-unknown", retryable: true });
  });

  test("with anything wrong are refused by the contract's own words", async () => {
    const stranger = await chain.account();
    await expect(verifier.registerDevice(newcomer(stranger))).rejects.toEqual(refusal("NotActiveVerifier"));
    await expect(verifier.registerDevice(newcomer(verifiers[0]!, generateDeviceKey(), -600))).rejects.toEqual(
      refusal("TicketExpired"),
    );
    const other = newcomer(verifiers[0]!);
    const forged = { ...newcomer(verifiers[0]!), deviceSignature: other.deviceSignature };
    await expect(verifier.registerDevice(forged)).rejects.toEqual(refusal("BadDeviceSignature"));
    const short = { ...other, publicKey: other.publicKey.subarray(1) };
    await expect(async () => verifier.registerDevice(short)).rejects.toMatchObject({ facts: { field: "publicKey" } });
  });
});

function payoutTree(rows: readonly PayoutRow[]) {
  return sumTree(
    rows.map(({ account, dollars, way }) => ({
      hash: leafHash(1, uint256Bytes(BigInt(account)), uint256Bytes(dollars), uint256Bytes(way)),
      sum: packSums(dollars, way),
    })),
  );
}

const arrayHash = (type: string, values: readonly unknown[]) => keccak256(encodeAbiParameters([{ type }], [values]));

async function statementFor(epoch: number, payer: Address, payouts: readonly PayoutRow[]): Promise<StatementPosting> {
  const head = await reader.head();
  const { reserve } = await reader.settlement();
  const parameters = await reader.parameters();
  const allotted = (((reserve * parameters.lambdaPerBillion) / 1_000_000_000n) * 4_500n) / 10_000n;
  const { root } = payoutTree(payouts);
  const bundleHeads = [keccak256("0x01"), keccak256("0x02")].sort();
  const payerRows = [{ payer, amount: 1_000_000n }];
  const rowsType = {
    type: "tuple[]",
    components: [
      { type: "address", name: "payer" },
      { type: "uint256", name: "amount" },
    ],
  };
  const allottedByKind = [0n, allotted, 0n, 0n];
  const statement: Statement = {
    epoch: BigInt(epoch),
    previous: ZERO_HASH,
    paramsHash: parameters.hash,
    registryBlock: head.number,
    bundleHeadsHash: arrayHash("bytes32[]", bundleHeads),
    payerRowsHash: keccak256(encodeAbiParameters([rowsType], [payerRows])),
    dollarsIn: 1_000_000n,
    devicesDollars: 930_000n,
    verificationDollars: 20_000n,
    auctionDollars: 50_000n,
    allottedByKindHash: keccak256(encodeAbiParameters([{ type: "uint256[4]" }], [[0n, allotted, 0n, 0n]])),
    wayAllotted: allotted,
    wayVested: 5n,
    stipendWay: 0n,
    reserveAfter: reserve - allotted,
    ...{ vouchersRoot: ZERO_HASH, verdictsRoot: ZERO_HASH, devicesRoot: ZERO_HASH, localitiesRoot: ZERO_HASH },
    payoutsRoot: toHex(root.hash),
    payoutsSum: root.sum,
    ...{ stateRoot: ZERO_HASH, stateSum: 0n },
  };
  return { statement, payerRows, allottedByKind, bundleHeads, signatures: [] };
}

function signed(posting: StatementPosting, by: readonly AccountKey[]): StatementPosting {
  const domain = { chainId: chain.network.chainId, verifyingContract: chain.network.contracts.settlement };
  const digest = typedDigest(domain, STATEMENT, posting.statement);
  const ascending = [...by].sort((a, b) => (a.address < b.address ? -1 : 1));
  return { ...posting, signatures: ascending.map((key) => key.sign(digest)) };
}

test("an epoch from its seed to its payouts", async () => {
  const { schedule } = chain.network;
  const payer = await chain.account();
  const paying = await chainWriter(chain.network, payer);
  await owner.mintTestDollars(payer.address, 3_000_000n);
  await paying.deposit(2_500_000n);
  await expect(paying.withdraw()).rejects.toEqual(refusal("NothingRequested"));
  await paying.requestWithdrawal(500_000n);
  expect(await reader.escrow(payer.address)).toMatchObject({
    balance: 2_500_000n,
    committed: 2_000_000n,
    thawing: 500_000n,
  });

  const epoch = epochAt(schedule, (await reader.head()).timestampMs) + 1;
  const heads: Hash32[] = [keccak256("0x0a"), keccak256("0x0b")];
  await Promise.all(heads.map((head) => verifier.commitReveal(epoch, head)));
  // A verifier may commit for epochs that never come; that must not break anybody's index.
  await verifier.commitReveal(Number.MAX_SAFE_INTEGER, heads[0]!);
  expect(await reader.revealHead(epoch, verifiers[0]!.address)).toBe(heads[1]);
  await expect(verifier.openEpoch(epoch)).rejects.toEqual(refusal("EpochNotCurrent"));
  await chain.warpTo(epochStart(schedule, epoch));
  await verifier.openEpoch(epoch);
  await expect(verifier.openEpoch(epoch)).rejects.toEqual(refusal("EpochAlreadyOpened"));
  await expect.poll(async () => (await reader.epochSeed(epoch))?.seedMined, { timeout: 10_000 }).toBe(true);
  await verifier.recordSeed(epoch);
  expect((await reader.epochSeed(epoch))!.seed).toMatch(/^0x[0-9a-f]{64}$/);

  const person = await chain.account();
  const payouts = [
    { account: person.address, dollars: 930_000n, way: 5n },
    { account: verifiers[0]!.address, dollars: 20_000n, way: 0n },
  ].sort((a, b) => (a.account < b.account ? -1 : 1));
  const posting = await statementFor(epoch, payer.address, payouts);
  await expect(verifier.postStatement(signed(posting, verifiers))).rejects.toEqual(refusal("EpochNotEnded"));
  await chain.warpTo(epochStart(schedule, epoch + 1));
  await expect(verifier.postStatement(signed(posting, verifiers.slice(0, 1)))).rejects.toEqual(
    refusal("QuorumNotReached"),
  );
  const greedy = { ...posting, statement: { ...posting.statement, devicesDollars: 940_000n, auctionDollars: 40_000n } };
  await expect(verifier.postStatement(signed(greedy, verifiers))).rejects.toEqual(refusal("PayAboveBound"));
  const posted = await verifier.postStatement(signed(posting, verifiers.slice(1)));

  const { head } = await index.sync();
  expect(await lastStatement(index)).toEqual({
    ...{ epoch, statement: posting.statement, payerRows: posting.payerRows, bundleHeads: posting.bundleHeads },
    statementHash: (await reader.settlement()).latest!.statementHash,
    ...{ block: posted.blockNumber, transaction: posted.hash, allottedByKind: posting.allottedByKind },
    ...{ postedAtMs: expect.any(Number), finalAtMs: (await reader.settlement()).finalAtMs, final: false },
    signers: verifiers
      .slice(1)
      .map((key) => key.address)
      .sort(),
  });
  expect(typedDigestHex({ chainId: 1, verifyingContract: ZERO_ADDRESS }, STATEMENT, posting.statement)).not.toBe(
    ZERO_HASH,
  );
  expect(await committedHeads(index, epoch)).toEqual(new Map([[verifiers[0]!.address, heads[1]]]));
  expect(await statementOf(index, epoch - 1)).toBeNull();
  expect((await registryAt(index, head.number)).payers.get(payer.address)).toEqual({
    escrowMicroUsd: 1_500_000n,
    linkKey: null,
  });
  expect((await reader.escrow(payer.address)).balance).toBe(1_500_000n);

  await chain.warpTo((await reader.settlement()).finalAtMs! + 1_000);
  const tree = payoutTree(payouts);
  const claims = payouts.map((row, i) => ({ ...row, index: i, proof: tree.proof(i) }));
  await expect(verifier.claimBatch([{ ...claims[0]!, dollars: 940_000n }])).rejects.toEqual(refusal("PayoutNotInRoot"));
  await verifier.claimBatch(claims);
  expect(await reader.claimed(person.address)).toEqual({ dollars: 930_000n, way: 5n });
  expect(await reader.dollarsOf(person.address)).toBe(930_000n);
  expect(await reader.auction()).toMatchObject({ available: 50_000n });

  await owner.buyDollars(50_000n, 10n ** 18n);
  await index.sync();
  expect((await claimedByAccount(index)).get(verifiers[0]!.address)).toEqual({ dollars: 20_000n, way: 0n });
  expect((await lastStatement(index))!.final).toBe(true);
  const { minted, burned } = await wayTotals(index);
  expect(burned).toBeGreaterThan(0n);
  expect(minted - burned).toBe(await reader.waySupply());
  paying.close();
}, 60_000);
