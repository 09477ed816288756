import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseS3Request, uriEncode } from "../s3Request.ts";
import { Sha256 } from "../testing/rawClient.ts";
import { authenticate } from "./authenticate.ts";
import { SigningKeys } from "./signingKeys.ts";

// The account of AWS's published examples.
const EXAMPLE = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const NOW_MS = Date.parse("2013-05-24T00:00:00Z");
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function judge(sent: Sent, nowMs = NOW_MS, region = "us-east-1"): Promise<string> {
  const message = { method: sent.method, url: sent.url, rawHeaders: Object.entries(sent.headers).flat() };
  const credentials = {
    findKey: async (id: string) => (id === EXAMPLE.accessKeyId ? { ...EXAMPLE, customerId: "c" } : null),
    admit: () => true,
  };
  const options = { credentials, signingKeys: new SigningKeys(), regions: [region], clockSkewMs: 900_000 };
  return authenticate(parseS3Request(message, ["s3.amazonaws.com"]), nowMs, options).then(
    () => "genuine",
    (error: { s3Code?: string; message: string }) => error.s3Code ?? error.message,
  );
}

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=${EXAMPLE.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html */
const PUBLISHED: Readonly<Record<string, Sent>> = {
  "GET object with a range": {
    method: "GET",
    url: "/test.txt",
    headers: {
      Host: "examplebucket.s3.amazonaws.com",
      Range: "bytes=0-9",
      "x-amz-content-sha256": EMPTY,
      "x-amz-date": "20130524T000000Z",
      Authorization: authorization(
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
      ),
    },
  },
  "PUT object with a dollar sign, sent bare": {
    method: "PUT",
    url: "/test$file.text",
    headers: {
      Host: "examplebucket.s3.amazonaws.com",
      Date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-date": "20130524T000000Z",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      Authorization: authorization(
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
      ),
    },
  },
  "GET bucket lifecycle": {
    method: "GET",
    url: "/?lifecycle",
    headers: {
      Host: "examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256": EMPTY,
      "x-amz-date": "20130524T000000Z",
      Authorization: authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
      ),
    },
  },
  "GET bucket with queries": {
    method: "GET",
    url: "/?max-keys=2&prefix=J",
    headers: {
      Host: "examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256": EMPTY,
      "x-amz-date": "20130524T000000Z",
      Authorization: authorization(
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      ),
    },
  },
  "presigned GET": {
    method: "GET",
    url:
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
      "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    headers: { Host: "examplebucket.s3.amazonaws.com" },
  },
};

test.for(Object.entries(PUBLISHED))("AWS's published example is genuine, and nothing near it: %s", async ([, sent]) => {
  expect(await judge(sent)).toBe("genuine");
  expect(await judge({ ...sent, method: "DELETE" })).toBe("SignatureDoesNotMatch");
  expect(await judge({ ...sent, url: sent.url.replace("/", "/x") })).toBe("SignatureDoesNotMatch");
  expect(await judge({ ...sent, headers: { ...sent.headers, Host: "other.s3.amazonaws.com" } })).toBe(
    "SignatureDoesNotMatch",
  );
});

describe("time", () => {
  const header = PUBLISHED["GET bucket lifecycle"]!;
  const presigned = PUBLISHED["presigned GET"]!;

  test("a header signature holds for fifteen minutes both ways", async () => {
    expect(await judge(header, NOW_MS + 900_000)).toBe("genuine");
    expect(await judge(header, NOW_MS + 900_001)).toBe("RequestTimeTooSkewed");
    expect(await judge(header, NOW_MS - 900_001)).toBe("RequestTimeTooSkewed");
  });

  test("a presigned one until it expires, and not from the future", async () => {
    expect(await judge(presigned, NOW_MS + 86_400_000)).toBe("genuine");
    expect(await judge(presigned, NOW_MS + 86_400_001)).toBe("AccessDenied");
    expect(await judge(presigned, NOW_MS - 900_001)).toBe("AccessDenied");
    const forever = presigned.url.replace("Expires=86400", "Expires=604801");
    expect(await judge({ ...presigned, url: forever })).toBe("AuthorizationQueryParametersError");
  });

  test("the scope's day is the request's day and its region is ours", async () => {
    const tomorrow = header.headers.Authorization!.replace("20130524", "20130525");
    expect(await judge({ ...header, headers: { ...header.headers, Authorization: tomorrow } })).toBe(
      "AuthorizationHeaderMalformed",
    );
    expect(await judge(header, NOW_MS, "eu-elsewhere-1")).toBe("AuthorizationHeaderMalformed");
  });
});

test.for([
  ["", "AccessDenied"],
  ["AWS AKIA:sig=", "InvalidRequest"],
  ["Bearer x", "InvalidRequest"],
  ["AWS4-HMAC-SHA256 ", "AuthorizationHeaderMalformed"],
  ["AWS4-HMAC-SHA256 Credential=a/b", "AuthorizationHeaderMalformed"],
  [
    `AWS4-HMAC-SHA256 Credential=NOBODY/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=${"0".repeat(64)}`,
    "InvalidAccessKeyId",
  ],
  [authorization("host;x-amz-content-sha256;x-amz-date", "0".repeat(64)), "SignatureDoesNotMatch"],
  [authorization("host;x-amz-content-sha256;x-amz-date", "0".repeat(63)), "AuthorizationHeaderMalformed"],
  [authorization("host;x-amz-date", "0".repeat(64)), "AccessDenied"],
  [authorization("x-amz-content-sha256;x-amz-date", "0".repeat(64)), "AccessDenied"],
  [authorization("x-amz-date;host;x-amz-content-sha256", "0".repeat(64)), "AuthorizationHeaderMalformed"],
] as const)("Authorization %j answers %s", async ([value, code]) => {
  const headers: Record<string, string> = { ...PUBLISHED["GET bucket lifecycle"]!.headers };
  delete headers.Authorization;
  const sent = { method: "GET", url: "/", headers: value === "" ? headers : { ...headers, Authorization: value } };
  expect(await judge(sent)).toBe(code);
});

// ── Against @smithy/signature-v4 ────────────────────────────────────────────────────────────────────────────────────

const anyText = fc
  .string({ unit: "binary", maxLength: 12 })
  .filter((text) => text.isWellFormed() && !text.includes("\0"));
const anyQuery = fc.dictionary(
  anyText.filter((name) => name !== "" && !name.startsWith("X-Amz") && name !== "__proto__"),
  fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })),
  { maxKeys: 4, noNullPrototype: true },
);
const anyHeaders = fc.dictionary(
  fc.stringMatching(/^x-amz-meta-[a-z0-9_-]{1,8}$/),
  fc.stringMatching(/^[ -~\t]{0,20}$/),
  { maxKeys: 4, noNullPrototype: true },
);
const oracle = new SignatureV4({
  service: "s3",
  region: "us-east-1",
  credentials: EXAMPLE,
  sha256: Sha256,
  uriEscapePath: false,
});
const signingDate = new Date(NOW_MS);

/** How clients write a query on the wire: all escaped, or the characters that URLs allow left bare. */
function wireQuery(query: Record<string, string | string[]>, escape: (text: string) => string): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((v) => `${escape(name)}=${escape(v)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

test("whatever the oracle signs is genuine, and not after a change", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyQuery, anyHeaders, fc.boolean(), fc.nat(), async (key, query, extra, bare, at) => {
      const path = `/bucket/${uriEncode(key).replaceAll("%2F", "/")}`;
      const headers = { host: "h:9000", "x-amz-content-sha256": EMPTY, ...extra };
      const signed = await oracle.sign(
        { method: "GET", protocol: "http:", hostname: "h", path, query, headers },
        { signingDate },
      );
      const url = path + wireQuery(query, bare ? encodeURIComponent : uriEncode);
      const sent = { method: "GET", url, headers: signed.headers };
      expect(await judge(sent)).toBe("genuine");
      const names = Object.keys(headers);
      const changed = names[at % names.length]!;
      expect(await judge({ ...sent, headers: { ...signed.headers, [changed]: `${signed.headers[changed]}x` } })).toBe(
        "SignatureDoesNotMatch",
      );
      expect(await judge({ ...sent, url: `${url}${url.includes("?") ? "&" : "?"}new=` })).toBe("SignatureDoesNotMatch");
    }),
    { numRuns: 300 },
  );
});

test("a name that continues another one comes after it", async () => {
  const query = { "a-": "1", a: "2", "a!": "3", b: ["2", "1"] };
  const headers = { host: "h", "x-amz-content-sha256": EMPTY };
  const request = { method: "GET", protocol: "http:", hostname: "h", path: "/bucket", query, headers };
  const signed = await oracle.sign(request, { signingDate });
  expect(await judge({ method: "GET", url: `/bucket${wireQuery(query, uriEncode)}`, headers: signed.headers })).toBe(
    "genuine",
  );
});

test("whatever the oracle presigns is genuine, and not after a change", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyQuery, async (key, query) => {
      const path = `/bucket/${uriEncode(key).replaceAll("%2F", "/")}`;
      const request = { method: "GET", protocol: "http:", hostname: "h", path, query, headers: { host: "h" } };
      // The SDK's presigner puts the payload hash into the query; the bare signer takes it from the header or hashes "".
      const unsigned = {
        ...request,
        query: { ...query, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
        headers: { host: "h", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      };
      const signed = await oracle.presign(unsigned, {
        signingDate,
        expiresIn: 60,
        unhoistableHeaders: new Set(["x-amz-content-sha256"]),
      });
      const url = path + wireQuery(signed.query as Record<string, string>, uriEncode);
      const sent = { method: "GET", url, headers: signed.headers };
      expect(await judge(sent)).toBe("genuine");
      expect(await judge({ ...sent, url: `${url}&new=` })).toBe("SignatureDoesNotMatch");
    }),
    { numRuns: 100 },
  );
});

test("a changed secret is noticed although the key is cached", () => {
  const keys = new SigningKeys();
  const before = keys.keyFor("id", "one", "20130524", "r").export().toString("hex");
  expect(keys.keyFor("id", "one", "20130524", "r").export().toString("hex")).toBe(before);
  expect(keys.keyFor("id", "two", "20130524", "r").export().toString("hex")).not.toBe(before);
});
