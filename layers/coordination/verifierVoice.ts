import { WayleaveError } from "@wayleave/core/errors";
import { keccakHex } from "@wayleave/core/hash";
import type { Address } from "@wayleave/core/ids";
import { type Claim, CLAIM_SLOT, MAX_CLAIM_BYTES } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { epochAt } from "@wayleave/core/time";
import { bundleFile } from "./duties/bundling.ts";
import type { VerifierVoice } from "./httpApi.ts";
import { type Standing, standings } from "./standings.ts";
import type { Verifier } from "./verifier.ts";

/** Verdicts of one device that a provider sees at once, newest first. */
const VERDICTS_SHOWN = 200;

const STANDINGS_KEPT_MS = 1_000;

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
async function judgeClaim(verifier: Verifier, claim: Claim): Promise<string> {
  const { clock, chain, store, account } = verifier.deps;
  const epoch = epochAt(verifier.network.schedule, clock.now());
  if (claim.epoch !== epoch) throw invalid("epoch", "A claim is for the current epoch", { epoch });
  const judge = verifier.judges.get(claim.kind);
  if (judge === undefined) throw invalid("kind", "This kind is not verified here");
  if (claim.evidence.byteLength > MAX_CLAIM_BYTES) throw invalid("evidence", "The evidence is too long");
  const registry = verifier.registry ?? (await chain.latestRegistry());
  const device = registry.devices.get(claim.device);
  if (!device?.kinds.includes(claim.kind)) throw invalid("device", "No such device of this kind is registered");
  // One fault costs the epoch. More evidence of it, which anybody could vary without end, is not kept.
  const upheld = await store.upheldClaim(claim);
  if (upheld !== null) return upheld;
  const verdict = judge.judgeClaim({
    device: claim.device,
    publicKey: device.publicKey,
    epoch,
    commitment: await commitmentOf(verifier, claim),
    claim,
    registry: {
      deviceKey: (id: Address) => registry.devices.get(id)?.publicKey ?? null,
      operatorKey: (payer: Address) => registry.payers.get(payer)?.linkKey ?? null,
    },
  });
  if (verdict.pass) {
    throw new WayleaveError("claim-unproven", "The evidence proves no fault of this device", { device: claim.device });
  }
  await store.saveClaim(claim, verdict.fault);
  await store.saveVerdict({
    verifier: account.address,
    epoch,
    device: claim.device,
    kind: claim.kind,
    slot: CLAIM_SLOT,
    challenge: ZERO_HASH,
    outcome: verdict.fault,
    evidence: keccakHex(claim.evidence),
    response: null, // the evidence stands among the claims
  });
  return verdict.fault;
}

function invalid(field: string, message: string, facts: Record<string, number> = {}): WayleaveError {
  return new WayleaveError("claim-invalid", message, { field, ...facts });
}

async function commitmentOf(verifier: Verifier, { device, kind, epoch }: Claim) {
  const commitments = await verifier.deps.store.commitments(epoch);
  return commitments.find(({ commitment }) => commitment.device === device && Number(commitment.kind) === kind) ?? null;
}
