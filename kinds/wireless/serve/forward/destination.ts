import { lookup } from "node:dns/promises";
import { WayleaveError } from "@wayleave/core/errors";
import { isPublicAddress } from "../publicAddress.ts";

export interface Destination {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * Where a customer's host is, asked once: who sends to the address found is not led elsewhere by a name that changes.
 * @param host - hostile: a name or an address.
 * @throws WayleaveError `destination-unknown` (retryable), `destination-private`.
 */
export async function resolveDestination(host: string, allowPrivate: boolean): Promise<Destination> {
  const found = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new WayleaveError(
      "destination-unknown",
      "The network server's name has no address",
      { field: "host", host },
      { cause, retryable: true },
    );
  });
  const chosen = found.find(({ address }) => allowPrivate || isPublicAddress(address));
  if (chosen === undefined)
    throw new WayleaveError("destination-private", "The network server's address is not a public one", {
      field: "host",
      host,
    });
  return { address: chosen.address, family: chosen.family === 6 ? 6 : 4 };
}
