import type { CustomerAccounts } from "./customerAccounts.ts";
import type { S3Keys } from "./s3Keys.ts";
import { WayleaveError } from "@wayleave/core/errors";

/** What an S3 front asks of accounts; the storage kind declares it as `Credentials`. */
export interface S3Credentials {
  findKey(accessKeyId: string): Promise<{
    readonly secretAccessKey: string;
    readonly customerId: string;
    readonly limits: {
      readonly readOnly: boolean;
      readonly buckets?: readonly string[];
      readonly storageBytesMax?: number;
    };
  } | null>;
  /**
   * After the signature was verified. @returns false to slow down. @throws WayleaveError `insufficient-funds`, `suspended`.
   * @param cost - with the key's id, the key's own limits hold, too; without it only the customer's do.
   */
  admit(customerId: string, cost: { readonly operation?: string; readonly accessKeyId?: string }): Promise<boolean>;
}

export function s3Credentials(deps: {
  readonly customers: Pick<CustomerAccounts, "load" | "limits" | "admitWithin">;
  readonly s3Keys: Pick<S3Keys, "find" | "takeRequest">;
}): S3Credentials {
  const { customers, s3Keys } = deps;
  return {
    async findKey(accessKeyId) {
      const found = await s3Keys.find(accessKeyId);
      if (found === null) return null;
      const { customer, readOnly, buckets } = found.key;
      await customers.load(customer);
      const limits = {
        readOnly,
        ...(buckets === null ? {} : { buckets }),
        ...storageCap(found.key.limits.storageBytes, customers.limits(customer)?.storageBytes ?? null),
      };
      return { secretAccessKey: found.secretAccessKey, customerId: customer, limits };
    },
    async admit(customerId, { accessKeyId }) {
      await customers.load(customerId);
      const key = accessKeyId === undefined ? null : await s3Keys.find(accessKeyId);
      try {
        customers.admitWithin(customerId, { requests: 1 }, key?.key.limits.dailySpendMicroUsd ?? null);
        if (key !== null) s3Keys.takeRequest(key.key.accessKeyId);
        return true;
      } catch (error) {
        if (error instanceof WayleaveError && (error.code === "rate-limited" || error.code === "spend-limited"))
          return false;
        throw error;
      }
    },
  };
}

/** The tighter of the key's cap and its customer's; both count all that the customer has stored. */
function storageCap(ofKey: bigint | null, ofCustomer: bigint | null): { readonly storageBytesMax?: number } {
  const caps = [ofKey, ofCustomer].filter((cap) => cap !== null).map(Number);
  return caps.length === 0 ? {} : { storageBytesMax: Math.min(...caps) };
}
