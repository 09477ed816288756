import type { Clock } from "@wayleave/core/time";

export const systemClockForTests: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
