import { describe, expect, test } from "vitest";
import { isPublicAddress } from "./publicAddress.ts";

describe("public addresses", () => {
  test.for(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::5"])("%s is one", (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  test.for([
    ...[
      "0.0.0.0",
      "10.1.2.3",
      "100.64.0.1",
      "127.0.0.1",
      "127.1.2.3",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
    ],
    ...["192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1"],
    ...["64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "", "localhost"],
    ...["fe80::1%eth0", "2606:4700::1111%eth0", "fd00:ec2::254", "::ffff:a9fe:a9fe", "::127.0.0.1", "0x7f.1", "127.1"],
  ])("%s is none", (address) => expect(isPublicAddress(address)).toBe(false));
});
