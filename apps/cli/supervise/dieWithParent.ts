import { spawnSync } from "node:child_process";

/** A program and its arguments, ready for `spawn`. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

let setprivWorks: boolean | undefined;

/** Whether util-linux's `setpriv` can arrange a signal at the parent's death here. Asked once. */
export function canDieWithParent(): boolean {
  setprivWorks ??= spawnSync("setpriv", ["--pdeathsig", "KILL", "--", "true"], { stdio: "ignore" }).status === 0;
  return setprivWorks;
}

/**
 * Wraps a command so that the kernel sends it `signal` when the thread that started it dies, `kill -9` included.
 * Where `setpriv` is missing the command comes back unwrapped: an orderly stop still works, a killed supervisor then
 * leaves the program behind, and {@link canDieWithParent} tells so.
 * @see prctl(2), PR_SET_PDEATHSIG
 */
export function dieWithParent(command: Command, signal: "INT" | "TERM" | "KILL"): Command {
  if (!canDieWithParent()) return command;
  return { file: "setpriv", args: ["--pdeathsig", signal, "--", command.file, ...command.args] };
}
