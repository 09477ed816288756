import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { type AccountKey, accountKey } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import { toJson } from "@wayleave/core/messages";

/** Everything that one local network keeps, under one folder that only its user may read. */
export class StateDirectory {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  /** Makes a folder of it (0700) and returns its path. */
  folder(...parts: string[]): string {
    const folder = this.path(...parts);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  exists(...parts: string[]): boolean {
    return existsSync(this.path(...parts));
  }

  readJson(...parts: string[]): unknown {
    const file = this.path(...parts);
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new WayleaveError("state-invalid", `${file} cannot be read: ${String(error)}`, { file }, { cause: error });
    }
  }

  /** Whole or not at all, 0600. */
  writeJson(value: unknown, ...parts: string[]): string {
    const file = this.path(...parts);
    writeWhole(file, `${JSON.stringify(JSON.parse(toJson(value)), null, 2)}\n`);
    return file;
  }

  /** 32 random bytes that are made once and kept in a file of mode 0600. */
  secret(name: string): Uint8Array {
    const file = path.join(this.folder("keys"), name);
    if (!existsSync(file)) writeWhole(file, `${toHex(randomBytes(32))}\n`);
    return hexToBytes(readFileSync(file, "utf8").trim());
  }

  account(name: string): AccountKey {
    return accountKey(this.secret(name));
  }
}

function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  const descriptor = openSync(beside, "w", 0o600);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(beside, file);
}
