import type { UplinkFilter } from "../model/agentApi.ts";
import type { Eui64 } from "../model/radio.ts";

/** What a frame says of whose it is, without a key. */
export type FrameAddress =
  | { readonly kind: "data"; readonly devAddr: number }
  | { readonly kind: "join"; readonly joinEui: Eui64 }
  | { readonly kind: "proprietary" };

const JOIN_REQUEST_BYTES = 23;
/** Header, address, control, counter and MIC. */
const DATA_BYTES_MIN = 12;

/**
 * @param payload - hostile PHYPayload.
 * @returns null for downlinks, other versions and what is too short: nothing a network server could want.
 * @see LoRaWAN 1.0.4 §4
 */
export function addressOf(payload: Uint8Array): FrameAddress | null {
  const header = payload[0];
  if (header === undefined) return null;
  const type = header >> 5;
  if (type === 7) return { kind: "proprietary" };
  if ((header & 0x03) !== 0) return null;
  if (type === 0 && payload.byteLength === JOIN_REQUEST_BYTES) {
    let joinEui = "";
    for (let i = 8; i >= 1; i--) joinEui += payload[i]!.toString(16).padStart(2, "0");
    return { kind: "join", joinEui };
  }
  if ((type !== 2 && type !== 4) || payload.byteLength < DATA_BYTES_MIN) return null;
  const [, a, b, c, d] = payload as unknown as [number, number, number, number, number];
  return { kind: "data", devAddr: ((d << 24) | (c << 16) | (b << 8) | a) >>> 0 };
}

/** One subscriber's wishes, made quick to ask: a set for each length of prefix. */
export class CompiledFilter {
  readonly #byShift: { readonly shift: number; readonly prefixes: ReadonlySet<number> }[] = [];
  readonly #joinEuis: ReadonlySet<Eui64>;
  readonly #everyDevAddr: boolean;

  constructor({ devAddrs, joinEuis }: UplinkFilter) {
    const sets = new Map<number, Set<number>>();
    for (const { prefix, bits } of devAddrs) {
      // A shift by 32 is one by 0 in JavaScript: a range of no bits is everything, and is asked for apart.
      if (bits === 0) continue;
      const shift = 32 - bits;
      const set = sets.get(shift) ?? new Set();
      sets.set(shift, set.add(Number.parseInt(prefix, 16) >>> shift));
    }
    for (const [shift, prefixes] of sets) this.#byShift.push({ shift, prefixes });
    this.#joinEuis = new Set(joinEuis);
    this.#everyDevAddr = devAddrs.some(({ bits }) => bits === 0);
  }

  wants(address: FrameAddress): boolean {
    if (address.kind === "join") return this.#joinEuis.has(address.joinEui);
    if (address.kind !== "data") return false;
    if (this.#everyDevAddr) return true;
    for (const { shift, prefixes } of this.#byShift) {
      if (prefixes.has(address.devAddr >>> shift)) return true;
    }
    return false;
  }
}
