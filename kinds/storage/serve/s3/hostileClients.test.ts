import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { S3_LIMITS } from "./s3Limits.ts";
import { directoryStore } from "./testing/directoryStore.ts";
import { formatAmzDate } from "./sigv4/authorization.ts";
import { deriveSigningKey } from "./sigv4/signingKeys.ts";
import { encodeAwsChunked } from "./testing/encodeAwsChunked.ts";
import { exchange, RawConnection, signedBytes, type RawRequest } from "./testing/rawClient.ts";
import { ALICE, startTestServer, type TestServer } from "./testing/testServer.ts";

let server: TestServer;
let filesBefore: number;

beforeAll(async () => {
  server = await startTestServer({ limits: { idleMs: 300, lingerMs: 500, xmlBodyBytesMax: 10_000 } });
  await server.store.createBucket(ALICE, "shared");
});
afterAll(() => server.close());
beforeEach(async () => {
  filesBefore = await server.fileCount();
});

const send = async (request: RawRequest, options: Parameters<typeof signedBytes>[1] = {}) =>
  exchange(server.port, await signedBytes(request, options), request.method);
const codeOf = async (request: RawRequest, options: Parameters<typeof signedBytes>[1] = {}) => {
  const { status, code } = await send(request, options);
  return `${status} ${code}`;
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("who is not let in", () => {
  test("nobody without a signature, nor with a wrong one", async () => {
    const bare = await exchange(server.port, "GET /shared HTTP/1.1\r\nhost: x\r\n\r\n");
    expect([bare.status, bare.code]).toEqual([403, "AccessDenied"]);
    expect(bare.head).toMatch(/x-amz-request-id: [0-9A-F]{18}/i);
    expect(bare.body).toMatch(/<RequestId>[0-9A-F]{18}<\/RequestId>/);
    const request = { path: "/shared" };
    expect(await codeOf(request, { key: { ...ALICE, secretAccessKey: "guess" } })).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(request, { key: { ...ALICE, accessKeyId: "NOBODY" } })).toBe("403 InvalidAccessKeyId");
    expect(await codeOf(request, { date: new Date(Date.now() - 3_600_000) })).toBe("403 RequestTimeTooSkewed");
    expect(await codeOf(request, { region: "mars-1" })).toBe("400 AuthorizationHeaderMalformed");
    expect(await codeOf({ ...request, headers: { "x-amz-security-token": "t" } })).toBe("400 InvalidToken");
  });

  test("a header added after signing is noticed", async () => {
    const bytes = await signedBytes({ method: "PUT", path: "/shared/k", body: "x" });
    const forged = bytes.toString("latin1").replace("\r\n\r\n", "\r\nx-amz-meta-a: b\r\n\r\n");
    expect(await exchange(server.port, forged)).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("secrets and signatures reach neither logs nor answers", async () => {
    const bytes = await signedBytes({ path: "/shared" }, { key: { ...ALICE, secretAccessKey: "guess" } });
    const signature = /Signature=([0-9a-f]{64})/.exec(bytes.toString("latin1"))![1]!;
    const answer = await exchange(server.port, bytes);
    expect(answer.body).not.toContain(ALICE.secretAccessKey);
    const query = { "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Signature": signature };
    await exchange(server.port, `GET /shared?${new URLSearchParams(query).toString()} HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(server.logged()).toContain("SignatureDoesNotMatch");
    expect(server.logged()).not.toContain(ALICE.secretAccessKey);
    expect(server.logged()).not.toContain(signature);
  });
});

describe("what is no request", () => {
  test.for([
    ["garbage", "hello\r\n\r\n", "400 InvalidRequest"],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${"y".repeat(S3_LIMITS.headerBytesMax)}\r\n\r\n`,
      "431 RequestHeaderSectionTooLarge",
    ],
    ["two hosts", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "400 InvalidRequest"],
    ["a broken escape", "GET /shared/%zz HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidURI"],
    ["a key that is no UTF-8", "GET /shared/%ff HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidURI"],
    ["a whole URL as target", "GET http://x/shared HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidURI"],
    ["a NUL in a key", "GET /shared/a%00b HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidArgument"],
    ["a bucket that climbs", "GET /../shared HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidBucketName"],
    ["no bucket but a key", "GET //shared HTTP/1.1\r\nhost: a\r\n\r\n", "400 InvalidBucketName"],
    [
      "lengths that disagree",
      "PUT /shared/k HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
      "400 InvalidRequest",
    ],
    [
      "an unknown expectation",
      "PUT /shared/k HTTP/1.1\r\nhost: a\r\nexpect: a-miracle\r\n\r\n",
      "417 ExpectationFailed",
    ],
  ] as const)("%s", async ([, bytes, expected]) => {
    const { status, code } = await exchange(server.port, bytes);
    expect(`${status} ${code}`).toBe(expected);
  });

  test("what is not implemented says so; what means nothing is ignored", async () => {
    for (const query of ["tagging", "policy", "cors", "versioning", "lifecycle"])
      expect(await codeOf({ method: "PUT", path: "/shared", query: { [query]: "" }, body: "<x/>" })).toBe(
        "501 NotImplemented",
      );
    expect(await codeOf({ method: "POST", path: "/shared" })).toBe("501 NotImplemented");
    expect(await codeOf({ path: "/shared/k", query: { torrent: "" } })).toBe("501 NotImplemented");
    expect(await codeOf({ path: "/shared", query: { policy: "" } })).toBe("404 NoSuchBucketPolicy");
    expect(await codeOf({ method: "PATCH", path: "/shared/k" })).toBe("405 MethodNotAllowed");
    const customer = { "x-amz-server-side-encryption-customer-algorithm": "AES256" };
    expect(await codeOf({ method: "PUT", path: "/shared/k", headers: customer, body: "x" })).toBe("501 NotImplemented");
    const harmless = {
      path: "/shared",
      query: { "x-id": "ListObjects", trace: "1" },
      headers: { "x-amz-acl": "private" },
    };
    expect((await send(harmless)).status).toBe(200);
  });

  test("HEAD has a status and no body", async () => {
    const connection = new RawConnection(server.port);
    const head = await connection.write(await signedBytes({ method: "HEAD", path: "/shared/none" })).answer("HEAD");
    expect([head.status, head.body]).toEqual([404, ""]);
    const next = await connection.write(await signedBytes({ path: "/shared" })).answer();
    expect(next.status).toBe(200);
    connection.destroy();
  });

  test("documents that are no XML, another XML, dangerous or endless", async () => {
    const post = (body: string) => codeOf({ method: "POST", path: "/shared", query: { delete: "" }, body });
    expect(await post("<Delete><Object>")).toBe("400 MalformedXML");
    expect(await post("")).toBe("400 MalformedXML");
    expect(await post("<Other/>")).toBe("400 MalformedXML");
    expect(await post("<Delete><Object><Key>&undefined;</Key></Object></Delete>")).toBe("400 MalformedXML");
    expect(await post('<!DOCTYPE d [<!ENTITY e "x">]><Delete><Object><Key>&e;</Key></Object></Delete>')).toBe(
      "400 MalformedXML",
    );
    expect(await post(`${"<a>".repeat(100)}${"</a>".repeat(100)}`)).toBe("400 MalformedXML");
    expect(await post(" ".repeat(10_001))).toBe("400 MaxMessageLengthExceeded");
    const key = "<Delete><Object><Key>k</Key></Object></Delete>";
    expect(await post(`<!DOCTYPE Delete>${key}`)).toBe("400 MalformedXML");
    expect((await send({ method: "POST", path: "/shared", query: { delete: "" }, body: key })).status).toBe(200);
  });
});

describe("an upload that is not what it was announced to be never becomes visible", () => {
  const put = { method: "PUT", path: "/shared/never" };
  const streaming = (
    body: Buffer | string,
    headers: Record<string, string>,
    payloadHash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  ) => ({
    ...put,
    payloadHash,
    headers: { "content-encoding": "aws-chunked", ...headers },
    body,
  });
  const five = { "x-amz-decoded-content-length": "5" };
  const hello = [Buffer.from("hello")];

  test.for<[string, RawRequest, string]>([
    ["another SHA-256", { ...put, body: "hello", payloadHash: sha256("other") }, "400 XAmzContentSHA256Mismatch"],
    ["another MD5", { ...put, body: "hello", headers: { "content-md5": "XrY7u+Ae7tCTyyK7j1rNww==" } }, "400 BadDigest"],
    ["no MD5 at all", { ...put, body: "hello", headers: { "content-md5": "short" } }, "400 InvalidDigest"],
    ["another CRC32", { ...put, body: "hello", headers: { "x-amz-checksum-crc32": "AAAAAA==" } }, "400 BadDigest"],
    ["no CRC32 at all", { ...put, body: "hello", headers: { "x-amz-checksum-crc32": "AAAA" } }, "400 InvalidRequest"],
    [
      "two checksums",
      { ...put, body: "hello", headers: { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA==" } },
      "400 InvalidRequest",
    ],
    [
      "an unknown checksum",
      { ...put, body: "hello", headers: { "x-amz-checksum-crc7": "AA==" } },
      "400 InvalidRequest",
    ],
    ["an unknown payload hash", { ...put, body: "hello", payloadHash: "whatever" }, "400 InvalidArgument"],
    ["no length", { ...put, contentLength: "none" }, "411 MissingContentLength"],
    ["too large", { ...put, contentLength: S3_LIMITS.uploadBytesMax + 1 }, "400 EntityTooLarge"],
    ["too much metadata", { ...put, headers: { "x-amz-meta-a": "x".repeat(3000) } }, "400 MetadataTooLarge"],
    ["chunked without decoded length", streaming(encodeAwsChunked(hello), {}), "411 MissingContentLength"],
    [
      "a decoded length that is too short",
      streaming(encodeAwsChunked(hello), { "x-amz-decoded-content-length": "4" }),
      "400 IncompleteBody",
    ],
    [
      "a decoded length that is too long",
      streaming(encodeAwsChunked(hello), { "x-amz-decoded-content-length": "6" }),
      "400 IncompleteBody",
    ],
    ["no chunks at all", streaming("hello", five), "400 IncompleteBody"],
    [
      "another trailing CRC32",
      streaming(encodeAwsChunked(hello, { "x-amz-checksum-crc32": "AAAAAA==" }), {
        ...five,
        "x-amz-trailer": "x-amz-checksum-crc32",
      }),
      "400 BadDigest",
    ],
    [
      "a missing trailer",
      streaming(encodeAwsChunked(hello), { ...five, "x-amz-trailer": "x-amz-checksum-crc32" }),
      "400 MalformedTrailerError",
    ],
    [
      "unsigned chunks under a signed announcement",
      streaming(encodeAwsChunked(hello), five, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
      "400 IncompleteBody",
    ],
  ])("%s", async ([, request, expected]) => {
    expect(await codeOf(request)).toBe(expected);
    expect((await send({ path: "/shared/never" })).status).toBe(404);
    // The refusal is told before the draft is gone, and a busy disk takes its time.
    await expect.poll(() => server.fileCount(), { timeout: 15_000 }).toBe(filesBefore);
  });

  test("a signed chunk that was changed on the way", async () => {
    const payloadHash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    const headers = { ...five, "content-encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" };
    const date = new Date();
    const head = (contentLength: number) => signedBytes({ ...put, payloadHash, headers, contentLength }, { date });
    const day = formatAmzDate(date.getTime()).slice(0, 8);
    const chain = {
      key: deriveSigningKey(ALICE.secretAccessKey, day, "eu-wayleave-1"),
      amzDate: formatAmzDate(date.getTime()),
      scope: `${day}/eu-wayleave-1/s3/aws4_request`,
      seedSignature: /Signature=([0-9a-f]{64})/.exec((await head(0)).toString("latin1"))![1]!,
    };
    const body = encodeAwsChunked(
      [Buffer.from("hel"), Buffer.from("lo")],
      { "x-amz-checksum-crc32": "NhCmhg==" },
      chain,
    );
    const sent = async (changed: Buffer) =>
      exchange(server.port, Buffer.concat([await head(changed.byteLength), changed]));
    const forged = Buffer.from(body.toString("latin1").replace("hel\r\n", "hal\r\n"), "latin1");
    expect(await sent(forged)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
    expect((await send({ path: "/shared/never" })).status).toBe(404);
    expect((await sent(body)).status).toBe(200);
    expect((await send({ path: "/shared/never" })).body).toBe("hello");
    await send({ method: "DELETE", path: "/shared/never" });
  });

  test("a body cut short", async () => {
    const connection = new RawConnection(server.port);
    connection.write(await signedBytes({ ...put, body: "half of it", contentLength: 100 }));
    connection.socket.end();
    expect(await connection.answer()).toMatchObject({ status: 400, code: "IncompleteBody" });
    await connection.closed();
    expect((await send({ path: "/shared/never" })).status).toBe(404);
    expect(await server.fileCount()).toBe(filesBefore);
  });

  test("a connection reset in the middle", async () => {
    const connection = new RawConnection(server.port);
    connection.write(await signedBytes({ ...put, headers: { expect: "100-continue" }, body: "", contentLength: 100 }));
    expect((await connection.answer()).status).toBe(100);
    connection.socket.resetAndDestroy();
    await expect.poll(() => server.logged()).toContain("IncompleteBody");
    await expect.poll(() => server.fileCount()).toBe(filesBefore);
  });

  test("a body that stalls is given up, one that the store keeps waiting is not", async () => {
    const connection = new RawConnection(server.port);
    connection.write(await signedBytes({ ...put, body: "half of it", contentLength: 100 }));
    expect(await connection.answer()).toMatchObject({ status: 400, code: "RequestTimeout" });
    await connection.closed();
    const slow = directoryStore("/nowhere");
    const patient = await startTestServer({
      limits: { idleMs: 50 },
      store: {
        ...slow,
        async putObject(_, { body }) {
          for await (const chunk of body) if (chunk) await new Promise((resolve) => setTimeout(resolve, 150));
          return { etag: "e", lastModifiedMs: 0 };
        },
      },
    });
    expect((await exchange(patient.port, await signedBytes({ ...put, body: "x".repeat(1_000_000) }))).status).toBe(200);
    await patient.close();
  });
});

describe("Expect: 100-continue", () => {
  const put = { method: "PUT", path: "/shared/expected", headers: { expect: "100-continue" } };

  test("comes only after the signature was verified, and then the body is taken", async () => {
    const connection = new RawConnection(server.port);
    const bytes = await signedBytes({ ...put, body: "hello" });
    connection.write(bytes.subarray(0, -5));
    expect((await connection.answer()).status).toBe(100);
    connection.write("hello");
    expect((await connection.answer()).status).toBe(200);
    // The connection goes on.
    connection.write(await signedBytes({ path: "/shared/expected" }));
    expect((await connection.answer()).body).toBe("hello");
    connection.destroy();
  });

  test("does not come for what is refused, and the connection closes", async () => {
    const connection = new RawConnection(server.port);
    connection.write(
      (await signedBytes({ ...put, body: "hello" }, { key: { ...ALICE, secretAccessKey: "guess" } })).subarray(0, -5),
    );
    const answer = await connection.answer();
    expect(answer.status).toBe(403);
    expect(answer.head).toMatch(/connection: close/i);
    await connection.closed();
  });
});

describe("connections", () => {
  test("an early refusal is readable while the client still sends, and the connection stays in step", async () => {
    const connection = new RawConnection(server.port);
    const body = "x".repeat(500_000);
    connection.write(await signedBytes({ method: "PUT", path: "/nowhere/k", body }));
    expect((await connection.answer()).code).toBe("NoSuchBucket");
    connection.write(await signedBytes({ path: "/shared" }));
    expect((await connection.answer()).status).toBe(200);
    connection.destroy();
  });

  test("whoever goes on sending after a refusal is cut off", async () => {
    const connection = new RawConnection(server.port);
    connection.write(await signedBytes({ method: "PUT", path: "/nowhere/k", body: "x", contentLength: 10_000_000 }));
    expect((await connection.answer()).code).toBe("NoSuchBucket");
    await connection.closed();
  });

  test("a body of unknown length is taken, plain and aws-chunked", async () => {
    const http = { "transfer-encoding": "chunked" };
    const aws = { "content-encoding": "aws-chunked", "x-amz-trailer": "x-amz-checksum-crc32" };
    const framed = encodeAwsChunked([Buffer.from("hello")], { "x-amz-checksum-crc32": "NhCmhg==" }).toString("latin1");
    for (const [text, headers, payloadHash] of [
      ["hello", http, "UNSIGNED-PAYLOAD"],
      [framed, { ...http, ...aws }, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"],
    ] as const) {
      const body = `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
      const request = {
        method: "PUT",
        path: "/shared/unknown",
        headers,
        payloadHash,
        body,
        contentLength: "none",
      } as const;
      expect((await send(request)).status).toBe(200);
      const got = await send({ path: "/shared/unknown", headers: { "x-amz-checksum-mode": "ENABLED" } });
      expect([got.body, got.head.includes("x-amz-checksum-crc32: NhCmhg==")]).toEqual(["hello", text !== "hello"]);
      expect(got.head).not.toContain("aws-chunked");
    }
  });

  test("bucket by host name", async () => {
    const host = { host: "shared.s3.localhost:9000" };
    expect((await send({ method: "PUT", path: "/by/host", headers: host, body: "x" })).status).toBe(200);
    expect((await send({ path: "/shared/by/host" })).body).toBe("x");
    expect((await send({ path: "/", query: { "list-type": "2", prefix: "by/" }, headers: host })).body).toContain(
      "by/host",
    );
  });

  test("metadata bytes come back as they were sent", async () => {
    const bytes = await signedBytes({
      method: "PUT",
      path: "/shared/meta",
      headers: { "x-amz-meta-a": "\u00c3\u00bc" },
      body: "",
    });
    expect((await exchange(server.port, bytes)).status).toBe(200);
    expect((await send({ path: "/shared/meta" })).head).toContain("x-amz-meta-a: \u00c3\u00bc");
  });
});
