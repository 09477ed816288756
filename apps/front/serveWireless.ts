import type { Pool } from "pg";
import { createHmac } from "node:crypto";
import type { Hash32 } from "@wayleave/core/ids";
import type { DeviceDirectory, Logger, Meter } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { type WirelessService, startWirelessService } from "@wayleave/kind-wireless/serve/startWirelessService";
import { WIRELESS_SCOPES } from "@wayleave/kind-wireless/serve/api/wirelessRoute";
import { hasScope } from "@wayleave/layer-service/apiKeys";
import type { ServiceLayer } from "@wayleave/layer-service/serviceLayer";
import { DEFAULT_MARGIN_BPS, priceOf } from "@wayleave/layer-service/usageMeter";
import type { LinkPeer } from "@wayleave/link/types";

/** What of a front the wireless service stands on. */
export interface WirelessGround {
  readonly pool: Pool;
  readonly devices: DeviceDirectory<LinkPeer>;
  readonly layer: ServiceLayer;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly payer: `0x${string}`;
  /** Everything of the operator derives from it. */
  readonly recoveryKey: Uint8Array;
  readonly seedNow: () => Hash32;
  readonly allowPrivateAddresses: boolean;
  readonly mqtt: { readonly host: string; readonly port: number };
}

/** The wireless kind on a front's accounts and money. */
export function serveWireless(ground: WirelessGround): Promise<WirelessService> {
  const { layer, recoveryKey, ...rest } = ground;
  const { customers, apiKeys } = layer;
  return startWirelessService({
    ...rest,
    customers,
    // Its own key under the operator's: what opens devices' keys opens nothing else.
    operatorSecret: createHmac("sha256", recoveryKey).update("wayleave wireless keys v1").digest(),
    funds: {
      reserve: (customer, picoUsd) => customers.reserve(customer, priceOf(picoUsd, DEFAULT_MARGIN_BPS)),
      release: (customer, picoUsd) => customers.release(customer, priceOf(picoUsd, DEFAULT_MARGIN_BPS)),
    },
    async authenticate(_user, password) {
      const key = await apiKeys.authenticate(password);
      if (key === null || !hasScope(key, WIRELESS_SCOPES.read)) return null;
      await customers.load(key.customer);
      return { customer: key.customer, mayWrite: hasScope(key, WIRELESS_SCOPES.write) };
    },
  });
}
