import { hkdfSync } from "node:crypto";
import { type AccountKey, accountKey } from "@wayleave/core/accountKey";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";

/** What one recovery key makes of a service operator: lose everything else and this brings it back. */
export interface OperatorKeys {
  /** The payer: deposits and signs vouchers. */
  readonly account: AccountKey;
  /** What devices have pinned for this operator. */
  readonly linkKey: DeviceKey;
}

/**
 * Derives an operator's keys by HKDF-SHA-256, each under a label of its own.
 * @param recoveryKey - 32 random bytes. A secret, to be kept on paper or in a safe.
 */
export function operatorKeys(recoveryKey: Uint8Array): OperatorKeys {
  const derive = (label: string) => new Uint8Array(hkdfSync("sha256", recoveryKey, "wayleave", label, 32));
  return { account: accountKey(derive("payer account")), linkKey: deviceKeyFromSeed(derive("operator link")) };
}
