import type { Concentration } from "@wayleave/economy/concentration";
import { formatUsd, formatWay, type MicroUsd } from "@wayleave/core/money";
import colors from "picocolors";
import { age } from "../ages.ts";
import { type EconomyReport, economyReport, WINDOW_STATEMENTS } from "../economics/economyReport.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson, table } from "../terminal.ts";
import { unitsText } from "../wireless/figures.ts";

/** Rows of the table of epochs, and holders named in each ranking, on a terminal; `--json` has all. */
const EPOCHS_SHOWN = 10;
const HOLDERS_SHOWN = 3;

/** Shows where the dollars and the WAY went, and how concentrated they are. */
export async function economy(options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const nowMs = Date.now();
  const report = await economyReport(file.network, nowMs);
  if (options["json"]) return printJson(report);
  print(economyText(report, nowMs).join("\n"));
}

/** The report as lines of text. */
export function economyText(report: EconomyReport, nowMs: number): string[] {
  const { dollars, way, quorumRisk } = report;
  const { accepted, finalized } = report.statements;
  return [
    `Epoch ${report.epochNow} runs; ${accepted} epochs are settled, ${finalized} of them final`,
    "",
    table([
      ["DOLLARS, ALL TIME", ""],
      ["deposited by payers", usd(dollars.deposited)],
      ["in: settled from escrows", usd(dollars.settledIn)],
      ["out: claimed by devices, verifiers, treasury", usd(dollars.claimedOut)],
      ["settled and not claimed yet", usd(dollars.claimable)],
      ["to the burn auction", `${usd(dollars.auctioned)} (${usd(dollars.auctionSold)} bought)`],
      ["in escrow now", usd(dollars.escrowNow)],
    ]),
    "",
    table([
      ["WAY", ""],
      ["minted, S0 included", formatWay(way.minted)],
      ["burned", formatWay(way.burned)],
      ["supply", formatWay(way.supply)],
      ["reserve that the rule may still mint", formatWay(way.reserve)],
      ["vested and not claimed yet", formatWay(way.claimable)],
      ["stipend pot of the treasury", formatWay(way.stipendPot)],
    ]),
    "",
    ...epochLines(report, nowMs),
    "",
    ...concentrationLines(report),
    "",
    ...demandLines(report),
    "",
    ...wirelessLines(report),
    `A colluding quorum of verifiers could take at most ${usd(quorumRisk.dollarsMicroUsd)} of escrows and ` +
      `${formatWay(quorumRisk.way)} WAY in one epoch before a dispute:`,
    `the contract keeps ${usd(quorumRisk.burnedMicroUsd)} of ${usd(quorumRisk.escrowsMicroUsd)} for the auction ` +
      "and bounds the rest, whoever signs.",
  ];
}

function epochLines({ epochs, tablesMissing }: EconomyReport, nowMs: number): string[] {
  if (epochs.length === 0) return ["No epoch is settled yet"];
  const rows = epochs
    .slice(0, EPOCHS_SHOWN)
    .map((row) => [
      ...[String(row.epoch), row.final ? "final" : "pending", usd(row.dollarsIn), usd(row.devicesDollars)],
      ...[usd(row.verificationDollars), usd(row.auctionDollars), formatWay(row.wayAllotted), formatWay(row.stipendWay)],
      age(nowMs - row.postedAtMs),
    ]);
  const heading = ["EPOCH", "STATE", "IN", "DEVICES", "VERIFICATION", "AUCTION", "WAY ALLOTTED", "STIPENDS", "POSTED"];
  return [
    table([heading, ...rows]),
    ...tablesMissing.map(({ epoch, reason }) => colors.red(`Epoch ${epoch} is left out below: ${reason}`)),
  ];
}

function concentrationLines({ concentration: figures }: EconomyReport): string[] {
  const heading = `Concentration of dollars to devices, last ${WINDOW_STATEMENTS} settled epochs`;
  const rows = figures.flatMap(({ kind, byNetwork, byCell, byOwner }) => [
    concentrationRow(kind, "network", byNetwork),
    ...(byCell === null ? [] : [concentrationRow(kind, "cell", byCell)]),
    concentrationRow(kind, "owner (lower bound)", byOwner),
  ]);
  if (figures.every(({ byOwner }) => byOwner.total === 0n)) return [`${heading}: nothing was paid to devices yet`];
  return [
    heading,
    table([["KIND", "BY", "HOLDERS", "NAKAMOTO 33 %", "51 %", "HHI", "GINI", "ENTROPY", "LARGEST"], ...rows]),
  ];
}

function concentrationRow(kind: string, by: string, of: Concentration): string[] {
  const largest = of.top.slice(0, HOLDERS_SHOWN).map(({ holder, sharePpm }) => `${holder} ${percent(sharePpm)}`);
  return [
    ...[kind, by, String(of.holders), String(of.nakamoto33), String(of.nakamoto51), of.hhi.toString()],
    ...[percent(of.giniPpm), `${(of.entropyMilliBits / 1000).toFixed(2)} bits`, largest.join(", ")],
  ];
}

function demandLines({ demand }: EconomyReport): string[] {
  const { totalMicroUsd, selfPaidMicroUsd, netMicroUsd, byPayer } = demand;
  return [
    `Demand ${usd(netMicroUsd)} net of suspected self-pay: ${usd(totalMicroUsd)} in all, ` +
      `${usd(selfPaidMicroUsd)} by payers to devices of the same owner`,
    ...byPayer.top
      .slice(0, HOLDERS_SHOWN)
      .map(({ holder, amount, sharePpm }) => `  payer ${holder} ${usd(amount)} (${percent(sharePpm)})`),
  ];
}

/** Packets are paid by whoever's devices sent them; coverage by the network, in the cells where it wants some. */
function wirelessLines({ wireless }: EconomyReport): string[] {
  if (wireless === null) return [];
  const { devices, paidMicroUsd, poolMicroUsd, wayAllotted, coveredX, cells } = wireless;
  const wanted = cells.filter(({ wantedUnits }) => wantedUnits !== null);
  const covered = wanted.filter(({ units }) => units > 0n).length;
  return [
    `Wireless: ${usd(paidMicroUsd)} for packets, ${usd(poolMicroUsd)} and ` +
      `${formatWay(wayAllotted)} WAY for coverage, to ${devices} agents`,
    `  ${unitsText(coveredX)} units after density in the newest epoch; ${covered} of ${wanted.length} wanted cells covered`,
    "",
  ];
}

function usd(amount: MicroUsd): string {
  return `$${formatUsd(amount)}`;
}

function percent(ppm: bigint): string {
  return `${(Number(ppm) / 10_000).toFixed(1)} %`;
}
