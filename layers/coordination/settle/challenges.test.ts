import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, hexToBytes, toHex } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { assignedVerifiers, notariesOf, proposerOrder } from "./assignment.ts";
import { challengeFor, opensHead, revealChain } from "./challenges.ts";

const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Hash32 => toHex(bytes));
const anyAddress = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes): Address => toHex(bytes));

describe("a reveal chain", () => {
  test("opens its head at every slot, and at no other", () => {
    fc.assert(
      fc.property(anyHash, fc.integer({ min: 1, max: 24 }), (secret, slots) => {
        const { head, reveals } = revealChain(secret, slots);
        expect(reveals).toHaveLength(slots);
        reveals.forEach((reveal, slot) => {
          expect(opensHead(head, slot, reveal)).toBe(true);
          expect(opensHead(head, slot + 1, reveal)).toBe(false);
          expect(opensHead(secret, slot, reveal)).toBe(false);
        });
      }),
    );
  });

  test("tells earlier reveals, never later ones", () => {
    const { reveals } = revealChain(`0x${"01".repeat(32)}`, 6);
    expect(keccakHex(hexToBytes(reveals[3]!))).toBe(reveals[2]);
    expect(new Set(reveals).size).toBe(6);
  });
});

test("a challenge is keccak(E_n ‖ reveal ‖ device ‖ uint64 slot)", () => {
  fc.assert(
    fc.property(anyHash, anyHash, anyAddress, fc.nat(253), (seed, reveal, device, slot) => {
      const slotBytes = hexToBytes(`0x${slot.toString(16).padStart(16, "0")}`);
      const packed = concatBytes(hexToBytes(seed), hexToBytes(reveal), hexToBytes(device), slotBytes);
      expect(challengeFor(seed, reveal, device, slot)).toBe(keccakHex(packed));
    }),
  );
});

describe("assignment", () => {
  const anyVerifiers = fc.uniqueArray(anyAddress, { minLength: 1, maxLength: 12 });

  test("is all while there are fewer than four, else three, whatever the order", () => {
    fc.assert(
      fc.property(anyHash, anyVerifiers, anyAddress, (seed, verifiers, device) => {
        const assigned = assignedVerifiers(seed, verifiers, device);
        expect(assigned).toHaveLength(Math.min(3, verifiers.length));
        expect(assignedVerifiers(seed, verifiers.toReversed(), device)).toEqual(assigned);
        expect(notariesOf(verifiers.toReversed(), device)).toEqual(notariesOf(verifiers, device));
        expect(proposerOrder(seed, verifiers.toReversed())).toEqual(proposerOrder(seed, verifiers));
        expect(proposerOrder(seed, verifiers).toSorted()).toEqual(verifiers.toSorted());
      }),
    );
  });

  test("moves only what one verifier more takes", () => {
    fc.assert(
      fc.property(anyHash, anyVerifiers, anyAddress, anyAddress, (seed, verifiers, more, device) => {
        fc.pre(verifiers.length >= 3 && !verifiers.includes(more));
        const [before, after] = [verifiers, [...verifiers, more]].map((all) => assignedVerifiers(seed, all, device));
        expect(after!.filter((verifier) => verifier !== more && !before!.includes(verifier))).toEqual([]);
        const notaries = [verifiers, [...verifiers, more]].map((all) => notariesOf(all, device));
        expect(notaries[1]!.filter((notary) => notary !== more && !notaries[0]!.includes(notary))).toEqual([]);
      }),
    );
  });

  test("of judges changes with the seed and spreads evenly; of notaries it stays", () => {
    const verifiers = Array.from({ length: 6 }, (_, i): Address => `0x${(i + 1).toString(16).padStart(40, "0")}`);
    const loads = new Map<Address, number>();
    const devices = Array.from({ length: 1_200 }, (_, i): Address => `0x${(i + 100).toString(16).padStart(40, "0")}`);
    const seeds = [1, 2].map((n): Hash32 => `0x${n.toString(16).padStart(64, "0")}`);
    for (const device of devices) {
      for (const verifier of assignedVerifiers(seeds[0]!, verifiers, device))
        loads.set(verifier, (loads.get(verifier) ?? 0) + 1);
    }
    for (const load of loads.values()) expect(Math.abs(load - 600)).toBeLessThan(90); // five standard deviations
    const moved = devices.filter(
      (device) =>
        assignedVerifiers(seeds[0]!, verifiers, device).join() !==
        assignedVerifiers(seeds[1]!, verifiers, device).join(),
    );
    expect(moved.length).toBeGreaterThan(1_000);
  });
});
