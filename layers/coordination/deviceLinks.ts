import type { Address, Hash32 } from "@wayleave/core/ids";
import type { KindName } from "@wayleave/core/kind";
import { type SignedCommitment, signedCommitmentSchema, toJson } from "@wayleave/core/messages";
import { readBody, readJson } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import { WayleaveError } from "@wayleave/core/errors";
import type { z } from "zod";

/** Longest answer of any kind: six leaves of 4 KiB with their paths are about 40 KiB. */
export const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 64 * 1024;

/** The registered devices that are linked now, by id. */
export interface DeviceLinks {
  peer(device: Address): LinkPeer | null;
  linked(): readonly LinkPeer[];
}

/** Asks a device one challenge. @throws WayleaveError when no complete answer came. */
export async function askChallenge(
  peer: LinkPeer,
  ask: { readonly kind: KindName; readonly epoch: number; readonly challenge: Hash32; readonly timeoutMs: number },
): Promise<Uint8Array> {
  const reply = await peer.request({
    method: "POST",
    path: `/challenges/${ask.kind}`,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(toJson({ epoch: ask.epoch, challenge: ask.challenge })),
    timeoutMs: ask.timeoutMs,
  });
  const body = await readBody(reply.body, MAX_ANSWER_BYTES);
  if (reply.status !== 200) throw refused("challenge", reply.status, body);
  return body;
}

/** What the device froze for an epoch; null when it has nothing of this kind. The signature is not checked here. */
export async function askCommitment(
  peer: LinkPeer,
  kind: KindName,
  epoch: number,
  timeoutMs: number,
): Promise<SignedCommitment | null> {
  const reply = await peer.request({ method: "GET", path: `/commitments/${kind}/${epoch}`, timeoutMs });
  if (reply.status === 404) {
    reply.body.resume();
    return null;
  }
  if (reply.status !== 200) throw refused("commitment", reply.status, await readBody(reply.body, MAX_MESSAGE_BYTES));
  return readJson(reply.body, signedCommitmentSchema, MAX_MESSAGE_BYTES);
}

/** Any small JSON question to a device. */
export async function askJson<T>(peer: LinkPeer, path: string, schema: z.ZodType<T>, timeoutMs: number): Promise<T> {
  const reply = await peer.request({ method: "GET", path, timeoutMs });
  if (reply.status !== 200) throw refused(path, reply.status, await readBody(reply.body, MAX_MESSAGE_BYTES));
  return readJson(reply.body, schema, MAX_MESSAGE_BYTES * 16);
}

export async function tellJson(peer: LinkPeer, path: string, message: unknown, timeoutMs: number): Promise<Uint8Array> {
  const reply = await peer.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(toJson(message)),
    timeoutMs,
  });
  const body = await readBody(reply.body, MAX_MESSAGE_BYTES);
  if (reply.status >= 300) throw refused(path, reply.status, body);
  return body;
}

/** A device's refusal keeps the first line of what it said: a provider reads it in the verifier's log. */
function refused(what: string, status: number, body: Uint8Array): WayleaveError {
  const said = new TextDecoder().decode(body.subarray(0, 200));
  return new WayleaveError("device-refused", `The device refused the ${what} (HTTP ${status})`, { what, status, said });
}
