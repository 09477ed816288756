import type { KeyObject } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock, UnixMs } from "@wayleave/core/time";
import type { CodePolicy } from "../../model/layout.ts";
import { type Database, statement } from "../database/database.ts";
import { type RecoveryKeys, newWrappedBucketKey, unwrapBucketKey } from "../recoveryKeys.ts";
import type { Account, BucketInfo } from "../s3/objectStore.ts";

/** S3's default quota is 100; more cost nothing here. */
const BUCKETS_PER_CUSTOMER_MAX = 1000;
/** About 1 KiB each. */
const CACHED_MAX = 10_000;

/** A bucket with its secret. */
export interface Bucket extends BucketInfo {
  readonly id: number;
  readonly customer: string;
  readonly policy: CodePolicy;
  readonly key: KeyObject;
}

interface BucketRow {
  readonly id: number;
  readonly name: string;
  readonly customer: string;
  readonly created_ms: number;
  readonly data_shards: number;
  readonly repair_at: number;
  readonly total_shards: number;
  readonly wrapped_key: Buffer;
}

const FIND = statement("find-bucket", "select * from storage.bucket where name = $1");
const LIST = statement("list-buckets", "select name, created_ms from storage.bucket where customer = $1 order by name");
const COUNT = statement("count-buckets", "select count(*) as count from storage.bucket where customer = $1");
const CREATE = statement(
  "create-bucket",
  `insert into storage.bucket (name, customer, created_ms, data_shards, repair_at, total_shards, wrapped_key)
   values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning id`,
);
/** The row lock keeps writers out, who hold a share of it through their foreign key. */
const LOCK = statement("lock-bucket", "select id from storage.bucket where id = $1 for update");
const IS_EMPTY = statement(
  "is-bucket-empty",
  `select not exists (select from storage.object where bucket_id = $1)
      and not exists (select from storage.upload where bucket_id = $1) as empty`,
);
const DELETE = statement("delete-bucket", "delete from storage.bucket where id = $1");

/** Buckets by name, cached: every request names one. The cache is right because one front owns its database. */
export class BucketDirectory {
  readonly #database: Database;
  readonly #keys: RecoveryKeys;
  readonly #clock: Clock;
  readonly #policy: CodePolicy;
  readonly #cached = new Map<string, Bucket>();

  /** @param policy - of buckets created from now on. */
  constructor(database: Database, keys: RecoveryKeys, clock: Clock, policy: CodePolicy) {
    this.#database = database;
    this.#keys = keys;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** @throws WayleaveError no-such-bucket, access-denied. */
  async open(account: Account, name: string): Promise<Bucket> {
    const bucket = await this.find(name);
    if (bucket === null) throw new WayleaveError("no-such-bucket", "There is no such bucket", { bucket: name });
    if (bucket.customer !== account.customerId) {
      throw new WayleaveError("access-denied", "The bucket is another customer's", { bucket: name });
    }
    return bucket;
  }

  async find(name: string): Promise<Bucket | null> {
    const cached = this.#cached.get(name);
    if (cached !== undefined) return cached;
    const [row] = await this.#database.rows<BucketRow>(FIND, [name]);
    if (row === undefined) return null;
    const bucket: Bucket = {
      id: row.id,
      name: row.name,
      customer: row.customer,
      createdMs: row.created_ms,
      policy: { k: row.data_shards, n: row.total_shards, repairAt: row.repair_at },
      key: unwrapBucketKey(this.#keys, row.name, row.wrapped_key),
    };
    if (this.#cached.size >= CACHED_MAX) this.#cached.delete(this.#cached.keys().next().value!);
    this.#cached.set(name, bucket);
    return bucket;
  }

  async list(account: Account): Promise<readonly BucketInfo[]> {
    const rows = await this.#database.rows<{ name: string; created_ms: UnixMs }>(LIST, [account.customerId]);
    return rows.map((row) => ({ name: row.name, createdMs: row.created_ms }));
  }

  async create(account: Account, name: string): Promise<void> {
    const { customerId } = account;
    const [owned] = await this.#database.rows<{ count: number }>(COUNT, [customerId]);
    if (owned!.count >= BUCKETS_PER_CUSTOMER_MAX) {
      throw new WayleaveError("too-many-buckets", "The account has as many buckets as it may", {
        most: BUCKETS_PER_CUSTOMER_MAX,
      });
    }
    const { k, n, repairAt } = this.#policy;
    const wrapped = newWrappedBucketKey(this.#keys, name);
    const values = [name, customerId, this.#clock.now(), k, repairAt, n, wrapped];
    if ((await this.#database.rows(CREATE, values)).length === 1) return;
    const there = await this.find(name);
    const code = there?.customer === customerId ? "bucket-already-owned" : "bucket-already-exists";
    throw new WayleaveError(code, "There is such a bucket", { bucket: name });
  }

  async delete(account: Account, name: string): Promise<void> {
    const bucket = await this.open(account, name);
    await this.#database.transaction(async (queries) => {
      await queries.rows(LOCK, [bucket.id]);
      const [row] = await queries.rows<{ empty: boolean }>(IS_EMPTY, [bucket.id]);
      if (!row!.empty) throw new WayleaveError("bucket-not-empty", "The bucket is not empty", { bucket: name });
      await queries.rows(DELETE, [bucket.id]);
    });
    this.#cached.delete(name);
  }
}
