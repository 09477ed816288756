import { spawnSync } from "node:child_process";
import { chownSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { WayleaveError } from "@wayleave/core/errors";
import type { Command } from "./dieWithParent.ts";

/** The customary unprivileged user and group ("nobody"). */
const NOBODY = 65_534;

/**
 * How PostgreSQL, which refuses to run as root, is started: `same` by an ordinary user; `namespace` by root, who then
 * appears to it as nobody while its files stay root's; `nobody` by root where user namespaces are forbidden.
 */
export type Privileges = "same" | "namespace" | "nobody";

/** @throws WayleaveError `postgres-needs-a-user` when root cannot step down in `stateDir`. */
export function postgresPrivileges(stateDir: string): Privileges {
  if (process.getuid?.() !== 0) return "same";
  const [file, ...args] = [...UNSHARE, "true"];
  if (spawnSync(file!, args, { stdio: "ignore" }).status === 0) return "namespace";
  chownSync(stateDir, NOBODY, NOBODY);
  const entered = spawnSync("test", ["-w", stateDir], { uid: NOBODY, gid: NOBODY, stdio: "ignore" });
  if (entered.status === 0) return "nobody";
  throw new WayleaveError(
    "postgres-needs-a-user",
    "PostgreSQL refuses to run as root, and neither user namespaces nor the user nobody can be used here: " +
      "run as an ordinary user, choose a state directory that others may enter, or set DATABASE_URL",
    { stateDir },
  );
}

const UNSHARE = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--"] as const;

export interface PrivilegedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
}

export function withPrivileges(privileges: Privileges, command: Command): PrivilegedCommand {
  if (privileges === "same") return { ...command, identity: {} };
  if (privileges === "nobody") return { ...command, identity: { uid: NOBODY, gid: NOBODY } };
  const [file, ...args] = UNSHARE;
  // The namespace comes first: entering one clears the death signal that `dieWithParent` sets.
  return { file, args: [...args, command.file, ...command.args], identity: {} };
}

/** Gives a file or a directory of ours with all in it to whom the server runs as. Needed when the way changed. */
export function ownFor(privileges: Privileges, path: string): void {
  if (privileges === "same") return;
  const owner = privileges === "nobody" ? NOBODY : 0;
  if (lstatSync(path).uid === owner) return;
  giveTo(owner, path);
}

function giveTo(owner: number, path: string): void {
  lchownSync(path, owner, owner);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(owner, join(path, name));
}
