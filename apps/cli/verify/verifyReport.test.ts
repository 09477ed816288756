import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EPOCH } from "@wayleave/layer-coordination/settle/testEpoch";
import { type PublishedEpoch, publishEpoch } from "./testing/publishedEpoch.ts";
import { type Check, verifyRecord } from "./verifyReport.ts";

let epoch: PublishedEpoch;
beforeAll(async () => {
  epoch = await publishEpoch();
});
afterAll(() => epoch.close());

/** Verifies while one byte of one verifier's path is served altered. */
async function withAltered(verifier: number, path: string, offset: number, by: number) {
  const paths = epoch.served[verifier]!;
  const original = paths.get(path)!;
  const altered = original.slice();
  altered[offset]! ^= by;
  paths.set(path, altered);
  try {
    // Responses are read only when they are to be judged again.
    return await verifyRecord(epoch.needs, { mode: path.startsWith("/evidence/") ? "full" : "bundles" });
  } finally {
    paths.set(path, original);
  }
}

const failedOf = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed);

describe("an epoch is verified from what verifiers publish", () => {
  test("whole, at every depth, and money moved in it", async () => {
    const device = epoch.settlement.tables.devices[0]!.device;
    for (const depth of [
      { mode: "bundles" },
      { mode: "sample" },
      { mode: "full" },
      { mode: "device", device },
    ] as const) {
      const { ok, checks } = await verifyRecord(epoch.needs, depth);
      expect(failedOf(checks)).toEqual([]);
      expect(ok).toBe(true);
    }
    expect(epoch.settlement.statement.dollarsIn).toBeGreaterThan(0n);
    const { verification } = await verifyRecord(epoch.needs, { mode: "full" });
    expect(verification).toMatchObject({ rowsJudgedAgain: 4 * 3 * 6 - 3, evidenceMissing: 0 });
  });

  test("with a verifier that has gone away since, as long as its bundle is not missing", async () => {
    const path = `/statements/${EPOCH}`;
    const original = epoch.served[0]!.get(path)!;
    epoch.served[0]!.delete(path);
    const { ok, checks } = await verifyRecord(epoch.needs, { mode: "bundles" });
    epoch.served[0]!.set(path, original);
    expect(ok).toBe(true);
    expect(checks.find(({ check }) => check === "Tables")?.detail).toContain("1 have none");
  });
});

describe("one altered byte fails it and is named", () => {
  /** Whatever of the epoch is served, but for the epoch before: of that only what this one starts from counts. */
  const targets = () =>
    epoch.served.flatMap((paths, verifier) =>
      [...paths]
        .filter(([path]) => path !== `/statements/${EPOCH - 1}`)
        .map(([path, bytes]) => ({ verifier, path, length: bytes.byteLength })),
    );

  test("anywhere in bundles, tables and responses", { timeout: 90_000 }, async () => {
    const all = targets();
    await fc.assert(
      fc.asyncProperty(fc.nat(all.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, place, by) => {
        const { verifier, path, length } = all[which]!;
        const { ok, checks } = await withAltered(verifier, path, place % length, by);
        expect(ok).toBe(false);
        const told = failedOf(checks).flatMap(({ differences }) => differences);
        const { account, url } = epoch.needs.verifiers[verifier]!;
        const subject = path.startsWith("/evidence/") ? account : url;
        const file = path.split("/").at(-1)!;
        expect(told.some((line) => line.includes(subject))).toBe(true);
        expect(told.some((line) => line.includes(path.startsWith("/statements/") ? "byte" : file))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("in every file once, first and last byte", async () => {
    for (const { path, length } of targets()
      .filter(({ verifier }) => verifier === 1)
      .slice(0, 12)) {
      for (const offset of [0, length - 1]) expect((await withAltered(1, path, offset, 1)).ok).toBe(false);
    }
  });

  test("in the payouts and the state that the epoch starts from", async () => {
    const path = `/statements/${EPOCH - 1}`;
    const text = new TextDecoder().decode(epoch.served[2]!.get(path));
    const digit = text.indexOf(`"dollars":"`) + `"dollars":"`.length;
    const { ok, checks } = await withAltered(2, path, digit, 1);
    expect(ok).toBe(false);
    expect(failedOf(checks)).toMatchObject([{ check: "Previous" }]);
    expect(failedOf(checks)[0]!.differences[0]).toContain(`${epoch.needs.verifiers[2]!.url}${path}: payouts`);
  });

  test("with the row and field of a published table", async () => {
    const path = `/statements/${EPOCH}`;
    const text = new TextDecoder().decode(epoch.served[0]!.get(path));
    const devices = text.indexOf(`"devices":[`);
    const digit = text.indexOf(`"serviceMicroUsd":"`, devices) + `"serviceMicroUsd":"`.length;
    const { checks } = await withAltered(0, path, digit, 1);
    expect(failedOf(checks)[0]!.differences[0]).toContain(`byte ${digit}, devices[0].serviceMicroUsd`);
  });

  test("with the row of a voucher whose amount was changed", async () => {
    const path = `/bundles/${EPOCH}/vouchers.parquet`;
    const lengthBytes = epoch.served[0]!.get(path)!.byteLength;
    const places: string[] = [];
    for (let offset = 4; offset < lengthBytes; offset += 97) {
      const { checks } = await withAltered(0, path, offset, 1);
      places.push(failedOf(checks)[0]!.differences[0]!);
    }
    expect(places.every((place) => place.includes("vouchers.parquet"))).toBe(true);
    expect(places.some((place) => /row \d+, field/.test(place))).toBe(true);
  });
});

describe("a wrong posting fails it and is named", () => {
  test("a figure of the statement", async () => {
    const { posted } = epoch.needs.record;
    const statement = { ...posted.statement, devicesDollars: posted.statement.devicesDollars + 1n };
    const record = { ...epoch.needs.record, posted: { ...posted, statement } };
    const { ok, checks } = await verifyRecord({ ...epoch.needs, record }, { mode: "bundles" });
    expect(ok).toBe(false);
    expect(failedOf(checks).map(({ check }) => check)).toEqual(["Chain", "Statement"]);
    expect(failedOf(checks)[1]!.differences[0]).toMatch(/^devicesDollars: posted \d+, recomputed \d+$/);
  });

  test("too few signers", async () => {
    const { posted } = epoch.needs.record;
    const record = { ...epoch.needs.record, posted: { ...posted, signers: posted.signers.slice(0, 1) } };
    const { checks } = await verifyRecord({ ...epoch.needs, record }, { mode: "bundles" });
    expect(failedOf(checks)).toMatchObject([{ check: "Chain", differences: [expect.stringContaining("signers")] }]);
  });

  test("a bundle that was counted and that nobody publishes", async () => {
    const { posted } = epoch.needs.record;
    const bundleHeads = [...posted.bundleHeads, `0x${"ab".repeat(32)}` as const];
    const record = { ...epoch.needs.record, posted: { ...posted, bundleHeads } };
    const { ok, checks, verification } = await verifyRecord({ ...epoch.needs, record }, { mode: "bundles" });
    expect({ ok, verification }).toEqual({ ok: false, verification: null });
    expect(failedOf(checks)[0]).toMatchObject({ check: "Bundles", differences: [expect.stringContaining("abab")] });
  });
});
