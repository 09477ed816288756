import colors from "picocolors";
import type { Phase } from "./network/startNetwork.ts";
import { say } from "./terminal.ts";

/** A phase without a change for this long says so, that nobody wonders whether it hangs. */
const PATIENCE_MS = 10_000;

/** Says each phase when it is done, and that one is still under way when it takes long. */
export function sayPhases(): Phase {
  return async (name, work, done) => {
    const started = performance.now();
    const elapsed = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const waiting = setInterval(() => say(colors.dim(`… ${name}: still starting after ${elapsed()}`)), PATIENCE_MS);
    try {
      const result = await work();
      say(`${colors.green("✔")} ${name.padEnd(12)} ${done(result)} ${colors.dim(elapsed())}`);
      return result;
    } catch (error) {
      say(`${colors.red("✘")} ${name.padEnd(12)} failed after ${elapsed()}`);
      throw error;
    } finally {
      clearInterval(waiting);
    }
  };
}
