import { lookup as dnsLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { WayleaveError } from "@wayleave/core/errors";
import { isPublicAddress } from "../publicAddress.ts";

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
