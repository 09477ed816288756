import { mib, say } from "../terminal.ts";

/** Smaller transfers are over before anybody wonders. */
const LARGE_BYTES = 32 * 1024 * 1024;
const SAY_EVERY_MS = 1_000;

/** Says on standard error how far a large transfer is, once a second; nothing for small ones. */
export function transferProgress(verb: string, totalBytes: number, nowMs: () => number = () => performance.now()) {
  const started = nowMs();
  let saidAt = started;
  return (doneBytes: number): void => {
    if (totalBytes < LARGE_BYTES || nowMs() - saidAt < SAY_EVERY_MS) return;
    saidAt = nowMs();
    const perSecond = doneBytes / ((saidAt - started) / 1_000);
    const percent = Math.floor((100 * doneBytes) / totalBytes);
    say(`${verb} ${mib(doneBytes)} of ${mib(totalBytes)} (${percent} %), ${mib(perSecond)}/s`);
  };
}

/** `1.2 GiB in 8.1 s (152 MiB/s)`. */
export function transferSummary(bytes: number, elapsedMs: number): string {
  const seconds = Math.max(elapsedMs, 1) / 1_000;
  return `${sizeText(bytes)} in ${seconds.toFixed(1)} s (${(bytes / 2 ** 20 / seconds).toFixed(1)} MiB/s)`;
}

/** Bytes as people read them: `512 B`, `4.0 KiB`, `1.5 MiB`, `2.0 GiB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
