import { Client } from "pg";
import { z } from "zod";
import type { TemporaryNetwork } from "../demo/temporaryNetwork.ts";
import { fetchJson } from "../network/httpJson.ts";

/** Snapshots are read from devices and unpacked. */
const RECOVERY_TIMEOUT_MS = 120_000;
const statusSchema = z.looseObject({ state: z.string() });

/**
 * Ships what changed last, then drops the front's database and starts the front on an empty one.
 * @returns the state it says it is in.
 */
export async function loseFrontDatabase(network: TemporaryNetwork): Promise<string> {
  const { endpoints, adminKey } = network.file;
  await fetch(`${endpoints.front}/v1/storage/snapshot`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminKey}` },
  });
  await network.children.get("front")!.stop();
  const admin = new Client({ connectionString: network.postgres!.url("postgres") });
  await admin.connect();
  await admin.query("drop database front with (force)");
  await admin.end();
  await network.postgres!.createDatabase("front");
  await network.startFront();
  return (await fetchJson(`${endpoints.front}/v1/status`, statusSchema)).state;
}

/** As `wayleave recover` does. @param recoveryKey - absent: the operator's. */
export function recoverFront<T>(network: TemporaryNetwork, report: z.ZodType<T>, recoveryKey?: string): Promise<T> {
  const { endpoints, adminKey } = network.file;
  const genuine = `0x${Buffer.from(network.state.secret("recovery")).toString("hex")}`;
  return fetchJson(`${endpoints.front}/v1/recover`, report, {
    ...{ method: "POST", bearer: adminKey, timeoutMs: RECOVERY_TIMEOUT_MS },
    body: { recoveryKey: recoveryKey ?? genuine },
  });
}
