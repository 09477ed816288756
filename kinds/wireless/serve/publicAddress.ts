import { BlockList, isIP } from "node:net";

/** Not the public Internet. @see IANA IPv4 and IPv6 special-purpose address registries (RFC 6890) */
const SPECIAL = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier-grade NAT; some clouds' metadata is here too
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local, and most clouds' metadata
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

/**
 * Whether what a customer names may be connected to: an address, in text, that anybody on the Internet may be. Never for
 * what is no address, has a zone (`fe80::1%eth0`), or is IPv4 inside IPv6.
 */
export function isPublicAddress(address: string): boolean {
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 4) return !SPECIAL.check(address, "ipv4");
  return family === 6 && GLOBAL.check(address, "ipv6") && !SPECIAL_6.check(address, "ipv6");
}
