import colors from "picocolors";
import { age } from "../ages.ts";
import type { GatewayAgentView, WirelessHealthView } from "../network/frontStatus.ts";
import { table } from "../terminal.ts";
import { countersText, scaleText, unitsText, wayText } from "../wireless/figures.ts";
import { SPARE_REASONS } from "@wayleave/kind-wireless/verify/coverageReasons";
import { type DeviceCoverageReport, reasonSentence } from "@wayleave/kind-wireless/verify/coverageReport";
import type { CoverageView, NetworkStatus } from "./networkStatus.ts";

/** The wireless part of a status; nothing for a network without gateways. */
export function wirelessLines({
  front,
  coverage,
  nowMs,
}: Pick<NetworkStatus, "front" | "coverage" | "nowMs">): string[] {
  const wireless = front.status?.wireless ?? null;
  const isUsed = (wireless !== null && wireless.agents.length > 0) || coverage !== null;
  if (!isUsed) return [];
  return [
    ...(wireless === null ? [] : ["", ...healthLines(wireless, nowMs)]),
    ...(coverage === null ? [] : ["", ...coverageLines(coverage)]),
  ];
}

function healthLines(wireless: WirelessHealthView, nowMs: number): string[] {
  const { agents, counters, bought, waitingToBuy, unbought, mqttConnections } = wireless;
  const connected = agents.filter((agent) => agent.connected).length;
  const online = agents.reduce((sum, { gatewaysOnline }) => sum + gatewaysOnline, 0);
  const known = agents.reduce((sum, { gatewaysKnown }) => sum + gatewaysKnown, 0);
  const copies = agents.reduce((sum, agent) => sum + agent.copies, 0);
  const lost = countersText(unbought);
  return [
    `Wireless: ${connected} of ${agents.length} agents connected, ${online} of ${known} gateways online, ` +
      `${mqttConnections} MQTT connections`,
    `  Frames     ${copies} copies heard, ${bought} bought, ${waitingToBuy} to be bought` +
      (lost === "" ? "" : `; ${colors.yellow(`not bought: ${lost}`)}`),
    `  Counters   ${countersText(counters) || "nothing happened yet"}`,
    table([
      ["AGENT", "GATEWAY", "PROTOCOL", "STATE", "LAST SEEN", "UPLINKS", "DOWNLINKS", "DROPPED"],
      ...agents.flatMap((agent) => agentRows(agent, nowMs)),
    ]),
  ];
}

function agentRows(agent: GatewayAgentView, nowMs: number): string[][] {
  const {
    device,
    connected,
    serving,
    gateways,
    gatewaysKnown,
    withheldUnpaid,
    withheldUnbought,
    droppedQueueFull,
    drops,
  } = agent;
  const own = countersText({
    ...drops,
    "withheld-unpaid": withheldUnpaid,
    "withheld-unbought": withheldUnbought,
    "queue-full": droppedQueueFull,
  });
  const state = !connected ? "not connected" : serving ? "" : "withholds: unpaid";
  if (gateways === null || gateways.length === 0) {
    const nothing = gateways === null ? "not told yet" : "no gateway ever came";
    return [[device, nothing, "", state, "", "", "", own]];
  }
  const rows = gateways.map(({ eui, protocol, online, lastSeenMs, uplinks, downlinks, drops: dropped }, i) => [
    ...[i === 0 ? device : "", eui, protocol, state || (online ? "online" : "offline"), age(nowMs - lastSeenMs)],
    ...[String(uplinks), String(downlinks), countersText(dropped)],
  ]);
  if (own !== "") rows.push(["", "of no gateway", "", "", "", "", "", own]);
  if (gatewaysKnown > gateways.length)
    rows.push(["", `and ${gatewaysKnown - gateways.length} more`, "", "", "", "", "", ""]);
  return rows;
}

function coverageLines({ epoch, devices, reason }: CoverageView): string[] {
  if (devices === null) return [`Coverage: ${colors.yellow(reason ?? "not settled yet")}`];
  return [
    `Coverage as epoch ${epoch} settled it (wayleave coverage says more)`,
    table([
      ["AGENT", "CELL", "UNITS", "SCALE", "WAY", "FAULT", "NOT COUNTED"],
      ...devices.map((report) => [
        ...[report.device, report.cell ?? "no place", unitsText(report.units), scaleText(report.scalePpm)],
        ...[wayText(report.wayAllotted), report.fault ?? "none", uncountedText(report)],
      ]),
    ]),
  ];
}

/** Codes of what did not count, with how often each; but for spare beacons. */
function uncountedText({ acts }: DeviceCoverageReport): string {
  const codes: Record<string, number> = {};
  for (const { counted, code } of acts) if (!counted && !SPARE_REASONS.has(code)) codes[code] = (codes[code] ?? 0) + 1;
  return countersText(codes);
}

/** Why a device earned no coverage, as one sentence; null when it earned some. */
export function whyNothingCounted({ units, fault, acts, cell }: DeviceCoverageReport): string | null {
  if (fault !== null) return `its fault ${fault} takes everything`;
  if (units > 0n) return null;
  if (cell === null) return reasonSentence("beacon-location-unasserted");
  const first = acts.find(({ act, counted }) => act === "beacon" && !counted) ?? acts.find(({ counted }) => !counted);
  return first === undefined ? "it sent no beacon and heard none" : `${first.reason} (${first.code})`;
}
