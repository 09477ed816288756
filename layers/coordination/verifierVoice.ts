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

/** What one verifier answers over HTTP: everything public, and accusations judged on the spot. */
export function verifierVoice(verifier: Verifier): VerifierVoice {
  const { network, deps, judges } = verifier;
  const { store, clock, chain, account, bundleDirectory } = deps;
  const { schedule } = network;

  const currentStandings = (): Promise<Standing[]> => {
    const devices = [...(verifier.registry?.devices.keys() ?? [])];
    return standings({ store, judges, schedule, devices }, epochAt(schedule, clock.now()), clock.now());
  };

  return {
    network,
    async status() {
      const [last, standing] = [await chain.lastStatement(), await currentStandings()];
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
  const judge = verifier.judges.get(claim.kind);
  const epoch = epochAt(verifier.network.schedule, clock.now());
  if (judge === undefined || claim.evidence.byteLength > MAX_CLAIM_BYTES || claim.epoch !== epoch) {
    const rule = "A claim is for the current epoch and a kind that is verified here";
    throw new WayleaveError("claim-invalid", rule, { field: "epoch", epoch });
  }
  const registry = verifier.registry ?? (await chain.latestRegistry());
  const device = registry.devices.get(claim.device);
  if (device === undefined)
    throw new WayleaveError("claim-invalid", "No such device is registered", { field: "device" });
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

async function commitmentOf(verifier: Verifier, { device, kind, epoch }: Claim) {
  const commitments = await verifier.deps.store.commitments(epoch);
  return commitments.find(({ commitment }) => commitment.device === device && Number(commitment.kind) === kind) ?? null;
}
