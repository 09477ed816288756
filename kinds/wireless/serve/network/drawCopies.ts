import { compareBytes, hexToBytes } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import { type Address, type Hash32, addressBytes } from "@wayleave/core/ids";
import type { FrameCopy } from "./frameCopy.ts";

/**
 * Which copies of a frame are bought: neither the first to arrive (that pays low latency, not coverage) nor the
 * strongest (that pays lying about the signal), but a draw that nobody can steer and everybody can repeat:
 * the lowest keccak256(keccak256(PHYPayload ‖ seed) ‖ agent's address).
 *
 * An agent has one ticket, however many gateways it drives or names it gives them; its first copy stands for it.
 *
 * @param seed - E_n of the current epoch.
 * @returns at most `count`, in the order drawn.
 */
export function drawCopies(
  payload: Uint8Array,
  seed: Hash32,
  copies: readonly FrameCopy[],
  count: number,
): readonly FrameCopy[] {
  const tickets = firstOfEachAgent(copies);
  if (tickets.length <= 1 || count <= 0) return tickets.slice(0, Math.max(0, count));
  const draw = keccak256(payload, hexToBytes(seed));
  return tickets
    .map((copy) => ({ copy, lot: keccak256(draw, addressBytes(copy.device)) }))
    .sort((a, b) => compareBytes(a.lot, b.lot))
    .slice(0, count)
    .map(({ copy }) => copy);
}

function firstOfEachAgent(copies: readonly FrameCopy[]): FrameCopy[] {
  const first: FrameCopy[] = [];
  const seen: Address[] = [];
  for (const copy of copies) {
    if (seen.includes(copy.device)) continue;
    seen.push(copy.device);
    first.push(copy);
  }
  return first;
}
