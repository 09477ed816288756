import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { z } from "zod";
import { readBody, readJson } from "./body.ts";

const bodyOf = (...parts: string[]) =>
  Readable.from(
    parts.map((part) => Buffer.from(part)),
    { objectMode: false },
  );

test("a body is read whole up to its bound, and destroyed beyond it", async () => {
  expect(String(await readBody(bodyOf("ab", "c"), 3))).toBe("abc");
  expect((await readBody(bodyOf(), 0)).byteLength).toBe(0);
  const long = bodyOf("ab", "cd");
  await expect(readBody(long, 3)).rejects.toMatchObject({ code: "body-too-large", facts: { maxBytes: 3 } });
  expect(long.destroyed).toBe(true);
});

test("a body that broke off before or while it was read is an error", async () => {
  const broken = bodyOf("ab");
  broken.destroy();
  await expect(readBody(broken, 10)).rejects.toMatchObject({ code: "body-aborted" });
  const breaking = new Readable({ read() {} });
  const read = readBody(breaking, 10);
  breaking.push("ab");
  breaking.destroy();
  await expect(read).rejects.toMatchObject({ code: "body-aborted" });
});

test("JSON of another shape names its field", async () => {
  const schema = z.strictObject({ pieces: z.array(z.strictObject({ size: z.int() })) });
  expect(await readJson(bodyOf('{"pieces":[{"size":1}]}'), schema, 100)).toEqual({ pieces: [{ size: 1 }] });
  const refused = (text: string) => readJson(bodyOf(text), schema, 100);
  await expect(refused('{"pieces":[{"size":"1"}]}')).rejects.toMatchObject({
    code: "body-invalid",
    facts: { field: "pieces.0.size" },
  });
  await expect(refused("{")).rejects.toMatchObject({ code: "body-invalid" });
  await expect(readJson(Readable.from([Buffer.from([0x22, 0xff, 0x22])]), schema, 100)).rejects.toMatchObject({
    code: "body-invalid",
  });
});
