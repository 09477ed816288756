import type { Address, Hash32 } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import { type SignedCommitment, signedCommitmentSchema, toJson } from "@wayleave/core/messages";
import { discardBody, readBody, readJson } from "@wayleave/link/body";
import type { LinkClientReply, LinkClientRequest, LinkPeer } from "@wayleave/link/types";
import { WayleaveError } from "@wayleave/core/errors";
import type { z } from "zod";
import { MAX_EVIDENCE_BYTES } from "./bundle/bundleData.ts";

/**
 * Longest answer of any kind: six leaves of 4 KiB with their paths are about 40 KiB. No more than a bundle carries as
 * evidence: a longer answer could be judged a fault but never shown to be one, and would count for nothing.
 */
export const MAX_ANSWER_BYTES = MAX_EVIDENCE_BYTES;
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A page of vouchers with their countersignatures. */
const MAX_PAGE_BYTES = 1024 * 1024;

/** The registered devices that are linked now, by id. */
export interface DeviceLinks {
  peer(device: Address): LinkPeer | null;
  linked(): readonly LinkPeer[];
}

/** Asks a device one challenge. @throws WayleaveError when no complete answer came within `timeoutMs`. */
export async function askChallenge(
  peer: LinkPeer,
  ask: { readonly kind: KindName; readonly epoch: number; readonly challenge: Hash32; readonly timeoutMs: number },
): Promise<Uint8Array> {
  const request = postOf(`/challenges/${ask.kind}`, { epoch: ask.epoch, challenge: ask.challenge });
  return exchange(peer, request, ask.timeoutMs, async ({ status, body }) => {
    if (status !== 200) throw await refused("challenge", status, body);
    return readBody(body, MAX_ANSWER_BYTES);
  });
}

/** What the device froze for an epoch; null when it has nothing of this kind. The signature is not checked here. */
export async function askCommitment(
  peer: LinkPeer,
  kind: KindName,
  epoch: number,
  timeoutMs: number,
): Promise<SignedCommitment | null> {
  const request = { method: "GET", path: `/commitments/${kind}/${epoch}` } as const;
  return exchange(peer, request, timeoutMs, async ({ status, body }) => {
    if (status === 404) {
      discardBody(body);
      return null;
    }
    if (status !== 200) throw await refused("commitment", status, body);
    return readJson(body, signedCommitmentSchema, MAX_MESSAGE_BYTES);
  });
}

/** Any small JSON question to a device. */
export async function askJson<T>(peer: LinkPeer, path: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> {
  return exchange(peer, { method: "GET", path }, timeoutMs, async ({ status, body }) => {
    if (status !== 200) throw await refused(path, status, body);
    return readJson(body, schema, MAX_PAGE_BYTES);
  });
}

/** Tells a device something. @returns its answer, at most 64 KiB. */
export async function tellJson(peer: LinkPeer, path: string, message: unknown, timeoutMs: number): Promise<Uint8Array> {
  return exchange(peer, postOf(path, message), timeoutMs, async ({ status, body }) => {
    if (status >= 300) throw await refused(path, status, body);
    return readBody(body, MAX_MESSAGE_BYTES);
  });
}

function postOf(path: string, message: unknown): LinkClientRequest {
  const headers = { "content-type": "application/json" };
  return { method: "POST", path, headers, body: new TextEncoder().encode(toJson(message)) };
}

/**
 * One question and its whole answer within `timeoutMs`: a device that sends a byte now and then would otherwise hold up
 * whoever waits for all devices.
 */
async function exchange<T>(
  peer: LinkPeer,
  request: LinkClientRequest,
  timeoutMs: number,
  read: (reply: LinkClientReply) => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const reply = await peer.request({ ...request, timeoutMs });
  const tooSlow = () => {
    const facts = { peer: peer.id, path: request.path, timeoutMs };
    reply.body.destroy(new WayleaveError("link-timeout", "The device's answer was too slow", facts));
  };
  const timer = setTimeout(tooSlow, Math.max(0, timeoutMs - (performance.now() - startedAt)));
  try {
    return await read(reply);
  } finally {
    clearTimeout(timer);
  }
}

/** A device's refusal keeps the first line of what it said: a provider reads it in the verifier's log. */
async function refused(what: string, status: number, body: LinkClientReply["body"]): Promise<WayleaveError> {
  const bytes = await readBody(body, MAX_MESSAGE_BYTES);
  const said = new TextDecoder().decode(bytes.subarray(0, 200));
  return new WayleaveError("device-refused", `The device refused the ${what} (HTTP ${status})`, { what, status, said });
}
