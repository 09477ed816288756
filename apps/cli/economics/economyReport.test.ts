import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import { BPS, WAY_UNIT } from "@wayleave/core/money";
import { brokenBound } from "@wayleave/economy/chainBounds";
import { DEFAULT_PARAMETERS, INITIAL_RESERVE } from "@wayleave/economy/parameters";
import { settle } from "@wayleave/layer-coordination/settle/settle";
import { STORAGE, testEpoch } from "@wayleave/layer-coordination/settle/testEpoch";
import { concentrations, demandOf, quorumRisk } from "./economyReport.ts";

const address = (byte: string): Address => `0x${byte.repeat(20)}`;
const [PAYER, OTHER] = [address("aa"), address("bb")];
const DEVICES = ["d1", "d2", "d3"].map(address);
const row = (payer: Address, device: Address, paidMicroUsd: bigint) => ({
  ...{ payer, device, kind: STORAGE, paidMicroUsd, settledMicroUsd: paidMicroUsd },
  ...{ firmMicroUsd: paidMicroUsd, newestMicroUsd: paidMicroUsd, workUnits: 0n },
});
const registered = (owner: Address | null) => ({
  ...{ publicKey: new Uint8Array(64), kinds: [STORAGE], owner, registeredAtBlock: 1n, registeredAtMs: 0 },
  ...{ verifier: address("01"), network: `0x${"00".repeat(32)}` as const },
});

test("demand is shown net of what payers paid to devices of their own, pay-out addresses included", () => {
  const devices = new Map([
    [DEVICES[0]!, registered(PAYER)],
    [DEVICES[1]!, registered(OTHER)],
    [DEVICES[2]!, registered(address("cc"))],
  ]);
  const rows = DEVICES.map((device, i) => row(PAYER, device, 10n ** BigInt(i)));
  const direct = demandOf(rows, { devices, payouts: new Map() });
  expect(direct).toMatchObject({ totalMicroUsd: 111n, selfPaidMicroUsd: 1n, netMicroUsd: 110n });
  const hidden = demandOf(rows, { devices, payouts: new Map([[OTHER, PAYER]]) });
  expect(hidden).toMatchObject({ selfPaidMicroUsd: 11n, netMicroUsd: 100n });
});

test("concentration counts places before names: one owner under many names is still one network", () => {
  const { input, devices } = testEpoch({ devices: 8 });
  const { tables } = settle(input);
  const sightings = devices.map(({ id }) => ({ device: id, prefix: "203.0.113.0/24", network: 64_501, cell: 0n }));
  const registry = {
    devices: new Map([...input.registry.devices].map(([id, each]) => [id, { ...registered(each.owner) }])),
  };
  const [all] = concentrations(tables.devices, registry, { sightings, offers: [] });
  expect(all).toMatchObject({ kind: "all", byNetwork: { holders: 1, nakamoto51: 1, hhi: 10_000n } });
  expect(all!.byOwner.holders).toBe(8);
  expect(all!.byNetwork.total).toBe(all!.byOwner.total);
  expect(concentrations(tables.devices, registry, null)[0]!.byCell).toBeNull();
});

test("what a lying quorum could take is what the contract's bounds leave, to the last unit", () => {
  const payer = (escrowMicroUsd: bigint) => ({ escrowMicroUsd, linkKey: null });
  const registry = {
    payers: new Map([
      [PAYER, payer(1_000_001n)],
      [OTHER, payer(7n)],
    ]),
  };
  const way = { reserve: INITIAL_RESERVE, stipendPot: 100n * WAY_UNIT };
  const risk = quorumRisk(registry, DEFAULT_PARAMETERS, way);
  const { weightBps, lambdaPerBillion, deviceBps, poolBps } = DEFAULT_PARAMETERS;
  const capacity = (INITIAL_RESERVE * lambdaPerBillion) / 1_000_000_000n;
  const allottedByKind = weightBps.map((weight) => (capacity * weight) / BPS);
  const wayAllotted = allottedByKind.reduce((sum, each) => sum + each, 0n);
  const statement = (extra: { dollars?: bigint; way?: bigint }) => ({
    ...{ dollarsIn: risk.escrowsMicroUsd, verificationDollars: 0n },
    devicesDollars: risk.dollarsMicroUsd + (extra.dollars ?? 0n),
    auctionDollars: risk.burnedMicroUsd - (extra.dollars ?? 0n),
    ...{ allottedByKind, wayAllotted, reserveAfter: INITIAL_RESERVE - wayAllotted },
    stipendWay: risk.way - wayAllotted + (extra.way ?? 0n),
  });
  expect(deviceBps + poolBps).toBeLessThan(BPS);
  expect(brokenBound(statement({}), DEFAULT_PARAMETERS, way)).toBeNull();
  expect(brokenBound(statement({ dollars: 1n }), DEFAULT_PARAMETERS, way)).toBe("PayAboveBound");
  expect(brokenBound(statement({ way: 1n }), DEFAULT_PARAMETERS, way)).toBe("StipendAboveBound");
});
