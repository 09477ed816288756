import type { KindName, Provider } from "@wayleave/core/kind";
import type { SignedCommitment } from "@wayleave/core/messages";
import { WayleaveError } from "@wayleave/core/errors";

/** Past epochs whose commitments are still told: verifiers ask for the present one, and for the last while they judge. */
const EPOCHS_KEPT = 4;

export interface EpochCommitments {
  /**
   * What the device froze for an epoch; null when the kind has nothing to commit. Made when it is first asked for, at
   * most one epoch ahead: whoever asks for a later one would have today's state frozen for it.
   * @throws WayleaveError `epoch-not-found` for any other epoch.
   */
  get(epoch: number): Promise<SignedCommitment | null>;
}

export function epochCommitments<Route>(
  provider: Pick<Provider<Route>, "kind" | "commit">,
  epochNow: () => number,
): EpochCommitments {
  const made = new Map<number, Promise<SignedCommitment | null>>();
  return {
    async get(epoch) {
      const known = made.get(epoch);
      if (known !== undefined) return known;
      const present = epochNow();
      if (epoch !== present && epoch !== present + 1) throw unknownEpoch(provider.kind, epoch, present);
      const making = provider.commit(epoch);
      made.set(epoch, making);
      making.catch(() => made.delete(epoch)); // a full disk now may have room at the next question
      for (const old of made.keys()) if (old <= present - EPOCHS_KEPT) made.delete(old);
      return making;
    },
  };
}

function unknownEpoch(kind: KindName, epoch: number, present: number): WayleaveError {
  return new WayleaveError("epoch-not-found", "Nothing is committed for this epoch", {
    field: "epoch",
    kind,
    epoch,
    present,
  });
}
