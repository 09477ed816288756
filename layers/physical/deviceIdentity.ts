import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Address } from "@wayleave/core/ids";
import { type DeviceKey, deviceKeyFromPem, generateDeviceKey } from "@wayleave/core/deviceKey";
import { WayleaveError } from "@wayleave/core/errors";

/** Who a device is, to everybody it talks to. */
export interface DeviceIdentity {
  readonly key: DeviceKey;
  /** Whom its pay goes to; null until somebody claims it. */
  readonly owner: Address | null;
  /** The H3 cell it says it stands in; 0n when its kind has none. */
  readonly cell: bigint;
}

const KEY_FILE = "device.key.pem";

/**
 * Reads the device's key, or makes it on the first start. Losing the file is losing the device and what it has not
 * claimed.
 * @throws WayleaveError `device-key-exposed-refused` when others of this machine may read it, `device-key-invalid`.
 */
export async function loadDeviceIdentity(options: {
  readonly directory: string;
  readonly owner?: Address | null;
  readonly cell?: bigint;
}): Promise<DeviceIdentity> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const path = join(options.directory, KEY_FILE);
  const key = (await readKey(path)) ?? (await makeKey(path, options.directory));
  return { key, owner: options.owner ?? null, cell: options.cell ?? 0n };
}

async function readKey(path: string): Promise<DeviceKey | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      const facts = { path, mode: (mode & 0o777).toString(8) };
      throw new WayleaveError(
        "device-key-exposed-refused",
        "Others may read the device key: set its mode to 600",
        facts,
      );
    }
    return deviceKeyFromPem(await readFile(path, "utf8"));
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** Whole or not at all, and never over an existing key: two agents started together end up with one. */
async function makeKey(path: string, directory: string): Promise<DeviceKey> {
  const key = generateDeviceKey();
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(key.toPem());
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    const other = await readKey(path);
    if (other === null) throw error;
    return other;
  } finally {
    await rm(draft, { force: true });
  }
  const folder = await open(directory, "r");
  try {
    await folder.sync(); // the name, too, must outlive a power cut
  } finally {
    await folder.close();
  }
  return key;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
