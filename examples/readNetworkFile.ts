import { readFileSync } from "node:fs";
import path from "node:path";

/** The part of `network.json` that these examples need. Another program would read its own configuration instead. */
export interface Network {
  readonly endpoints: { readonly front: string; readonly s3: string; readonly verifiers: readonly string[] };
  readonly demo: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly apiKey: string;
    readonly region: string;
    readonly bucket: string;
  };
}

/** Reads what `wayleave up` left in its state directory. */
export function readNetworkFile(): Network {
  const directory = process.env["WAYLEAVE_DIR"] ?? ".wayleave";
  return JSON.parse(readFileSync(path.join(directory, "network.json"), "utf8")) as Network;
}
