/**
 * The /24 (IPv4) or /48 (IPv6) of an address, in text: one prefix is one place to fail, and what placement and admission
 * count by. IPv4 inside IPv6 counts as IPv4. `unknown` for anything else.
 */
export function prefixOf(address: string): string {
  const plain = address.split("%")[0]!.toLowerCase();
  const v4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(plain);
  if (v4) return `${v4[1]}.${v4[2]}.${v4[3]}.0/24`;
  if (!/^[0-9a-f:]+$/.test(plain) || !plain.includes(":")) return "unknown";
  const [head = "", tail = ""] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = plain.includes("::") ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0") : [];
  const groups = [...left, ...zeros, ...right].slice(0, 3);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/48`;
}

/** A frozen prefix → autonomous system table: its hash is a parameter, so that everybody places a device alike. */
export interface NetworkTable {
  /** The number of the autonomous system; 0 when no prefix matches. */
  networkOf(address: string): number;
}

/** First number of the synthetic systems; N > 11 lies in the private-use range (RFC 6996). */
const SYNTHETIC_BASE = 64_500;

/**
 * The local network's synthetic table: every 127.0.N.0/24 is an autonomous system of its own, 64500 + N, so that
 * placement by network is exercised on one machine and never bypassed.
 */
export const LOOPBACK_NETWORKS: NetworkTable = {
  networkOf(address) {
    const match = /^127\.0\.(\d{1,3})\.\d{1,3}$/.exec(address);
    return match ? SYNTHETIC_BASE + Number(match[1]) : 0;
  },
};
