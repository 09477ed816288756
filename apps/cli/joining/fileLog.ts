import type { Logger } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { openLineLog } from "../supervise/lineLog.ts";

/** pino's numbers, so that one reader of logs reads all of ours. */
const LEVELS = { info: 30, warn: 40, error: 50 } as const;

export interface FileLog extends Logger {
  close(): void;
}

/** A device's log, bounded, for its owner only: what a person at a terminal sees is said apart. */
export function fileLog(path: string, nowMs: () => number): FileLog {
  const file = openLineLog(path);
  const write = (level: keyof typeof LEVELS) => (fields: object, msg: string) =>
    file.write(`${toJson({ level: LEVELS[level], time: nowMs(), program: "agent", ...fields, msg })}\n`);
  return {
    debug: () => undefined,
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    close: () => file.close(),
  };
}
