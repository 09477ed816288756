import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combineCrcs } from "./body/crcCombine.ts";
import { CHECKSUM_ALGORITHMS, digestNow, startDigest } from "./body/checksums.ts";
import { parseRange } from "./byteRange.ts";
import { assembleParts, checksumTypeOf, multipartEtag } from "./multipartAssembly.ts";
import type { PartInfo } from "./objectStore.ts";
import { formatHttpDate, judgeReadConditions } from "./readConditions.ts";
import { percentDecode, Query, uriEncode, uriEncodePath, type S3Request } from "./s3Request.ts";
import { checkWriteConditions } from "./writeConditions.ts";
import { element, parseXml } from "./xml.ts";

const anyText = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => text.isWellFormed());
const anyBytes = fc.uint8Array({ maxLength: 200 });

describe("checksums", () => {
  /** @see https://reveng.sourceforge.io/crc-catalogue and FIPS 180-4: the digests of "123456789" */
  test.for([
    ["CRC32", "cbf43926"],
    ["CRC32C", "e3069283"],
    ["CRC64NVME", "ae8b14860a799888"],
    ["SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
    ["SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
    ["MD5", "25f9e794323b453885f5181f1b624d0b"],
  ] as const)("%s of 123456789", async ([algorithm, hex]) => {
    // Twice at once and once more: pooled instances must not disturb each other.
    const [a, b] = [await startDigest(algorithm), await startDigest(algorithm)];
    a.update(Buffer.from("12345"));
    b.update(Buffer.from("123456789"));
    a.update(Buffer.from("6789"));
    expect([a.digest().toString("hex"), b.digest().toString("hex")]).toEqual([hex, hex]);
    if (algorithm !== "CRC64NVME") expect(digestNow(algorithm, Buffer.from("123456789")).toString("hex")).toBe(hex);
  });

  test.for(["CRC32", "CRC32C", "CRC64NVME"] as const)(
    "%s of parts combines to that of the whole",
    async (algorithm) => {
      const crcOf = async (bytes: Uint8Array) => {
        const running = await startDigest(algorithm);
        running.update(bytes);
        return running.digest();
      };
      await fc.assert(
        fc.asyncProperty(fc.array(anyBytes, { minLength: 1, maxLength: 5 }), async (parts) => {
          const crcs = await Promise.all(
            parts.map(async (part) => ({ crc: await crcOf(part), sizeBytes: part.byteLength })),
          );
          expect(combineCrcs(algorithm, crcs)).toEqual(await crcOf(Buffer.concat(parts)));
        }),
      );
    },
  );
});

describe("putting parts together", () => {
  const part = (partNumber: number, sizeBytes: number, more: object = {}): PartInfo => ({
    partNumber,
    sizeBytes,
    etag: hash("md5", String(partNumber)),
    lastModifiedMs: 0,
    ...more,
  });
  const rules = { partBytesMin: 5, objectBytesMax: 100 };
  const listed = (parts: readonly PartInfo[]) => parts.map(({ partNumber, etag }) => ({ partNumber, etag }));

  test("the ETag is the MD5 of the parts' MD5s", () => {
    const parts = [part(1, 5), part(7, 1)];
    const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
    expect(multipartEtag(parts)).toBe(`${hash("md5", digests)}-2`);
    const assembled = assembleParts(listed(parts), {}, [part(3, 5), ...parts], rules);
    expect(assembled).toEqual({ parts, sizeBytes: 6, etag: multipartEtag(parts) });
  });

  test.for([
    ["EntityTooSmall", [part(1, 4), part(2, 9)], {}],
    ["EntityTooLarge", [part(1, 60), part(2, 60)], {}],
    ["InvalidRequest", [part(1, 5)], { expectedSizeBytes: 6 }],
    ["BadDigest", [part(1, 5)], { expectedChecksum: { algorithm: "CRC32" as const, value: "AAAAAA==" } }],
  ] as const)("%s", ([s3Code, parts, more]) => {
    expect(() => assembleParts(listed(parts), {}, parts, { ...rules, ...more })).toThrow(
      expect.objectContaining({ s3Code }),
    );
  });

  test("a composite checksum is that of the parts' checksums; one part without leaves none", () => {
    const value = (text: string) => hash("sha256", text, "base64");
    const sum = (text: string) => ({ checksum: { algorithm: "SHA256" as const, value: value(text) } });
    const parts = [part(1, 5, sum("a")), part(2, 5, sum("b"))];
    const both = Buffer.concat([Buffer.from(value("a"), "base64"), Buffer.from(value("b"), "base64")]);
    expect(assembleParts(listed(parts), {}, parts, rules).checksum).toEqual({
      algorithm: "SHA256",
      type: "COMPOSITE",
      value: `${hash("sha256", both, "base64")}-2`,
    });
    const partly = [parts[0]!, part(2, 5)];
    expect(assembleParts(listed(partly), {}, partly, rules).checksum).toBeUndefined();
    const lied = [{ ...listed(parts)[0]!, checksum: { algorithm: "SHA256" as const, value: value("z") } }];
    expect(() => assembleParts(lied, {}, parts, rules)).toThrow(expect.objectContaining({ s3Code: "InvalidPart" }));
  });

  test("checksum types", () => {
    expect(CHECKSUM_ALGORITHMS.map((algorithm) => checksumTypeOf(algorithm, undefined))).toEqual([
      "COMPOSITE",
      "COMPOSITE",
      "FULL_OBJECT",
      "COMPOSITE",
      "COMPOSITE",
    ]);
    expect(() => checksumTypeOf("SHA256", "FULL_OBJECT")).toThrow();
    expect(() => checksumTypeOf("CRC64NVME", "COMPOSITE")).toThrow();
    expect(() => checksumTypeOf("CRC32", "NONSENSE")).toThrow();
  });
});

test("a range lies in the object or is refused or ignored", () => {
  const anyEdge = fc.oneof(fc.constant(""), fc.nat(30).map(String), fc.constant("99999999999999999999"));
  fc.assert(
    fc.property(anyEdge, anyEdge, fc.nat(20), (first, last, sizeBytes) => {
      const bytes = Array.from({ length: sizeBytes }, (_, i) => i);
      let range;
      try {
        range = parseRange(`bytes=${first}-${last}`, sizeBytes);
      } catch (error) {
        expect(error).toMatchObject({ s3Code: "InvalidRange" });
        expect(first === "" ? Math.min(Number(last), sizeBytes) : Math.max(0, sizeBytes - Number(first))).toBe(0);
        return;
      }
      if (range === undefined) {
        expect(first === "" ? last === "" : last !== "" && Number(last) < Number(first)).toBe(true);
        return;
      }
      const expected =
        first === ""
          ? bytes.slice(-Number(last))
          : bytes.slice(Number(first), last === "" ? undefined : Number(last) + 1);
      expect(bytes.slice(range.offsetBytes, range.offsetBytes + range.lengthBytes)).toEqual(expected);
      expect(range.lengthBytes).toBe(expected.length);
    }),
  );
});

describe("conditions", () => {
  const now = Date.parse("2026-01-01T00:00:00.500Z");
  const judge = (headers: Record<string, string>) =>
    judgeReadConditions({ headers: new Map(Object.entries(headers)) } as unknown as S3Request, {
      etag: "abc",
      lastModifiedMs: now,
    });

  test("of reads", () => {
    const same = formatHttpDate(now);
    expect(judge({})).toBe("serve");
    expect(judge({ "if-none-match": 'W/"x", "abc"' })).toBe("not-modified");
    expect(judge({ "if-none-match": "*" })).toBe("not-modified");
    expect(judge({ "if-match": "*" })).toBe("serve");
    expect(judge({ "if-match": '"x"' })).toBe("precondition-failed");
    // The date a client was told must not count as older than the object, although the object has milliseconds.
    expect(judge({ "if-modified-since": same })).toBe("not-modified");
    expect(judge({ "if-unmodified-since": same })).toBe("serve");
    expect(judge({ "if-unmodified-since": "never" })).toBe("serve");
  });

  test("of writes", () => {
    const code = (conditions: object, current: { etag: string } | null) => {
      try {
        checkWriteConditions(conditions, current);
        return "go";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({}, null)).toBe("go");
    expect(code({ ifNoneMatch: "*" }, null)).toBe("go");
    expect(code({ ifNoneMatch: "*" }, { etag: "a" })).toBe("precondition-failed");
    expect(code({ ifNoneMatch: "b" }, { etag: "a" })).toBe("go");
    expect(code({ ifMatch: "a" }, { etag: "a" })).toBe("go");
    expect(code({ ifMatch: "b" }, { etag: "a" })).toBe("precondition-failed");
    expect(code({ ifMatch: "*" }, null)).toBe("no-such-key");
  });
});

describe("text", () => {
  test("survives XML, control characters included", () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !text.includes("\0")),
        (text) => {
          expect(parseXml(Buffer.from(`<R>${element("Key", text)}</R>`), "R").childText("Key")).toBe(text);
        },
      ),
    );
    expect(parseXml(Buffer.from("<R><Key><![CDATA[a&amp;<b>]]></Key></R>"), "R").childText("Key")).toBe("a&amp;<b>");
    expect(parseXml(Buffer.from('<x:R xmlns:x="y"><x:Key> 007 </x:Key></x:R>'), "R").childText("Key")).toBe(" 007 ");
  });

  test("survives URL encoding", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(percentDecode(uriEncode(text))).toBe(text);
        expect(percentDecode(uriEncodePath(text))).toBe(text);
        expect(new Query(`a=${uriEncode(text)}&b`).pairs).toEqual([
          ["a", text],
          ["b", ""],
        ]);
      }),
    );
  });
});
