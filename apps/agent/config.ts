import { addressSchema } from "@wayleave/core/ids";
import { type Network, networkSchema } from "@wayleave/core/network";
import { REGION_NAMES } from "@wayleave/kind-wireless/model/device";
import { z } from "zod";

const endpoint = z.strictObject({ host: z.string(), port: z.number().int().min(0).max(65_535) });
const wirelessSchema = z.strictObject({
  region: z.enum(REGION_NAMES),
  /** Semtech UDP packet forwarders; null: none are taken. */
  gwmp: endpoint.nullable(),
  /** Basics Stations; null: none are taken. */
  station: endpoint.nullable(),
  /** Antennas less their cables. */
  antennaGainDbi: z.number().min(0).max(15).default(0),
  /** EUIs that may attach; null: whoever comes first. */
  gateways: z
    .array(z.string().regex(/^[0-9a-f]{16}$/))
    .nullable()
    .default(null),
});

/** Every setting of an agent. */
export const agentSettingsSchema = z.strictObject({
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
  /** Storage: how much of its disk it lends. */
  quotaBytes: z.number().int().positive().nullable().default(null),
  /** Wireless: where gateways reach it, and in which region. */
  wireless: wirelessSchema.nullable().default(null),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** What one agent is started with: one device of one kind, so exactly one of `quotaBytes` and `wireless`. */
export const agentConfigSchema = agentSettingsSchema.refine(
  ({ quotaBytes, wireless }) => (quotaBytes === null) !== (wireless === null),
  "must have one kind: quotaBytes or wireless",
);
/** What is written into the file; defaults may be left out. */
export type AgentConfig = Omit<z.input<typeof agentConfigSchema>, "network"> & { readonly network: Network };
