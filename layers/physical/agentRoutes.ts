import type { EpochCommitments } from "./epochCommitments.ts";
import type { DeviceIdentity } from "./deviceIdentity.ts";
import type { SellPlan } from "./sellPlan.ts";
import type { VoucherWallet } from "./voucherWallet.ts";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import type { KindName, Provider } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import type { LinkHandler, LinkIdentity, LinkReply, LinkRequest, LinkRoute } from "@wayleave/link/types";
import {
  challengePostSchema,
  countersignaturePostSchema,
  kindNameSchema,
  ticketPostSchema,
  voucherPostSchema,
} from "@wayleave/core/agentWire";
import { toHex, utf8 } from "@wayleave/core/bytes";
import { typedDigest } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { REGISTER_DEVICE, toJson, ZERO_ADDRESS } from "@wayleave/core/messages";
import { readJson } from "@wayleave/link/body";

/** Eight vouchers are 3 KB. */
const VOUCHER_BODY_BYTES_MAX = 16_384;
/** 256 countersignatures are 80 KB. */
const COUNTERSIGNATURE_BODY_BYTES_MAX = 131_072;
const SMALL_BODY_BYTES_MAX = 4_096;
/** Answers under way at once, of all verifiers together: each may read disks. Three verifiers ask once a slot. */
const CHALLENGES_AT_ONCE = 16;
/** A ticket that lives longer is not one of our network's. */
const TICKET_LIFETIME_MAX_S = 86_400n;

export interface AgentRoutesDeps {
  readonly identity: DeviceIdentity;
  readonly softwareVersion: string;
  readonly wallet: VoucherWallet;
  readonly plan: SellPlan;
  readonly providers: readonly Provider<LinkRoute>[];
  readonly commitments: ReadonlyMap<KindName, EpochCommitments>;
  /** Of the Registry: registrations are signed for it. */
  readonly registryDomain: SigningDomain;
  readonly clock: Clock;
  readonly peers: {
    /** The payer behind an operator's pinned link key; null for anybody else. */
    payerOfLink(linkId: Address): Address | null;
    /** Whether this is the pinned link key of a bonded verifier. */
    isVerifier(linkId: Address): boolean;
  };
}

/** What every device serves on every link, whatever its kinds; the kinds' own routes come after them. */
export function agentRoutes(deps: AgentRoutesDeps): readonly LinkRoute[] {
  const get = (path: string, handler: LinkHandler): LinkRoute => ({ method: "GET", path, maxBodyBytes: 0, handler });
  const post = (path: string, maxBodyBytes: number, handler: LinkHandler): LinkRoute => {
    return { method: "POST", path, maxBodyBytes, handler };
  };
  const verifiers = (handler: LinkHandler): LinkHandler => {
    return async (request) => {
      if (!deps.peers.isVerifier(request.peer.id)) throw strangerRefused(request.peer, "verifiers");
      return handler(request);
    };
  };
  const kinds = deps.providers.flatMap((provider) => provider.routes);
  return [
    get("/device", async () => json(deviceInfo(deps))),
    get("/offers/:kind", async ({ params }) => json(deps.plan.offer(kindOf(params)))),
    get(
      "/commitments/:kind/:epoch",
      verifiers((request) => commitment(deps, request)),
    ),
    post("/challenges/:kind", SMALL_BODY_BYTES_MAX, verifiers(challengeHandler(deps))),
    post(
      "/register",
      SMALL_BODY_BYTES_MAX,
      verifiers((request) => register(deps, request)),
    ),
    post("/wallet/vouchers", VOUCHER_BODY_BYTES_MAX, (request) => takeVouchers(deps, request)),
    get("/wallet/metered", async ({ peer }) => json(deps.wallet.metered(payerBehind(deps, peer)))),
    get(
      "/wallet/vouchers",
      verifiers((request) => voucherPage(deps, request)),
    ),
    post(
      "/wallet/countersignatures",
      COUNTERSIGNATURE_BODY_BYTES_MAX,
      verifiers((r) => takeCountersignatures(deps, r)),
    ),
    ...kinds,
  ];
}

function deviceInfo({ identity, softwareVersion, plan }: AgentRoutesDeps) {
  const { key, owner, cell } = identity;
  const offers = plan.offers();
  return { device: key.id, publicKey: toHex(key.publicKey), owner, kinds: plan.kinds, cell, softwareVersion, offers };
}

async function commitment(deps: AgentRoutesDeps, { params }: LinkRequest): Promise<LinkReply> {
  const commitments = deps.commitments.get(kindOf(params));
  if (commitments === undefined || !/^(0|[1-9][0-9]{0,14})$/.test(params.epoch ?? "")) {
    throw new WayleaveError("epoch-not-found", "Nothing is committed for this", { field: "epoch" });
  }
  const made = await commitments.get(Number(params.epoch));
  if (made === null) throw new WayleaveError("commitment-not-found", "This kind commits nothing", { field: "kind" });
  return json(made);
}

function challengeHandler(deps: AgentRoutesDeps): LinkHandler {
  let underWay = 0;
  return async ({ params, body }) => {
    const kind = kindOf(params);
    const provider = deps.providers.find((each) => each.kind === kind);
    if (provider === undefined)
      throw new WayleaveError("kind-not-found", "This device has no such kind", { field: "kind" });
    const ask = await readJson(body, challengePostSchema, SMALL_BODY_BYTES_MAX);
    if (underWay >= CHALLENGES_AT_ONCE) {
      throw new WayleaveError("challenges-busy", "Too many challenges at once", {}, { retryable: true });
    }
    underWay++;
    try {
      const answer = await provider.answer(ask);
      return { status: 200, headers: { "content-type": "application/octet-stream" }, body: answer };
    } finally {
      underWay--;
    }
  };
}

/** Turns a verifier's ticket into this device's own signed wish. What it signs is its own id and its own owner, always. */
async function register(deps: AgentRoutesDeps, { body }: LinkRequest): Promise<LinkReply> {
  const { ticket } = await readJson(body, ticketPostSchema, SMALL_BODY_BYTES_MAX);
  const { key, owner } = deps.identity;
  const kind = deps.plan.kinds.find((name) => BigInt(KIND_NUMBERS[name]) === ticket.kind);
  if (ticket.device !== key.id || kind === undefined) {
    throw new WayleaveError("ticket-refused", "This ticket is for another device or kind", { field: "ticket.device" });
  }
  const nowS = BigInt(Math.floor(deps.clock.now() / 1_000));
  if (ticket.expiresAt <= nowS || ticket.expiresAt > nowS + TICKET_LIFETIME_MAX_S) {
    throw new WayleaveError("ticket-refused", "This ticket expired, or lives too long", { field: "ticket.expiresAt" });
  }
  const wish = { device: key.id, kind: ticket.kind, owner: owner ?? ZERO_ADDRESS, expiresAt: ticket.expiresAt };
  const signature = toHex(key.sign(typedDigest(deps.registryDomain, REGISTER_DEVICE, wish)));
  return json({ registration: wish, publicKey: toHex(key.publicKey), signature });
}

async function takeVouchers(deps: AgentRoutesDeps, { peer, body }: LinkRequest): Promise<LinkReply> {
  const payer = payerBehind(deps, peer);
  const { vouchers } = await readJson(body, voucherPostSchema, VOUCHER_BODY_BYTES_MAX);
  for (const voucher of vouchers) deps.wallet.accept(payer, voucher);
  return json(deps.wallet.metered(payer));
}

async function voucherPage(deps: AgentRoutesDeps, { query }: LinkRequest): Promise<LinkReply> {
  const text = query.get("after") ?? "0";
  if (!/^[0-9]{1,15}$/.test(text)) {
    throw new WayleaveError("query-invalid", "`after` is a sequence number", { field: "after" });
  }
  const after = Number(text);
  const vouchers = deps.wallet.changedAfter(after).map(({ voucher, signature, countersignatures, sequence }) => {
    return { voucher, signature, countersignatures, sequence };
  });
  return json({ vouchers, next: vouchers.at(-1)?.sequence ?? after });
}

async function takeCountersignatures(deps: AgentRoutesDeps, { body }: LinkRequest): Promise<LinkReply> {
  const { countersignatures } = await readJson(body, countersignaturePostSchema, COUNTERSIGNATURE_BODY_BYTES_MAX);
  const accepted = countersignatures.filter((each) => deps.wallet.countersign(each)).length;
  return json({ accepted });
}

function payerBehind(deps: AgentRoutesDeps, peer: LinkIdentity): Address {
  const payer = deps.peers.payerOfLink(peer.id);
  if (payer === null) throw strangerRefused(peer, "operators");
  return payer;
}

function strangerRefused(peer: LinkIdentity, whoMay: string): WayleaveError {
  return new WayleaveError("peer-forbidden", `This is for ${whoMay} only`, { peer: peer.id });
}

function kindOf(params: Readonly<Record<string, string>>): KindName {
  const kind = kindNameSchema.safeParse(params.kind);
  if (!kind.success) throw new WayleaveError("kind-not-found", "There is no such kind", { field: "kind" });
  return kind.data;
}

function json(value: unknown): LinkReply {
  return { status: 200, headers: { "content-type": "application/json" }, body: utf8(toJson(value)) };
}
