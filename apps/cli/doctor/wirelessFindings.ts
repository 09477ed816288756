import type { GatewayAgentView } from "../network/frontStatus.ts";
import type { NetworkStatus } from "../status/networkStatus.ts";
import { whyNothingCounted } from "../status/wirelessLines.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** Whether gateways are heard, paid and counted; nothing for a network without gateway agents. */
export function wirelessFindings(
  found: Pick<NetworkStatus, "front" | "devices" | "coverage"> & { readonly expected: boolean },
): Finding[] {
  const { front, devices, coverage, expected } = found;
  const registered = devices.filter(({ kind }) => kind === "wireless").length;
  const { status } = front;
  if (status === null) return []; // the front's own finding says so
  const { agents, counters } = status.wireless;
  if (registered === 0 && agents.length === 0) {
    const advice = "start them with wayleave up --gateways 2, or let one join: wayleave join --kind wireless …";
    return expected ? [warn("Wireless", "no gateway agent is registered", advice)] : [];
  }
  // When none is online anywhere, one finding says it for all.
  const anyOnline = agents.some(({ connected, gatewaysOnline }) => connected && gatewaysOnline > 0);
  return [
    ...gatewayFindings(agents, registered),
    ...agents.flatMap((agent) => agentFindings(agent, anyOnline)),
    ...heldFindings(counters["now-held-uplinks"] ?? 0),
    ...coverageFindings(coverage),
  ];
}

function gatewayFindings(agents: readonly GatewayAgentView[], registered: number): Finding[] {
  const connected = agents.filter((agent) => agent.connected);
  if (connected.length === 0) {
    const detail = `${registered} gateway agents are registered, and none sends its uplinks to the front`;
    return [fail("Wireless", detail, "start the agents; see logs/gateway-*.log or the agent's own log")];
  }
  const online = connected.reduce((sum, { gatewaysOnline }) => sum + gatewaysOnline, 0);
  if (online === 0) {
    const advice = "start the packet forwarder and point it at its agent's address and port: wayleave join shows both";
    const known = connected.reduce((sum, { gatewaysKnown }) => sum + gatewaysKnown, 0);
    return [fail("Wireless", `no gateway online, of ${known} known to ${connected.length} agents`, advice)];
  }
  return [ok("Wireless", `${connected.length} agents connected, ${online} gateways online`)];
}

function agentFindings(agent: GatewayAgentView, anyOnline: boolean): Finding[] {
  const { device, connected, serving, gateways, gatewaysOnline, withheldUnpaid } = agent;
  const check = `Agent ${device.slice(0, 10)}…`;
  const found: Finding[] = [];
  if (!connected)
    found.push(warn(check, "its uplinks do not reach the front", "see its log: it may refuse this payer"));
  else if (!serving) {
    const detail = `withholds uplinks because earlier ones are unpaid (${withheldUnpaid} so far)`;
    found.push(warn(check, detail, "vouchers must become firm: see Deposit, and whether verifiers countersign"));
  }
  if (anyOnline && connected && gateways !== null && gatewaysOnline === 0) {
    found.push(warn(check, "none of its gateways is online", "is the packet forwarder running and pointed at it?"));
  }
  return found;
}

function heldFindings(held: number): Finding[] {
  if (held === 0) return [];
  const advice = "top the customer up (POST /v1/topups): what is held is then delivered";
  return [warn("Held uplinks", `${held} uplinks wait because a customer's balance is empty`, advice)];
}

function coverageFindings(coverage: NetworkStatus["coverage"]): Finding[] {
  if (coverage === null || coverage.epoch === null) return [ok("Coverage", "no epoch with gateways is settled yet")];
  if (coverage.devices === null) {
    return [warn("Coverage", coverage.reason ?? "cannot be read", "verifiers must serve their tables: see Verifier")];
  }
  const counted = coverage.devices.filter((report) => whyNothingCounted(report) === null).length;
  const uncounted = coverage.devices.flatMap((report): Finding[] => {
    const why = whyNothingCounted(report);
    if (why === null) return [];
    const detail = `agent ${report.device.slice(0, 10)}… did not count in epoch ${coverage.epoch}: ${why}`;
    return [warn("Coverage", detail, `wayleave coverage --device ${report.device} shows every beacon and report`)];
  });
  if (uncounted.length > 0) return uncounted;
  return [ok("Coverage", `all ${counted} agents counted in epoch ${coverage.epoch}`)];
}
