import { hexToBytes } from "@wayleave/core/bytes";
import { keccak256 } from "@wayleave/core/hash";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { FrameCopy } from "./frameCopy.ts";

/** Big-endian numbers of 32 bits in one draw: as many as copies of a frame that a profile may buy. */
const DRAWS_MAX = 8;

/** It changes once an epoch and is asked for with every frame. */
let seedBytes: { readonly seed: Hash32; readonly bytes: Uint8Array } | null = null;

/**
 * Which copies of a frame are bought: neither the first to arrive (that pays low latency, not coverage) nor the
 * strongest (that pays lying about the signal), but a draw that nobody can steer and everybody can repeat: of the agents
 * in the order of their addresses, the i-th number of keccak256(PHYPayload ‖ seed) modulo those left says who is next.
 *
 * An agent has one ticket, however many gateways it drives or names it gives them; its first copy stands for it.
 *
 * @param seed - E_n of the current epoch.
 * @param count - at most 8.
 * @returns at most `count`, in the order drawn.
 */
export function drawCopies(
  payload: Uint8Array,
  seed: Hash32,
  copies: readonly FrameCopy[],
  count: number,
): readonly FrameCopy[] {
  const tickets = firstOfEachAgent(copies);
  const wanted = Math.min(count, tickets.length, DRAWS_MAX);
  if (tickets.length <= 1) return tickets.slice(0, wanted);
  tickets.sort((a, b) => (a.device < b.device ? -1 : 1));
  if (seedBytes?.seed !== seed) seedBytes = { seed, bytes: hexToBytes(seed) };
  const draw = keccak256(payload, seedBytes.bytes);
  const drawn: FrameCopy[] = [];
  for (let turn = 0; turn < wanted; turn++) {
    const at = 4 * turn;
    const number = ((draw[at]! << 24) | (draw[at + 1]! << 16) | (draw[at + 2]! << 8) | draw[at + 3]!) >>> 0;
    // Of at most 64 tickets, none is likelier than another by more than 2⁻²⁶.
    drawn.push(...tickets.splice(number % tickets.length, 1));
  }
  return drawn;
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
