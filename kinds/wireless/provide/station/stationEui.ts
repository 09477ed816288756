import type { Eui64 } from "../../model/radio.ts";

const PLAIN = /^[0-9a-f]{16}$/;
const PAIRS = /^[0-9a-f]{2}([-:])[0-9a-f]{2}(?:\1[0-9a-f]{2}){6}$/;
const ID6 = /^(?:[0-9a-f]{1,4})?(?::[0-9a-f]{0,4}){1,4}$/;

/**
 * An EUI in any of Basics Station's notations: ID6 (`::1`, `b827:ebff:fe00:1122`), eight pairs joined by dashes or
 * colons, sixteen digits, or a number. Null when it is none. Hostile.
 * @see https://doc.sm.tc/station/glossary.html (ID6, EUI)
 */
export function readStationEui(value: unknown): Eui64 | null {
  if (typeof value === "number" && !Number.isSafeInteger(value)) return null;
  if (typeof value === "number" || typeof value === "bigint") {
    const number = BigInt(value);
    return number < 0n || number >> 64n !== 0n ? null : number.toString(16).padStart(16, "0");
  }
  if (typeof value !== "string" || value.length > 23) return null;
  const text = value.toLowerCase();
  if (PLAIN.test(text)) return text;
  if (PAIRS.test(text)) return text.replace(/[-:]/g, "");
  return ID6.test(text) ? readId6(text) : null;
}

/** Four groups of sixteen bits, of which one run of zeros may be `::`. */
function readId6(text: string): Eui64 | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [front = [], back = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 4 - front.length - back.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...front, ...Array.from({ length: missing }, () => "0"), ...back];
  if (groups.some((group) => group === "")) return null;
  return groups.map((group) => group.padStart(4, "0")).join("");
}

/** In ID6, without abbreviation. */
export function writeId6(eui: Eui64): string {
  return [0, 4, 8, 12].map((at) => Number.parseInt(eui.slice(at, at + 4), 16).toString(16)).join(":");
}
