import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { KIND_NAMES, KIND_NUMBERS } from "@wayleave/core/kind";
import { epochAt } from "@wayleave/core/time";
import type { RegistryAt } from "@wayleave/chain/registryAt";
import { registryAt } from "@wayleave/chain/registryAt";
import { lastStatement, type PostedStatement } from "@wayleave/chain/settlementHistory";
import { LEAF_BYTES } from "@wayleave/kind-storage/model/pieceTree";
import { coverageByDevice, type DeviceCoverageReport } from "@wayleave/kind-wireless/verify/coverageReport";
import type { CheckedBundle } from "@wayleave/layer-coordination/bundle/bundleData";
import { withChain } from "../network/chainBooks.ts";
import { eachLimited } from "../network/eachLimited.ts";
import { newestBundle, type VerifierPlace, verifierPlaces } from "../network/fetchedBundles.ts";
import { type FrontStatus, frontStatus } from "../network/frontStatus.ts";
import type { NetworkFile } from "../network/networkFile.ts";
import { tablesOf } from "../network/publishedTables.ts";
import { deviceSeenBy, type VerifierStatus, verifierStatus } from "../network/verifierClient.ts";

/** Asked about one device after the other; each is one small query of a verifier. */
const ASKED_AT_ONCE = 8;
/** A page of devices; a network with more is looked at in the console. */
export const DEVICES_MAX = 500;
/** One verifier's word alone takes nobody's place while there are others. */
const AGREEING_VERIFIERS = 2;
const GIB = 2 ** 30;

export interface VerifierView {
  readonly account: Address;
  readonly url: string;
  /** Null when it does not answer; `reason` then says why. */
  readonly status: VerifierStatus | null;
  readonly reason: string | null;
  /** Its clock less ours, half of the asking time taken off. */
  readonly skewMs: number | null;
}

export interface DeviceView {
  readonly device: Address;
  readonly kind: string;
  /** Null while nobody claimed it. */
  readonly owner: Address | null;
  /** Autonomous system and prefix as a verifier saw them; null when no bundle has them yet. */
  readonly network: number | null;
  readonly prefix: string | null;
  readonly cell: string | null;
  /** How many of the verifiers that answered have its link. */
  readonly linkedTo: number;
  /** The newest fault that enough verifiers name; null in good standing. */
  readonly fault: { readonly code: string; readonly epoch: number; readonly verifiers: number } | null;
  /** Storage only: what it committed to hold, and what it offers beyond that. */
  readonly usedBytes: number | null;
  readonly freeBytes: number | null;
}

/** What the last settled epoch gave gateway agents for coverage. */
export interface CoverageView {
  /** Null while none is settled. */
  readonly epoch: number | null;
  /** Null when its tables cannot be had; `reason` then says why. */
  readonly devices: readonly DeviceCoverageReport[] | null;
  readonly reason: string | null;
}

export interface NetworkStatus {
  readonly nowMs: number;
  readonly epoch: number;
  readonly chain: { readonly block: bigint; readonly blockAtMs: number };
  readonly statement: {
    readonly epoch: number;
    readonly hash: Hash32;
    readonly final: boolean;
    readonly postedAtMs: number;
    readonly signers: number;
  } | null;
  readonly verifiers: readonly VerifierView[];
  /** Every verifier that answers sees the same last statement. Null when fewer than two answer. */
  readonly verifiersAgree: boolean | null;
  readonly devices: readonly DeviceView[];
  /** Registered in all; more than are listed when there are more than {@link DEVICES_MAX}. */
  readonly devicesRegistered: number;
  /** The epoch whose bundle says where devices stand and what they hold; null when none was found. */
  readonly bundleEpoch: number | null;
  readonly front: { readonly status: FrontStatus | null; readonly reason: string | null };
  /** Null in a network without gateway agents. */
  readonly coverage: CoverageView | null;
}

/** Everything that `wayleave status` shows, from the chain, every verifier and the front; parts that do not answer say so. */
export async function networkStatus(file: NetworkFile, nowMs: () => number = Date.now): Promise<NetworkStatus> {
  const { network } = file;
  const [books, front] = await Promise.all([
    withChain(network, async ({ index, head }) => ({
      head,
      registry: await registryAt(index, head.number),
      statement: await lastStatement(index),
    })),
    orReason(frontStatus(file.endpoints.front)),
  ]);
  const { registry, head, statement } = books;
  const places = verifierPlaces(registry.verifiers);
  const verifiers = await Promise.all(places.map((place) => viewOf(place, nowMs)));
  const answering = verifiers.filter(({ status }) => status !== null);
  const bundle = await newestBundle(network, answering, epochAt(network.schedule, nowMs()));
  const devices = await deviceViews(registry, answering, bundle);
  const coverage = await coverageView(registry, statement, places);
  const doneAtMs = nowMs();
  return {
    ...{ nowMs: doneAtMs, epoch: epochAt(network.schedule, doneAtMs) },
    ...{ chain: { block: head.number, blockAtMs: head.timestampMs } },
    statement:
      statement === null
        ? null
        : {
            ...{ epoch: statement.epoch, hash: statement.statementHash, final: statement.final },
            ...{ postedAtMs: statement.postedAtMs, signers: statement.signers.length },
          },
    verifiers,
    verifiersAgree: agreement(answering.map(({ status }) => status!)),
    devices,
    devicesRegistered: registry.devices.size,
    bundleEpoch: bundle?.epoch ?? null,
    front: { status: front.value, reason: front.reason },
    coverage,
  };
}

async function coverageView(
  { devices }: RegistryAt,
  posted: PostedStatement | null,
  places: readonly VerifierPlace[],
): Promise<CoverageView | null> {
  if (![...devices.values()].some(({ kinds }) => kinds.includes(KIND_NUMBERS.wireless))) return null;
  if (posted === null) return { epoch: null, devices: null, reason: null };
  const urls = places.map(({ url }) => url);
  const { value: tables, reason } = await orReason(tablesOf(urls, posted));
  return { epoch: posted.epoch, devices: tables === null ? null : coverageByDevice(tables), reason };
}

async function viewOf({ account, url }: VerifierPlace, nowMs: () => number): Promise<VerifierView> {
  const askedAtMs = nowMs();
  const { value: status, reason } = await orReason(verifierStatus(url));
  const midwayMs = (askedAtMs + nowMs()) / 2;
  return { account, url, status, reason, skewMs: status === null ? null : Math.round(status.nowMs - midwayMs) };
}

/** A failure that was expected becomes its reason; a bug stays a bug. */
async function orReason<T>(answer: Promise<T>): Promise<{ readonly value: T | null; readonly reason: string | null }> {
  try {
    return { value: await answer, reason: null };
  } catch (error) {
    if (error instanceof WayleaveError) return { value: null, reason: error.message };
    throw error;
  }
}

/** Verifiers look at the chain at slightly different moments: only different statements of one epoch are a disagreement. */
function agreement(statuses: readonly VerifierStatus[]): boolean | null {
  if (statuses.length < 2) return null;
  const hashes = new Map<number, Set<string>>();
  for (const { lastStatement: last } of statuses) {
    if (last !== null) hashes.set(last.epoch, (hashes.get(last.epoch) ?? new Set()).add(last.hash));
  }
  return [...hashes.values()].every((of) => of.size === 1);
}

async function deviceViews(
  registry: RegistryAt,
  verifiers: readonly VerifierView[],
  bundle: CheckedBundle | null,
): Promise<DeviceView[]> {
  const known = facts(bundle);
  const isStorage = (kinds: readonly number[]) => kinds.includes(KIND_NUMBERS.storage);
  const listed = [...registry.devices].slice(0, DEVICES_MAX);
  return eachLimited(listed, ASKED_AT_ONCE, async ([device, { owner, kinds }]) => {
    const seen = await Promise.all(verifiers.map(({ url }) => orReason(deviceSeenBy(url, device))));
    return {
      ...{ device, owner, kind: KIND_NAMES[kinds[0] ?? -1] ?? "unknown" },
      ...known(device),
      // Other kinds' capacity is no space.
      ...(isStorage(kinds) ? {} : { usedBytes: null, freeBytes: null }),
      linkedTo: seen.filter(({ value }) => value?.linked === true).length,
      fault: faultOf(device, verifiers),
    };
  });
}

/** What the newest bundle says of a device. */
function facts(bundle: CheckedBundle | null) {
  const sightings = new Map(bundle?.sightings.map((sighting) => [sighting.device, sighting]));
  const offers = new Map(bundle?.offers.map(({ offer }) => [offer.device, offer]));
  const commitments = new Map(bundle?.commitments.map(({ commitment }) => [commitment.device, commitment]));
  return (device: Address) => {
    const [seen, offer, held] = [sightings.get(device), offers.get(device), commitments.get(device)];
    return {
      network: seen?.network ?? null,
      prefix: seen?.prefix ?? null,
      cell: offer === undefined || offer.cell === 0n ? null : offer.cell.toString(16),
      usedBytes: held === undefined ? null : Number(held.total) * LEAF_BYTES,
      freeBytes: offer === undefined ? null : Number(offer.capacity) * GIB,
    };
  };
}

function faultOf(device: Address, verifiers: readonly VerifierView[]): DeviceView["fault"] {
  const said = verifiers.flatMap(({ status }) => status!.standings.filter((standing) => standing.device === device));
  if (said.length < Math.min(AGREEING_VERIFIERS, verifiers.length) || said.length === 0) return null;
  const newest = said.reduce((a, b) => (b.epoch > a.epoch ? b : a));
  return { code: newest.fault, epoch: newest.epoch, verifiers: said.length };
}
