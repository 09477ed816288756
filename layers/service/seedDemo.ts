import type { MicroUsd } from "@wayleave/core/money";
import { WayleaveError } from "@wayleave/core/errors";
import type { ServiceLayer } from "./serviceLayer.ts";

export const DEMO_CUSTOMER = { id: "demo", name: "Demo customer" } as const;
/** Stores a terabyte for months at the default prices. */
export const DEMO_CREDITS_MICRO_USD: MicroUsd = 25_000_000n;

export interface DemoKeys {
  readonly customer: string;
  readonly apiKey: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The customer that a local network starts with, and its free credits. Running it again grants nothing more.
 * @returns its keys the first time, for the caller to keep in a 0600 file: they cannot be read again. Null afterwards.
 */
export async function seedDemo(
  layer: Pick<ServiceLayer, "customers" | "apiKeys" | "s3Keys" | "grantCredits">,
): Promise<DemoKeys | null> {
  const fresh = await createOnce(layer);
  // Also after a recovery, when the journal that knew of the credits is lost.
  if (!fresh && (await layer.apiKeys.list(DEMO_CUSTOMER.id)).length > 0) return null;
  await layer.grantCredits(DEMO_CUSTOMER.id, DEMO_CREDITS_MICRO_USD, `demo:${DEMO_CUSTOMER.id}`);
  const { key, secretAccessKey } = await layer.s3Keys.create(DEMO_CUSTOMER.id, { name: "demo" });
  const { secret } = await layer.apiKeys.create(DEMO_CUSTOMER.id, { name: "demo" });
  return { customer: DEMO_CUSTOMER.id, apiKey: secret, accessKeyId: key.accessKeyId, secretAccessKey };
}

async function createOnce(layer: Pick<ServiceLayer, "customers">): Promise<boolean> {
  try {
    await layer.customers.create(DEMO_CUSTOMER);
    return true;
  } catch (error) {
    if (error instanceof WayleaveError && error.code === "customer-exists") return false;
    throw error;
  }
}
