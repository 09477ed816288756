import { DatabaseSync } from "node:sqlite";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { Voucher } from "@wayleave/core/messages";
import { WayleaveError } from "@wayleave/core/errors";

/** A voucher in the wallet, with who countersigned it. */
export interface HeldVoucher {
  readonly voucher: Voucher;
  readonly signature: Hex;
  /** EIP-712 digest: what notaries sign. */
  readonly digest: Hash32;
  /** Rises with every change of this row, over all rows: a notary's cursor. */
  readonly sequence: number;
  readonly firm: boolean;
  readonly countersignatures: readonly { readonly notary: Address; readonly signature: Hex }[];
}

export interface MeteredRow {
  readonly payer: Address;
  /** The contracts' number. */
  readonly kind: number;
  /** Lifetime. */
  readonly picoUsd: bigint;
  readonly workUnits: bigint;
}

/** The wallet's file. Every call is one transaction. */
export interface WalletStore {
  metered(): readonly MeteredRow[];
  saveMetered(rows: readonly MeteredRow[]): void;
  vouchers(): readonly HeldVoucher[];
  /** Writes `held` and forgets vouchers by digest. */
  saveVoucher(held: HeldVoucher, forget: readonly Hash32[]): void;
  close(): void;
}

const STEPS = [
  `CREATE TABLE owner (device TEXT NOT NULL, domain TEXT NOT NULL) STRICT;
   CREATE TABLE metered (payer TEXT NOT NULL, kind INTEGER NOT NULL, pico_usd TEXT NOT NULL, work_units TEXT NOT NULL,
     PRIMARY KEY (payer, kind)) STRICT, WITHOUT ROWID;
   CREATE TABLE voucher (digest TEXT PRIMARY KEY, payer TEXT NOT NULL, kind INTEGER NOT NULL, total_micro_usd TEXT NOT NULL,
     work_units TEXT NOT NULL, tick TEXT NOT NULL, signature TEXT NOT NULL, sequence INTEGER NOT NULL,
     firm INTEGER NOT NULL, countersignatures TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

/**
 * @param path - of the file, made if absent; `:memory:` in tests.
 * @param belongsTo - a wallet of another device or network is refused: its totals would mix.
 * @throws WayleaveError `wallet-foreign-refused`, `wallet-newer-refused`.
 */
export function openWalletStore(path: string, belongsTo: { device: Address; domain: string }): WalletStore {
  const db = new DatabaseSync(path);
  // Survives kill −9. After a power cut the last tick may be missing: payers hand over their newest vouchers again.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  migrate(db);
  const owner = db.prepare("SELECT device, domain FROM owner").get();
  if (owner === undefined) {
    db.prepare("INSERT INTO owner (device, domain) VALUES (?, ?)").run(belongsTo.device, belongsTo.domain);
  } else if (owner.device !== belongsTo.device || owner.domain !== belongsTo.domain) {
    db.close();
    const facts = { path, device: String(owner.device), domain: String(owner.domain) };
    throw new WayleaveError("wallet-foreign-refused", "This wallet belongs to another device or network", facts);
  }
  const upsertMetered = db.prepare(`INSERT INTO metered (payer, kind, pico_usd, work_units) VALUES (?, ?, ?, ?)
    ON CONFLICT (payer, kind) DO UPDATE SET pico_usd = excluded.pico_usd, work_units = excluded.work_units`);
  const upsertVoucher = db.prepare(`INSERT OR REPLACE INTO voucher
    (digest, payer, kind, total_micro_usd, work_units, tick, signature, sequence, firm, countersignatures)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const forgetVoucher = db.prepare("DELETE FROM voucher WHERE digest = ?");
  return {
    metered: () =>
      db
        .prepare("SELECT payer, kind, pico_usd, work_units FROM metered")
        .all()
        .map((row) => ({
          payer: row.payer as Address,
          kind: Number(row.kind),
          picoUsd: BigInt(row.pico_usd as string),
          workUnits: BigInt(row.work_units as string),
        })),
    saveMetered(rows) {
      inTransaction(db, () => {
        for (const { payer, kind, picoUsd, workUnits } of rows) {
          upsertMetered.run(payer, kind, picoUsd.toString(), workUnits.toString());
        }
      });
    },
    vouchers: () =>
      db
        .prepare("SELECT * FROM voucher")
        .all()
        .map((row) => heldOfRow(row, belongsTo.device)),
    saveVoucher({ voucher, signature, digest, sequence, firm, countersignatures }, forget) {
      inTransaction(db, () => {
        for (const old of forget) forgetVoucher.run(old);
        const { payer, kind, totalMicroUsd, workUnits, tick } = voucher;
        const text = JSON.stringify(countersignatures);
        const amounts = [totalMicroUsd.toString(), workUnits.toString(), tick.toString()] as const;
        upsertVoucher.run(digest, payer, Number(kind), ...amounts, signature, sequence, firm ? 1 : 0, text);
      });
    },
    close: () => db.close(),
  };
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare("PRAGMA user_version").get()!.user_version);
  if (version > STEPS.length) {
    db.close();
    throw new WayleaveError("wallet-newer-refused", "The wallet was written by a newer version", { version });
  }
  inTransaction(db, () => {
    for (const step of STEPS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${STEPS.length}`);
  });
}

function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    work();
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function heldOfRow(row: Record<string, unknown>, device: Address): HeldVoucher {
  const amount = (name: string) => BigInt(row[name] as string);
  return {
    voucher: {
      payer: row.payer as Address,
      device,
      kind: BigInt(row.kind as number),
      totalMicroUsd: amount("total_micro_usd"),
      workUnits: amount("work_units"),
      tick: amount("tick"),
    },
    signature: row.signature as Hex,
    digest: row.digest as Hash32,
    sequence: Number(row.sequence),
    firm: row.firm === 1,
    countersignatures: JSON.parse(row.countersignatures as string) as HeldVoucher["countersignatures"],
  };
}
