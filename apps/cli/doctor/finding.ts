import { WayleaveError } from "@wayleave/core/errors";

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly level: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it; null when nothing is to be done. */
  readonly advice: string | null;
}

export function ok(check: string, detail: string): Finding {
  return { check, level: "ok", detail, advice: null };
}

export function warn(check: string, detail: string, advice: string): Finding {
  return { check, level: "warn", detail, advice };
}

export function fail(check: string, detail: string, advice: string): Finding {
  return { check, level: "fail", detail, advice };
}

/** Runs a check; an expected failure becomes its finding, so that one part that is down does not hide the others. */
export async function checked(check: string, advice: string, run: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WayleaveError) return [fail(check, error.message, advice)];
    throw error;
  }
}
