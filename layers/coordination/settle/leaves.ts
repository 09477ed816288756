import { concatBytes, hexToBytes, toHex, uint256Bytes, utf8 } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { VerdictRow } from "@wayleave/core/kind";
import type { Way } from "@wayleave/core/money";
import { LEAF_TAGS, type PayerRow, type PayoutRow, packSums } from "@wayleave/core/statement";
import { type SumLeaf, type SumTree, leafHash, sumTree } from "@wayleave/core/sumTree";
import type { CarriedRow, SettledRow, StateTable, UnvestedRow } from "./settleInput.ts";
import type { DeviceRow, LocalityRow, SettlementTables, TreeName, VerdictTableRow, VoucherRow } from "./settlement.ts";

/** Second word of a state leaf: which of the three state tables it belongs to. */
export const STATE_PARTS = { unvested: 0n, settled: 1n, carried: 2n } as const;

/** (1, account, dollars, way); sum: µ$ << 128 | WAY. The contract checks this one (`SumTree.payoutLeaf`). */
export function payoutLeaf(row: PayoutRow): SumLeaf {
  const hash = leafHash(LEAF_TAGS.payouts, address(row.account), uint256Bytes(row.dollars), uint256Bytes(row.way));
  return { hash, sum: packSums(row.dollars, row.way) };
}

/** (2, payer, device, kind, settled, paid, firm, newest, workUnits); sum: what this epoch took, µ$. */
export function voucherLeaf(row: VoucherRow): SumLeaf {
  const amounts = [row.settledMicroUsd, row.paidMicroUsd, row.firmMicroUsd, row.newestMicroUsd, row.workUnits];
  const parties = [address(row.payer), address(row.device), number(row.kind)];
  return { hash: leafHash(LEAF_TAGS.vouchers, ...parties, ...amounts.map(uint256Bytes)), sum: row.paidMicroUsd };
}

/** (3, kind, device, verifier, judged, credited, qualityPpm, faultHash or 0, rowsHash); sum: credited challenges. */
export function verdictLeaf(row: VerdictTableRow): SumLeaf {
  const hash = leafHash(
    LEAF_TAGS.verdicts,
    number(row.kind),
    address(row.device),
    address(row.verifier),
    number(row.judged),
    number(row.credited),
    uint256Bytes(row.qualityPpm),
    faultWord(row.fault),
    hexToBytes(row.rowsHash),
  );
  return { hash, sum: BigInt(row.credited) };
}

/** (4, kind, locality, device, account, units, qualityPpm, x, service, pool, way, faultHash or 0); sum: pay, packed. */
export function deviceLeaf(row: DeviceRow): SumLeaf {
  const amounts = [row.units, row.qualityPpm, row.x, row.serviceMicroUsd, row.poolMicroUsd, row.wayAllotted];
  const hash = leafHash(
    LEAF_TAGS.devices,
    number(row.kind),
    uint256Bytes(row.locality),
    address(row.device),
    address(row.account),
    ...amounts.map(uint256Bytes),
    faultWord(row.fault),
  );
  return { hash, sum: packSums(row.serviceMicroUsd + row.poolMicroUsd, row.wayAllotted) };
}

/** (5, kind, locality, X, A, G in µ$, G in WAY); sum: both pools, packed. */
export function localityLeaf(row: LocalityRow): SumLeaf {
  const amounts = [row.locality, row.x, row.weighted, row.poolMicroUsd, row.poolWay];
  return {
    hash: leafHash(LEAF_TAGS.localities, number(row.kind), ...amounts.map(uint256Bytes)),
    sum: packSums(row.poolMicroUsd, row.poolWay),
  };
}

/** (6, 0, device, unvested); sum: WAY unvested. */
export function unvestedLeaf(row: UnvestedRow): SumLeaf {
  const words = [uint256Bytes(STATE_PARTS.unvested), address(row.device), uint256Bytes(row.unvested)];
  return { hash: leafHash(LEAF_TAGS.state, ...words), sum: row.unvested };
}

/** (6, 1, payer, device, kind, settled); sum: 0. */
export function settledLeaf(row: SettledRow): SumLeaf {
  const words = [address(row.payer), address(row.device), number(row.kind), uint256Bytes(row.settledMicroUsd)];
  return { hash: leafHash(LEAF_TAGS.state, uint256Bytes(STATE_PARTS.settled), ...words), sum: 0n };
}

/** (6, 2, kind, device, keccak256(data)); sum: 0. */
export function carriedLeaf(row: CarriedRow): SumLeaf {
  const words = [number(row.kind), address(row.device), keccak256(hexToBytes(row.data))];
  return { hash: leafHash(LEAF_TAGS.state, uint256Bytes(STATE_PARTS.carried), ...words), sum: 0n };
}

/** All leaves of the state's tree: what is unvested, what is settled, what kinds carry over. */
export function stateLeaves({ unvested, settled, carried }: StateTable): SumLeaf[] {
  return [...unvested.map(unvestedLeaf), ...settled.map(settledLeaf), ...carried.map(carriedLeaf)];
}

/** The six trees of an epoch over its sorted tables. */
export function treesOf(tables: SettlementTables): Record<TreeName, SumTree> {
  return {
    vouchers: sumTree(tables.vouchers.map(voucherLeaf)),
    verdicts: sumTree(tables.verdicts.map(verdictLeaf)),
    devices: sumTree(tables.devices.map(deviceLeaf)),
    localities: sumTree(tables.localities.map(localityLeaf)),
    payouts: sumTree(tables.payouts.map(payoutLeaf)),
    state: sumTree(stateLeaves(tables.state)),
  };
}

/** keccak256 over one verifier's rows of one device and kind, which must be in canonical order. */
export function verdictRowsHash(rows: readonly VerdictRow[]): Hash32 {
  const words = rows.flatMap((row) => [
    number(row.slot),
    hexToBytes(row.challenge),
    outcomeWord(row.outcome),
    hexToBytes(row.evidence),
  ]);
  return toHex(keccak256(concatBytes(...words)));
}

/** Almost all rows have one of a few outcomes. */
const outcomeWords = new Map<string, Uint8Array>();
const OUTCOMES_KEPT = 256;

function outcomeWord(outcome: string): Uint8Array {
  const known = outcomeWords.get(outcome);
  if (known !== undefined) return known;
  const word = keccak256(utf8(outcome));
  if (outcomeWords.size < OUTCOMES_KEPT) outcomeWords.set(outcome, word);
  return word;
}

/** keccak256(abi.encode(PayerRow[])). */
export function payerRowsHash(rows: readonly PayerRow[]): Hash32 {
  const words = rows.map((row) => concatBytes(address(row.payer), uint256Bytes(row.amount)));
  return toHex(keccak256(...dynamicArray(words)));
}

/** keccak256(abi.encode(bytes32[])), strictly ascending. */
export function bundleHeadsHash(heads: readonly Hash32[]): Hash32 {
  return toHex(keccak256(...dynamicArray(heads.map(hexToBytes))));
}

/** keccak256(abi.encode(uint256[4])). */
export function allottedByKindHash(allotted: readonly Way[]): Hash32 {
  return toHex(keccak256(...allotted.map(uint256Bytes)));
}

/** ABI of a lone dynamic array of static items: offset, length, items. */
function dynamicArray(items: readonly Uint8Array[]): Uint8Array[] {
  return [uint256Bytes(32n), uint256Bytes(BigInt(items.length)), ...items];
}

function address(value: Address): Uint8Array {
  const word = new Uint8Array(32);
  word.set(hexToBytes(value), 12);
  return word;
}

function number(value: number): Uint8Array {
  return uint256Bytes(BigInt(value));
}

function faultWord(fault: string | null): Uint8Array {
  return fault === null ? new Uint8Array(32) : keccak256(utf8(fault));
}
