import { expect, test } from "vitest";
import { LOOPBACK_NETWORKS, prefixOf } from "./networkPrefix.ts";

test.for([
  ["203.0.113.77", "203.0.113.0/24"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["2001:db8:1:2::3", "2001:db8:1::/48"],
  ["2001:0DB8:0001::", "2001:db8:1::/48"],
  ["::1", "0:0:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
  ["", "unknown"],
  ["nonsense", "unknown"],
])("%s lies in %s", ([address, prefix]) => {
  expect(prefixOf(address!)).toBe(prefix);
});

test("each loopback /24 is a network of its own", () => {
  expect(LOOPBACK_NETWORKS.networkOf("127.0.7.1")).toBe(64_507);
  expect(LOOPBACK_NETWORKS.networkOf("127.0.7.200")).toBe(64_507);
  expect(LOOPBACK_NETWORKS.networkOf("127.0.8.1")).toBe(64_508);
  expect(LOOPBACK_NETWORKS.networkOf("10.0.0.1")).toBe(0);
});
