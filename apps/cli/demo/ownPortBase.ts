/**
 * A port base that another run of the same test hardly has: by process, in steps that keep two networks' ports apart,
 * below what the system gives out by itself (32,768), and none of the defaults'. Half a step above is free for a second
 * network.
 */
export function ownPortBase(): number {
  return FIRST + STEP * (process.pid % BASES);
}

const FIRST = 8_000;
const STEP = 100;
const BASES = 160;
/** From one's base to that of a second network beside it. */
export const BESIDE = 50;
