import { expect, test } from "vitest";
import type { Address } from "@wayleave/core/ids";
import type { NetworkStatus } from "../status/networkStatus.ts";
import { networkFixture } from "../testing/networkFixture.ts";
import { statusText } from "./status.ts";

const NOW = 1_000_000 + 12 * 60_000 + 15_000;
const address = (byte: string): Address => `0x${byte.repeat(20)}`;
const HASH = `0x${"11".repeat(32)}` as const;

function verifier(url: string, answers: boolean): NetworkStatus["verifiers"][number] {
  const status = {
    ...{ verifier: address("fe"), nowMs: NOW - 3_000, epoch: 12, devices: { registered: 2, linked: 2 } },
    ...{ verifiers: 3, standings: [], lastStatement: { epoch: 11, hash: HASH, final: false } },
  };
  const account = address("fe");
  if (answers) return { account, url, status, reason: null, skewMs: -3_000 };
  return { account, url, status: null, reason: "ECONNREFUSED", skewMs: null };
}

const device = {
  ...{ device: address("d1"), kind: "storage", owner: null, network: 64_521, prefix: "127.0.21.0/24", cell: null },
  ...{ linkedTo: 2, fault: null, usedBytes: 2 ** 30, freeBytes: 19 * 2 ** 30 },
};
const STATUS: NetworkStatus = {
  ...{ nowMs: NOW, epoch: 12, chain: { block: 720n, blockAtMs: NOW - 2_000 } },
  statement: { epoch: 11, hash: HASH, final: false, postedAtMs: NOW - 5_000, signers: 3 },
  verifiers: [verifier("http://one", true), verifier("http://two", true), verifier("http://three", false)],
  verifiersAgree: true,
  devices: [device, { ...device, device: address("d2"), fault: { code: "leaf-missing", epoch: 11, verifiers: 3 } }],
  ...{ devicesRegistered: 2, bundleEpoch: 11 },
  front: { status: null, reason: "http://front does not answer: ECONNREFUSED" },
  coverage: null,
};
const noWireless = { agents: [], counters: {}, bought: 0, waitingToBuy: 0, unbought: {}, mqttConnections: 0 };

test("a status names what runs, how old it is, and what does not answer", () => {
  const text = statusText(networkFixture(), STATUS).join("\n");
  expect(text).toContain("epoch 12 of 1 min (the next begins in 45 s)");
  expect(text).toContain("block 720, 2 s ago");
  expect(text).toContain("epoch 11, in its dispute window, 3 signatures, posted 5 s ago");
  expect(text).toContain("2 of 3 answer; they agree");
  expect(text).toMatch(/http:\/\/three .*ECONNREFUSED/);
  expect(text).toContain("Front: http://front does not answer");
  expect(text).toMatch(/0xd1d1\w+ +storage +unclaimed +AS64521 127\.0\.21\.0\/24 +2 of 2 +good +1\.0 GiB +19\.0 GiB/);
  expect(text).toContain("leaf-missing (epoch 11, 3 verifiers)");
});

test("data that is lost and verifiers that differ stand out", () => {
  const storage = {
    segments: { healthy: 1, degraded: 2, atRisk: 3, lost: 4 },
    ...{ misplaced: 5, segmentsRepaired: 6, shardsRebuilt: 7, rebuiltBytes: 1024, withoutSpareDevices: 8 },
    ...{ lastScanMs: NOW - 60_000, snapshots: { shippedUntilMs: null, failures: 9 } },
  };
  const front = {
    nowMs: NOW,
    state: "serving",
    linked: 2,
    serving: 1,
    promisableMicroUsd: 1n,
    storage,
    wireless: noWireless,
  };
  const found = { ...STATUS, verifiersAgree: false, front: { status: front, reason: null } };
  const text = statusText(networkFixture(), found).join("\n");
  expect(text).toContain("THEY DISAGREE");
  expect(text).toContain("1 healthy, 2 degraded, 3 at risk, 4 lost, 5 misplaced (1 min ago)");
  expect(text).toContain("6 segments, 7 shards, 1.0 KiB rebuilt");
  expect(text).toContain("as of never, 9 failures");
  const waiting = { status: { ...front, state: "waits to be recovered", storage: null }, reason: null };
  expect(statusText(networkFixture(), { ...STATUS, front: waiting }).join("\n")).toContain(
    "Front: waits to be recovered",
  );
});
