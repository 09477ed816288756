import type { DeviceCoverageReport } from "@wayleave/kind-wireless/verify/coverageReport";
import type { GatewayAgentView } from "../network/frontStatus.ts";
import type { NetworkStatus } from "../status/networkStatus.ts";

const NOW = 1_700_000_000_000;
const DEVICE = `0x${"d1".repeat(20)}` as const;

/** An agent with one gateway, as a front tells of it. */
export function agentView(): GatewayAgentView {
  const gateway = { eui: "02577761796c0001", online: true, lastSeenMs: NOW - 4_000, uplinks: 9, downlinks: 2 };
  return {
    ...{ device: DEVICE, connected: true, serving: true, copies: 9, droppedQueueFull: 0, withheldUnpaid: 0 },
    ...{ withheldUnbought: 0 },
    gateways: [{ ...gateway, protocol: "gwmp", drops: { "crc-bad": 1 } }],
    ...{ gatewaysKnown: 1, gatewaysOnline: 1, drops: {} },
  };
}

export function wirelessStatus(
  agents: GatewayAgentView[],
  counters: Record<string, number>,
): Pick<NetworkStatus, "front" | "nowMs"> {
  const wireless = { agents, counters, bought: 8, waitingToBuy: 0, unbought: {}, mqttConnections: 1 };
  const status = {
    nowMs: NOW,
    state: "serving",
    linked: 1,
    serving: 0,
    promisableMicroUsd: 1n,
    storage: null,
    wireless,
  };
  return { nowMs: NOW, front: { status, reason: null } };
}

/** What a device earned with one beacon that did not count beside others that did. */
export function coverageReport(change: Partial<DeviceCoverageReport> = {}): DeviceCoverageReport {
  return {
    ...{ device: DEVICE, cell: "881f8342cdfffff", units: 1_250_000n, scalePpm: 500_000n },
    ...{ wayAllotted: 10n ** 18n, fault: null },
    acts: [
      {
        ...{ act: "beacon", counted: false, code: "beacon-unwitnessed" },
        reason: "Nobody validly witnessed the beacon, so nothing shows that it was sent.",
        facts: { beacon: "0xe05be1e1aa", dueAtMs: NOW, reportedBy: 1, witnesses: 0, units: "0", scalePpm: "1000000" },
      },
      {
        ...{ act: "witness", counted: true, code: "witness-counted", reason: "The report counts." },
        facts: {
          ...{ beacon: "0xe006dfd2bb", beaconer: `0x${"d2".repeat(20)}`, rssiCentiDbm: -11_200, snrCentiDb: 730 },
          ...{ distanceM: 2_345, heardAtMs: NOW, sharedBy: 2, units: "500000", scalePpm: "1000000" },
        },
      },
    ],
    ...change,
  };
}
