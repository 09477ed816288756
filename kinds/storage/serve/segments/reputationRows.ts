import type { Address } from "@wayleave/core/ids";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { type Database, statement } from "../database/database.ts";
import { ReputationBook } from "./reputation.ts";

const LOAD = statement("load-reputation", "select * from storage.reputation");
const SAVE = statement(
  "save-reputation",
  `insert into storage.reputation (device, alpha, beta, observed, first_seen_ms)
   select * from unnest($1::text[], $2::float8[], $3::float8[], $4::bigint[], $5::bigint[])
   on conflict (device) do update set alpha = excluded.alpha, beta = excluded.beta, observed = excluded.observed`,
);

interface Row {
  readonly device: Address;
  readonly alpha: number;
  readonly beta: number;
  readonly observed: number;
  readonly first_seen_ms: UnixMs;
}

/** A book that can be written back. What was observed since the last `save` is lost by a crash, and observed again. */
export async function loadReputation(
  database: Database,
  clock: Clock,
): Promise<ReputationBook & { save(): Promise<void> }> {
  const rows = await database.rows<Row>(LOAD);
  const known = rows.map(({ device, alpha, beta, observed, first_seen_ms }) => {
    const standing = { alpha, beta, observed, firstSeenMs: first_seen_ms };
    return [device, standing] as const;
  });
  const book = new ReputationBook(() => clock.now(), known);
  const save = async (): Promise<void> => {
    const changed = book.takeChanged();
    if (changed.length === 0) return;
    const column = (pick: (standing: (typeof changed)[0][1]) => number) =>
      changed.map(([, standing]) => pick(standing));
    await database.rows(SAVE, [
      changed.map(([device]) => device),
      column((standing) => standing.alpha),
      column((standing) => standing.beta),
      column((standing) => standing.observed),
      column((standing) => standing.firstSeenMs),
    ]);
  };
  return Object.assign(book, { save });
}
