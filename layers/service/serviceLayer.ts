import type { Pool } from "pg";
import type { Logger } from "@wayleave/core/kind";
import type { MicroUsd } from "@wayleave/core/money";
import type { Clock } from "@wayleave/core/time";
import { type ApiKeys, apiKeys } from "./apiKeys.ts";
import { type CustomerAccounts, customerAccounts } from "./customerAccounts.ts";
import { type Ledger, ledger } from "./ledger.ts";
import { type S3Keys, s3Keys } from "./s3Keys.ts";
import { secretSealer } from "./sealedSecret.ts";
import { openServiceDatabase, type ServiceDb } from "./serviceDatabase.ts";
import { type UsageMeter, usageMeter } from "./usageMeter.ts";

export interface ServiceLayerOptions {
  readonly marginBps: bigint;
  readonly tickAt: (nowMs: number) => number;
  /** The operator's recovery key, at least 32 bytes: S3 secrets at rest are sealed under it. */
  readonly recoveryKey: Uint8Array;
}

/** What all kinds of a front share: customers, keys, money, metering. */
export interface ServiceLayer {
  readonly db: ServiceDb;
  readonly ledger: Ledger;
  readonly meter: UsageMeter;
  readonly customers: CustomerAccounts;
  readonly apiKeys: ApiKeys;
  readonly s3Keys: S3Keys;
  /** Books dollars a customer paid in; they count at once. @returns false for a reference booked before. */
  topUp(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
  grantCredits(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
  refund(customer: string, microUsd: MicroUsd, reference: string): Promise<boolean>;
}

/** @param deps - the pool stays the caller's, who closes it after a last `meter.flush()`. */
export async function openServiceLayer(
  options: ServiceLayerOptions,
  deps: { readonly pool: Pool; readonly clock: Clock; readonly log: Logger },
): Promise<ServiceLayer> {
  const { clock, log } = deps;
  const db = await openServiceDatabase(deps.pool);
  const books = ledger(db, () => clock.now());
  // The meter tells the accounts what was spent, the accounts ask the meter what is pending: neither without the other.
  const meter: UsageMeter = usageMeter(options, {
    ...{ db, clock, log },
    onSpend: (customer, pricePico) => customers.spend(customer, pricePico),
  });
  const customers: CustomerAccounts = customerAccounts({ db, clock, log, meter });
  const known = async (customer: string) => {
    await customers.load(customer);
  };
  const move = (post: Ledger["topUp"]): Ledger["topUp"] => {
    return async (customer, microUsd, reference) => {
      await known(customer);
      const posted = await post(customer, microUsd, reference);
      await customers.refresh(customer);
      return posted;
    };
  };
  return {
    ...{ db, meter, customers, ledger: books },
    apiKeys: apiKeys({ db, clock }),
    s3Keys: s3Keys({ db, clock, sealer: secretSealer(options.recoveryKey) }),
    topUp: move(books.topUp),
    grantCredits: move(books.grantCredits),
    refund: move(books.refund),
  };
}
