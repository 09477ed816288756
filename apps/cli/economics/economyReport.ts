import type { ChainReader } from "@wayleave/chain/chainReader";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import { type RegistryAt, registryAt } from "@wayleave/chain/registryAt";
import { type PostedStatement, statements, wayTotals } from "@wayleave/chain/settlementHistory";
import type { Address } from "@wayleave/core/ids";
import { KIND_NAMES, KIND_NUMBERS } from "@wayleave/core/kind";
import { BPS, type MicroUsd, mulDivDown, mulDivUp, PPM, type Way } from "@wayleave/core/money";
import type { Network } from "@wayleave/core/network";
import { epochAt } from "@wayleave/core/time";
import { type Concentration, concentration } from "@wayleave/economy/concentration";
import { capacityBudgetDown } from "@wayleave/economy/rewardRule";
import type { CheckedBundle } from "@wayleave/layer-coordination/bundle/bundleData";
import { type CellCoverage, coverageByCell, type WantedCell } from "@wayleave/kind-wireless/verify/coverageReport";
import type { DeviceRow, VoucherRow } from "@wayleave/layer-coordination/settle/settlement";
import { withChain } from "../network/chainBooks.ts";
import { eachLimited } from "../network/eachLimited.ts";
import { newestBundle, verifierPlaces } from "../network/fetchedBundles.ts";
import { type PublishedTables, tablesOf } from "../network/publishedTables.ts";

/** Concentration, demand and the table are over so many of the newest settled epochs. */
export const WINDOW_STATEMENTS = 30;
const FETCHED_AT_ONCE = 3;

export interface EpochRow {
  readonly epoch: number;
  readonly final: boolean;
  readonly postedAtMs: number;
  readonly dollarsIn: MicroUsd;
  readonly devicesDollars: MicroUsd;
  readonly verificationDollars: MicroUsd;
  readonly auctionDollars: MicroUsd;
  readonly wayAllotted: Way;
  readonly wayVested: Way;
  readonly stipendWay: Way;
}

/** What rewards of the window went to whom, counted by place first: identities are free, places are not. */
export interface ConcentrationFigures {
  /** The kind's name, or `all`. */
  readonly kind: string;
  readonly byNetwork: Concentration;
  /** Null when no bundle says where devices stand. */
  readonly byCell: Concentration | null;
  /** A lower bound on concentration: one owner may have many names. */
  readonly byOwner: Concentration;
}

export interface Demand {
  readonly totalMicroUsd: MicroUsd;
  /** Paid by an account to devices that pay out to that same account. */
  readonly selfPaidMicroUsd: MicroUsd;
  readonly netMicroUsd: MicroUsd;
  readonly byPayer: Concentration;
}

/** The most that verifiers could take together in one epoch, whatever they sign, until it is disputed. */
export interface QuorumRisk {
  readonly escrowsMicroUsd: MicroUsd;
  /** What the contract keeps for the auction of it: ⌈μ⌉. */
  readonly burnedMicroUsd: MicroUsd;
  readonly dollarsMicroUsd: MicroUsd;
  /** WAY that could be misallotted, of the reserve and the stipend pot. */
  readonly way: Way;
}

/** What the window paid for radio, by what verifiers' tables say. */
export interface WirelessEconomy {
  /** Agents that earned anything. */
  readonly devices: number;
  /** For packets: by vouchers of the kind. */
  readonly paidMicroUsd: MicroUsd;
  /** For coverage: dollars of the kind's pool, and WAY. */
  readonly poolMicroUsd: MicroUsd;
  readonly wayAllotted: Way;
  /** Of the newest of these epochs: millionths, after density, and by cell of resolution 8. */
  readonly coveredX: bigint;
  readonly cells: readonly CellCoverage[];
}

export interface EconomyReport {
  readonly epochNow: number;
  readonly statements: { readonly accepted: number; readonly finalized: number };
  /** Over all time, of statements in force. */
  readonly dollars: {
    readonly deposited: MicroUsd;
    readonly withdrawn: MicroUsd;
    /** Taken from escrows by settlements: in. */
    readonly settledIn: MicroUsd;
    /** Paid out to devices, verifiers and the treasury: what claims took. */
    readonly claimedOut: MicroUsd;
    /** Settled and not claimed yet. */
    readonly claimable: MicroUsd;
    /** Went to the burn auction, and how much of it was bought. */
    readonly auctioned: MicroUsd;
    readonly auctionSold: MicroUsd;
    readonly auctionAvailable: MicroUsd;
    readonly escrowNow: MicroUsd;
  };
  readonly way: {
    readonly minted: Way;
    readonly burned: Way;
    readonly supply: Way;
    readonly reserve: Way;
    readonly stipendPot: Way;
    readonly claimable: Way;
  };
  /** Newest first. */
  readonly epochs: readonly EpochRow[];
  /** Statements of the window whose tables nobody serves any more, with the reason. */
  readonly tablesMissing: readonly { readonly epoch: number; readonly reason: string }[];
  readonly concentration: readonly ConcentrationFigures[];
  readonly demand: Demand;
  /** Null when no gateway agent was in any of these epochs. */
  readonly wireless: WirelessEconomy | null;
  readonly quorumRisk: QuorumRisk;
}

/** Reads the whole economy from the chain, and who got what from the verifiers' tables, checked against signed roots. */
export async function economyReport(network: Network, nowMs: number): Promise<EconomyReport> {
  const chain = await withChain(network, async ({ index, reader, head }) => ({
    registry: await registryAt(index, head.number),
    recent: await statements(index, { limit: WINDOW_STATEMENTS }),
    figures: await chainFigures(index, reader),
  }));
  const { registry, recent, figures } = chain;
  const places = verifierPlaces(registry.verifiers);
  const epochNow = epochAt(network.schedule, nowMs);
  const { tables, missing } = await windowTables(
    places.map(({ url }) => url),
    recent,
  );
  const bundle = await newestBundle(network, places, epochNow);
  const { parameters, ...books } = figures;
  return {
    ...{ epochNow, ...books, epochs: recent.map(epochRow), tablesMissing: missing },
    concentration: concentrations(
      tables.flatMap(({ devices }) => devices),
      registry,
      bundle,
    ),
    demand: demandOf(
      tables.flatMap(({ vouchers }) => vouchers),
      registry,
    ),
    wireless: wirelessEconomy(tables, network.policy.cells),
    quorumRisk: quorumRisk(registry, parameters, { ...figures.way }),
  };
}

async function chainFigures(index: EventIndex, reader: ChainReader) {
  const [settlement, parameters, minted, claimed, auction, supply] = await Promise.all([
    reader.settlement(),
    reader.parameters(),
    wayTotals(index),
    reader.claimedTotal(),
    reader.auction(),
    reader.waySupply(),
  ]);
  const sumOf = async (name: "Deposited" | "Withdrawn" | "Taken" | "PutBack") =>
    total((await index.sumBySubject(name)).values());
  const [deposited, withdrawn, taken, putBack] = await Promise.all([
    ...[sumOf("Deposited"), sumOf("Withdrawn"), sumOf("Taken"), sumOf("PutBack")],
  ]);
  const sold = total((await index.select({ name: "Sold" })).map(({ args }) => args.dollars));
  const settledIn = taken! - putBack!;
  const payable = settlement.latest ?? { dollars: 0n, way: 0n };
  return {
    parameters,
    statements: { accepted: settlement.acceptedStatements, finalized: settlement.finalizedStatements },
    dollars: {
      ...{ deposited: deposited!, withdrawn: withdrawn!, settledIn, claimedOut: claimed.dollars },
      claimable: payable.dollars - claimed.dollars,
      // Whatever was settled is in the payouts or in the auction: the contract conserves dollars.
      ...{ auctioned: settledIn - payable.dollars, auctionSold: sold, auctionAvailable: auction.available },
      escrowNow: deposited! - withdrawn! - settledIn,
    },
    way: {
      ...{ minted: minted.minted, burned: minted.burned, supply },
      ...{ reserve: settlement.reserve, stipendPot: settlement.stipendPot },
      claimable: payable.way - claimed.way,
    },
  };
}

async function windowTables(urls: readonly string[], recent: readonly PostedStatement[]) {
  const missing: { epoch: number; reason: string }[] = [];
  const found = await eachLimited(recent, FETCHED_AT_ONCE, async (posted): Promise<PublishedTables | null> => {
    try {
      return await tablesOf(urls, posted);
    } catch (error) {
      missing.push({ epoch: posted.epoch, reason: error instanceof Error ? error.message : String(error) });
      return null;
    }
  });
  return { tables: found.filter((tables) => tables !== null), missing };
}

function epochRow({ epoch, final, postedAtMs, statement }: PostedStatement): EpochRow {
  const { dollarsIn, devicesDollars, verificationDollars, auctionDollars, wayAllotted, wayVested, stipendWay } =
    statement;
  const dollars = { dollarsIn, devicesDollars, verificationDollars, auctionDollars };
  return { epoch, final, postedAtMs, ...dollars, wayAllotted, wayVested, stipendWay };
}

/** By kind, and overall when there is more than one. Rewards are dollars: WAY has no price here to add it by. */
export function concentrations(
  rows: readonly DeviceRow[],
  registry: Pick<RegistryAt, "devices">,
  bundle: Pick<CheckedBundle, "sightings" | "offers"> | null,
): ConcentrationFigures[] {
  const networks = new Map(bundle?.sightings.map(({ device, network }) => [device, network]));
  const cells = new Map(bundle?.offers.map(({ offer }) => [offer.device, offer.cell]));
  const groups = Map.groupBy(rows, ({ kind }) => KIND_NAMES[kind] ?? `kind ${kind}`);
  const named = groups.size > 1 ? [["all", rows] as const, ...groups] : [...groups];
  const pay = (row: DeviceRow) => row.serviceMicroUsd + row.poolMicroUsd;
  return named.map(([kind, of]) => ({
    kind,
    byNetwork: concentration(of.map((row) => [networkName(networks.get(row.device)), pay(row)])),
    byCell: bundle === null ? null : concentration(of.map((row) => [cellName(cells.get(row.device)), pay(row)])),
    byOwner: concentration(of.map((row) => [registry.devices.get(row.device)?.owner ?? row.account, pay(row)])),
  }));
}

function networkName(network: number | undefined): string {
  return network === undefined || network === 0 ? "unknown" : `AS${network}`;
}

function cellName(cell: bigint | undefined): string {
  return cell === undefined || cell === 0n ? "unknown" : cell.toString(16);
}

/** Suspected: payer and payee have the same owner, as far as accounts tell. */
export function demandOf(rows: readonly VoucherRow[], registry: Pick<RegistryAt, "devices" | "payouts">): Demand {
  const recipient = (account: Address) => registry.payouts.get(account) ?? account;
  const isSelf = ({ payer, device }: VoucherRow) => {
    const owner = registry.devices.get(device)?.owner;
    if (owner === undefined || owner === null) return recipient(device) === recipient(payer);
    return owner === payer || recipient(owner) === recipient(payer);
  };
  const totalMicroUsd = total(rows.map((row) => row.paidMicroUsd));
  const selfPaidMicroUsd = total(rows.filter(isSelf).map((row) => row.paidMicroUsd));
  return {
    ...{ totalMicroUsd, selfPaidMicroUsd, netMicroUsd: totalMicroUsd - selfPaidMicroUsd },
    byPayer: concentration(rows.map(({ payer, paidMicroUsd }) => [payer, paidMicroUsd])),
  };
}

/** @param tables - newest first. */
export function wirelessEconomy(
  tables: readonly PublishedTables[],
  wanted: readonly WantedCell[],
): WirelessEconomy | null {
  const isWireless = ({ kind }: { readonly kind: number }) => kind === KIND_NUMBERS.wireless;
  const devices = tables.flatMap((of) => of.devices.filter(isWireless));
  if (devices.length === 0) return null;
  const vouchers = tables.flatMap((of) => of.vouchers.filter(isWireless));
  const earning = devices.filter((row) => row.serviceMicroUsd + row.poolMicroUsd + row.wayAllotted > 0n);
  const cells = coverageByCell(tables[0]!, wanted);
  return {
    devices: new Set(earning.map(({ device }) => device)).size,
    paidMicroUsd: total(vouchers.map(({ paidMicroUsd }) => paidMicroUsd)),
    poolMicroUsd: total(devices.map(({ poolMicroUsd }) => poolMicroUsd)),
    wayAllotted: total(devices.map(({ wayAllotted }) => wayAllotted)),
    coveredX: total(tables[0]!.devices.filter(isWireless).map(({ x }) => x)) / PPM,
    cells,
  };
}

/** What the contract's bounds leave to a quorum that lies: all escrows but μ of them, and one epoch's WAY. */
export function quorumRisk(
  registry: Pick<RegistryAt, "payers">,
  parameters: {
    readonly burnBps: bigint;
    readonly lambdaPerBillion: bigint;
    readonly weightBps: readonly bigint[];
    readonly stipendPerEpoch: Way;
  },
  way: { readonly reserve: Way; readonly stipendPot: Way },
): QuorumRisk {
  const escrowsMicroUsd = total([...registry.payers.values()].map(({ escrowMicroUsd }) => escrowMicroUsd));
  const burnedMicroUsd = mulDivUp(escrowsMicroUsd, parameters.burnBps, BPS);
  const budget = capacityBudgetDown(way.reserve, parameters.lambdaPerBillion);
  const allotted = total(parameters.weightBps.map((weight) => mulDivDown(budget, weight, BPS)));
  const stipend = way.stipendPot < parameters.stipendPerEpoch ? way.stipendPot : parameters.stipendPerEpoch;
  return {
    ...{ escrowsMicroUsd, burnedMicroUsd, dollarsMicroUsd: escrowsMicroUsd - burnedMicroUsd },
    way: allotted + stipend,
  };
}

function total(amounts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}
