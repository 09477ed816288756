import { addressSchema } from "@wayleave/core/ids";
import { amountSchema } from "@wayleave/core/money";
import { z } from "zod";
import { fetchJson } from "./httpJson.ts";

/** More than a front lists of one agent, and agents than one front has. */
const GATEWAYS_MAX = 512;
const AGENTS_MAX = 100_000;

const count = z.number().int().nonnegative();
const timeMs = z.number().nullable();

const storageSchema = z.looseObject({
  segments: z.object({ healthy: count, degraded: count, atRisk: count, lost: count }),
  /** Segments whose shards stand too close together. */
  misplaced: count,
  segmentsRepaired: count,
  shardsRebuilt: count,
  rebuiltBytes: count,
  /** Segments that lack shards for which there is no device that the rules allow. */
  withoutSpareDevices: count,
  /** When segments were last looked over; null before the first time. */
  lastScanMs: timeMs,
  snapshots: z.looseObject({ shippedUntilMs: timeMs, failures: count }),
});
export type StorageHealthView = z.infer<typeof storageSchema>;

const counters = z.record(z.string().max(64), count);
const gatewaySchema = z.looseObject({
  eui: z.string().max(16),
  protocol: z.enum(["gwmp", "station"]),
  online: z.boolean(),
  lastSeenMs: z.number(),
  uplinks: count,
  downlinks: count,
  drops: counters,
});
export type GatewayView = z.infer<typeof gatewaySchema>;

const agentSchema = z.looseObject({
  device: addressSchema,
  /** Its uplinks reach the front. */
  connected: z.boolean(),
  /** False: it withholds frames until the front's vouchers are firm. */
  serving: z.boolean(),
  copies: count,
  droppedQueueFull: count,
  withheldUnpaid: count,
  withheldUnbought: count,
  /** Null until the agent said. */
  gateways: z.array(gatewaySchema).max(GATEWAYS_MAX).nullable(),
  gatewaysKnown: count,
  gatewaysOnline: count,
  drops: counters,
});
export type GatewayAgentView = z.infer<typeof agentSchema>;

const wirelessSchema = z.looseObject({
  agents: z.array(agentSchema).max(AGENTS_MAX),
  counters,
  bought: count,
  waitingToBuy: count,
  unbought: counters,
  mqttConnections: count,
});
export type WirelessHealthView = z.infer<typeof wirelessSchema>;

/** What a front says of itself at `/v1/status`. Its own word. */
const frontStatusSchema = z.looseObject({
  nowMs: z.number(),
  state: z.string().max(64),
  linked: count,
  /** Devices that could be given something now. */
  serving: count,
  promisableMicroUsd: amountSchema,
  /** Null while it waits to be recovered. */
  storage: storageSchema.nullable(),
  wireless: wirelessSchema,
});
export type FrontStatus = z.infer<typeof frontStatusSchema>;

/** @throws WayleaveError as `fetchJson` does. */
export function frontStatus(frontUrl: string): Promise<FrontStatus> {
  return fetchJson(`${frontUrl}/v1/status`, frontStatusSchema);
}
