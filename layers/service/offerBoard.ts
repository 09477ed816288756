import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import type { KindName, Logger } from "@wayleave/core/kind";
import { signedOfferSchema } from "@wayleave/core/agentWire";
import { hexToBytes } from "@wayleave/core/bytes";
import { verifyDeviceSignature } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { OFFER } from "@wayleave/core/messages";
import { readJson } from "@wayleave/link/body";
import type { CurrentOffer } from "./deviceDirectory.ts";
import { forEachAtOnce, type ServedPeer } from "./servedPeer.ts";

const OFFER_BYTES_MAX = 4_096;
const OFFER_TIMEOUT_MS = 5_000;
const REQUESTS_AT_ONCE = 64;

export interface OfferBoard<Peer> {
  /** The offer read last over the device's present link; null before. */
  offer(device: Address): CurrentOffer | null;
  /** Reads one device's offer, as when it links. Never throws: a device without a good offer is not on the board. */
  read(peer: Peer, kind: KindName): Promise<void>;
  /** Reads all of them, as once a tick: capacity falls as pieces arrive. Those that are not linked are dropped. */
  refresh(linked: Iterable<Peer>, kindOf: (device: Address) => KindName | null): Promise<void>;
}

/** Offers of linked devices, each checked against the key that its link proved. */
export function offerBoard<Peer extends ServedPeer & { readonly publicKey: Uint8Array }>(deps: {
  readonly domain: SigningDomain;
  readonly log: Logger;
}): OfferBoard<Peer> {
  const offers = new Map<Address, CurrentOffer>();

  const read = async (peer: Peer, kind: KindName) => {
    try {
      const reply = await peer.request({ method: "GET", path: `/offers/${kind}`, timeoutMs: OFFER_TIMEOUT_MS });
      const { offer, signature } = await readJson(reply.body, signedOfferSchema, OFFER_BYTES_MAX);
      const digest = typedDigest(deps.domain, OFFER, offer);
      const own = offer.device === peer.id && offer.kind === BigInt(KIND_NUMBERS[kind]);
      if (!own || !verifyDeviceSignature(peer.publicKey, digest, hexToBytes(signature))) {
        offers.delete(peer.id);
        deps.log.warn({ device: peer.id, kind }, "Refused an offer that the device did not sign");
        return;
      }
      const { capacity, askPicoUsdPerUnitHour, askPicoUsdPerWorkUnit } = offer;
      offers.set(peer.id, { freeUnits: capacity, askPicoUsdPerUnitHour, askPicoUsdPerWorkUnit });
    } catch (error) {
      // What it offered before still holds: one lost request must not empty the board.
      deps.log.debug({ device: peer.id, error }, "Failed to read an offer");
    }
  };
  return {
    offer: (device) => offers.get(device) ?? null,
    read,
    async refresh(linked, kindOf) {
      const peers = [...linked];
      const present = new Set(peers.map((peer) => peer.id));
      for (const device of offers.keys()) if (!present.has(device)) offers.delete(device);
      await forEachAtOnce(peers, REQUESTS_AT_ONCE, async (peer) => {
        const kind = kindOf(peer.id);
        if (kind !== null) await read(peer, kind);
      });
    },
  };
}
