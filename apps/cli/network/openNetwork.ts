import { existsSync } from "node:fs";
import { WayleaveError } from "@wayleave/core/errors";
import { type NetworkFile, networkFileSchema } from "./networkFile.ts";
import { StateDirectory } from "./stateDirectory.ts";

/** A local network as its `network.json` describes it. */
export interface LocalNetwork {
  readonly file: NetworkFile;
  readonly state: StateDirectory;
}

/**
 * Reads the `network.json` that `wayleave up` wrote.
 * @throws WayleaveError `network-missing` when there is none, `state-invalid` naming the field that is wrong.
 */
export function openNetwork(directory: string): LocalNetwork {
  const state = new StateDirectory(directory);
  const path = state.path("network.json");
  if (!existsSync(path)) {
    throw new WayleaveError(
      "network-missing",
      `No network in ${state.root}: run npm start first, or say where it is with --dir`,
      { directory: state.root },
    );
  }
  const parsed = networkFileSchema.safeParse(state.readJson("network.json"));
  if (parsed.success) return { file: parsed.data, state };
  const issue = parsed.error.issues[0]!;
  const field = issue.path.join(".");
  throw new WayleaveError(
    "state-invalid",
    `${path}: ${field} ${issue.message}. If another version of Wayleave made it, remove ${state.root} to begin anew`,
    { file: path, field },
  );
}
