import fc from "fast-check";
import { expect, test } from "vitest";
import { base64Of, latin1Of } from "./shortBytes.ts";

test("as Buffer writes them, for short and long arrays and for views of others", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, from) => {
      for (const each of [bytes, bytes.subarray(from), Buffer.from(bytes).subarray(from)]) {
        expect(latin1Of(each)).toBe(Buffer.from(each).toString("latin1"));
        expect(base64Of(each)).toBe(Buffer.from(each).toString("base64"));
      }
    }),
  );
});
