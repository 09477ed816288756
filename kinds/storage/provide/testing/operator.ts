/** What an operator does to a device under test. */
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { toHex } from "@wayleave/core/bytes";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import { toJson } from "@wayleave/core/messages";
import { EXPIRES_HEADER } from "../../model/pieceApi.ts";
import { HOUR_MS } from "../../model/price.ts";
import { PIECE_DELETION, signStruct } from "../../model/receipts.ts";
import { DOMAIN, type TestDevice } from "./device.ts";

export const HOUR = Number(HOUR_MS);
export interface Operator {
  readonly link: DeviceKey;
  readonly payer: Address;
}
export const newId = (): string => randomBytes(32).toString("hex");

export function put(
  device: TestDevice,
  { link }: Operator,
  id: string,
  body: Uint8Array | Readable,
  headers: Record<string, string> = {},
) {
  const expires = { [EXPIRES_HEADER]: String(device.clock.now() + 24 * HOUR) };
  return device.request({
    method: "PUT",
    path: `/storage/pieces/${id}`,
    body,
    headers: { ...expires, ...headers },
    as: link,
  });
}
export const get = (device: TestDevice, { link }: Operator, id: string, headers: Record<string, string> = {}) =>
  device.request({ path: `/storage/pieces/${id}`, headers, as: link });

export function deletionOf(
  device: TestDevice,
  { link, payer }: Operator,
  id: string,
  root: Uint8Array,
  over: object = {},
  signer = link,
): string {
  const deletion = {
    payer,
    device: device.key.id,
    pieceId: `0x${id}` as const,
    pieceRoot: toHex(root),
    deletedAtMs: BigInt(device.clock.now()),
    ...over,
  };
  return toJson({ deletion, signature: signStruct(signer, DOMAIN, PIECE_DELETION, deletion) });
}
export const remove = (device: TestDevice, { link }: Operator, id: string, body: string) =>
  device.request({ method: "DELETE", path: `/storage/pieces/${id}`, body, as: link });
