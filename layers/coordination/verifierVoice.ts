import { WayleaveError } from "@wayleave/core/errors";
import { keccakHex } from "@wayleave/core/hash";
import { type Claim, CLAIM_SLOT, MAX_CLAIM_BYTES } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { epochAt } from "@wayleave/core/time";
import { bundleFile } from "./duties/bundling.ts";
import type { VerifierVoice } from "./httpApi.ts";
import { directoryOf } from "./settle/recheckRow.ts";
import { type Standing, standings } from "./standings.ts";
import type { Verifier } from "./verifier.ts";

/** Verdicts of one device that a provider sees at once, newest first. */
const VERDICTS_SHOWN = 200;

const STANDINGS_KEPT_MS = 1_000;
/** One small question over the accused device's link. Accusers wait longer than this. */
const HEARING_TIMEOUT_MS = 4_000;

/** What one verifier answers over HTTP: everything public, and accusations judged on the spot. */
export function verifierVoice(verifier: Verifier): VerifierVoice {
  const { network, deps, judges } = verifier;
  const { store, clock, chain, account, bundleDirectory } = deps;
  const { schedule } = network;

  const computeStandings = (): Promise<Standing[]> => {
    const devices = verifier.registry?.devices ?? new Map();
    return standings({ store, judges, schedule, devices }, epochAt(schedule, clock.now()), clock.now());
  };
  // Every front asks every second, and any stranger may: computed once for all of them.
  let computed = { atMs: Number.NEGATIVE_INFINITY, standings: Promise.resolve<Standing[]>([]) };
  const currentStandings = (): Promise<Standing[]> => {
    const nowMs = clock.monotonicMs();
    if (nowMs - computed.atMs < STANDINGS_KEPT_MS) return computed.standings;
    const standing = computeStandings();
    computed = { atMs: nowMs, standings: standing };
    standing.catch(() => (computed = { ...computed, atMs: Number.NEGATIVE_INFINITY }));
    return standing;
  };

  return {
    network,
    async status() {
      const [last, standing] = await Promise.all([chain.lastStatement(), currentStandings()]);
      return {
        verifier: account.address,
        nowMs: clock.now(),
        epoch: epochAt(schedule, clock.now()),
        devices: { registered: verifier.registry?.devices.size ?? 0, linked: verifier.linked().length },
        verifiers: verifier.registry?.verifiers.size ?? 0,
        lastStatement:
          last === null ? null : { epoch: Number(last.statement.epoch), hash: last.statementHash, final: last.final },
        assessors: deps.assessors.map(({ rule, restarts }) => ({ kind: rule.name, restarts })),
        standings: standing,
      };
    },
    standings: currentStandings,
    async device(device) {
      const peer = verifier.peer(device);
      const verdicts = await store.verdictsOfDevice(device, VERDICTS_SHOWN);
      return { device, linked: peer !== null, linkedSinceMs: peer?.connectedAtMs ?? null, verdicts };
    },
    round: (epoch) => verifier.round(epoch)?.view ?? null,
    relayedFile: (epoch, head, name) => verifier.round(epoch)?.relayedFile(head, name) ?? null,
    bundleFile: (epoch, name) => bundleFile(bundleDirectory, epoch, name),
    evidence: (digest) => store.evidence(digest),
    statement: async (epoch) => (await store.settled(epoch))?.tables ?? null,
    claim: (claim) => judgeClaim(verifier, claim),
  };
}

/**
 * Judges an accusation; one that is upheld costs the device the epoch and goes into the bundle with its evidence.
 * @returns the fault. @throws WayleaveError `claim-invalid` naming the field, or `claim-unproven`.
 */
async function judgeClaim(verifier: Verifier, accusation: Claim): Promise<string> {
  const { clock, chain, store, account } = verifier.deps;
  const epoch = epochAt(verifier.network.schedule, clock.now());
  if (accusation.epoch !== epoch) throw invalid("epoch", "A claim is for the current epoch", { epoch });
  const judge = verifier.judges.get(accusation.kind);
  if (judge === undefined) throw invalid("kind", "This kind is not verified here");
  if (accusation.evidence.byteLength > MAX_CLAIM_BYTES) throw invalid("evidence", "The evidence is too long");
  const registry = verifier.registry ?? (await chain.latestRegistry());
  const device = registry.devices.get(accusation.device);
  if (!device?.kinds.includes(accusation.kind)) throw invalid("device", "No such device of this kind is registered");
  // One fault costs the epoch. More evidence of it, which anybody could vary without end, is not kept.
  const upheld = await store.upheldClaim(accusation);
  if (upheld !== null) return upheld;
  const commitment = await commitmentOf(verifier, accusation);
  const judged = (told: Claim) =>
    judge.judgeClaim({
      device: told.device,
      publicKey: device.publicKey,
      epoch,
      commitment,
      claim: told,
      registry: directoryOf(registry),
    });
  // Only what would be upheld is worth a question to the device.
  const heard = judged(accusation).pass ? accusation : await hearDevice(verifier, accusation);
  const verdict = judged(heard);
  if (verdict.pass) {
    throw new WayleaveError("claim-unproven", "The evidence proves no fault of this device", { device: heard.device });
  }
  await store.saveClaim(heard, verdict.fault);
  await store.saveVerdict({
    verifier: account.address,
    epoch,
    device: heard.device,
    kind: heard.kind,
    slot: CLAIM_SLOT,
    challenge: ZERO_HASH,
    outcome: verdict.fault,
    evidence: keccakHex(heard.evidence),
    response: null, // the evidence stands among the claims
  });
  return verdict.fault;
}

/**
 * The claim with what the accused device has to say to it. A device that is not linked here, or keeps silent, has said
 * nothing: it fails its challenges just so, and one verifier's word alone costs nobody the epoch.
 */
async function hearDevice(verifier: Verifier, claim: Claim): Promise<Claim> {
  const { hearings, log } = verifier.deps;
  const hearing = hearings.find(({ rule }) => rule.number === claim.kind);
  const peer = verifier.peer(claim.device);
  if (hearing === undefined || peer === null) return claim;
  try {
    return await hearing.hear(peer, claim, AbortSignal.timeout(HEARING_TIMEOUT_MS));
  } catch (error) {
    log.warn({ device: claim.device, reason: String(error) }, "Heard nothing from an accused device");
    return claim;
  }
}

function invalid(field: string, message: string, facts: Record<string, number> = {}): WayleaveError {
  return new WayleaveError("claim-invalid", message, { field, ...facts });
}

async function commitmentOf(verifier: Verifier, { device, kind, epoch }: Claim) {
  const commitments = await verifier.deps.store.commitments(epoch);
  return commitments.find(({ commitment }) => commitment.device === device && Number(commitment.kind) === kind) ?? null;
}
