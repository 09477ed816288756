import { readFile } from "node:fs/promises";
import { WayleaveError } from "@wayleave/core/errors";
import { type Network, networkSchema } from "@wayleave/core/network";
import { z } from "zod";
import { fetchJson, reasonOf } from "../network/httpJson.ts";

/** A network.json of `wayleave up`, of which only the public part is read, or that part alone. */
const fileSchema = z.union([z.object({ network: networkSchema }).transform(({ network }) => network), networkSchema]);

/**
 * Learns what a network is from a front's or verifier's URL, or from a file. What comes is hostile in form; that it is
 * the right network is the reader's own choice of whom to ask.
 * @throws WayleaveError `unreachable`, `network-missing`, `network-invalid` naming the field.
 */
export async function readNetwork(urlOrFile: string): Promise<Network> {
  if (/^https?:\/\//.test(urlOrFile)) {
    const base = urlOrFile.replace(/\/+$/, "").replace(/\/network$/, "");
    return fetchJson(`${base}/network`, networkSchema);
  }
  let json: unknown;
  try {
    json = JSON.parse(await readFile(urlOrFile, "utf8"));
  } catch (error) {
    const facts = { network: urlOrFile };
    throw new WayleaveError(
      "network-missing",
      `${urlOrFile} is no URL and no readable file: ${reasonOf(error)}`,
      facts,
    );
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]!.path.join(".");
  throw new WayleaveError("network-invalid", `${urlOrFile} describes no network`, { file: urlOrFile, field });
}
