import { type Network, networkSchema } from "@wayleave/core/network";
import { hash32Schema } from "@wayleave/core/ids";
import { z } from "zod";

/** What one verifier is started with. The file holds keys: mode 0600. */
export const verifierConfigSchema = z.strictObject({
  network: networkSchema,
  /** The account that is bonded and signs. */
  accountKey: hash32Schema,
  /** Seed of the P-256 key that devices have pinned. */
  linkSeed: hash32Schema,
  databaseUrl: z.string(),
  directory: z.string(),
  host: z.string().default("127.0.0.1"),
  httpPort: z.number().int().min(0).max(65_535),
  linkPort: z.number().int().min(0).max(65_535),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
/** What is written into the file; defaults may be left out. */
export type VerifierConfig = Omit<z.input<typeof verifierConfigSchema>, "network"> & { readonly network: Network };
