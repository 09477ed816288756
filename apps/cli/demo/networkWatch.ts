import { type ChainReader, chainReader } from "@wayleave/chain/chainReader";
import { type EventIndex, openEventIndex } from "@wayleave/chain/eventIndex";
import { type PostedStatement, statements } from "@wayleave/chain/settlementHistory";
import type { Address } from "@wayleave/core/ids";
import { type DeviceRow, type SettlementTables } from "@wayleave/layer-coordination/settle/settlement";
import { z } from "zod";
import { type FrontStatus, frontStatus } from "../network/frontStatus.ts";
import { fetchJson } from "../network/httpJson.ts";
import { tablesOf } from "../network/publishedTables.ts";
import type { RunningNetwork } from "../network/startNetwork.ts";
import { deviceSeenBy, verifierStatus } from "../network/verifierClient.ts";

/** One verifier's word alone takes nobody's place. */
const AGREEING_VERIFIERS = 2;
/** More epochs than a demonstration or a test runs. */
const STATEMENTS_MAX = 100;

/** A fault that at least two verifiers name. */
export interface NamedFault {
  readonly fault: string;
  readonly epoch: number;
  readonly verifiers: number;
}

export interface SettledEpoch {
  readonly posted: PostedStatement;
  readonly tables: SettlementTables;
}

const placementSchema = z.object({
  segments: z.array(z.object({ n: z.number(), shards: z.array(z.object({ shard: z.number(), device: z.string() })) })),
});

/** What can be seen of a running network from outside: chain, verifiers, front. Nothing here is taken from its insides. */
export interface NetworkWatch {
  readonly reader: ChainReader;
  front(): Promise<FrontStatus>;
  /** Null while fewer than two verifiers name a fault of this device. Newest epoch first. */
  faultOf(device: Address): Promise<NamedFault | null>;
  /** Whether any verifier has its link. */
  isLinked(device: Address): Promise<boolean>;
  /** Statements in force with their tables, checked against the signed roots; oldest first. */
  settled(fromEpoch: number): Promise<readonly SettledEpoch[]>;
  /** Ids of the devices that hold shards of the demo customer's object, one list for each segment. */
  holdersOf(key: string): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}

export async function watchNetwork({ file }: Pick<RunningNetwork, "file">): Promise<NetworkWatch> {
  const { network, endpoints, demo } = file;
  const [reader, index] = await Promise.all([chainReader(network), openEventIndex(network)]);
  return {
    reader,
    front: () => frontStatus(endpoints.front),
    faultOf: (device) => faultOf(endpoints.verifiers, device),
    async isLinked(device) {
      const seen = await Promise.allSettled(endpoints.verifiers.map((url) => deviceSeenBy(url, device)));
      return seen.some((each) => each.status === "fulfilled" && each.value.linked);
    },
    settled: (fromEpoch) => settledSince(index, endpoints.verifiers, fromEpoch),
    async holdersOf(key) {
      const url = `${endpoints.front}/v1/storage/placement?bucket=${demo.bucket}&key=${encodeURIComponent(key)}`;
      const { segments } = await fetchJson(url, placementSchema, { bearer: demo.apiKey });
      return segments.map(({ shards }) => shards.map(({ device }) => device));
    },
    close: () => index.close(),
  };
}

async function faultOf(urls: readonly string[], device: Address): Promise<NamedFault | null> {
  // A verifier that is down says nothing: the others may still be enough.
  const said = await Promise.allSettled(urls.map((url) => verifierStatus(url)));
  const named = said.flatMap((answer) =>
    answer.status === "fulfilled" ? answer.value.standings.filter((standing) => standing.device === device) : [],
  );
  if (named.length < AGREEING_VERIFIERS) return null;
  const newest = named.reduce((a, b) => (b.epoch > a.epoch ? b : a));
  return { fault: newest.fault, epoch: newest.epoch, verifiers: named.length };
}

async function settledSince(index: EventIndex, urls: readonly string[], fromEpoch: number): Promise<SettledEpoch[]> {
  await index.sync();
  const found = await statements(index, { limit: STATEMENTS_MAX });
  const wanted = found.filter(({ epoch }) => epoch >= fromEpoch).sort((a, b) => a.epoch - b.epoch);
  return Promise.all(wanted.map(async (posted) => ({ posted, tables: await tablesOf(urls, posted) })));
}

/** What a device's row pays, all of it, in µ$. */
export function dollarsOf(row: DeviceRow): bigint {
  return row.serviceMicroUsd + row.poolMicroUsd;
}

export function rowOf({ tables }: SettledEpoch, device: Address): DeviceRow | null {
  return tables.devices.find((row) => row.device === device) ?? null;
}

/** The id that a device's process said of itself. */
export function deviceId(network: RunningNetwork, name: string): Address {
  return network.children.get(name)!.ready["device"] as Address;
}
