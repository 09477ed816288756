/**
 * Bad input and the money, end to end, on a whole local network of separate processes. Which test covers what of the
 * issue's list of bad input (this file where nothing else is named):
 *
 * | Bad input                                   | Covered by                                                             |
 * | wrong signature, unknown key, altered header | here; kinds/storage/serve/s3/{hostileClients,sigv4/authenticate}.test  |
 * | expired presign, clock skew                  | here; s3/sigv4/authenticate.test, s3/sdkClients.test                   |
 * | unknown bucket, another's bucket             | here; s3/sdkClients.test                                               |
 * | oversized header                             | here; s3/hostileClients.test; on links: link/hostileDialers.test       |
 * | truncated body, lying length                 | here; s3/hostileClients.test, s3/body/requestBody.test                 |
 * | wrong checksum, digest or chunk signature    | here; s3/hostileClients.test, s3/body/awsChunkedDecoder.test           |
 * | malformed XML                                | here; s3/hostileClients.test                                           |
 * | path tricks in keys                          | here; s3/sdkClients.test ("keys are bytes, never paths")               |
 * | full disk on a device                        | serve/objects/faults.test, provide/storageProvider.test                |
 * | full disk on the front                       | apps/front/durability.test                                             |
 * | a cap on stored bytes, a key's own limits    | serve/objects/storageCaps.test, layers/service/customerAccounts.test, here |
 * | a device claiming another's id               | link/hostileFronts.test, link/hostileDialers.test; here: registration  |
 * | an overdrawn or replayed voucher             | layers/physical/voucherWallet.test, layers/service/voucherIssuer.test  |
 * | a forged ticket                              | here; chain/settlement.test, layers/physical/agentRoutes.test          |
 * | a bundle with a wrong signature              | layers/coordination/bundle/{bundle,verifyEpoch}.test                   |
 * | kill -9 in mid-upload, fsync before the 200  | serve/objects/crash.test, provide/pieceStore.test, apps/front/durability.test |
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { chainReader } from "@wayleave/chain/chainReader";
import { chainWriter } from "@wayleave/chain/chainWriter";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import { REGISTER_DEVICE, TICKET, ZERO_ADDRESS, ZERO_HASH } from "@wayleave/core/messages";
import {
  exchange,
  RawConnection,
  type RawRequest,
  signedBytes,
} from "@wayleave/kind-storage/serve/s3/testing/rawClient";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalNetwork, startLocalNetwork } from "./testing/localNetwork.ts";

const EPOCH_MS = 20_000;
/** From the first use to a posted statement: three epochs; busy machines take longer. */
const SETTLED_TIMEOUT_MS = 150_000;
const BUCKET = "bad-input";
const KEPT = randomBytes(300_000);

let network: LocalNetwork;
let s3: S3Client;
let key: { accessKeyId: string; secretAccessKey: string; customerId: string };

beforeAll(async () => {
  network = await startLocalNetwork({ epochMs: EPOCH_MS });
  const { demo } = network.file;
  key = { accessKeyId: demo.accessKeyId, secretAccessKey: demo.secretAccessKey, customerId: demo.customer };
  s3 = clientOf(key);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "kept", Body: KEPT }));
}, 120_000);
afterAll(async () => {
  s3?.destroy();
  await network?.stop();
}, 60_000);

function clientOf(credentials: { accessKeyId: string; secretAccessKey: string }): S3Client {
  const { endpoints, demo } = network.file;
  return new S3Client({
    endpoint: endpoints.s3,
    region: demo.region,
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
  });
}
async function api<T>(method: string, path: string, secret: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const reply = await fetch(`${network.file.endpoints.front}${path}`, { method, headers, ...init });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}
const keysOf = async () =>
  (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key);

describe("bad input", () => {
  type Signing = Parameters<typeof signedBytes>[1];
  const put = (over: Partial<RawRequest> = {}): RawRequest => ({
    method: "PUT",
    path: `/${BUCKET}/never`,
    body: "hello",
    ...over,
  });
  const wrongSum = { "x-amz-checksum-crc32": "AAAAAA==" };
  const chunked = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "6" };
  const streaming = {
    payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    headers: chunked,
    body: "5\r\nhello\r\n0\r\n\r\n",
  };

  test.for<[string, RawRequest, Signing, string]>([
    [
      "a wrong signature",
      put(),
      { key: { accessKeyId: "", secretAccessKey: "guess", customerId: "" } },
      "403 SignatureDoesNotMatch",
    ],
    ["a clock an hour late", put(), { date: new Date(Date.now() - 3_600_000) }, "403 RequestTimeTooSkewed"],
    ["an unknown bucket", put({ path: "/nobody-has-this/k" }), {}, "404 NoSuchBucket"],
    [
      "an oversized header",
      put({ headers: { "x-amz-meta-a": "y".repeat(40_000) } }),
      {},
      "431 RequestHeaderSectionTooLarge",
    ],
    ["a wrong checksum", put({ headers: wrongSum }), {}, "400 BadDigest"],
    [
      "a wrong SHA-256",
      put({ payloadHash: createHash("sha256").update("other").digest("hex") }),
      {},
      "400 XAmzContentSHA256Mismatch",
    ],
    ["a length that lies about its chunks", put(streaming), {}, "400 IncompleteBody"],
    [
      "malformed XML",
      { method: "POST", path: `/${BUCKET}`, query: { delete: "" }, body: "<Delete><Object>" },
      {},
      "400 MalformedXML",
    ],
    [
      "an entity in XML",
      {
        method: "POST",
        path: `/${BUCKET}`,
        query: { delete: "" },
        body: '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
      },
      {},
      "400 MalformedXML",
    ],
  ])("%s is refused by its name", async ([, request, signing, expected]) => {
    const over = signing?.key === undefined ? { key } : { key: { ...key, secretAccessKey: "guess" } };
    const bytes = await signedBytes(request, { region: network.file.demo.region, ...signing, ...over });
    const { status, code } = await exchange(network.s3Port, bytes, request.method);
    expect(`${status} ${code}`).toBe(expected);
    expect(await keysOf()).toEqual(["kept"]);
  });

  test("a body cut short is refused and leaves nothing", async () => {
    const connection = new RawConnection(network.s3Port);
    const region = network.file.demo.region;
    connection.write(await signedBytes(put({ body: randomBytes(50_000), contentLength: 200_000 }), { key, region }));
    connection.socket.end();
    expect(await connection.answer()).toMatchObject({ status: 400, code: "IncompleteBody" });
    expect(await keysOf()).toEqual(["kept"]);
  });

  test("a presigned URL is over when it says so", async () => {
    const signingDate = new Date(Date.now() - 120_000);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: BUCKET, Key: "kept" }), {
      expiresIn: 60,
      signingDate,
    });
    const reply = await fetch(url);
    expect([reply.status, /<Message>(.*?)<\/Message>/.exec(await reply.text())?.[1]]).toEqual([
      403,
      "Request has expired",
    ]);
  });

  test("keys that look like paths are keys", async () => {
    const tricks = ["../../etc/passwd", "/absolute", "a//b", "a/./b", "..", "%2e%2e/x", "con\\..\\x"];
    for (const Key of tricks) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
    for (const Key of tricks) {
      const got = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      expect(await got.Body!.transformToString()).toBe(Key);
    }
    expect((await keysOf())?.toSorted()).toEqual([...tricks, "kept"].toSorted());
    for (const Key of tricks) await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
    expect(await keysOf()).toEqual(["kept"]);
  });

  test("a key beyond its own rate or its cap on stored bytes is stopped, the customer's other keys are not", async () => {
    const { apiKey } = network.file.demo;
    const make = async (limits: object) => {
      const made = await api<{ key: { accessKeyId: string }; secretAccessKey: string }>("POST", "/v1/s3-keys", apiKey, {
        name: "t",
        limits,
      });
      return clientOf({ accessKeyId: made.key.accessKeyId, secretAccessKey: made.secretAccessKey });
    };
    const [slow, small] = [await make({ requestsPerS: 1 }), await make({ storageBytes: "300005" })];
    const get = (client: S3Client) =>
      client
        .send(new GetObjectCommand({ Bucket: BUCKET, Key: "kept" }))
        .then((got) => got.Body!.transformToByteArray());
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => get(slow)));
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(2);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: { name: "SlowDown" } });
    const write = (client: S3Client, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "tiny", Body }));
    await expect(write(small, "123456")).rejects.toMatchObject({
      name: "QuotaExceeded",
      $metadata: { httpStatusCode: 403 },
    });
    await write(small, "12345");
    await write(s3, "123456");
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "tiny" }));
    expect(Buffer.from(await get(s3)).equals(KEPT)).toBe(true);
    for (const client of [slow, small]) client.destroy();
  });

  test("a forged ticket, and a device that signs for another's id, are named reverts", async () => {
    const chain = await chainWriter(network.file.network, network.state.account("treasury"));
    const { chainId, contracts } = network.file.network;
    const domain = { chainId, verifyingContract: contracts.registry };
    const [device, other] = [generateDeviceKey(), generateDeviceKey()];
    const expiresAt = BigInt(Math.floor(Date.now() / 1000) + 3_600);
    const ticket = { device: device.id, kind: 2n, network: ZERO_HASH, expiresAt };
    const wish = { device: device.id, kind: 2n, owner: ZERO_ADDRESS, expiresAt };
    const digest = typedDigest(domain, REGISTER_DEVICE, wish);
    const register = (ticketBy: string, signer: typeof device) =>
      chain.registerDevice({
        ...{ publicKey: device.publicKey, wish, ticket, deviceSignature: signer.sign(digest) },
        ticketSignature: network.state.account(ticketBy).sign(typedDigest(domain, TICKET, ticket)),
      });
    const refusal = (error: string) =>
      expect.objectContaining({ code: "chain-reverted", facts: expect.objectContaining({ error }) as unknown });
    await expect(register("owner-1", device)).rejects.toEqual(refusal("NotActiveVerifier"));
    await expect(register("verifier-1", other)).rejects.toEqual(refusal("BadDeviceSignature"));
    chain.close();
  });
});

interface Usage {
  lines: { id: string; act: string; subject: string; usd: string; pricePicoUsd: string; receipts: number }[];
}
interface Receipt {
  tick: number;
  device: string;
  pricePicoUsd: string;
  voucher: { tick: number; totalMicroUsd: string; signature: string } | null;
}
interface Reconciliation {
  ok: boolean;
  differences: { what: string; severity: "fault" | "pending" }[];
}

describe("money", () => {
  const { subject } = { subject: "billed" };
  const reconciliation = async () => {
    const report = await api<Reconciliation>("GET", "/v1/reconciliation", network.file.adminKey);
    expect(report.differences.filter(({ severity }) => severity === "fault")).toEqual([]);
    expect(report.ok).toBe(true);
    return report;
  };

  test("what a customer does is on its bill, each line with receipts that lead to device, tick and voucher", async () => {
    const body = randomBytes(24 * 2 ** 20);
    await s3.send(new CreateBucketCommand({ Bucket: subject }));
    await s3.send(new PutObjectCommand({ Bucket: subject, Key: "file", Body: body }));
    const got = await s3.send(new GetObjectCommand({ Bucket: subject, Key: "file" }));
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(body)).toBe(true);
    const { apiKey } = network.file.demo;
    const lines = async () =>
      (await api<Usage>("GET", "/v1/usage", apiKey)).lines.filter((line) => line.subject === subject);
    await expect
      .poll(async () => (await lines()).map(({ act }) => act), { timeout: 40_000 })
      .toEqual(["storage.get", "storage.hold"]);
    const places = await api<{ segments: { shards: { device: string }[] }[] }>(
      "GET",
      `/v1/storage/placement?bucket=${subject}&key=file`,
      apiKey,
    );
    const holders = places.segments.flatMap(({ shards }) => shards.map(({ device }) => device));
    const read = async (id: string) =>
      (await api<{ receipts: Receipt[] }>("GET", `/v1/usage/${id}/receipts?limit=1000`, apiKey)).receipts;
    for (const { id, act } of await lines()) {
      // Vouchers promise whole micro-dollars: holding comes to one in hours, so its receipts wait for the next read's.
      const covered = async () => {
        const receipts = await read(id);
        const paid = receipts.filter(({ voucher, tick }) => voucher !== null && voucher.tick >= tick).length;
        if (act === "storage.get") return paid === receipts.length;
        const more = await s3.send(new GetObjectCommand({ Bucket: subject, Key: "file" }));
        await more.Body!.transformToByteArray();
        return paid > 0;
      };
      await expect.poll(covered, { timeout: 40_000, interval: 1_000, message: act }).toBe(true);
      for (const { device, voucher, tick } of await read(id)) {
        expect(holders).toContain(device);
        expect(tick).toBeGreaterThan(0);
        if (voucher === null) continue;
        expect(voucher.signature).toMatch(/^0x[0-9a-f]{130}$/);
        expect(BigInt(voucher.totalMicroUsd)).toBeGreaterThan(0n);
      }
    }
    const unexplained = async () => {
      const { id, pricePicoUsd } = (await lines()).find(({ act }) => act === "storage.get")!;
      const explained = (await read(id)).reduce((sum, receipt) => sum + BigInt(receipt.pricePicoUsd), 0n);
      return explained - BigInt(pricePicoUsd);
    };
    await expect.poll(unexplained).toBe(0n); // a tick may come between the two answers
  }, 120_000);

  test(
    "books, vouchers and escrow agree before, while and after an epoch is settled",
    async () => {
      const reader = await chainReader(network.file.network);
      const settledMicroUsd = async () => {
        await reconciliation();
        const { balance, deposited, withdrawn } = await reader.escrow(network.file.accounts.payer);
        return deposited - withdrawn - balance;
      };
      await expect.poll(settledMicroUsd, { timeout: SETTLED_TIMEOUT_MS, interval: 2_000 }).toBeGreaterThan(0n);
      // Holding goes on, so between two ticks something may be pending; with each tick it is gone.
      await expect
        .poll(async () => (await reconciliation()).differences, { timeout: 60_000, interval: 500 })
        .toEqual([]);
    },
    SETTLED_TIMEOUT_MS + 70_000,
  );
});

test("the front's database waits for its disk before it says committed", async () => {
  const database = new pg.Client({ connectionString: network.postgres!.url("front") });
  await database.connect();
  const { rows } = await database.query(
    "select current_setting('fsync') as f, current_setting('synchronous_commit') as s",
  );
  expect(rows).toEqual([{ f: "on", s: "on" }]);
  await database.end();
});

test("nobody's secret is in any log, and what was refused is", () => {
  const logs = network.logs();
  for (const code of [
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "NoSuchBucket",
    "RequestHeaderSectionTooLarge",
    "BadDigest",
    "IncompleteBody",
    "MalformedXML",
    "QuotaExceeded",
  ])
    expect(logs).toContain(code);
  const { demo, adminKey } = network.file;
  const secrets = [demo.secretAccessKey, demo.apiKey, adminKey];
  for (const name of ["recovery", "front-admin", "verifier-1", "verifier-1-link", "deployer", "treasury", "owner-1"])
    secrets.push(readFileSync(network.state.path("keys", name), "utf8").trim());
  secrets.push(new URL(network.postgres!.url("front")).password);
  for (const secret of secrets) {
    const bare = secret.replace(/^0x/, "");
    expect(bare.length).toBeGreaterThanOrEqual(16);
    expect(logs.includes(bare)).toBe(false);
    expect(logs.includes(Buffer.from(bare, "hex").toString("base64").slice(0, 40) || bare)).toBe(false);
  }
  expect(logs).not.toMatch(/X-Amz-Signature|Signature=[0-9a-f]{64}/i);
});
