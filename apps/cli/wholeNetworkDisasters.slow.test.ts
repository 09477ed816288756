import { GetObjectCommand, HeadObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Customer, putBytes, readDigest, sha256Of } from "./demo/demoFiles.ts";
import { deviceId, type NetworkWatch, watchNetwork } from "./demo/networkWatch.ts";
import { ownPortBase } from "./demo/ownPortBase.ts";
import { randomFile } from "./demo/randomFile.ts";
import { startTemporaryNetwork, type TemporaryNetwork } from "./demo/temporaryNetwork.ts";
import { until } from "./demo/until.ts";
import { demoS3 } from "./s3/s3Client.ts";
import { networkStatus } from "./status/networkStatus.ts";
import { loseFrontDatabase, recoverFront } from "./testing/lostFront.ts";

/** One network through one disaster after the other; each test begins where the one before ended. */
/** To look at what a failed run left. */
const KEEP = process.env["WAYLEAVE_TEST_KEEP"] !== undefined;
const PORT_BASE = ownPortBase();
const EPOCH_MS = 20_000;
const GIB = 2 ** 30;
const LARGE_MS = 12 * 60_000;
const RESIDENT_MAX = 3_000_000_000;

let network: TemporaryNetwork;
let watch: NetworkWatch;
let customer: Customer;
let largeSha256: string;

beforeAll(async () => {
  network = await startTemporaryNetwork({ portBase: PORT_BASE, epochMs: EPOCH_MS });
  watch = await watchNetwork(network);
  customer = { s3: demoS3(network.file), endpoint: network.file.endpoints.s3, bucket: network.file.demo.bucket };
  await until("Six devices serving", 60_000, async () => ((await watch.front()).serving === 6 ? true : null));
}, 240_000);

afterAll(async () => {
  customer.s3.destroy();
  await watch.close();
  await network.end({ keep: KEEP });
}, 60_000);

async function untilHealthy(waitMs: number) {
  await until("Every segment at full health", waitMs, async () => {
    const { healthy = 0, degraded = 0, atRisk = 0, lost = 0 } = (await watch.front()).storage?.segments ?? {};
    return healthy > 0 && degraded + atRisk + lost === 0 ? true : null;
  });
}

test(
  "1 GiB is stored while everything together stays under 3 GB",
  async () => {
    const file = randomFile(GIB);
    let mostBytes = 0;
    const looking = setInterval(() => {
      mostBytes = Math.max(
        mostBytes,
        [...network.memory().values()].reduce((sum, bytes) => sum + bytes, 0),
      );
    }, 1_000);
    const upload = new Upload({
      client: customer.s3,
      params: { Bucket: customer.bucket, Key: "large.bin", Body: file.stream },
      partSize: 16 * 2 ** 20,
      queueSize: 3,
    });
    await upload.done().finally(() => clearInterval(looking));
    largeSha256 = file.sha256();
    // This process is no part of the network, but the supervisor that it plays is.
    expect(mostBytes).toBeLessThan(RESIDENT_MAX);
    await untilHealthy(LARGE_MS);
  },
  2 * LARGE_MS,
);

test(
  "with two of six devices killed and deleted it is read back identical",
  async () => {
    await network.destroyDevice("device-1");
    await network.destroyDevice("device-2");
    expect(await readDigest(customer, "large.bin")).toEqual({ sizeBytes: GIB, sha256: largeSha256 });
  },
  LARGE_MS,
);

test(
  "with eight devices the lost shards are repaired onto the spare ones, and seen so in the status",
  async () => {
    const dead = ["device-1", "device-2"].map((name) => deviceId(network, name) as string);
    await Promise.all([network.startDevice(7), network.startDevice(8)]);
    const spares = ["device-7", "device-8"].map((name) => deviceId(network, name) as string);
    await until("Every segment on six living devices", LARGE_MS, async () => {
      const holders = await watch.holdersOf("large.bin");
      const moved = holders.every((of) => new Set(of).size === 6 && !of.some((id) => dead.includes(id)));
      return moved ? true : null;
    });
    await untilHealthy(4 * EPOCH_MS);
    const holders = await watch.holdersOf("large.bin");
    expect(holders.every((of) => spares.every((id) => of.includes(id)))).toBe(true);
    const status = await networkStatus(network.file);
    expect(status.front.status!.storage!.segments).toMatchObject({ degraded: 0, atRisk: 0, lost: 0 });
    expect(status.devices).toHaveLength(8);
  },
  2 * LARGE_MS,
);

test("kill -9 of the front in mid-upload loses nothing acknowledged and shows nothing unacknowledged", async () => {
  const acknowledged = new Map<string, string>();
  for (let i = 0; i < 12; i++) {
    const bytes = Buffer.alloc(50_000 * (i + 1), `object ${i}`);
    await putBytes(customer, `acked/${i}`, bytes);
    acknowledged.set(`acked/${i}`, sha256Of(bytes));
  }
  let isMidway = () => {};
  const midway = new Promise<void>((resolve) => (isMidway = resolve));
  // Held back at 48 of 64 MiB until the front is dead: it cannot have been acknowledged.
  const file = randomFile(64 * 2 ** 20, async (done) => {
    if (done < 48 * 2 ** 20) return;
    isMidway();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  });
  const once = demoS3({ ...network.file });
  const input = { Bucket: customer.bucket, Key: "unacknowledged", Body: file.stream, ContentLength: file.sizeBytes };
  const upload = once.send(new PutObjectCommand(input)).then(
    () => "acknowledged",
    () => "failed",
  );
  await midway;
  await network.kill("front");
  expect(await upload).toBe("failed");
  once.destroy();
  await network.startFront();
  await until("The front serving again", 60_000, async () => (((await watch.front()).serving ?? 0) >= 6 ? true : null));
  for (const [key, sha256] of acknowledged) expect((await readDigest(customer, key)).sha256).toBe(sha256);
  const head = new HeadObjectCommand({ Bucket: customer.bucket, Key: "unacknowledged" });
  await expect(customer.s3.send(head)).rejects.toMatchObject({ name: "NotFound" });
}, 240_000);

test(
  "with the front's database dropped, recovery brings buckets and objects back",
  async () => {
    expect(await loseFrontDatabase(network)).toBe("waits to be recovered");
    const report = z.looseObject({ buckets: z.number(), objects: z.number() });
    await expect(recoverFront(network, report, `0x${"ab".repeat(32)}`)).rejects.toMatchObject({
      code: "recovery-key-refused",
    });
    const recovered = await recoverFront(network, report);
    expect(recovered).toMatchObject({ buckets: 1, objects: 13 });
    const { Buckets = [] } = await customer.s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual(["demo"]);
    expect((await readDigest(customer, "acked/3")).sha256).toBe(sha256Of(Buffer.alloc(200_000, "object 3")));
    const range = await customer.s3.send(
      new GetObjectCommand({ Bucket: "demo", Key: "large.bin", Range: "bytes=1000000-1000999" }),
    );
    expect((await range.Body!.transformToByteArray()).length).toBe(1_000);
    expect(await readDigest(customer, "large.bin")).toEqual({ sizeBytes: GIB, sha256: largeSha256 });
  },
  LARGE_MS,
);

test(
  "kill -9 of one verifier: the other two go on, and accuse nobody",
  async () => {
    await network.kill("verifier-3");
    const [last] = (await watch.settled(0)).slice(-1);
    const next = await until("Two more settled epochs", 8 * EPOCH_MS, async () => {
      const newer = await watch.settled((last?.posted.epoch ?? 0) + 2);
      return newer.length >= 2 ? newer : null;
    });
    for (const { posted, tables } of next) {
      expect(posted.signers).toHaveLength(2);
      const living = [3, 4, 5, 6, 7, 8].map((i) => deviceId(network, `device-${i}`));
      expect(tables.devices.filter(({ device, fault }) => fault !== null && living.includes(device))).toEqual([]);
    }
    expect(network.crashes).toEqual([]);
  },
  10 * EPOCH_MS,
);
