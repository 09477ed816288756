import { randomBytes } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Claim } from "@wayleave/core/kind";
import { judgeOmission } from "../verify/judgeOmission.ts";
import { InclusionCheck } from "./repair/inclusionCheck.ts";
import { startStorageService } from "./startStorageService.ts";
import { DOMAIN, PAYER, RECOVERY_KEY, type TestNetwork, startTestNetwork } from "./testing/testNetwork.ts";

let network: TestNetwork;
beforeEach(async () => {
  network = await startTestNetwork();
});
afterEach(() => network[Symbol.asyncDispose]());

// Long ago, so that what is stored now was stored before the epochs that are checked.
const SCHEDULE = {
  ...{ genesisMs: 0, epochMs: 60_000, slotsPerEpoch: 6, leadMs: 6_000, answerDeadlineMs: 2_000, tickMs: 50 },
  ...{ cutMs: 1_000, proposerTurnMs: 1_000, disputeWindowMs: 1_000 },
};

function start(claims: Claim[] = []) {
  const { options } = network;
  return startStorageService({
    ...{ pool: network.pool, devices: options.directory, meter: options.meter, clock: options.clock, log: options.log },
    ...{
      recoveryKey: RECOVERY_KEY,
      linkKey: options.identity.key,
      domain: DOMAIN,
      payer: PAYER,
      policy: options.policy,
    },
    customers: { admit: () => undefined },
    balanceMicroUsd: () => 1n,
    claim: async (claim) => void claims.push(claim),
    schedule: SCHEDULE,
    credentials: {
      findKey: async () => ({ secretAccessKey: "secret", customerId: "alice" }),
      admit: () => true,
    },
    s3: { host: "127.0.0.1", port: 0, region: "eu-wayleave-1" },
    pauses: { collectMs: 50, repairMs: 50, snapshotMs: 50 },
  });
}

test("a client of S3 stores and reads, and the service meters, checks, ships and shows what it holds", async () => {
  const service = await start();
  const credentials = { accessKeyId: "K", secretAccessKey: "secret" };
  const client = new S3Client({
    endpoint: service.endpoints[0]!.url,
    region: "eu-wayleave-1",
    forcePathStyle: true,
    credentials,
  });
  const body = randomBytes(1_500_000);
  await client.send(new CreateBucketCommand({ Bucket: "photos" }));
  await client.send(new PutObjectCommand({ Bucket: "photos", Key: "a", Body: body }));
  const reply = await client.send(new GetObjectCommand({ Bucket: "photos", Key: "a" }));
  expect(Buffer.from(await reply.Body!.transformToByteArray()).equals(body)).toBe(true);
  const places = await service.placementOf("alice", "photos", "a");
  expect(places!.segments[0]!.shards.map((shard) => shard.shard)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await service.placementOf("mallory", "photos", "a")).toBeNull();
  await expect.poll(() => service.health().segments.healthy).toBe(1);
  await expect.poll(() => service.health().snapshots.shippedUntilMs).not.toBeNull();
  await expect.poll(() => network.acts.some((act) => act.act === "storage.get" && act.customer === "alice")).toBe(true);
  // A pico-dollar takes a few seconds to accrue at this size.
  const held = () => network.acts.some((act) => act.act === "storage.hold" && act.subject === "photos");
  await expect.poll(held, { timeout: 15_000 }).toBe(true);
  client.destroy();
  await service.close();
});

test("a device that leaves a piece out of its commitment is accused by its own signatures, an honest one is not", async () => {
  const { core, options } = network;
  const claims: Claim[] = [];
  const check = new InclusionCheck({
    ...core,
    schedule: SCHEDULE,
    claim: async (claim) => void claims.push(claim),
    log: options.log,
  });
  const account = { customerId: "alice" };
  await core.store.createBucket(account, "photos");
  const { Readable } = await import("node:stream");
  for (let i = 0; i < 3; i++) {
    const upload = {
      bucket: "photos",
      key: `k${i}`,
      body: Readable.from([randomBytes(9000)]),
      metadata: { user: {} },
      conditions: {},
    };
    await core.store.putObject(account, upload);
  }
  const epoch = Math.floor(Date.now() / SCHEDULE.epochMs) + 2;
  const [cheat, ...honest] = network.agents;
  for (const agent of honest) await agent.provider.commit(epoch);
  expect(await check.check(epoch)).toBe(0);
  // Two pieces are missing from the commitment. Of one the device shows that we told it to delete it; of the other not.
  const held = await network.pool.query(
    "select piece_id, root from storage.piece where device = $1 order by piece_id limit 2",
    [cheat!.key.id],
  );
  const [lost, released] = held.rows as { piece_id: `0x${string}`; root: Buffer }[];
  const { peer } = core.devices.linked(cheat!.key.id)!;
  const rootOf = (piece: { root: Buffer }) => `0x${piece.root.toString("hex")}` as const;
  for (const piece of [lost!, released!])
    await core.client.delete(peer, { pieceId: piece.piece_id, root: rootOf(piece) });
  await cheat!.provider.commit(epoch);
  const shows = core.client.wasDeletedByUs.bind(core.client);
  core.client.wasDeletedByUs = async (from, pieceId) => pieceId !== lost!.piece_id && (await shows(from, pieceId));
  expect(await check.check(epoch)).toBe(1);
  expect(claims).toHaveLength(1);
  const signed = await core.client.commitment(peer, epoch);
  const verdict = judgeOmission(
    {
      ...{
        device: cheat!.key.id,
        publicKey: cheat!.key.publicKey,
        epoch,
        commitment: signed,
        evidence: claims[0]!.evidence,
      },
      registry: { deviceKey: () => null, operatorKey: () => options.identity.key.publicKey },
      ...{ storedBeforeMs: (epoch - 1) * SCHEDULE.epochMs, heldUntilMs: (epoch + 1) * SCHEDULE.epochMs },
    },
    DOMAIN,
  );
  expect(verdict).toEqual({ pass: false, fault: "piece-omitted" });
  await core.badPieces.settled();
  const bad = await network.pool.query("select piece_id from storage.piece where bad order by piece_id");
  expect(bad.rows).toEqual([{ piece_id: lost!.piece_id }, { piece_id: released!.piece_id }]);
});
