import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WayleaveError } from "@wayleave/core/errors";
import { type RunningNetwork, startNetwork } from "../../cli/network/startNetwork.ts";

/** Somebody may listen on one of its ports already. */
const START_ATTEMPTS = 5;
/** All ports of a base lie below the ephemeral ones, which any connection may hold. */
const PORT_BASES = { from: 12_000, count: 16_000 } as const;

export interface LocalNetwork extends RunningNetwork {
  readonly directory: string;
  readonly s3Port: number;
  /** Everything that all programs logged so far. */
  logs(): string;
}

/** A whole network of separate processes in a directory of its own, for tests. Ready in about fifteen seconds. */
export async function startLocalNetwork(options: { readonly epochMs: number }): Promise<LocalNetwork> {
  for (let attempt = 1; ; attempt++) {
    const directory = mkdtempSync(join(tmpdir(), "wayleave-test-network-"));
    try {
      const portBase = PORT_BASES.from + Math.floor(Math.random() * PORT_BASES.count);
      const size = { storage: 6, cheaters: 0, quotaBytes: 4 * 2 ** 30, logLevel: "debug" } as const;
      const network = await startNetwork(
        { directory, portBase, epochMs: options.epochMs, ...size },
        { phase: (_, work) => work(), onCrash: (crash) => console.error(crash.name, crash.lastLines.join("\n")) },
      );
      return {
        ...network,
        directory,
        s3Port: Number(new URL(network.file.endpoints.s3).port),
        logs: () => filesBelow(join(directory, "logs")).join("\n"),
        async stop() {
          await network.stop();
          rmSync(directory, { recursive: true, force: true });
        },
      };
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      if (attempt >= START_ATTEMPTS || !(error instanceof WayleaveError && error.code.startsWith("port-"))) throw error;
    }
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}
