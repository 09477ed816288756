import fc from "fast-check";
import path from "node:path";
import { expect, test } from "vitest";
import { contentTypeOf } from "./contentType.ts";
import { fileNameOf, parseTarget, targetOfFile } from "./objectTarget.ts";

test.for([
  ["photo.jpg", "demo/", "demo", "photo.jpg"],
  ["/home/a/photo.jpg", "demo", "demo", "photo.jpg"],
  ["photo.jpg", "demo/holiday/", "demo", "holiday/photo.jpg"],
  ["photo.jpg", "demo/holiday", "demo", "holiday"],
  ["photo.jpg", "s3://demo/a/b.jpg", "demo", "a/b.jpg"],
] as const)("put %s %s goes to %s %s", ([file, target, bucket, key]) => {
  expect(targetOfFile(file, target)).toEqual({ bucket, key });
});

test("a target without a bucket is refused", () => {
  expect(() => parseTarget("/x")).toThrow(expect.objectContaining({ code: "usage-invalid" }));
  expect(() => parseTarget("")).toThrow(expect.objectContaining({ code: "usage-invalid" }));
});

test("an object is never written outside the folder, whatever its key says", () => {
  expect(fileNameOf({ bucket: "demo", key: "../../etc/passwd" })).toBe("passwd");
  for (const key of ["", "a/", "..", "a/..", ".", "a\0b"]) {
    expect(() => fileNameOf({ bucket: "demo", key })).toThrow(expect.objectContaining({ code: "usage-invalid" }));
  }
  fc.assert(
    fc.property(fc.string(), (key) => {
      let name: string;
      try {
        name = fileNameOf({ bucket: "demo", key });
      } catch {
        return; // refused is fine, too
      }
      expect(path.dirname(path.resolve("/folder", name))).toBe("/folder");
    }),
  );
});

test("the media type follows the name", () => {
  expect(contentTypeOf("a/Photo.JPG")).toBe("image/jpeg");
  expect(contentTypeOf("archive.tar.gz")).toBe("application/gzip");
  expect(contentTypeOf("unknown")).toBe("application/octet-stream");
});
