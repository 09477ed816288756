import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { utf8 } from "@wayleave/core/bytes";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { SigningDomain } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import { type Address, type Hash32, addressSchema, hash32Schema } from "@wayleave/core/ids";
import type { Logger, PayerGate } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import type { Clock } from "@wayleave/core/time";
import { readJson } from "@wayleave/link/body";
import type { LinkHandler, LinkReply, LinkRequest, LinkRoute } from "@wayleave/link/types";
import { z } from "zod";
import {
  CLASS_HEADER,
  EXPIRES_HEADER,
  NAME_HEADER,
  ORDER_HEADER,
  PAGE_ROWS,
  type PieceClass,
  ROOT_HEADER,
  SIZE_HEADER,
  type Usage,
  pieceIdSchema,
  pieceOrderSchema,
  putHeadersSchema,
} from "../model/pieceApi.ts";
import { MAX_PIECE_BYTES } from "../model/pieceTree.ts";
import { meteredPicoUsdDown, workUnitsDown } from "../model/price.ts";
import { PIECE_DELETION, PIECE_RECEIPT, isSignedBy, signStruct, signedDeletionSchema } from "../model/receipts.ts";
import type { Commitments } from "./commitments.ts";
import { type StoredPiece, readAt } from "./pieceFile.ts";
import type { PieceStore } from "./pieceStore.ts";
import type { StorageMeters } from "./storageMeters.ts";

/** Reads up to here are one buffer, as what a front asks for at a time is; larger ones stream. */
const BUFFERED_READ_BYTES = 512 * 1024;
/** A piece is renewed by its payer's next receipt rather than promised for ever. */
const MAX_HOLD_MS = 400 * 24 * 3_600_000;
/** A signed deletion is 700 bytes of JSON. */
const MAX_DELETION_BYTES = 4096;

export interface PieceRoutesDependencies {
  readonly store: PieceStore;
  readonly commitments: Commitments;
  readonly meters: StorageMeters;
  readonly gate: PayerGate;
  readonly key: DeviceKey;
  readonly domain: SigningDomain;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The device's API as its links serve it. The peer's TLS identity is the only authentication: a payer's link key reaches
 * that payer's pieces and no others, and any linked peer may read commitments and deletions, which hold nothing but hashes.
 */
export function pieceRoutes(dependencies: PieceRoutesDependencies): LinkRoute[] {
  const route = (method: LinkRoute["method"], path: string, handler: LinkHandler, maxBodyBytes = 0): LinkRoute => ({
    method,
    path,
    maxBodyBytes,
    handler,
  });
  const { commitments } = dependencies;
  return [
    route("PUT", "/storage/pieces/:pieceId", (request) => putPiece(request, dependencies), MAX_PIECE_BYTES),
    route("GET", "/storage/pieces/:pieceId", (request) => getPiece(request, dependencies)),
    route("DELETE", "/storage/pieces/:pieceId", (request) => deletePiece(request, dependencies), MAX_DELETION_BYTES),
    route("GET", "/storage/pieces", async (request) => listPieces(request, dependencies, null)),
    route("GET", "/storage/metadata", async (request) => listPieces(request, dependencies, "metadata")),
    route("GET", "/storage/usage", async (request) => usageOf(request, dependencies)),
    route("GET", "/storage/commitments/:epoch", async ({ params }) => {
      const epoch = parsed(epochSchema, params["epoch"], "epoch");
      const signed = commitments.signed(epoch);
      if (signed === null)
        throw new WayleaveError("commitment-missing", "Nothing was committed for this epoch", { epoch });
      return json(200, signed);
    }),
    route("GET", "/storage/commitments/:epoch/pieces/:root", async ({ params }) => {
      const epoch = parsed(epochSchema, params["epoch"], "epoch");
      return json(200, commitments.standing(epoch, parsed(hash32Schema, params["root"], "root")));
    }),
    route("GET", "/storage/deletions/:payer/:pieceId", async (request) => {
      const payer = parsed(addressSchema, request.params["payer"], "payer");
      const signed = dependencies.store.index.deletionOf(payer, pieceIdOf(request), dependencies.key.id);
      if (signed === null) throw new WayleaveError("deletion-missing", "Nobody deleted this piece", { payer });
      return json(200, signed);
    }),
  ];
}

const epochSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/)
  .transform(Number);

/** @throws WayleaveError `request-invalid` naming the field. */
function parsed<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const at = [field, ...(issue?.path ?? [])].map(String).join(" ");
  throw new WayleaveError("request-invalid", `The ${at} is refused: ${issue?.message ?? ""}`, { field: at });
}

function json(status: number, value: unknown): LinkReply {
  return { status, headers: { "content-type": "application/json" }, body: utf8(toJson(value)) };
}

function pieceIdOf(request: LinkRequest): Hash32 {
  return `0x${parsed(pieceIdSchema, request.params["pieceId"], "pieceId")}`;
}

/** @throws WayleaveError `operator-forbidden` for a link that is no payer's. */
function payerOf(request: LinkRequest, gate: PayerGate): Address {
  const payer = gate.payerOfLink(request.peer.id);
  if (payer === null) throw new WayleaveError("operator-forbidden", "This link belongs to no registered operator");
  return payer;
}

/** @throws WayleaveError `payer-unpaid` once unpaid service passed the limit. */
function mustPay(payer: Address, gate: PayerGate): void {
  if (!gate.mayServe(payer))
    throw new WayleaveError("payer-unpaid", "Service is unpaid for: hand in a firm voucher", { payer });
}

async function putPiece(request: LinkRequest, dependencies: PieceRoutesDependencies): Promise<LinkReply> {
  const { store, gate, key, domain, clock } = dependencies;
  const payer = payerOf(request, gate);
  const pieceId = pieceIdOf(request);
  const headers = parsed(putHeadersSchema, request.headers, "header");
  const expiresAtMs = headers[EXPIRES_HEADER];
  const now = clock.now();
  if (expiresAtMs <= now || expiresAtMs > now + MAX_HOLD_MS) {
    throw new WayleaveError("request-invalid", "A piece expires in the future and within 400 days", {
      field: EXPIRES_HEADER,
    });
  }
  const pieceClass = headers[CLASS_HEADER];
  const name = headers[NAME_HEADER] ?? null;
  if ((pieceClass === "metadata") !== (name !== null)) {
    throw new WayleaveError("request-invalid", "A metadata piece has a name and no other has", { field: NAME_HEADER });
  }
  mustPay(payer, gate);
  const announced = { sizeBytes: headers["content-length"], expectedRoot: headers[ROOT_HEADER] };
  const piece = await store.put({ payer, pieceId, expiresAtMs, pieceClass, name, ...announced }, request.body);
  const receipt = {
    payer,
    device: key.id,
    pieceId,
    pieceRoot: piece.pieceRoot,
    leafCount: BigInt(piece.leafCount),
    sizeBytes: BigInt(piece.sizeBytes),
    storedAtMs: BigInt(piece.storedAtMs),
    expiresAtMs: BigInt(piece.expiresAtMs),
  };
  return json(200, { receipt, signature: signStruct(key, domain, PIECE_RECEIPT, receipt) });
}

function foundPiece(request: LinkRequest, { store, gate }: PieceRoutesDependencies): StoredPiece {
  const pieceId = pieceIdOf(request);
  const piece = store.find(payerOf(request, gate), pieceId);
  if (piece === null) throw new WayleaveError("piece-unknown", "No such piece is stored for this payer", { pieceId });
  return piece;
}

async function getPiece(request: LinkRequest, dependencies: PieceRoutesDependencies): Promise<LinkReply> {
  const { store, gate, meters, log } = dependencies;
  const piece = foundPiece(request, dependencies);
  mustPay(piece.payer, gate);
  const { start, end, partial } = rangeOf(request.headers["range"], piece.sizeBytes);
  const bytes = end - start;
  const order = request.headers[ORDER_HEADER];
  if (order !== undefined && bytes > parsed(pieceOrderSchema.shape.maxEgressBytes, order, ORDER_HEADER)) {
    throw new WayleaveError("order-refused", "The read is larger than the order allows", {
      bytes,
      field: ORDER_HEADER,
    });
  }
  const headers = {
    "content-length": String(bytes),
    "content-type": "application/octet-stream",
    [ROOT_HEADER]: piece.pieceRoot,
    [SIZE_HEADER]: String(piece.sizeBytes),
    ...(partial ? { "content-range": `bytes ${start}-${end - 1}/${piece.sizeBytes}` } : {}),
  };
  const status = partial ? 206 : 200;
  const path = store.pathOf(piece);
  try {
    const handle = await open(path, "r");
    if (bytes > BUFFERED_READ_BYTES) {
      const body = createReadStream(path, { fd: handle, start, end: end - 1, highWaterMark: BUFFERED_READ_BYTES });
      // What was read for a peer that went away was still read for it: at most one buffer more than it got.
      body.once("close", () => meters.egress(piece.payer, body.bytesRead));
      return { status, headers, body };
    }
    const body = await readAt(handle, start, bytes).finally(() => handle.close());
    if (body === null) throw new Error("the file is shorter than the piece");
    meters.egress(piece.payer, bytes);
    return { status, headers, body };
  } catch (cause) {
    log.error({ pieceId: piece.pieceId, reason: String(cause) }, "Fail to read a stored piece");
    throw new WayleaveError("piece-missing", "The piece cannot be read", { pieceId: piece.pieceId }, { cause });
  }
}

/** One range of bytes as RFC 9110 §14.1.2 writes it. @throws WayleaveError `range-invalid` */
export function rangeOf(
  header: string | string[] | undefined,
  sizeBytes: number,
): { start: number; end: number; partial: boolean } {
  if (header === undefined) return { start: 0, end: sizeBytes, partial: false };
  const match = typeof header === "string" ? /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header) : null;
  const [first, last] = [match?.[1] ?? "", match?.[2] ?? ""];
  if (first !== "") {
    const start = Number(first);
    const end = last === "" ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
    if (start < end) return { start, end, partial: true };
  } else if (last !== "" && Number(last) > 0) {
    return { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes, partial: true };
  }
  throw new WayleaveError("range-invalid", "The range is not one range inside the piece", {
    field: "range",
    sizeBytes,
  });
}

async function deletePiece(request: LinkRequest, dependencies: PieceRoutesDependencies): Promise<LinkReply> {
  const { store, commitments, key, domain } = dependencies;
  const { deletion, signature } = await readJson(request.body, signedDeletionSchema, MAX_DELETION_BYTES);
  const piece = foundPiece(request, dependencies);
  const { payer, pieceId, pieceRoot } = piece;
  const wrong =
    deletion.payer !== payer
      ? "payer"
      : deletion.device !== key.id
        ? "device"
        : deletion.pieceId !== pieceId
          ? "pieceId"
          : deletion.pieceRoot !== pieceRoot
            ? "pieceRoot"
            : deletion.deletedAtMs < BigInt(piece.storedAtMs) || deletion.deletedAtMs > BigInt(Number.MAX_SAFE_INTEGER)
              ? "deletedAtMs"
              : null;
  if (wrong !== null)
    throw new WayleaveError("deletion-invalid", "The deletion is not of this piece", { field: wrong });
  if (!isSignedBy(request.peer.publicKey, domain, PIECE_DELETION, deletion, signature)) {
    throw new WayleaveError("deletion-unauthenticated", "The deletion is not signed by this link's key", {
      field: "signature",
    });
  }
  store.delete(piece, { deletion, signature }, commitments.lastEpoch);
  return { status: 204 };
}

async function listPieces(
  request: LinkRequest,
  { store, gate }: PieceRoutesDependencies,
  pieceClass: PieceClass | null,
): Promise<LinkReply> {
  const payer = payerOf(request, gate);
  const after = request.query.get("after");
  const rows = store.list(payer, pieceClass, after === null ? null : parsed(hash32Schema, after, "after"), PAGE_ROWS);
  const pieces = rows.map(({ pieceId, pieceRoot, leafCount, sizeBytes, storedAtMs, expiresAtMs, name }) => ({
    pieceId,
    pieceRoot,
    leafCount,
    sizeBytes,
    storedAtMs,
    expiresAtMs,
    name,
  }));
  return json(200, { pieces, next: rows.length === PAGE_ROWS ? rows.at(-1)!.pieceId : null });
}

async function usageOf(request: LinkRequest, { store, gate, meters }: PieceRoutesDependencies): Promise<LinkReply> {
  const payer = payerOf(request, gate);
  const meter = meters.usage(payer);
  const held = store.heldBy(payer);
  const usage: Usage = {
    payer,
    pieces: held.pieces,
    heldBytes: held.bytes,
    byteMs: meter.byteMs,
    egressBytes: meter.egressBytes,
    picoUsd: meteredPicoUsdDown(meter),
    workUnits: workUnitsDown(meter),
  };
  return json(200, usage);
}
