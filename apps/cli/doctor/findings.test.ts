import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { doctorText } from "../commands/doctor.ts";
import type { NetworkStatus } from "../status/networkStatus.ts";
import { networkFixture, stateFixture } from "../testing/networkFixture.ts";
import { ok } from "./finding.ts";
import { chainFinding, deviceFindings, findings, statementFinding, verifierFindings } from "./findings.ts";
import { nodeFinding, secretsFinding } from "./machineFindings.ts";

const NOW = 1_700_000_000_000;
const DEVICE: Address = `0x${"de".repeat(20)}`;
const levels = (found: readonly { readonly level: string }[]) => found.map(({ level }) => level);

test.for([
  ["20.11.0", "fail"],
  ["24.0.0", "ok"],
  ["26.1.0", "ok"],
] as const)("Node %s: %s", ([version, level]) => {
  expect(nodeFinding(version).level).toBe(level);
});

test.for([
  [1_000, "ok"],
  [30_000, "warn"],
  [61_000, "fail"],
] as const)("a chain whose last block is %i ms old: %s", ([elapsedMs, level]) => {
  expect(chainFinding({ chain: { block: 7n, blockAtMs: NOW - elapsedMs }, nowMs: NOW }).level).toBe(level);
});

test("epochs that are not settled any more are seen", () => {
  const statement = { epoch: 9, hash: `0x${"00".repeat(32)}` as const, final: true, postedAtMs: NOW - 1, signers: 3 };
  const of = (epoch: number, last: NetworkStatus["statement"]) =>
    statementFinding(20_000, { epoch, statement: last, nowMs: NOW }).level;
  expect(of(10, statement)).toBe("ok");
  expect(of(14, statement)).toBe("warn");
  expect(of(2, null)).toBe("ok");
  expect(of(5, null)).toBe("fail");
  expect(of(10, { ...statement, final: false, postedAtMs: NOW - 60_000 })).toBe("warn");
});

test("verifiers that are away, late or of another opinion are seen", () => {
  const view = (skewMs: number | null) =>
    ({
      ...{ account: DEVICE, url: "http://v", reason: "does not answer", skewMs },
      status: skewMs === null ? null : { devices: { linked: 6, registered: 6 } },
    }) as NetworkStatus["verifiers"][number];
  const verifiers = [view(10), view(-900), view(3_000), view(null)];
  expect(levels(verifierFindings({ verifiers, verifiersAgree: true }))).toEqual(["ok", "warn", "fail", "fail"]);
  expect(levels(verifierFindings({ verifiers: [view(0)], verifiersAgree: false }))).toEqual(["ok", "fail"]);
});

test("devices without links or their place are named", () => {
  const verifiers = Array.from({ length: 3 }, () => ({ status: {} })) as unknown as NetworkStatus["verifiers"];
  const view = (linkedTo: number, fault: string | null) =>
    ({
      ...{ device: DEVICE, linkedTo },
      fault: fault === null ? null : { code: fault, epoch: 4, verifiers: 2 },
    }) as NetworkStatus["devices"][number];
  const of = (...devices: NetworkStatus["devices"][number][]) => deviceFindings({ devices, verifiers });
  expect(levels(of(view(3, null)))).toEqual(["ok"]);
  expect(levels(of(view(3, null), view(0, null), view(2, null)))).toEqual(["fail", "warn"]);
  expect(of(view(3, "leaf-missing"))[0]).toMatchObject({
    level: "warn",
    detail: expect.stringContaining("leaf-missing"),
  });
  expect(levels(of())).toEqual(["warn"]);
});

test("secrets that others may read are named with what to do", async () => {
  const { state, remove } = stateFixture(networkFixture());
  mkdirSync(state.path("keys"), { mode: 0o700 });
  writeFileSync(state.path("keys", "treasury"), "secret", { mode: 0o600 });
  expect((await secretsFinding(state)).level).toBe("ok");
  chmodSync(state.path("keys", "treasury"), 0o640);
  expect(await secretsFinding(state)).toMatchObject({
    ...{ level: "fail", detail: "others may read keys/treasury" },
    advice: expect.stringContaining("chmod"),
  });
  remove();
});

test("a network of which nothing runs fails part by part, each with advice", { timeout: 60_000 }, async () => {
  const { state, remove } = stateFixture({ ...networkFixture(), portBase: 1_024 });
  const found = await findings({ file: networkFixture(), state });
  remove();
  const failed = found.filter(({ level }) => level === "fail");
  expect(new Set(failed.map(({ check }) => check))).toEqual(new Set(["Ports", "Chain", "Front", "S3"]));
  expect(failed.every(({ advice }) => advice !== null)).toBe(true);
  expect(doctorText([...failed, ok("Node.js", "24.0.0")]).at(-1)).toBe(`1 ok, 0 to look at, ${failed.length} failed`);
});
