import { readFile } from "node:fs/promises";
import { WayleaveError } from "@wayleave/core/errors";
import { z } from "zod";
import { fetchJson, reasonOf } from "../network/httpJson.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { age } from "../ages.ts";
import { sizeText } from "../s3/transferProgress.ts";
import { print, printJson, say } from "../terminal.ts";

/** Snapshots are read from devices and unpacked; a million objects take a minute. */
const RECOVERY_TIMEOUT_MS = 10 * 60_000;

const count = z.number().int().nonnegative();
const recoveredSchema = z.looseObject({
  buckets: count,
  objects: count,
  storedBytes: count,
  /** Objects that cannot be read, because what their contents were is in no snapshot that was found. */
  brokenObjects: count,
  customers: count,
  /** What came back beside storage, by part. */
  parts: z.looseObject({
    lorawan: z.looseObject({ applications: count, devices: count, sessions: count, orphans: count }).optional(),
    "lorawan-integrations": z.looseObject({ webhooks: count }).optional(),
  }),
  devicesAsked: count,
  devicesFailed: count,
  missingChunks: z.array(count),
  /** When the newest snapshot chunk that was found was written: what was changed after it is not in it. */
  newestChunkAtMs: z.number(),
});

/** Rebuilds a front's lost metadata from the encrypted snapshots on the devices. */
export async function recover(options: Record<string, string>): Promise<void> {
  const { file, state } = openNetwork(options["dir"]!);
  const keyFile = options["recoveryKey"] ?? state.path("keys", "recovery");
  const recoveryKey = await readRecoveryKey(keyFile);
  say("Reading the snapshots back from the devices…");
  const started = performance.now();
  const recovered = await fetchJson(`${file.endpoints.front}/v1/recover`, recoveredSchema, {
    ...{ method: "POST", bearer: file.adminKey, body: { recoveryKey }, timeoutMs: RECOVERY_TIMEOUT_MS },
  });
  const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
  if (options["json"]) return printJson({ ...recovered, seconds });
  const { buckets, objects, storedBytes, customers, devicesAsked, devicesFailed } = recovered;
  print(`${buckets} buckets, ${objects} objects (${sizeText(storedBytes)}) and ${customers} customers are back`);
  const { lorawan, "lorawan-integrations": integrations } = recovered.parts;
  if (lorawan !== undefined) {
    print(
      `${lorawan.applications} LoRaWAN applications, ${lorawan.devices} devices (${lorawan.sessions} go on without joining) ` +
        `and ${integrations?.webhooks ?? 0} webhooks are back`,
    );
    if (lorawan.orphans > 0) print(`${lorawan.orphans} LoRaWAN records are lost with what they belong to`);
  }
  const at = new Date(recovered.newestChunkAtMs).toISOString();
  print(
    `The newest snapshot is of ${at} (${age(Date.now() - recovered.newestChunkAtMs)}): later changes are not in it`,
  );
  if (recovered.brokenObjects > 0)
    print(`${recovered.brokenObjects} objects cannot be read: their records are missing`);
  if (recovered.missingChunks.length > 0) print(`${recovered.missingChunks.length} chunks are on no device any more`);
  say(`${devicesAsked - devicesFailed} of ${devicesAsked} devices answered; it took ${seconds} s`);
}

/** @throws WayleaveError `recovery-key-missing` or `recovery-key-invalid`; never shows the key. */
async function readRecoveryKey(path: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new WayleaveError("recovery-key-missing", `The recovery key cannot be read: ${reasonOf(error)}`, {
      file: path,
    });
  }
  if (/^0x[0-9a-f]{64}$/.test(text)) return text;
  throw new WayleaveError("recovery-key-invalid", "A recovery key is 32 bytes of 0x hex on one line", { file: path });
}
