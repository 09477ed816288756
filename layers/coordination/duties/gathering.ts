import { signedOfferSchema } from "@wayleave/core/agentWire";
import { hexToBytes } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { type SigningDomain, typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hex } from "@wayleave/core/ids";
import type { Judge, Logger } from "@wayleave/core/kind";
import { COMMITMENT, OFFER } from "@wayleave/core/messages";
import { type NetworkTable, prefixOf } from "@wayleave/core/networkPrefix";
import { type Clock, epochStart, type Schedule } from "@wayleave/core/time";
import type { LinkPeer } from "@wayleave/link/types";
import { askCommitment, askJson } from "../deviceLinks.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";
import type { VerifierStore } from "../store/verifierStore.ts";
import { forEachLimited } from "./pacing.ts";

/** Devices asked at once: small questions, so many of them. */
const CONCURRENT_QUESTIONS = 512;
/** Opening an epoch takes a block and its seed's block comes later: an answer this late cannot know the seed either. */
const COMMITMENT_GRACE_MS = 1_000;

interface Needs {
  readonly store: Pick<VerifierStore, "saveSighting" | "saveCommitment" | "saveOffer">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schedule: Schedule;
  readonly judges: ReadonlyMap<number, Judge>;
  readonly networks: NetworkTable;
  /** Of the Settlement. */
  readonly domain: SigningDomain;
  readonly requestTimeoutMs: number;
}

/**
 * Asks every linked, registered device what it holds and offers, before the epoch's seed exists. Only what a device
 * signed about itself is kept. A commitment that comes when the seed may be known is worth nothing: it could have been
 * made to suit the challenges.
 */
export async function gatherAll(
  needs: Needs,
  epoch: number,
  peers: readonly LinkPeer[],
  registry: RegistrySnapshot,
): Promise<void> {
  const { log, judges } = needs;
  await forEachLimited(peers, CONCURRENT_QUESTIONS, async (peer) => {
    const kinds = registry.devices.get(peer.id)?.kinds ?? []; // a stranger's word is not kept
    for (const judge of kinds.flatMap((kind) => judges.get(kind) ?? [])) {
      for (const gather of [gatherSighting, gatherCommitment, gatherOffer]) {
        try {
          await gather(needs, epoch, peer, judge);
        } catch (error) {
          log.debug({ device: peer.id, kind: judge.rule.name, reason: String(error) }, "Got nothing from a device");
        }
      }
    }
  });
}

async function gatherSighting({ store, networks }: Needs, epoch: number, peer: LinkPeer): Promise<void> {
  const network = networks.networkOf(peer.remoteAddress);
  await store.saveSighting(epoch, { device: peer.id, prefix: prefixOf(peer.remoteAddress), network });
}

async function gatherCommitment(needs: Needs, epoch: number, peer: LinkPeer, { rule }: Judge): Promise<void> {
  const signed = await askCommitment(peer, rule.name, epoch, needs.requestTimeoutMs);
  if (signed === null) return;
  const { commitment } = signed;
  const digest = () => typedDigest(needs.domain, COMMITMENT, commitment);
  const due = commitment.kind === BigInt(rule.number) && commitment.epoch === BigInt(epoch);
  if (!due || commitment.device !== peer.id || !isSigned(peer, signed, digest)) {
    throw new WayleaveError("commitment-invalid", "The commitment is not this device's own for this epoch");
  }
  if (needs.clock.now() > epochStart(needs.schedule, epoch) + COMMITMENT_GRACE_MS) {
    throw new WayleaveError("commitment-slow", "The commitment came when the seed may have been known");
  }
  await needs.store.saveCommitment(epoch, signed);
}

async function gatherOffer(needs: Needs, epoch: number, peer: LinkPeer, { rule }: Judge): Promise<void> {
  const signed = await askJson(peer, `/offers/${rule.name}`, signedOfferSchema, needs.requestTimeoutMs);
  const digest = () => typedDigest(needs.domain, OFFER, signed.offer);
  const own = signed.offer.device === peer.id && signed.offer.kind === BigInt(rule.number);
  if (!own || !isSigned(peer, signed, digest)) {
    throw new WayleaveError("offer-invalid", "The offer is not this device's own");
  }
  await needs.store.saveOffer(epoch, signed);
}

/** Under the key that the link proved. */
function isSigned(peer: LinkPeer, { signature }: { readonly signature: Hex }, digest: () => Uint8Array): boolean {
  try {
    return verifyDeviceSignature(peer.publicKey, digest(), hexToBytes(signature));
  } catch {
    return false; // a figure that no field of the message can hold
  }
}
