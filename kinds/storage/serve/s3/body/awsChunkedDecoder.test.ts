import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveSigningKey } from "../sigv4/signingKeys.ts";
import { encodeAwsChunked } from "../testing/encodeAwsChunked.ts";
import { AwsChunkedDecoder } from "./awsChunkedDecoder.ts";

const chain = {
  key: deriveSigningKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1"),
  amzDate: "20130524T000000Z",
  scope: "20130524/us-east-1/s3/aws4_request",
  seedSignature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
};

/** Decodes in the given pieces. @returns data and trailers, or the failure's code. */
function decode(pieces: readonly Buffer[], sizeBytes: number, signed: boolean) {
  const decoder = new AwsChunkedDecoder(sizeBytes, signed ? chain : undefined);
  const out: Buffer[] = [];
  try {
    for (const piece of pieces) decoder.write(piece, out);
    return { trailers: Object.fromEntries(decoder.end()), data: Buffer.concat(out) };
  } catch (error) {
    return { failed: (error as { s3Code: string }).s3Code };
  }
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const points = [0, ...at.map((n) => n % (bytes.byteLength + 1)), bytes.byteLength].sort((a, b) => a - b);
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end));
}

describe("AWS's published examples", () => {
  const data = Buffer.alloc(66_560, "a");

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
  test("signed chunks", () => {
    const body = Buffer.concat([
      Buffer.from("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"),
      data.subarray(0, 65_536),
      Buffer.from("\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"),
      data.subarray(65_536),
      Buffer.from("\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"),
    ]);
    expect(body.byteLength).toBe(66_824);
    expect(decode([body], 66_560, true)).toEqual({ data, trailers: {} });
    expect(encodeAwsChunked([data.subarray(0, 65_536), data.subarray(65_536)], {}, chain).equals(body)).toBe(true);
  });

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
  test("signed chunks with a signed trailer", () => {
    const seedSignature = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    const decoder = new AwsChunkedDecoder(66_560, { ...chain, seedSignature });
    const body = Buffer.concat([
      Buffer.from("10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"),
      data.subarray(0, 65_536),
      Buffer.from("\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"),
      data.subarray(65_536),
      Buffer.from("\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"),
      Buffer.from("x-amz-checksum-crc32c:sOO8/Q==\r\n"),
      Buffer.from("x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"),
    ]);
    const out: Buffer[] = [];
    decoder.write(body, out);
    expect(Object.fromEntries(decoder.end())).toEqual({ "x-amz-checksum-crc32c": "sOO8/Q==" });
  });
});

const anyChunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 6 },
);
const anyTrailers = fc.constantFrom<Record<string, string>>({}, { "x-amz-checksum-crc32": "AAAAAA==" });
const anyCuts = fc.array(fc.nat(), { maxLength: 12 });

test("decodes what was encoded, wherever the network cuts it", () => {
  fc.assert(
    fc.property(anyChunks, anyTrailers, anyCuts, fc.boolean(), (chunks, trailers, cuts, signed) => {
      const data = Buffer.concat(chunks);
      const body = encodeAwsChunked(chunks, trailers, signed ? chain : undefined);
      expect(decode(cut(body, cuts), data.byteLength, signed)).toEqual({ data, trailers });
      expect(
        decode(
          [...body].map((byte) => Buffer.from([byte])),
          data.byteLength,
          signed,
        ),
      ).toEqual({ data, trailers });
    }),
    { numRuns: 200 },
  );
});

test("a signed body with any byte changed is refused or still says the same", () => {
  fc.assert(
    fc.property(
      anyChunks,
      anyTrailers,
      anyCuts,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (chunks, trailers, cuts, at, change) => {
        const data = Buffer.concat(chunks);
        const body = encodeAwsChunked(chunks, trailers, chain);
        body[at % body.byteLength]! ^= change;
        const decoded = decode(cut(body, cuts), data.byteLength, true);
        // Benign changes exist: the case of a size's hex digits.
        if (decoded.failed === undefined) expect(decoded).toEqual({ data, trailers });
      },
    ),
    { numRuns: 1000 },
  );
});

test("a body cut short anywhere is refused", () => {
  fc.assert(
    fc.property(anyChunks, anyTrailers, fc.nat(), fc.boolean(), (chunks, trailers, at, signed) => {
      const body = encodeAwsChunked(chunks, trailers, signed ? chain : undefined);
      const short = body.subarray(0, at % body.byteLength);
      expect(decode([short], Buffer.concat(chunks).byteLength, signed).failed).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

test("garbage never crashes nor loops", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), anyCuts, fc.boolean(), (bytes, cuts, signed) => {
      const decoded = decode(cut(Buffer.from(bytes), cuts), 100, signed);
      expect(decoded.failed).toMatch(/IncompleteBody|MalformedTrailerError|SignatureDoesNotMatch/);
    }),
  );
});

test.for([
  ["more than announced", "5\r\nhello\r\n0\r\n\r\n", 4, "IncompleteBody"],
  ["less than announced", "5\r\nhello\r\n0\r\n\r\n", 6, "IncompleteBody"],
  ["a huge size", "ffffffffffff\r\n", 5, "IncompleteBody"],
  ["a negative size", "-5\r\nhello\r\n", 5, "IncompleteBody"],
  ["no CRLF after data", "5\r\nhelloXX0\r\n\r\n", 5, "IncompleteBody"],
  ["an endless header", `5;${"x".repeat(600)}`, 5, "IncompleteBody"],
  ["an endless trailer", `0\r\n${"x:y\r\n".repeat(2000)}\r\n`, 0, "MalformedTrailerError"],
  ["a trailer without colon", "0\r\nnonsense\r\n\r\n", 0, "MalformedTrailerError"],
  ["a trailer twice", "0\r\na:b\r\na:c\r\n\r\n", 0, "MalformedTrailerError"],
] as const)("%s is refused", ([, text, size, code]) => {
  expect(decode([Buffer.from(text)], size, false).failed).toBe(code);
});

test("chunks cannot be reordered, dropped or taken from another request", () => {
  const chunks = [Buffer.from("one"), Buffer.from("two")];
  const swapped = encodeAwsChunked([chunks[1]!, chunks[0]!], {}, { ...chain, seedSignature: "0".repeat(64) });
  expect(decode([swapped], 6, true).failed).toBe("SignatureDoesNotMatch");
  const unsignedTrailer = Buffer.concat([
    encodeAwsChunked(chunks, {}, chain).subarray(0, -2),
    Buffer.from("x-amz-checksum-crc32:AAAAAA==\r\n\r\n"),
  ]);
  expect(decode([unsignedTrailer], 6, true).failed).toBe("MalformedTrailerError");
});

test("decoded data shares the input's memory", () => {
  const body = encodeAwsChunked([Buffer.alloc(100_000, 1)]);
  const out: Buffer[] = [];
  new AwsChunkedDecoder(100_000).write(body, out);
  expect(out.map((slice) => slice.buffer === body.buffer)).toEqual([true]);
});
