import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex, utf8 } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import { CLAIM_SLOT, type VerdictRow } from "@wayleave/core/kind";
import { OFFER, ZERO_HASH } from "@wayleave/core/messages";
import { settle } from "../settle/settle.ts";
import {
  DOMAIN,
  EPOCH,
  STORAGE,
  accountOf,
  answerBytes,
  chainOf,
  commitmentOf,
  published,
  testEpoch,
} from "../settle/testEpoch.ts";
import { BUNDLE_FILE_NAMES, type BundleData, type SignedManifest, type WrittenBundle } from "./bundleData.ts";
import { bundleDigest, manifestHead, manifestText, parseManifest } from "./manifest.ts";
import { readTable, writeTable } from "./parquetTable.ts";
import { readBundle } from "./readBundle.ts";
import { TABLES } from "./tables.ts";
import { openDuckDb } from "./testing/duckDb.ts";

const verifier = accountOf("verifier 0");
const sign = (digest: Uint8Array) => verifier.sign(digest);

/** One verifier's epoch with something in every file. */
function fullData(devices = 6): BundleData {
  const { data, devices: keys } = testEpoch({
    devices,
    answer: (device, _, slot) => (device === 1 && slot === 2 ? "lost" : device === 2 ? null : "right"),
  });
  const evidence = answerBytes("omitted", "claim");
  const claimed = keys[0]!.id;
  const claimRow: VerdictRow = {
    verifier: verifier.address,
    device: claimed,
    kind: STORAGE,
    slot: CLAIM_SLOT,
    challenge: ZERO_HASH,
    outcome: "omitted",
    evidence: keccakHex(evidence),
  };
  const offers = keys.map((key, i) => {
    const asks = { askPicoUsdPerUnitHour: 7n, askPicoUsdPerWorkUnit: BigInt(i) };
    const offer = {
      device: key.id,
      kind: BigInt(STORAGE),
      epoch: BigInt(EPOCH),
      cell: 0n,
      capacity: 1n << 40n,
      ...asks,
    };
    return { offer, signature: toHex(key.sign(typedDigest(DOMAIN, OFFER, offer))) };
  });
  return {
    ...data[0]!,
    verdicts: [...data[0]!.verdicts, claimRow],
    commitments: keys.map((key) => commitmentOf(key, STORAGE, 5n)),
    offers,
    claims: [{ kind: STORAGE, device: claimed, epoch: EPOCH, evidence }],
    answers: keys.map(({ id: device }) => ({ device, kind: STORAGE, packed: utf8(`what ${device} answered`) })),
  };
}

const read = (written: WrittenBundle, files: ReadonlyMap<string, Uint8Array> = written.files) =>
  readBundle(parseManifest(manifestText(written.manifest)), files);

/** A manifest over other facts, signed again: what a lying verifier can do and an altered byte cannot. */
function resigned(written: WrittenBundle, change: Partial<SignedManifest["manifest"]>): SignedManifest {
  const manifest = { ...written.manifest.manifest, ...change };
  return { manifest, signature: sign(bundleDigest(manifest, manifestHead(manifest))) };
}

function withFile(written: WrittenBundle, name: (typeof BUNDLE_FILE_NAMES)[number], bytes: Uint8Array, rows?: number) {
  const files = written.manifest.manifest.files.map((file) =>
    file.name === name ? { ...file, keccak: keccakHex(bytes), bytes: bytes.byteLength, rows: rows ?? file.rows } : file,
  );
  return readBundle(resigned(written, { files }), new Map([...written.files, [name, bytes]]));
}

describe("a bundle", () => {
  const data = fullData();
  const written = published(data, verifier);

  test("is read as it was written, and settles the same", async () => {
    const again = await read(written);
    expect(again).toEqual(written.bundle);
    expect(written.leftOut).toBe(0);
    const { input, data: all, verifiers } = testEpoch({ answer: (device) => (device === 1 ? "lost" : "right") });
    const bundles = await Promise.all(all.map((each, i) => read(published(each, verifiers[i]!))));
    const [direct, throughFiles] = [settle(input), settle({ ...input, bundles })];
    expect(throughFiles.tables).toEqual(direct.tables);
  });

  test("is the same bytes for the same facts in any order", () => {
    const shuffled: BundleData = {
      ...data,
      vouchers: data.vouchers
        .toReversed()
        .map((each) => ({ ...each, countersignatures: each.countersignatures.toReversed() })),
      verdicts: [...data.verdicts, ...data.verdicts].reverse(),
      commitments: data.commitments.toReversed(),
      offers: data.offers.toReversed(),
      sightings: data.sightings.toReversed(),
      evidence: data.evidence.toReversed(),
      answers: data.answers.toReversed(),
    };
    expect(published(shuffled, verifier).head).toBe(written.head);
  });

  test("leaves out what cannot stand in it and counts it", () => {
    const [voucher] = data.vouchers;
    const huge = { ...voucher!, voucher: { ...voucher!.voucher, totalMicroUsd: 1n << 100n } };
    const others = { ...data.verdicts[0]!, verifier: accountOf("verifier 1").address };
    const notDue = { ...data.verdicts[0]!, challenge: keccakHex(utf8("another challenge")) };
    const stretched = { ...data, vouchers: [huge, ...data.vouchers], verdicts: [others, notDue, ...data.verdicts] };
    const kept = published(stretched, verifier);
    expect(kept.leftOut).toBe(3);
    expect(kept.head).toBe(written.head);
  });

  test("does not survive one altered byte in a file, and says which file", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...BUNDLE_FILE_NAMES),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, flip) => {
          const bytes = written.files.get(name)!.slice();
          bytes[at % bytes.byteLength]! ^= flip;
          const facts = expect.objectContaining({ file: name });
          await expect(read(written, new Map([...written.files, [name, bytes]]))).rejects.toMatchObject({
            code: "bundle-file",
            facts,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("does not survive one altered byte in the manifest", async () => {
    const text = manifestText(written.manifest);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const altered = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        fc.pre(altered !== text);
        const attempt = async () => readBundle(parseManifest(altered), written.files);
        await expect(attempt()).rejects.toMatchObject({ code: "bundle-manifest" });
      }),
      { numRuns: 300 },
    );
  });

  test("has one manifest text: other case, spaces or order mean nothing", () => {
    const text = manifestText(written.manifest);
    const parsed = JSON.parse(text) as SignedManifest;
    const reordered = JSON.stringify({ signature: parsed.signature, manifest: parsed.manifest });
    const upper = text.replace(written.manifest.signature, `0x${written.manifest.signature.slice(2).toUpperCase()}`);
    for (const other of [`${text} `, reordered, upper]) {
      expect(() => parseManifest(other)).toThrow(/canonical/);
    }
  });

  test("is refused when a file is missing or cut", async () => {
    const missing = new Map([...written.files].filter(([name]) => name !== "claims.parquet"));
    await expect(read(written, missing)).rejects.toMatchObject({ facts: { file: "claims.parquet" } });
    const cut = new Map([...written.files, ["vouchers.parquet", written.files.get("vouchers.parquet")!.subarray(1)]]);
    await expect(read(written, cut)).rejects.toThrow(/another length/);
  });
});

describe("a verifier that signs what it should not", () => {
  const data = fullData();
  const written = published(data, verifier);
  const { columns } = TABLES["verdicts.parquet"];
  const rows = written.bundle.verdicts.map((row) => TABLES["verdicts.parquet"].toRow(row));

  test("cannot open another chain", async () => {
    const reveals = [...data.reveals];
    reveals[3] = chainOf(1).reveals[3]!;
    const facts = expect.objectContaining({ field: "reveals.3" });
    await expect(readBundle(resigned(written, { reveals }), written.files)).rejects.toMatchObject({ facts });
  });

  test("cannot judge a slot that it never opened", async () => {
    const reveals = data.reveals.map((reveal, slot) => (slot === 4 ? null : reveal));
    const facts = expect.objectContaining({ file: "verdicts.parquet", field: "slot" });
    await expect(readBundle(resigned(written, { reveals }), written.files)).rejects.toMatchObject({ facts });
  });

  test("cannot sort, repeat or smuggle", async () => {
    const notCanonical = { facts: expect.objectContaining({ file: "verdicts.parquet", offset: expect.any(Number) }) };
    await expect(withFile(written, "verdicts.parquet", writeTable(columns, rows.toReversed()))).rejects.toMatchObject(
      notCanonical,
    );
    const twice = writeTable(columns, [rows[0]!, ...rows]);
    await expect(withFile(written, "verdicts.parquet", twice, rows.length + 1)).rejects.toMatchObject(notCanonical);
  });

  test("cannot use other words, columns, counts or formats", async () => {
    const shouting = writeTable(columns, [{ ...rows[0]!, outcome: "PASS!" }, ...rows.slice(1)]);
    const badRow = { facts: expect.objectContaining({ row: 0, file: "verdicts.parquet" }) };
    await expect(withFile(written, "verdicts.parquet", shouting)).rejects.toMatchObject(badRow);
    const renamed = writeTable(
      { ...columns, more: "int32" },
      rows.map((row) => ({ ...row, more: 1 })),
    );
    await expect(withFile(written, "verdicts.parquet", renamed)).rejects.toThrow(/other columns/);
    const fewer = writeTable(columns, rows.slice(1));
    await expect(withFile(written, "verdicts.parquet", fewer)).rejects.toThrow(/number of rows/);
    await expect(withFile(written, "verdicts.parquet", utf8("PAR1 nonsense PAR1"))).rejects.toMatchObject({
      code: "bundle-file",
    });
  });

  test("cannot lie about evidence", async () => {
    const table = TABLES["evidence.parquet"];
    const [first] = written.bundle.evidence;
    const lying = writeTable(table.columns, [
      table.toRow({ digest: first!.digest, response: utf8("another response") }),
    ]);
    const facts = expect.objectContaining({ file: "evidence.parquet", row: 0 });
    await expect(withFile(written, "evidence.parquet", lying, 1)).rejects.toMatchObject({ facts });
  });
});

test("hostile Parquet never hangs or crashes the reader", async () => {
  const bytes = published(fullData(), verifier).files.get("verdicts.parquet")!;
  const { columns } = TABLES["verdicts.parquet"];
  const flips = fc.array(fc.tuple(fc.nat(bytes.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const hostile = bytes.slice();
      for (const [at, value] of changes) hostile[at] = value;
      await readTable("verdicts.parquet", columns, hostile, 36).then(
        (rows) => expect(rows).toHaveLength(36),
        (error: unknown) => expect(error).toMatchObject({ code: "bundle-file" }),
      );
    }),
    { numRuns: 150 },
  );
});

describe("an analyst", () => {
  const folder = mkdtempSync(join(tmpdir(), "wayleave-bundle-"));
  const written = published(fullData(), verifier);
  beforeAll(() => {
    for (const [name, bytes] of written.files) writeFileSync(join(folder, name), bytes);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("opens every file of an epoch in DuckDB", async () => {
    const ask = await openDuckDb();
    for (const { name, rows } of written.manifest.manifest.files) {
      expect(await ask(`SELECT count(*) FROM '${join(folder, name)}'`)).toBe(BigInt(rows));
    }
    const outcomes = { lost: 1n, "no-answer": 6n, omitted: 1n, pass: 29n };
    for (const [outcome, rows] of Object.entries(outcomes)) {
      const query = `SELECT count(*) FROM '${join(folder, "verdicts.parquet")}' WHERE outcome = '${outcome}'`;
      expect(await ask(query)).toBe(rows);
    }
    const vouchers = join(folder, "vouchers.parquet");
    expect(await ask(`SELECT sum(total_micro_usd)::BIGINT FROM '${vouchers}'`)).toBe(6_000_015n);
    const [payer] = written.bundle.vouchers.map((each) => each.voucher.payer.slice(2)).toSorted();
    const ofPayer = `SELECT count(*) FROM (SELECT min(lower(hex(payer))) AS payer FROM '${vouchers}') WHERE payer = '${payer}'`;
    expect(await ask(ofPayer)).toBe(1n);
  });
});

test("how many bytes a device and epoch cost", () => {
  const devices = 400;
  const { files, manifest } = published(fullData(devices), verifier);
  const perDevice = Object.fromEntries(
    [...files].map(([name, bytes]) => [name, Math.round(bytes.byteLength / devices)]),
  );
  console.info(`bundle bytes per device, epoch and verifier: ${JSON.stringify(perDevice)}`);
  expect(manifest.manifest.files.find(({ name }) => name === "verdicts.parquet")!.bytes / devices).toBeLessThan(250);
  const all = [...files.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0);
  expect(all / devices).toBeLessThan(800);
});
