import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { typedDigest } from "@wayleave/core/eip712";
import type { Address } from "@wayleave/core/ids";
import { OFFER, toJson } from "@wayleave/core/messages";
import { deviceDirectory, type DirectorySources, prefixOf } from "./deviceDirectory.ts";
import { offerBoard } from "./offerBoard.ts";
import type { ServedPeer } from "./servedPeer.ts";
import { testLog } from "./testing/testLayer.ts";

const OWNER: Address = `0x${"77".repeat(20)}`;
const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` as Address };
const key = (seed: number) => deviceKeyFromSeed(new Uint8Array(32).fill(seed));

describe("the directory", () => {
  const peer = (id: Address): ServedPeer => ({
    ...{ id, remoteAddress: "203.0.113.9" },
    request: () => Promise.reject(new Error("not asked")),
  });
  const [good, faulty, unknown, silent] = ["a1", "b2", "c3", "d4"].map((byte) => peer(`0x${byte.repeat(20)}`));
  const peers = [good!, faulty!, unknown!, silent!, good!];
  const offer = { freeUnits: 5n, askPicoUsdPerUnitHour: 1n, askPicoUsdPerWorkUnit: 2n };
  const sources: DirectorySources<ServedPeer> = {
    linked: () => peers,
    linkOf: (id) => peers.find((each) => each.id === id),
    registered: (id) => (id === unknown!.id ? null : { owner: OWNER, kind: "storage" }),
    standing: (id) => (id === faulty!.id ? { fault: "root-mismatch", epoch: 4 } : null),
    offer: (id) => (id === silent!.id ? null : offer),
    networkOf: () => 64_500,
  };

  test("serves who is linked, registered, of the kind, in good standing and has an offer, once each", () => {
    const directory = deviceDirectory(sources);
    const found = { id: good!.id, peer: good, owner: OWNER, network: 64_500, prefix: "203.0.113.0/24", ...offer };
    expect(directory.serving("storage")).toEqual([found]);
    expect(directory.serving("compute")).toEqual([]);
    expect(directory.find(faulty!.id)?.id).toBe(faulty!.id); // what it holds can still be read
    expect(directory.find(unknown!.id)).toBeNull();
    expect(directory.find(OWNER)).toBeNull();
    expect(directory.standing(faulty!.id)).toEqual({ fault: "root-mismatch", epoch: 4 });
  });
});

test.for([
  ["192.0.2.7", "192.0.2.0/24"],
  ["::ffff:192.0.2.7", "192.0.2.0/24"],
  ["2001:db8:aa:bb::1", "2001:db8:aa::/48"],
  ["2001:0DB8::1", "2001:db8:0::/48"],
  ["::1", "0:0:0::/48"],
  ["fe80::1%eth0", "fe80:0:0::/48"],
  ["1:2:3:4:5:6:7:8", "1:2:3::/48"],
])("%s lies in %s", ([address, prefix]) => {
  expect(prefixOf(address!)).toBe(prefix);
});

describe("the board", () => {
  function device(signer: DeviceKey, over: object = {}, self = signer) {
    const offer = {
      ...{ device: self.id, kind: 2n, epoch: 3n, cell: 0n, capacity: 9n },
      ...{ askPicoUsdPerUnitHour: 1n, askPicoUsdPerWorkUnit: 2n, ...over },
    };
    const signature = toHex(signer.sign(typedDigest(DOMAIN, OFFER, offer)));
    const state = { body: toJson({ offer, signature }), fails: false };
    const peer = {
      ...{ id: self.id, publicKey: self.publicKey, remoteAddress: "10.0.0.1", state },
      async request() {
        if (state.fails) throw new Error("gone");
        return { status: 200, body: Readable.from([Buffer.from(utf8(state.body))]) };
      },
    };
    return peer;
  }
  const board = () => offerBoard<ReturnType<typeof device>>({ domain: DOMAIN, log: testLog() });

  test("shows what a device signed, keeps it through a lost request, and forgets who left", async () => {
    const offers = board();
    const peer = device(key(1));
    await offers.refresh([peer], () => "storage");
    const shown = { freeUnits: 9n, askPicoUsdPerUnitHour: 1n, askPicoUsdPerWorkUnit: 2n };
    expect(offers.offer(peer.id)).toEqual(shown);
    peer.state.fails = true;
    await offers.refresh([peer], () => "storage");
    expect(offers.offer(peer.id)).toEqual(shown);
    await offers.refresh([], () => "storage");
    expect(offers.offer(peer.id)).toBeNull();
  });

  test("shows nothing that another signed, is for another kind or device, or is no offer", async () => {
    const offers = board();
    const hostile = [device(key(2), {}, key(1)), device(key(1), { kind: 1n }), device(key(1), { device: key(2).id })];
    for (const peer of hostile) {
      await offers.read(peer, "storage");
      expect(offers.offer(peer.id)).toBeNull();
    }
    const garbage = device(key(1));
    garbage.state.body = "[]";
    await offers.read(garbage, "storage");
    expect(offers.offer(garbage.id)).toBeNull();
  });
});
