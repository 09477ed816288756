import { addressSchema } from "@wayleave/core/ids";
import { type Network, networkSchema } from "@wayleave/core/network";
import { z } from "zod";

/** What one agent is started with. */
export const agentConfigSchema = z.strictObject({
  network: networkSchema,
  /** Holds the device key (made on the first start), the wallet and the pieces. */
  directory: z.string(),
  /** Whom the device's pay goes to; null: whoever claims the device later. */
  owner: addressSchema.nullable().default(null),
  /** H3 cell as 15 hex digits; "0" when it does not say. */
  cell: z
    .string()
    .regex(/^[0-9a-f]{1,16}$/)
    .default("0"),
  /** Source address of its links, for machines with several. */
  localAddress: z.string().nullable().default(null),
  /** For tests: dials the second `host:port` whenever the registry says the first, e.g. through a shaper of slow lines. */
  dialVia: z.record(z.string(), z.string().regex(/^[^:]+:[0-9]{1,5}$/)).default({}),
  quotaBytes: z.number().int().positive(),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
/** What is written into the file; defaults may be left out. */
export type AgentConfig = Omit<z.input<typeof agentConfigSchema>, "network"> & { readonly network: Network };
