// Builds the contracts and writes what the rest of the tree needs of them, so that starting needs no compiler:
//   chain/generated/<Contract>.ts        ABI and bytecode
//   contracts/storage-layout/<Contract>.json
//   contracts/vectors/{settlement,bounds}.json  what TypeScript must reproduce
//   contracts/snapshots/gas.json                gas figures
// `--check` builds too, and says which of the first two differ from what is committed (exit 1); the other two are
// compared by tools/contracts.test.ts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const CONTRACTS = ["BurnAuction", "Escrow", "Registry", "Settlement", "TestDollar", "Timelock", "Way"] as const;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

interface Artifact {
  readonly abi: unknown;
  readonly bytecode: { readonly object: string };
  readonly storageLayout: StorageLayout;
}

interface StorageLayout {
  readonly storage: readonly { label: string; offset: number; slot: string; type: string }[];
  readonly types: Readonly<Record<string, { label: string; numberOfBytes: string }>> | null;
}

/** Names of the optional packages that a build needs and this machine lacks; empty when it can build. */
export function missingPackages(): string[] {
  return ["@foundry-rs/forge-linux-amd64/package.json", "solc/package.json"]
    .filter((file) => {
      try {
        require.resolve(file);
        return false;
      } catch {
        return true;
      }
    })
    .map((file) => path.dirname(file));
}

/**
 * Runs forge in the root of the repository.
 * @returns what it printed, both streams, and its exit status.
 */
export function forge(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { status: number; output: string } {
  const binary = path.join(path.dirname(require.resolve("@foundry-rs/forge-linux-amd64/package.json")), "bin/forge");
  // tools/solc runs `node`: it must be this one, not whichever is first on the caller's path.
  const searchPath = `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`;
  const done = spawnSync(binary, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FOUNDRY_DISABLE_NIGHTLY_WARNING: "1", ...environment, PATH: searchPath },
    maxBuffer: 64 << 20,
  });
  if (done.error) throw done.error;
  return { status: done.status ?? 1, output: done.stdout + done.stderr };
}

/**
 * Builds, and answers what the generated files must contain.
 * @returns text by path relative to the root.
 * @throws Error with the compiler's messages when the contracts do not compile.
 */
export function buildContracts(): Map<string, string> {
  // Tests and all: forge then has nothing left to compile when it runs them.
  const built = forge(["build"]);
  if (built.status !== 0) throw new Error(`forge build failed\n${built.output}`);
  const files = new Map<string, string>();
  for (const name of CONTRACTS) {
    const file = path.join(root, "contracts/out", `${name}.sol`, `${name}.json`);
    const artifact = JSON.parse(readFileSync(file, "utf8")) as Artifact;
    files.set(`chain/generated/${name}.ts`, moduleText(name, artifact));
    files.set(`contracts/storage-layout/${name}.json`, layoutText(artifact.storageLayout));
  }
  return files;
}

/** Paths of generated files whose committed text differs from `files`. */
export function staleFiles(files: ReadonlyMap<string, string>): string[] {
  return [...files]
    .filter(([file, text]) => {
      const target = path.join(root, file);
      return !existsSync(target) || readFileSync(target, "utf8") !== text;
    })
    .map(([file]) => file);
}

function moduleText(name: string, artifact: Artifact): string {
  const prefix = name.charAt(0).toLowerCase() + name.slice(1);
  return [
    `// Generated from contracts/src/${name}.sol by tools/contracts.ts. Do not edit.`,
    `export const ${prefix}Abi = ${JSON.stringify(artifact.abi, null, 2)} as const;`,
    "",
    `export const ${prefix}Bytecode = "${artifact.bytecode.object}" as const;`,
    "",
  ].join("\n");
}

/** The layout without the compiler's node numbers, which change whenever any file does. */
function layoutText(layout: StorageLayout): string {
  const stable = (type: string): string => type.replaceAll(/\)\d+/g, ")");
  const rows = layout.storage.map((entry) => ({
    slot: Number(entry.slot),
    offset: entry.offset,
    bytes: Number(layout.types?.[entry.type]?.numberOfBytes),
    label: entry.label,
    type: stable(entry.type),
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function main(args: readonly string[]): number {
  const missing = missingPackages();
  if (missing.length > 0) {
    console.error(`Cannot build the contracts: missing ${missing.join(", ")} (optional packages, Linux on x64 only)`);
    return 1;
  }
  const files = buildContracts();
  const stale = staleFiles(files);
  if (args.includes("--check")) {
    for (const file of stale) console.error(`${file} differs from what the contracts build to: run npm run contracts`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const file of stale) {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, files.get(file) ?? "");
    console.log(`Wrote ${file}`);
  }
  const written = forge(["test", "--gas-snapshot-emit", "true", "--match-contract", "(Vectors|Gas)Test$"], {
    WRITE_VECTORS: "true",
  });
  if (written.status !== 0) console.error(written.output);
  return written.status;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
