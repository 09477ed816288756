import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { assert } from "@wayleave/core/errors";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { uint64Bytes } from "@wayleave/core/time";

/** A verifier's reveals of one epoch. `head` is committed before the seed is known; `reveals[slot]` is opened in its slot. */
export interface RevealChain {
  readonly head: Hash32;
  /** By slot. keccak256 of one is the one before, of the first is the head: each opens all before it and none after. */
  readonly reveals: readonly Hash32[];
}

/** @param secret - 32 secret bytes, fresh for each epoch: the last slot's reveal is made of it. */
export function revealChain(secret: Hash32, slots: number): RevealChain {
  assert(slots >= 1, "an epoch has slots");
  const reveals: Hash32[] = [];
  let reveal = keccak256(hexToBytes(secret));
  for (let slot = slots - 1; slot >= 0; slot--) {
    reveals[slot] = toHex(reveal);
    reveal = keccak256(reveal);
  }
  return { head: toHex(reveal), reveals };
}

/** Whether `reveal` is what `head` committed to for `slot`: slot + 1 hashes lead from one to the other. */
export function opensHead(head: Hash32, slot: number, reveal: Hash32): boolean {
  let hash = hexToBytes(reveal);
  for (let step = 0; step <= slot; step++) hash = keccak256(hash);
  return toHex(hash) === head;
}

/**
 * keccak256(E_n ‖ reveal ‖ device ‖ uint64 slot): nobody knows it before the slot, anybody can check afterwards that it
 * was due.
 */
export function challengeFor(seed: Hash32, reveal: Hash32, device: Address, slot: number): Hash32 {
  return toHex(keccak256(hexToBytes(seed), hexToBytes(reveal), hexToBytes(device), uint64Bytes(slot)));
}
