import { utf8 } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import type { PayerGate } from "@wayleave/core/kind";
import { readJson } from "@wayleave/link/body";
import type { LinkReply, LinkRequest, LinkRoute } from "@wayleave/link/types";
import {
  DOWNLINKS_PATH,
  DOWNLINK_BODY_BYTES_MAX,
  type DownlinkReply,
  FILTER_BODY_BYTES_MAX,
  GATEWAYS_PATH,
  type GatewayStatus,
  type GatewaysReply,
  PURCHASES_PATH,
  PURCHASE_BODY_BYTES_MAX,
  type Purchases,
  type PurchasesReply,
  UPLINKS_PATH,
  UPLINK_MEDIA_TYPE,
  downlinkSchema,
  purchasesSchema,
  uplinkFilterSchema,
} from "../model/agentApi.ts";
import type { DownlinkOutcome, RadioDownlink } from "../model/radio.ts";
import type { PayerFeed } from "./payerFeed.ts";

export interface WirelessRoutesDependencies {
  readonly bootId: string;
  readonly gate: PayerGate;
  /** @throws WayleaveError `payers-full` */
  readonly feedOf: (payer: Address) => PayerFeed;
  readonly send: (downlink: RadioDownlink) => Promise<DownlinkOutcome>;
  readonly gateways: () => GatewayStatus[];
  readonly drops: () => Record<string, number>;
}

/** The agent's radio as its links reach it: for registered operators only, each for itself. */
export function wirelessRoutes(dependencies: WirelessRoutesDependencies): LinkRoute[] {
  const { gate, feedOf } = dependencies;
  const feedFor = (request: LinkRequest): PayerFeed => {
    const payer = gate.payerOfLink(request.peer.id);
    if (payer === null) throw new WayleaveError("operator-forbidden", "This link belongs to no registered operator");
    return feedOf(payer);
  };
  const route = (
    method: LinkRoute["method"],
    path: string,
    maxBodyBytes: number,
    handler: (request: LinkRequest, feed: PayerFeed) => Promise<LinkReply>,
  ): LinkRoute => ({ method, path, maxBodyBytes, handler: async (request) => handler(request, feedFor(request)) });
  return [
    route("POST", UPLINKS_PATH, FILTER_BODY_BYTES_MAX, async (request, feed) => {
      const body = feed.open(await readJson(request.body, uplinkFilterSchema, FILTER_BODY_BYTES_MAX));
      if (request.signal.aborted) body.destroy();
      else request.signal.addEventListener("abort", () => body.destroy(), { once: true });
      return { status: 200, headers: { "content-type": UPLINK_MEDIA_TYPE }, body };
    }),
    route("POST", DOWNLINKS_PATH, DOWNLINK_BODY_BYTES_MAX, (request, feed) => transmit(request, feed, dependencies)),
    route("POST", PURCHASES_PATH, PURCHASE_BODY_BYTES_MAX, async (request, feed) => {
      const purchases = await readJson(request.body, purchasesSchema, PURCHASE_BODY_BYTES_MAX);
      return json(buy(purchases, feed, dependencies));
    }),
    route("GET", GATEWAYS_PATH, 0, async (_request, feed) => {
      const { delivered, droppedQueueFull, withheldUnpaid, withheldUnbought } = feed;
      return json({
        bootId: dependencies.bootId,
        gateways: dependencies.gateways(),
        drops: dependencies.drops(),
        payer: { delivered, droppedQueueFull, withheldUnpaid, withheldUnbought },
      } satisfies GatewaysReply);
    }),
  ];
}

async function transmit(
  request: LinkRequest,
  feed: PayerFeed,
  { bootId, gate, send }: WirelessRoutesDependencies,
): Promise<LinkReply> {
  const downlink = await readJson(request.body, downlinkSchema, DOWNLINK_BODY_BYTES_MAX);
  if (!gate.mayServe(feed.payer)) {
    const facts = { payer: feed.payer };
    throw new WayleaveError("payer-unpaid", "Service is unpaid for: hand in a firm voucher", facts);
  }
  if (!feed.mayOffer("downlink")) {
    throw new WayleaveError("offers-limited", "Too little of what this agent delivered was bought");
  }
  const outcome = await send(downlink);
  const sequence = outcome === "sent" ? feed.sent(downlink.payload.byteLength) : null;
  return json({ outcome, bootId, sequence } satisfies DownlinkReply);
}

/** Charges what the payer says it buys: each delivery at most once, and the whole request as one act. */
function buy(purchases: Purchases, feed: PayerFeed, { bootId, gate }: WirelessRoutesDependencies): PurchasesReply {
  const refused: { sequence: number; reason: PurchasesReply["refused"][number]["reason"] }[] = [];
  const total = { workUnits: 0n, picoUsd: 0n };
  let bought = 0;
  for (const [kind, acts] of [["copy", purchases.copies] as const, ["downlink", purchases.downlinks] as const]) {
    for (const act of acts) {
      const reason = purchases.bootId === bootId ? feed.buy(act, kind) : "boot-unknown";
      if (reason !== null) {
        refused.push({ sequence: act.sequence, reason });
        continue;
      }
      bought++;
      total.workUnits += act.workUnits;
      total.picoUsd += act.picoUsd;
    }
  }
  if (bought > 0) gate.charge(feed.payer, total);
  return { bought, refused };
}

function json(value: unknown): LinkReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: utf8(JSON.stringify(value)) };
}
