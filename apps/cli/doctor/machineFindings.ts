import { lstat, readdir, statfs } from "node:fs/promises";
import path from "node:path";
import type { StateDirectory } from "../network/stateDirectory.ts";
import { sizeText } from "../s3/transferProgress.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

/** `.nvmrc`'s major version: what programs run on. The launcher itself needs 20. */
const NODE_MAJOR = 24;
const GIB = 2 ** 30;
/** Below it a database or a device may stop in the middle of a write. */
const DISK_FAIL_BYTES = GIB;
const DISK_WARN_BYTES = 10 * GIB;
/** Folders with secrets; devices' pieces and PostgreSQL's files are too many to look at and guard themselves. */
const SECRET_FOLDERS = ["keys", "config"];
/** Named in one finding; more of them is one and the same mistake. */
const FILES_NAMED = 3;

/** Node, the disk and who may read the secrets. */
export async function machineFindings(state: StateDirectory): Promise<Finding[]> {
  return [nodeFinding(process.versions.node), await diskFinding(state.root), await secretsFinding(state)];
}

/** @param version - `24.1.0`. */
export function nodeFinding(version: string): Finding {
  const major = Number(version.split(".")[0]);
  if (major >= NODE_MAJOR) return ok("Node.js", version);
  return fail("Node.js", `${version}, but ${NODE_MAJOR} is needed`, "start it as npm run wayleave: npm brings its own");
}

async function diskFinding(root: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  const freeBytes = bavail * bsize;
  const detail = `${sizeText(freeBytes)} free under ${root}`;
  if (freeBytes < DISK_FAIL_BYTES) return fail("Disk", detail, "make room: devices and databases stop when it is full");
  if (freeBytes < DISK_WARN_BYTES) return warn("Disk", detail, "make room soon, or offer less with --quota-gib");
  return ok("Disk", detail);
}

/** Everything in the folders of secrets, and network.json, is for its owner only. */
export async function secretsFinding(state: StateDirectory): Promise<Finding> {
  const files = [state.root, state.path("network.json")];
  for (const folder of SECRET_FOLDERS) {
    if (!state.exists(folder)) continue;
    const names = await readdir(state.path(folder));
    files.push(state.path(folder), ...names.map((name) => state.path(folder, name)));
  }
  const open: string[] = [];
  for (const file of files)
    if (((await lstat(file)).mode & 0o077) !== 0) open.push(path.relative(state.root, file) || ".");
  if (open.length === 0) return ok("Secrets", `${files.length} files and folders are for their owner only`);
  const named = open.slice(0, FILES_NAMED).join(", ");
  const more = open.length > FILES_NAMED ? ` and ${open.length - FILES_NAMED} more` : "";
  return fail("Secrets", `others may read ${named}${more}`, `chmod -R go= ${state.root}`);
}
