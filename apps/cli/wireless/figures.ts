import { formatWay, type Way } from "@wayleave/core/money";

/** Millionths as a person reads them: `1.25`, at most three places, floored. */
export function unitsText(millionths: bigint): string {
  const thousandths = millionths / 1_000n;
  const fraction = (thousandths % 1_000n).toString().padStart(3, "0").replace(/0+$/, "");
  return `${thousandths / 1_000n}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A density scale; `-` where nothing was earned that it could scale. */
export function scaleText(ppm: bigint | null): string {
  return ppm === null ? "-" : String(Math.round(Number(ppm) / 100) / 10_000);
}

export function wayText(amount: Way): string {
  return amount === 0n ? "0" : formatWay(amount);
}

/** `replayed-counter 3, mic-mismatch 1`, most frequent first. */
export function countersText(counters: Readonly<Record<string, number>>): string {
  const named = Object.entries(counters).filter(([, times]) => times > 0);
  return named
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, times]) => `${reason} ${times}`)
    .join(", ");
}
