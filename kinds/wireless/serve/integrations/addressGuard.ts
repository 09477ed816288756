import { lookup as dnsLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { WayleaveError } from "@wayleave/core/errors";

/** @see IANA special-purpose address registries (RFC 6890 and its updates). */
const REFUSED_V4 = [
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
] as const;
const REFUSED_V6 = [
  ["::", 96], // unspecified, loopback, and IPv4-compatible
  ["64:ff9b::", 96], // NAT64: any IPv4 address
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23], // Teredo and others
  ["2001:db8::", 32],
  ["2002::", 16], // 6to4: any IPv4 address
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const;

const refused = new BlockList();
for (const [net, prefix] of REFUSED_V4) refused.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of REFUSED_V6) refused.addSubnet(net, prefix, "ipv6");

/** Whether requests of customers may go to this address: only what is public. IPv4 in IPv6 counts as what it carries. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  // A zone (`fe80::1%eth0`) is for local links only.
  if (family === 0 || address.includes("%")) return false;
  return !refused.check(address, family === 4 ? "ipv4" : "ipv6");
}

function refusal(host: string): WayleaveError {
  return new WayleaveError("webhook-address-refused", "The address is not a public one", { field: "url", host });
}

export type Resolve = (host: string, done: (error: Error | null, addresses: readonly string[]) => void) => void;
const systemResolve: Resolve = (host, done) => {
  dnsLookup(host, { all: true }, (error, found) =>
    done(
      error,
      (found ?? []).map(({ address }) => address),
    ),
  );
};

/**
 * For `http.request`: resolves and checks in one step, so that no second resolution can give another address. Refuses a
 * name when any of its addresses is not public.
 */
export function guardedLookup(allowPrivate: boolean, resolve: Resolve = systemResolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      if (addresses.length === 0) return callback(new Error("the name has no address"), "", 0);
      if (!allowPrivate && !addresses.every(isPublicAddress)) return callback(refusal(host), "", 0);
      const found = addresses.map((address) => ({ address, family: isIP(address) }));
      if (options.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    });
  };
}

/** An address written in the URL is connected to without any lookup. @throws WayleaveError `webhook-address-refused`. */
export function checkLiteral(url: URL, allowPrivate: boolean): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(host);
}
