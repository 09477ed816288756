import { readFileSync } from "node:fs";
import { brokenBound } from "@wayleave/economy/chainBounds";
import { expect, test } from "vitest";
import { buildContracts, forge, missingPackages, staleFiles } from "./contracts.ts";

// The compiler is an optional package (Linux on x64). Without it the committed files cannot be checked, only used.
const missing = missingPackages();
if (missing.length > 0) console.warn(`Contracts are not rebuilt nor tested here: missing ${missing.join(", ")}`);

/** A clean build takes 25 s on an idle machine; other tests share its two cores. */
const FORGE_TIMEOUT_MS = 240_000;

test.skipIf(missing.length > 0)(
  "committed ABIs, bytecode and storage layouts are what the contracts build to",
  { timeout: FORGE_TIMEOUT_MS },
  () => {
    const built = buildContracts();
    expect(staleFiles(built)).toEqual([]);
    // The comparison itself must bite.
    const [file, text] = [...built][0]!;
    expect(staleFiles(new Map([[file, text.replace("0x", "0x00")]]))).toEqual([file]);
  },
);

test.skipIf(missing.length > 0)(
  "the Solidity tests pass, at the gas that is committed",
  { timeout: FORGE_TIMEOUT_MS },
  () => {
    const { status, output } = forge(["test", "--gas-snapshot-check", "true", "--gas-snapshot-emit", "false"]);
    expect(status, output).toBe(0);
    expect(output).toMatch(/\d+ tests passed, 0 failed, 0 skipped/);
  },
);

test.skipIf(missing.length > 0)("the Solidity is formatted", () => {
  const { status, output } = forge(["fmt", "--check"]);
  expect(status, output).toBe(0);
});

test("TypeScript refuses and accepts the same figures as the contract, by the same names", () => {
  const text = readFileSync(new URL("../contracts/vectors/bounds.json", import.meta.url), "utf8");
  // Every figure is a decimal string; the answer is a name.
  const cases = JSON.parse(text, (key, value: unknown) =>
    typeof value === "string" && key !== "answer" ? BigInt(value) : value,
  ) as (Parameters<typeof brokenBound>[0] &
    Parameters<typeof brokenBound>[1] &
    Parameters<typeof brokenBound>[2] & { answer: string })[];
  const answers = cases.map((figures) => brokenBound(figures, figures, figures) ?? "accepted");
  expect(answers).toEqual(cases.map(({ answer }) => answer));
  expect(new Set(answers).size).toBe(8);
});
