import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { WayleaveError } from "@wayleave/core/errors";

/** Not the public Internet. @see IANA IPv4 and IPv6 special-purpose address registries (RFC 6890) */
const SPECIAL = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  SPECIAL.addSubnet(network, prefix, "ipv4");

/** Only 2000::/3 is given out; within it, what leads back to IPv4 or is for documents is refused. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet("2000::", 3, "ipv6");
const SPECIAL_6 = new BlockList();
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  SPECIAL_6.addSubnet(network, prefix, "ipv6");

/** Whether an address, in text, is one that anybody on the Internet may be. Never for what is no address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL.check(address, "ipv4");
  return family === 6 && GLOBAL.check(address, "ipv6") && !SPECIAL_6.check(address, "ipv6");
}

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
