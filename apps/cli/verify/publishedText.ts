import { toJson } from "@wayleave/core/messages";
import { WayleaveError } from "@wayleave/core/errors";
import { settledTablesJson } from "@wayleave/layer-coordination/store/settledTables";
import type { Settlement } from "@wayleave/layer-coordination/settle/settlement";
import { fetchBytes } from "../network/httpJson.ts";
import type { VerifierPlace } from "../network/fetchedBundles.ts";

/** As `fetchTables` allows. */
const TABLES_BYTES_MAX = 256 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
/** Of a value that differs, this much is shown. */
const SHOWN_CHARS = 120;

/** What one verifier publishes of an epoch beside what was recomputed. */
export interface PublishedCheck {
  readonly url: string;
  /** `same`, `different`, or `missing` when it has none (it may have been away). */
  readonly outcome: "same" | "different" | "missing";
  /** First byte and the value there; empty when nothing differs. */
  readonly where: string;
  readonly published: string;
  readonly computed: string;
}

/** Compares every byte that every verifier publishes of an epoch's tables with those of our own settlement. */
export function checkPublished(verifiers: readonly VerifierPlace[], settlement: Settlement): Promise<PublishedCheck[]> {
  const expected = settledTablesJson(settlement);
  const epoch = Number(settlement.statement.epoch);
  return Promise.all(
    verifiers.map(async ({ url }): Promise<PublishedCheck> => {
      const nothing = { url, where: "", published: "", computed: "" };
      try {
        const limits = { maxBytes: TABLES_BYTES_MAX, timeoutMs: TIMEOUT_MS };
        const bytes = await fetchBytes(`${url}/statements/${epoch}`, limits);
        return { ...nothing, ...comparedText(new TextDecoder().decode(bytes), expected) };
      } catch (error) {
        if (error instanceof WayleaveError) return { ...nothing, outcome: "missing", where: error.message };
        throw error;
      }
    }),
  );
}

/** @param published - hostile JSON text. */
export function comparedText(published: string, expected: string): Omit<PublishedCheck, "url"> {
  if (published === expected) return { outcome: "same", where: "", published: "", computed: "" };
  let offset = 0;
  while (published[offset] === expected[offset]) offset++;
  const path = pathOfDifference(published, expected);
  return {
    outcome: "different",
    where: `byte ${offset}${path === null ? "" : `, ${path.path}`}`,
    published: path?.published ?? published.slice(offset, offset + SHOWN_CHARS),
    computed: path?.computed ?? expected.slice(offset, offset + SHOWN_CHARS),
  };
}

/** The first value that differs, as `devices[3].x`; null when the text is no JSON or only its form differs. */
function pathOfDifference(published: string, expected: string) {
  let theirs: unknown;
  try {
    theirs = JSON.parse(published);
  } catch {
    return null; // the byte's place must do
  }
  return differenceIn("", theirs, JSON.parse(expected));
}

function differenceIn(
  path: string,
  theirs: unknown,
  ours: unknown,
): Record<"path" | "published" | "computed", string> | null {
  if (isTree(theirs) && isTree(ours)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const step = Array.isArray(ours) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
      const found = differenceIn(step, theirs[key], ours[key]);
      if (found !== null) return found;
    }
    return null;
  }
  if (theirs === ours) return null;
  return { path, published: shown(theirs), computed: shown(ours) };
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : toJson(value).slice(0, SHOWN_CHARS);
}
