import type { DeviceIdentity } from "./deviceIdentity.ts";
import type { SignedOffer } from "@wayleave/core/agentWire";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { KindName, Provider } from "@wayleave/core/kind";
import { toHex } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { OFFER } from "@wayleave/core/messages";

/** What this device sells, kind by kind, in its own words and under its own signature. */
export interface SellPlan {
  readonly kinds: readonly KindName[];
  /** Signed afresh when something changed since it was asked last. @throws WayleaveError `kind-not-found`. */
  offer(kind: KindName): SignedOffer;
  offers(): readonly SignedOffer[];
}

export function sellPlan<Route>(options: {
  readonly identity: DeviceIdentity;
  readonly domain: SigningDomain;
  readonly providers: readonly Pick<Provider<Route>, "kind" | "offer">[];
  readonly epochNow: () => number;
}): SellPlan {
  const { identity, domain, providers, epochNow } = options;
  const signed = new Map<KindName, SignedOffer>();
  const offer = (kind: KindName): SignedOffer => {
    const provider = providers.find((each) => each.kind === kind);
    if (provider === undefined)
      throw new WayleaveError("kind-not-found", "This device has no such kind", { field: "kind" });
    const fresh = {
      device: identity.key.id,
      kind: BigInt(KIND_NUMBERS[kind]),
      // Before genesis an offer is for the first epoch: the number is unsigned.
      epoch: BigInt(Math.max(0, epochNow())),
      cell: identity.cell,
      ...provider.offer(),
    };
    const known = signed.get(kind);
    if (known !== undefined && Object.entries(fresh).every(([k, v]) => known.offer[k as keyof typeof fresh] === v)) {
      return known;
    }
    const again = { offer: fresh, signature: toHex(identity.key.sign(typedDigest(domain, OFFER, fresh))) };
    signed.set(kind, again);
    return again;
  };
  const kinds = providers.map((provider) => provider.kind);
  return { kinds, offer, offers: () => kinds.map(offer) };
}
