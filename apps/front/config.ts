import { hash32Schema } from "@wayleave/core/ids";
import { type Network, networkSchema } from "@wayleave/core/network";
import { z } from "zod";

const port = z.number().int().min(0).max(65_535);

/** What one front is started with. The file holds keys: mode 0600. */
export const frontConfigSchema = z.strictObject({
  network: networkSchema,
  /** Everything of this operator derives from it: payer account, link key, encryption of data and metadata. */
  recoveryKey: hash32Schema,
  /** The operator's own key of the front's API. */
  adminKey: z.string().min(32),
  databaseUrl: z.string(),
  directory: z.string(),
  host: z.string().default("127.0.0.1"),
  httpPort: port,
  linkPort: port,
  s3Port: port,
  /** MQTT of the wireless kind. */
  mqttPort: port,
  /** Customers' webhooks may reach private addresses: only where all customers are one's own. */
  allowPrivateAddresses: z.boolean().default(false),
  region: z.string().default("local"),
  /** Redundancy of new buckets: any k of n pieces restore a segment. */
  policy: z.strictObject({ k: z.number().int().min(1), n: z.number().int().min(2) }).default({ k: 4, n: 6 }),
  /** Creates a demo customer with free credits and this bucket on the first start. */
  demo: z.strictObject({ customer: z.string(), bucket: z.string() }).nullable().default(null),
  /** A dishonest payer for tests and demonstrations: signs whatever is metered, deposit or not. */
  overpromise: z.boolean().default(false),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
/** What is written into the file; defaults may be left out. */
export type FrontConfig = Omit<z.input<typeof frontConfigSchema>, "network"> & { readonly network: Network };
