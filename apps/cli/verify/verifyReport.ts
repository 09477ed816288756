import { randomBytes } from "node:crypto";
import { toHex } from "@wayleave/core/bytes";
import { structHash } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Judge } from "@wayleave/core/kind";
import { ZERO_ADDRESS, ZERO_HASH } from "@wayleave/core/messages";
import type { Network } from "@wayleave/core/network";
import { STATEMENT } from "@wayleave/core/statement";
import { INITIAL_RESERVE } from "@wayleave/economy/parameters";
import { storageJudge } from "@wayleave/kind-storage/verify/storageJudge";
import { wirelessJudge } from "@wayleave/kind-wireless/verify/wirelessJudge";
import { type EpochVerification, type VerifyDepth, verifyEpoch } from "@wayleave/layer-coordination/bundle/verifyEpoch";
import { type CheckedBundle, MAX_EVIDENCE_BYTES } from "@wayleave/layer-coordination/bundle/bundleData";
import { genesisEpoch, type NetworkIds, type PreviousEpoch } from "@wayleave/layer-coordination/settle/settleInput";
import { fetchBytes } from "../network/httpJson.ts";
import { networkIds, type VerifierPlace, verifierPlaces } from "../network/fetchedBundles.ts";
import { fetchTables, rootsThatDiffer } from "../network/publishedTables.ts";
import { bundlesOfEpoch } from "./bundlesOfEpoch.ts";
import { type EpochRecord, readEpochRecord } from "./epochRecord.ts";
import { checkPublished } from "./publishedText.ts";

/** One thing that was checked. */
export interface Check {
  readonly check: string;
  readonly passed: boolean;
  readonly detail: string;
  /** Exactly what differs, one line each; none when it passed. */
  readonly differences: readonly string[];
}

export interface VerifyReport {
  readonly epoch: number;
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Null when the bundles could not all be had: nothing was recomputed then. */
  readonly verification: EpochVerification | null;
  readonly statementHash: Hash32;
}

/** How much is judged again beyond the failed responses, which lie in the bundles and are always judged again. */
export type Depth =
  { readonly mode: "bundles" | "sample" | "full" } | { readonly mode: "device"; readonly device: Address };

/** Responses are kept for some epochs only. */
const EVIDENCE_TIMEOUT_MS = 10_000;

/** What an epoch is verified against and with. */
export interface VerifyNeeds {
  readonly ids: NetworkIds;
  readonly slotsPerEpoch: number;
  readonly record: EpochRecord;
  /** Where verifiers publish. All that comes from there is hostile. */
  readonly verifiers: readonly VerifierPlace[];
  readonly judges: readonly Judge[];
}

/**
 * Recomputes one epoch from the chain and what verifiers publish, and compares all of it with what was posted.
 * @throws WayleaveError `epoch-unknown`, `chain-unreachable`: nothing could be checked.
 */
export async function verifyReport(
  network: Network,
  epoch: number,
  depth: Depth,
  nowMs: () => number = Date.now,
): Promise<VerifyReport> {
  const record = await readEpochRecord(network, epoch, nowMs());
  const ids = networkIds(network);
  const { schedule } = network;
  const domain = { chainId: ids.chainId, verifyingContract: ids.settlement };
  const verifiers = verifierPlaces(new Map([...record.registry.verifiers, ...record.registryNow.verifiers]));
  const judges = [storageJudge({ domain, schedule }), wirelessJudge({ domain, schedule })];
  return verifyRecord({ ids, slotsPerEpoch: schedule.slotsPerEpoch, record, verifiers, judges }, depth);
}

/** Like {@link verifyReport}, with the chain's part already read. */
export async function verifyRecord(needs: VerifyNeeds, depth: Depth): Promise<VerifyReport> {
  const { ids, record, verifiers } = needs;
  const { posted } = record;
  const { epoch } = posted;
  const checks: Check[] = [chainCheck(record)];
  const report = (verification: EpochVerification | null): VerifyReport => {
    const ok = verification !== null && checks.every(({ passed }) => passed);
    return { epoch, ok, checks, verification, statementHash: posted.statementHash };
  };
  const previous = await previousEpoch(record, verifiers);
  checks.push(previous.check);
  const keyOf = (device: Address) => record.registry.devices.get(device)?.publicKey ?? null;
  const found = await bundlesOfEpoch(ids, epoch, posted.bundleHeads, verifiers, keyOf);
  checks.push(bundleCheck(found, posted.bundleHeads.length));
  if (previous.epoch === null || found.problems.length > 0) return report(null);

  const verification = await verifyEpoch({
    statement: posted.statement,
    settle: {
      ...{ network: ids, epoch, slotsPerEpoch: needs.slotsPerEpoch, previous: previous.epoch },
      ...{ parameters: record.parameters, registry: record.registry, seed: record.seed },
      ...{ committedHeads: record.committedHeads, bundles: found.bundles },
      judges: new Map(needs.judges.map((judge) => [judge.rule.number, judge])),
    },
    depth: asVerifyDepth(depth),
    fetchEvidence: evidenceFrom(found.bundles, verifiers),
  });
  checks.push(statementCheck(verification), await publishedCheck(verifiers, verification), responseCheck(verification));
  return report(verification);
}

function asVerifyDepth(depth: Depth): VerifyDepth {
  if (depth.mode === "sample") return { mode: "sample", salt: toHex(randomBytes(32)) };
  // No device has the zero id: nothing beyond the bundles is fetched.
  return depth.mode === "bundles" ? { mode: "device", device: ZERO_ADDRESS } : (depth as VerifyDepth);
}

/** The statement is what its hash says, and a quorum of bonded weight signed it. */
function chainCheck({ posted, registry, registryNow }: EpochRecord): Check {
  const { statement, statementHash, signers, block, final } = posted;
  const differences: string[] = [];
  const hash = toHex(structHash(STATEMENT, statement));
  if (hash !== statementHash) differences.push(`statementHash: posted ${statementHash}, its fields hash to ${hash}`);
  const weightOf = (account: Address) =>
    (registry.verifiers.get(account) ?? registryNow.verifiers.get(account))?.weight;
  const total = [...registry.verifiers.values()].reduce((sum, { weight }) => sum + weight, 0n);
  const signed = signers.reduce((sum, signer) => sum + (weightOf(signer) ?? 0n), 0n);
  if (3n * signed < 2n * total) differences.push(`signers: weight ${signed} of ${total} is less than two thirds`);
  const state = final ? "final" : "in its dispute window";
  return {
    ...{ check: "Chain", passed: differences.length === 0, differences },
    detail: `statement in block ${block}, ${state}, signed by ${signers.length} of ${registry.verifiers.size} verifiers`,
  };
}

/** The tables that the epoch started from, out of whichever verifier serves the right ones. */
async function previousEpoch(
  { previous, posted }: EpochRecord,
  verifiers: readonly VerifierPlace[],
): Promise<{ readonly epoch: PreviousEpoch | null; readonly check: Check }> {
  const named = posted.statement.previous;
  if (previous === null) {
    const passed = named === ZERO_HASH;
    const differences = passed ? [] : [`previous: posted ${named}, but no statement came before`];
    return {
      epoch: passed ? genesisEpoch(INITIAL_RESERVE) : null,
      check: { check: "Previous", passed, detail: "none: the first epoch that was settled", differences },
    };
  }
  const differences: string[] = [];
  if (previous.statementHash !== named) {
    differences.push(`previous: posted ${named}, the statement in force before is ${previous.statementHash}`);
  }
  let epoch: PreviousEpoch | null = null;
  const unserved: string[] = [];
  for (const { url } of verifiers) {
    try {
      const tables = await fetchTables(url, previous.epoch);
      const wrong = rootsThatDiffer(tables, previous.statement);
      if (wrong.length > 0) differences.push(`${url}/statements/${previous.epoch}: ${wrong.join(", ")} not as signed`);
      else {
        const { payouts, state } = tables;
        const { payoutsSum, reserveAfter } = previous.statement;
        epoch ??= { statementHash: named, reserve: reserveAfter, payouts, payoutsSum, state };
      }
    } catch (error) {
      if (!(error instanceof WayleaveError)) throw error;
      if (error.code === "answer-invalid") differences.push(error.message);
      else unserved.push(error.message);
    }
  }
  if (epoch === null) differences.push(...unserved);
  return {
    epoch,
    check: {
      ...{ check: "Previous", passed: differences.length === 0, differences },
      detail: `epoch ${previous.epoch}: ${epoch?.payouts.length ?? 0} payouts and ${
        (epoch?.state.settled.length ?? 0) + (epoch?.state.unvested.length ?? 0)
      } rows of state lead to its roots`,
    },
  };
}

function bundleCheck({ bundles, problems }: Awaited<ReturnType<typeof bundlesOfEpoch>>, counted: number): Check {
  const verdicts = bundles.reduce((sum, bundle) => sum + bundle.verdicts.length, 0);
  const vouchers = bundles.reduce((sum, bundle) => sum + bundle.vouchers.length, 0);
  return {
    check: "Bundles",
    passed: problems.length === 0,
    detail: `${bundles.length} of ${counted} have every byte that was signed: ${verdicts} verdicts, ${vouchers} vouchers`,
    differences: problems.map(({ verifier, url, where, problem, head }) =>
      [verifier ?? `head ${head}`, url, where, problem].filter((part) => part !== null).join(": "),
    ),
  };
}

/** Asks for a response only those verifiers whose rows name it: nobody else's bytes count against them. */
function evidenceFrom(bundles: readonly CheckedBundle[], verifiers: readonly VerifierPlace[]) {
  const urls = new Map(verifiers.map(({ account, url }) => [account, url]));
  const owners = new Map<Hash32, Set<string>>();
  for (const { verdicts } of bundles) {
    for (const { evidence, verifier } of verdicts) {
      const url = urls.get(verifier);
      if (evidence !== ZERO_HASH && url !== undefined)
        owners.set(evidence, (owners.get(evidence) ?? new Set()).add(url));
    }
  }
  return async (digest: Hash32): Promise<Uint8Array | null> => {
    for (const url of owners.get(digest) ?? []) {
      try {
        const limits = { maxBytes: MAX_EVIDENCE_BYTES, timeoutMs: EVIDENCE_TIMEOUT_MS };
        return await fetchBytes(`${url}/evidence/${digest}`, limits);
      } catch (error) {
        if (!(error instanceof WayleaveError)) throw error; // gone after its time, or not reachable: told as missing
      }
    }
    return null;
  };
}

function statementCheck({ firstDifference, computed }: EpochVerification): Check {
  const { devices, payouts } = computed.tables;
  return {
    check: "Statement",
    passed: firstDifference === null,
    detail: `${STATEMENT.fields.length} fields recomputed from ${devices.length} device rows and ${payouts.length} payouts`,
    differences:
      firstDifference === null
        ? []
        : [`${firstDifference.where}: posted ${firstDifference.posted}, recomputed ${firstDifference.computed}`],
  };
}

async function publishedCheck(verifiers: readonly VerifierPlace[], { computed }: EpochVerification): Promise<Check> {
  const found = await checkPublished(verifiers, computed);
  const different = found.filter(({ outcome }) => outcome === "different");
  const same = found.filter(({ outcome }) => outcome === "same").length;
  const missing = found.filter(({ outcome }) => outcome === "missing").length;
  return {
    check: "Tables",
    passed: different.length === 0,
    detail: `${same} verifiers publish what was recomputed, byte for byte${missing > 0 ? `; ${missing} have none` : ""}`,
    differences: different.map(
      ({ url, where, published, computed: ours }) =>
        `${url}/statements: ${where}: published ${published}, recomputed ${ours}`,
    ),
  };
}

function responseCheck({ misjudged, rowsJudgedAgain, evidenceMissing, computed }: EpochVerification): Check {
  const lied = computed.explanations.filter(({ code }) => code === "verdict-misjudged");
  const failed = computed.explanations.filter(({ code }) => code === "verdict-unproven").length;
  return {
    check: "Responses",
    passed: misjudged.length === 0 && lied.length === 0,
    detail:
      `${rowsJudgedAgain} passed responses judged again, all failed ones from the bundles` +
      (evidenceMissing > 0 ? `; ${evidenceMissing} are no longer kept` : "") +
      (failed > 0 ? `; ${failed} failures without evidence count against nobody` : ""),
    differences: [
      ...misjudged.map(
        ({ row, problem, fault }) =>
          `verifier ${row.verifier}, device ${row.device}, slot ${row.slot}: ${problem}` +
          `${fault === null ? "" : ` (${fault})`}, response ${row.evidence}`,
      ),
      ...lied.map(({ about, facts }) => `verifier ${about} judged wrongly: ${JSON.stringify(facts, bigintText)}`),
    ],
  };
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
