import { describe, expect, test } from "vitest";
import { keccakHex } from "@wayleave/core/hash";
import { CLAIM_SLOT, type VerdictRow } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { PPM } from "@wayleave/core/money";
import { settle } from "./settle.ts";
import type { SettleInput } from "./settleInput.ts";
import type { Settlement } from "./settlement.ts";
import { EPOCH, STORAGE, answerBytes, checked, commitmentOf, deviceRow, epochAfter, testEpoch } from "./testEpoch.ts";

describe("verdicts", () => {
  test("a signed fault that one verifier recorded costs the device its epoch, and its unvested WAY", () => {
    const before = settle(testEpoch().input);
    const lost = testEpoch({
      answer: (device, verifier, slot) => (device === 3 && verifier === 0 && slot === 2 ? "lost" : "right"),
    });
    const settled = settle({
      ...lost.input,
      previous: { ...epochAfter(before), state: { ...before.tables.state, settled: [] } },
    });
    const row = deviceRow(settled, lost.devices[3]!.id);
    expect(row).toMatchObject({
      fault: "lost",
      trust: "proven",
      serviceMicroUsd: 0n,
      poolMicroUsd: 0n,
      wayAllotted: 0n,
    });
    expect(before.tables.state.unvested).toHaveLength(1);
    expect(settled.tables.state.unvested).toEqual([]);
    expect(settled.explanations.map((each) => each.code)).toEqual(
      expect.arrayContaining(["device-fault", "unvested-burned"]),
    );
  });

  test("a fault that one verifier could have made up costs nothing; two verifiers' does", () => {
    const garbledBy = (count: number) => {
      const epoch = testEpoch({
        answer: (device, verifier) => (device === 0 && verifier < count ? "garbled" : "right"),
      });
      return { settled: settle(epoch.input), device: epoch.devices[0]!.id };
    };
    const [alone, together] = [garbledBy(1), garbledBy(2)];
    expect(deviceRow(alone.settled, alone.device)).toMatchObject({ fault: null, qualityPpm: PPM });
    expect(alone.settled.explanations[0]).toMatchObject({ code: "fault-not-corroborated" });
    expect(deviceRow(together.settled, together.device)).toMatchObject({ fault: "garbled", trust: "attested" });
    const two = testEpoch({
      verifiers: 2,
      answer: (device, verifier) => (device === 0 && verifier === 0 ? "garbled" : "right"),
    });
    expect(deviceRow(settle(two.input), two.devices[0]!.id)).toMatchObject({ fault: null, qualityPpm: PPM });
  });

  test("what verifiers only attest costs the epoch's pay, never what was earned before", () => {
    const before = settle(testEpoch().input);
    const { input, devices } = testEpoch({ answer: (device) => (device === 3 ? "garbled" : "right") });
    const settled = settle({ ...input, previous: epochAfter(before) });
    expect(deviceRow(settled, devices[3]!.id)).toMatchObject({ fault: "garbled", trust: "attested", wayAllotted: 0n });
    const [held] = before.tables.state.unvested;
    expect(settled.tables.state.unvested).toEqual([{ ...held!, unvested: held!.unvested - held!.unvested / 90n }]);
  });

  test("of slots that the epoch does not have count nothing", () => {
    const { input } = testEpoch();
    const bundles = input.bundles.map((bundle) => ({
      ...bundle,
      verdicts: [...bundle.verdicts, { ...bundle.verdicts[0]!, slot: 9 }],
    }));
    expect(settle({ ...input, bundles }).tables).toEqual(settle(input).tables);
  });

  const change = (input: SettleInput, edit: (row: VerdictRow) => VerdictRow): SettleInput => ({
    ...input,
    bundles: input.bundles.map((bundle, i) => (i === 0 ? { ...bundle, verdicts: bundle.verdicts.map(edit) } : bundle)),
  });

  test("a failure whose evidence is withheld, or shows a right answer, falls back on the verifier", () => {
    const { input, devices, data, verifiers } = testEpoch();
    const device = devices[0]!.id;
    const accuse = (row: VerdictRow) => (row.device === device ? { ...row, outcome: "lost" } : row);
    const withheld = settle(change(input, accuse));
    expect(deviceRow(withheld, device)).toMatchObject({ fault: null, serviceMicroUsd: 880_000n });
    expect(withheld.explanations[0]).toMatchObject({ code: "fault-without-evidence", about: verifiers[0]!.address });
    const credits = (settled: Settlement) =>
      settled.tables.payouts.find((row) => row.account === verifiers[0]!.address)!.dollars;
    expect(credits(withheld)).toBeLessThan(credits(settle(input)));

    const response = answerBytes("right", "0/0/0");
    const shown = { ...data[0]!, evidence: [{ digest: keccakHex(response), response }] };
    const bundles = [checked(shown), ...input.bundles.slice(1)];
    const lied = settle(change({ ...input, bundles }, (row) => (row.slot === 0 ? accuse(row) : row)));
    expect(lied.explanations).toMatchObject([
      { code: "verdict-misjudged", trust: "proven", about: verifiers[0]!.address },
    ]);
    expect(deviceRow(lied, device).qualityPpm).toBe(PPM);
  });

  test("time-outs credit verifiers only when two saw them, and one that lies cannot lower a device's quality", () => {
    const silent = (count: number) => {
      const epoch = testEpoch({ answer: (device, verifier) => (device === 0 && verifier < count ? null : "right") });
      const settled = settle(epoch.input);
      const own = settled.tables.verdicts.find(
        (row) => row.device === epoch.devices[0]!.id && row.verifier === epoch.verifiers[0]!.address,
      )!;
      return { credited: own.credited, quality: deviceRow(settled, epoch.devices[0]!.id).qualityPpm };
    };
    expect(silent(1)).toEqual({ credited: 0, quality: PPM });
    expect(silent(2)).toEqual({ credited: 6, quality: 0n });
  });

  test("of a verifier that had not committed, or opens another chain, do not count and earn nothing", () => {
    const { input, verifiers } = testEpoch();
    const [first, second] = verifiers.map(({ address }) => address);
    const committedHeads = new Map([...input.committedHeads].filter(([verifier]) => verifier !== first));
    committedHeads.set(second!, ZERO_HASH);
    const settled = settle({ ...input, committedHeads });
    expect(settled.explanations.map((each) => each.code).toSorted()).toEqual([
      "reveal-not-committed",
      "reveal-of-another-chain",
    ]);
    const earned = settled.tables.payouts.filter((row) => row.account === first || row.account === second);
    expect(earned).toEqual([]);
    expect(settled.statement.dollarsIn).toBeGreaterThan(0n); // its vouchers count all the same
  });

  test("of strangers' rows count nothing: only assigned verifiers judge", () => {
    const { input } = testEpoch({ verifiers: 6, devices: 5 });
    const settled = settle(input);
    for (const device of input.registry.devices.keys()) {
      expect(settled.tables.verdicts.filter((row) => row.device === device)).toHaveLength(3);
    }
    const busybody = input.bundles.map((bundle) => ({
      ...bundle,
      verdicts: [...input.registry.devices].flatMap(([device, { kinds }]) =>
        Array.from({ length: 6 }, (_, slot): VerdictRow => {
          return {
            verifier: bundle.verifier,
            device,
            kind: kinds[0]!,
            slot,
            challenge: ZERO_HASH,
            outcome: "no-answer",
            evidence: ZERO_HASH,
          };
        }),
      ),
    }));
    const judged = settle({ ...input, bundles: busybody });
    expect(judged.tables.verdicts).toHaveLength(15);
  });

  test("a claim is judged again from its bytes, and two verifiers must have heard the device on it", () => {
    const { input, devices, data } = testEpoch();
    const device = devices[0]!.id;
    const claim = (word: string, verifiers: number) => {
      const evidence = answerBytes(word, "claim");
      const withClaim = (bundle: (typeof data)[number]) => {
        const row = {
          verifier: bundle.verifier,
          device,
          kind: STORAGE,
          slot: CLAIM_SLOT,
          challenge: ZERO_HASH,
          outcome: "omitted",
          evidence: keccakHex(evidence),
        };
        const claims = [{ kind: STORAGE, device, epoch: EPOCH, evidence }];
        return checked({ ...bundle, verdicts: [...bundle.verdicts, row], claims });
      };
      const bundles = [...data.slice(0, verifiers).map(withClaim), ...input.bundles.slice(verifiers)];
      return deviceRow(settle({ ...input, bundles }), device);
    };
    expect(claim("omitted", 2)).toMatchObject({ fault: "omitted", trust: "attested" });
    // One verifier could have left out what excuses the device.
    expect(claim("omitted", 1)).toMatchObject({ fault: null });
    expect(claim("right", 2)).toMatchObject({ fault: null });
  });

  test("two commitments of one device for one epoch are its fault, a forged second one is not", () => {
    const { input, devices, data } = testEpoch();
    const withCommitments = (second: ReturnType<typeof commitmentOf>) => {
      const first = commitmentOf(devices[0]!, STORAGE, 5n);
      const bundles = data.map((bundle, i) => checked({ ...bundle, commitments: [i === 0 ? second : first] }));
      return deviceRow(settle({ ...input, bundles }), devices[0]!.id).fault;
    };
    expect(withCommitments(commitmentOf(devices[0]!, STORAGE, 5n))).toBeNull();
    expect(withCommitments(commitmentOf(devices[0]!, STORAGE, 6n))).toBe("commitment-equivocation");
    const forged = { ...commitmentOf(devices[1]!, STORAGE, 6n) };
    const claimed = { ...forged, commitment: { ...forged.commitment, device: devices[0]!.id } };
    expect(withCommitments(claimed)).toBeNull();
  });
});
