import { figureLines } from "../report.ts";
import type { WirelessResult } from "./wirelessBench.ts";
import type { ConfirmedResult, FloodResult } from "./wirelessRuns.ts";

/** What the issue asks for, beside what was seen. */
const GOALS = { rx1Rate: 0.995, uplinksPerS: 10_000, overWindowMs: 50, frontMb: 500, scratchS: 15, changeMs: 10 };

export function wirelessLines(result: WirelessResult, cores: number): string[] {
  const { devices, registerS, idleFrontMb, confirmed, floods, codec, density, figures } = result;
  return [
    `LoRaWAN, ${devices} devices registered in ${registerS.toFixed(1)} s, front then ${Math.round(idleFrontMb)} MB:`,
    ...confirmedLines(confirmed),
    ...floods.flatMap((flood) => floodLines(flood, cores)),
    ...figureLines(figures),
    `  MIC and payload, frames a processor second: ours ${count(codec.ours)}, ${times(codec.ours / codec.loraPacket)} lora-packet,` +
      ` ${times(codec.ours / codec.cipherEach)} a createCipheriv for each,` +
      ` ${percent(codec.ours / codec.aesBulk)} of their AES blocks in one call`,
    `  density: from nothing ${density.scratchS.toFixed(1)} s (goal ${GOALS.scratchS}), a change p50` +
      ` ${density.changeP50Ms.toFixed(2)} p99 ${density.changeP99Ms.toFixed(2)} ms (goal ${GOALS.changeMs})`,
  ];
}

function confirmedLines(of: ConfirmedResult): string[] {
  const { radio, front } = of;
  return [
    `  ${of.perS} confirmed uplinks/s over lines of 0…${of.lateMsMax} ms each way: RX1 met by` +
      ` ${(100 * of.hitRate).toFixed(2)} % of ${radio.sent} (goal ${100 * GOALS.rx1Rate} %), RX2 by ${radio.rx2}, never` +
      ` answered ${radio.unanswered}; ${radio.sentAgain} sent again; left before RX1 p1 ${Math.round(of.slackMs.p1)}` +
      ` p50 ${Math.round(of.slackMs.p50)} ms`,
    `      billed twice ${of.boughtTwice} at the agents, ${of.paidTwice} in events, told twice ${of.toldTwice}; of` +
      ` ${of.frames} frames ${of.events} told, ${of.meteredUplinks} metered, ${of.unbought} not bought`,
    `      durable after p50 ${front.saveMs.p50.toFixed(0)} p99 ${front.saveMs.p99.toFixed(0)} ms; event loop p99` +
      ` ${front.eventLoopP99Ms.toFixed(0)} ms; processor ${costs(of.cpuS)}; load ${of.loadAfter.toFixed(1)}`,
  ];
}

function floodLines(of: FloodResult, cores: number): string[] {
  const { overWindowMs, front } = of;
  const cpuS = Object.values(of.cpuS).reduce((sum, each) => sum + each, 0);
  return [
    `  ${count(of.offeredPerS)} uplinks/s by three gateways: ${count(of.eventsPerS)} events/s` +
      ` (${percent(of.delivered / of.sent)} delivered), by processor time ${count((of.delivered / cpuS) * cores)}/s` +
      ` (goal ${count(GOALS.uplinksPerS)}); over the window p50 ${overWindowMs.p50.toFixed(0)} p99` +
      ` ${overWindowMs.p99.toFixed(0)} ms (goal ${GOALS.overWindowMs}); front's peak ${Math.round(of.frontMemoryMb)} MB` +
      ` (goal ${GOALS.frontMb})`,
    `      µs of processor an uplink: ${Object.entries(of.cpuS)
      .map(([part, seconds]) => `${part} ${((seconds / of.delivered) * 1e6).toFixed(0)}`)
      .join(", ")}; durable after p99 ${front.saveMs.p99.toFixed(0)} ms; load ${of.loadAfter.toFixed(1)}`,
  ];
}

function costs(cpuS: Readonly<Record<string, number>>): string {
  return Object.entries(cpuS)
    .map(([part, seconds]) => `${part} ${seconds.toFixed(1)} s`)
    .join(", ");
}
function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.99 ? 2 : 0)} %`;
}
function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} ×`;
}
