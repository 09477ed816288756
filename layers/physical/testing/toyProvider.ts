import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import type { PayerGate, Provider } from "@wayleave/core/kind";
import type { SignedCommitment } from "@wayleave/core/messages";
import type { LinkRoute } from "@wayleave/link/types";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { COMMITMENT } from "@wayleave/core/messages";

/** The smallest kind there can be: it does "work" for a price, holds one number, and answers with its hash. */
export function toyProvider(deps: {
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
  readonly gate: PayerGate;
}): Provider<LinkRoute> & { work(payer: Address): Promise<void> } {
  const commitments = new Map<number, SignedCommitment>();
  let worked = 0n;
  const work = async (payer: Address) => {
    if (!deps.gate.mayServe(payer)) throw new WayleaveError("service-unpaid", "Not served", { payer });
    worked++;
    deps.gate.charge(payer, { workUnits: 1n, picoUsd: 1_000n });
  };
  return {
    kind: "compute",
    work,
    routes: [
      {
        method: "POST",
        path: "/compute/work",
        maxBodyBytes: 0,
        async handler({ peer }) {
          const payer = deps.gate.payerOfLink(peer.id);
          if (payer === null) throw new WayleaveError("peer-forbidden", "Only operators may");
          await work(payer);
          return { status: 204 };
        },
      },
    ],
    offer: () => ({ capacity: 100n - worked, askPicoUsdPerUnitHour: 1n, askPicoUsdPerWorkUnit: 1_000n }),
    async commit(epoch) {
      const made = commitments.get(epoch);
      if (made !== undefined) return made;
      const commitment = {
        ...{ device: deps.key.id, kind: BigInt(KIND_NUMBERS.compute), epoch: BigInt(epoch) },
        ...{ root: toHex(keccak256(Uint8Array.of(Number(worked)))), total: worked, items: worked },
      };
      const signature = toHex(deps.key.sign(typedDigest(deps.domain, COMMITMENT, commitment)));
      const signed = { commitment, signature };
      commitments.set(epoch, signed);
      return signed;
    },
    async answer({ epoch, challenge }) {
      const made = commitments.get(epoch);
      if (made === undefined) throw new WayleaveError("epoch-not-found", "Nothing committed", { epoch });
      return keccak256(hexToBytes(challenge), hexToBytes(made.commitment.root));
    },
    tick: async () => undefined,
    close: async () => undefined,
  };
}
