import { lastStatement } from "@wayleave/chain/settlementHistory";
import type { EventIndex } from "@wayleave/chain/eventIndex";
import { WayleaveError } from "@wayleave/core/errors";
import { type Hash32, hash32Schema } from "@wayleave/core/ids";
import { KIND_NUMBERS, type Logger } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { type CoverageTables, coverageTablesSchema } from "@wayleave/kind-wireless/verify/coverageReport";

const TIMEOUT_MS = 5_000;
/** Two thousand gateways' epoch is some MB. */
const TABLES_BYTES_MAX = 64 * 1024 * 1024;
/** Whether there is a newer statement is looked up this often, and verifiers are asked for its tables no more often. */
const LOOK_MS = 2_000;
/** One verifier's word alone places nobody's coverage while there are others. */
const AGREEING_VERIFIERS = 2;
const tablesSchema = coverageTablesSchema.extend({ statementHash: hash32Schema });

/** Coverage as one statement settled it. */
export interface SettledCoverage {
  readonly epoch: number;
  readonly statementHash: Hash32;
  readonly final: boolean;
  readonly tables: CoverageTables;
}

export interface CoverageFeedNeeds {
  readonly index: EventIndex;
  readonly verifierUrls: () => readonly string[];
  readonly log: Logger;
  readonly monotonicMs: () => number;
}

/** Coverage of the newest statement whose tables verifiers serve, read when somebody asks and kept while it is the newest. */
export class CoverageFeed {
  readonly #needs: CoverageFeedNeeds;
  #known: SettledCoverage | null = null;
  #isPosted = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;

  constructor(needs: CoverageFeedNeeds) {
    this.#needs = needs;
  }

  /**
   * However many ask, verifiers are asked once.
   * @returns null before the first statement.
   * @throws WayleaveError `coverage-unavailable` while no two verifiers serve the same tables of any.
   */
  async latest(): Promise<SettledCoverage | null> {
    const { monotonicMs } = this.#needs;
    if (this.#looking === null && monotonicMs() - this.#lookedAtMs >= LOOK_MS) {
      this.#looking = this.#look().finally(() => {
        this.#lookedAtMs = monotonicMs();
        this.#looking = null;
      });
    }
    await this.#looking;
    if (this.#known !== null) return this.#known;
    if (!this.#isPosted) return null;
    const message = "Verifiers do not serve the coverage of any statement yet";
    throw new WayleaveError("coverage-unavailable", message, {}, { retryable: true });
  }

  async #look(): Promise<void> {
    const posted = await lastStatement(this.#needs.index);
    if (posted === null) return;
    this.#isPosted = true;
    const { epoch, statementHash, final } = posted;
    if (this.#known?.statementHash === statementHash) this.#known = { ...this.#known, final };
    else {
      const tables = await this.#agreed(epoch, statementHash);
      if (tables !== null) this.#known = { epoch, statementHash, final, tables };
    }
  }

  /** What two verifiers tell alike (one, when there is only one). */
  async #agreed(epoch: number, statementHash: Hash32): Promise<CoverageTables | null> {
    const urls = this.#needs.verifierUrls();
    const told = await Promise.all(urls.map((url) => this.#tablesFrom(url, epoch, statementHash)));
    const alike = Map.groupBy(
      told.filter((tables) => tables !== null),
      (tables) => toJson(tables),
    );
    const enough = Math.min(AGREEING_VERIFIERS, urls.length);
    return [...alike.values()].find((same) => same.length >= enough)?.[0] ?? null;
  }

  /** The part that concerns wireless; null when it is not to be had. */
  async #tablesFrom(url: string, epoch: number, statementHash: Hash32): Promise<CoverageTables | null> {
    try {
      const response = await fetch(`${url}/statements/${epoch}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const tables = tablesSchema.parse(JSON.parse(await boundedText(response)));
      if (tables.statementHash !== statementHash) throw new Error("it serves another statement's tables");
      const isWireless = ({ kind }: { readonly kind: number | null }) => kind === KIND_NUMBERS.wireless;
      return { devices: tables.devices.filter(isWireless), explanations: tables.explanations.filter(isWireless) };
    } catch (error) {
      this.#needs.log.debug({ epoch, verifier: url, reason: String(error) }, "Got no coverage of an epoch");
      return null;
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body ?? []) {
    sizeBytes += part.byteLength;
    if (sizeBytes > TABLES_BYTES_MAX) throw new Error(`its tables have more than ${TABLES_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
