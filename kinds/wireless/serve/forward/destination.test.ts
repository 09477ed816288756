import { expect, test } from "vitest";
import { resolveDestination } from "./destination.ts";

test("a private destination is refused, by name or by number, unless it is configured", async () => {
  for (const host of ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "::1"])
    await expect(resolveDestination(host, false)).rejects.toMatchObject({
      code: expect.stringMatching(/^destination-(private|unknown)$/),
    });
  await expect(resolveDestination("127.0.0.1", false)).rejects.toMatchObject({ code: "destination-private" });
  expect(await resolveDestination("127.0.0.1", true)).toEqual({ address: "127.0.0.1", family: 4 });
});
