import type { Address, Hash32 } from "@wayleave/core/ids";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { PayerRow, Statement } from "@wayleave/core/statement";
import type { UnixMs } from "@wayleave/core/time";
import type { ChainEvent } from "./chainEvent.ts";
import type { EventIndex } from "./eventIndex.ts";
import { unchanged } from "./registryAt.ts";

/** A statement as it was accepted, with everything its transaction told. */
export interface PostedStatement {
  readonly epoch: number;
  readonly statement: Statement;
  readonly statementHash: Hash32;
  readonly block: bigint;
  readonly transaction: Hash32;
  readonly postedAtMs: UnixMs;
  readonly finalAtMs: UnixMs;
  /** By the index's head: its dispute window is over. */
  readonly final: boolean;
  readonly signers: readonly Address[];
  readonly bundleHeads: readonly Hash32[];
  /** By kind number. */
  readonly allottedByKind: readonly Way[];
  /** What each payer's escrow gave, ascending by payer. */
  readonly payerRows: readonly PayerRow[];
}

/** Only the newest accepted statement can be voided, so few of the newest can be void; more are read in turn. */
const PAGE = 16;

/** The statement accepted last and not voided; null when there is none. */
export async function lastStatement(index: EventIndex): Promise<PostedStatement | null> {
  return (await statements(index, { limit: 1 }))[0] ?? null;
}

/** Statements in force, newest first. @param options.upToEpoch - leaves out newer ones. */
export async function statements(
  index: EventIndex,
  options: { readonly limit: number; readonly upToEpoch?: number },
): Promise<readonly PostedStatement[]> {
  return unchanged(index, async () => {
    const found: PostedStatement[] = [];
    let upToBlock: bigint | undefined;
    for (;;) {
      const query = { name: "StatementPosted", newestFirst: true, limit: PAGE } as const;
      const page = await index.select(upToBlock === undefined ? query : { ...query, upToBlock });
      for (const posted of page) {
        if (options.upToEpoch !== undefined && posted.args.epoch > options.upToEpoch) continue;
        if (await isVoided(index, posted)) continue;
        found.push(await detailsOf(index, posted));
        if (found.length >= options.limit) return found;
      }
      if (page.length < PAGE) return found;
      upToBlock = page.at(-1)!.block - 1n;
    }
  });
}

/** The statement in force of one epoch; null when it was skipped or is not settled yet. */
export async function statementOf(index: EventIndex, epoch: number): Promise<PostedStatement | null> {
  return unchanged(index, async () => {
    for (const posted of await index.select({ name: "StatementPosted", epoch, newestFirst: true })) {
      if (!(await isVoided(index, posted))) return detailsOf(index, posted);
    }
    return null;
  });
}

/** Heads of the hash chains that verifiers committed for an epoch; the last one of each counts. */
export async function committedHeads(index: EventIndex, epoch: number): Promise<Map<Address, Hash32>> {
  const commits = await index.select({ name: "RevealCommitted", epoch });
  return new Map(commits.map(({ args }) => [args.verifier, args.head]));
}

/** What claims have paid for each account so far. */
export async function claimedByAccount(
  index: EventIndex,
): Promise<Map<Address, { readonly dollars: MicroUsd; readonly way: Way }>> {
  const totals = new Map<Address, { dollars: MicroUsd; way: Way }>();
  for (const { args } of await index.select({ name: "PayoutClaimed" })) {
    const total = totals.get(args.account) ?? { dollars: 0n, way: 0n };
    totals.set(args.account, { dollars: total.dollars + args.dollars, way: total.way + args.way });
  }
  return totals;
}

/** WAY minted (the initial supply included) and burned over all time; the supply is the difference. */
export async function wayTotals(index: EventIndex): Promise<{ readonly minted: Way; readonly burned: Way }> {
  const [minted, burned] = await Promise.all([index.sumBySubject("WayMinted"), index.sumBySubject("WayBurned")]);
  return { minted: total(minted), burned: total(burned) };
}

/** The same statement may be posted again after it was voided: the later of the two events decides. */
async function isVoided(index: EventIndex, posted: ChainEvent<"StatementPosted">): Promise<boolean> {
  const subject = posted.args.statementHash;
  const [voided] = await index.select({ name: "StatementVoided", subject, newestFirst: true, limit: 1 });
  if (voided === undefined) return false;
  return voided.block > posted.block || (voided.block === posted.block && voided.logIndex > posted.logIndex);
}

async function detailsOf(index: EventIndex, posted: ChainEvent<"StatementPosted">): Promise<PostedStatement> {
  const { args, block, transaction, timestampMs } = posted;
  const [sources, taken, head] = await Promise.all([
    index.select({ name: "StatementSources", transaction, subject: args.statementHash }),
    index.select({ name: "Taken", transaction }),
    index.head(),
  ]);
  const { signers, bundleHeads, allottedByKind } = sources[0]!.args;
  return {
    ...args,
    ...{ block, transaction, postedAtMs: timestampMs, final: head !== null && head.timestampMs >= args.finalAtMs },
    ...{ signers, bundleHeads, allottedByKind },
    payerRows: taken.map(({ args: { payer, amount } }) => ({ payer, amount })),
  };
}

function total(sums: ReadonlyMap<string, bigint>): bigint {
  return [...sums.values()].reduce((sum, amount) => sum + amount, 0n);
}
