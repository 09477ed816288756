import { addressSchema } from "@wayleave/core/ids";
import { networkSchema } from "@wayleave/core/network";
import { z } from "zod";

/** `.wayleave/network.json` (0600): what scripts need to use a local network, demo credentials included. */
export const networkFileSchema = z.strictObject({
  network: networkSchema,
  portBase: z.number().int(),
  endpoints: z.strictObject({
    chain: z.url(),
    front: z.url(),
    s3: z.url(),
    mqtt: z.url(),
    verifiers: z.array(z.url()),
  }),
  accounts: z.strictObject({ deployer: addressSchema, treasury: addressSchema, payer: addressSchema }),
  demo: z.strictObject({
    customer: z.string(),
    apiKey: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    region: z.string(),
    bucket: z.string(),
    /** LoRaWAN application of the demo customer; null where no gateways run. */
    lorawan: z.strictObject({ applicationId: z.string(), devEuis: z.array(z.string()) }).nullable(),
  }),
  /** The operator's own key of the front's API. */
  adminKey: z.string(),
});
export type NetworkFile = z.infer<typeof networkFileSchema>;
