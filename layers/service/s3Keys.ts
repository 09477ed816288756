import { randomBytes } from "node:crypto";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { WayleaveError } from "@wayleave/core/errors";
import { isUsable, requireRoom } from "./apiKeys.ts";
import { boundedCache } from "./boundedCache.ts";
import { BURST_SECONDS, type Limits, limitColumns, limitsOfRow, NO_LIMITS } from "./limits.ts";
import type { SecretSealer } from "./sealedSecret.ts";
import type { ServiceDb } from "./serviceDatabase.ts";
import { type TokenBucket, tokenBucket } from "./tokenBucket.ts";

const KEYS_CACHED_MAX = 20_000;
/** No access key id of ours is longer or has other characters: such a request never reaches the database. */
const ACCESS_KEY_ID = /^WL[A-Z2-7]{18}$/;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** One S3 credential. Its secret is not in here. */
export interface S3Key {
  readonly accessKeyId: string;
  readonly customer: string;
  readonly name: string;
  readonly readOnly: boolean;
  /** The only buckets it may name; null: all of the customer's. */
  readonly buckets: readonly string[] | null;
  readonly createdMs: UnixMs;
  readonly expiresMs: UnixMs | null;
  readonly revokedMs: UnixMs | null;
  readonly limits: Limits;
}

export interface NewS3Key {
  readonly name: string;
  readonly readOnly?: boolean;
  readonly buckets?: readonly string[] | null;
  readonly expiresMs?: UnixMs | null;
  readonly limits?: Limits;
}

export interface S3Keys {
  /** @returns the secret, to be shown once. @throws WayleaveError `keys-limit-refused`. */
  create(customer: string, key: NewS3Key): Promise<{ readonly key: S3Key; readonly secretAccessKey: string }>;
  list(customer: string): Promise<readonly S3Key[]>;
  revoke(customer: string, accessKeyId: string): Promise<boolean>;
  /** For checking a SigV4 signature; cached. Hostile id. @returns null when unknown, revoked or expired. */
  find(accessKeyId: string): Promise<{ readonly key: S3Key; readonly secretAccessKey: string } | null>;
  /** Takes one request from the key's own rate. @throws WayleaveError `rate-limited`. */
  takeRequest(accessKeyId: string): void;
}

interface Cached {
  readonly key: S3Key;
  readonly secretAccessKey: string;
  readonly bucket: TokenBucket | null;
}

export function s3Keys(deps: { readonly db: ServiceDb; readonly clock: Clock; readonly sealer: SecretSealer }): S3Keys {
  const { db, clock, sealer } = deps;
  const cache = boundedCache<string, Cached>(KEYS_CACHED_MAX);
  let revocations = 0;

  async function lookUp(accessKeyId: string): Promise<Cached | null> {
    const cached = cache.get(accessKeyId);
    if (cached !== undefined) return cached;
    const revocationsBefore = revocations;
    const query = db.selectFrom("service.s3_key").selectAll().where("access_key_id", "=", accessKeyId);
    const row = await query.executeTakeFirst();
    if (row === undefined) return null;
    const meanwhile = cache.get(accessKeyId);
    if (meanwhile !== undefined) return meanwhile; // one bucket for each key, however many asked at once
    const key = s3KeyOfRow(row);
    const perS = key.limits.requestsPerS;
    const rate = perS === null ? null : { ratePerS: perS, burst: perS * BURST_SECONDS };
    const fresh = {
      key,
      secretAccessKey: sealer.open(row.secret_sealed, contextOf(key)),
      bucket: rate === null ? null : tokenBucket(rate, () => clock.monotonicMs()),
    };
    // Read before a revocation and cached after it, a key would live on.
    if (revocations === revocationsBefore) cache.set(accessKeyId, fresh);
    return fresh;
  }

  return {
    async create(customer, request) {
      await requireRoom(db, "service.s3_key", customer);
      const secretAccessKey = randomBytes(30).toString("base64url");
      const key: S3Key = {
        accessKeyId: `WL${randomBase32(18)}`,
        ...{ customer, name: request.name, readOnly: request.readOnly ?? false, buckets: request.buckets ?? null },
        ...{ createdMs: clock.now(), expiresMs: request.expiresMs ?? null, revokedMs: null },
        limits: request.limits ?? NO_LIMITS,
      };
      await db
        .insertInto("service.s3_key")
        .values({
          ...{ access_key_id: key.accessKeyId, customer, name: key.name, read_only: key.readOnly },
          secret_sealed: sealer.seal(secretAccessKey, contextOf(key)),
          ...{ buckets: key.buckets === null ? null : [...key.buckets], created_ms: key.createdMs },
          ...{ expires_ms: key.expiresMs, revoked_ms: null, ...limitColumns(key.limits) },
        })
        .execute();
      return { key, secretAccessKey };
    },
    async list(customer) {
      const query = db.selectFrom("service.s3_key").selectAll().where("customer", "=", customer);
      return (await query.orderBy("created_ms").orderBy("access_key_id").execute()).map(s3KeyOfRow);
    },
    async revoke(customer, accessKeyId) {
      const update = db.updateTable("service.s3_key").set({ revoked_ms: clock.now() });
      const own = update.where("access_key_id", "=", accessKeyId).where("customer", "=", customer);
      const done = await own.where("revoked_ms", "is", null).executeTakeFirst();
      revocations++;
      cache.delete(accessKeyId);
      return done.numUpdatedRows > 0n;
    },
    async find(accessKeyId) {
      if (!ACCESS_KEY_ID.test(accessKeyId)) return null;
      const found = await lookUp(accessKeyId);
      if (found === null || !isUsable(found.key, clock.now())) return null;
      return { key: found.key, secretAccessKey: found.secretAccessKey };
    },
    takeRequest(accessKeyId) {
      if (cache.get(accessKeyId)?.bucket?.take(1) === false) {
        throw new WayleaveError("rate-limited", "Too many requests with this key", {}, { retryable: true });
      }
    },
  };
}

/** Binds a sealed secret to its row. */
function contextOf(key: { accessKeyId: string; customer: string }): string {
  return `${key.accessKeyId} ${key.customer}`;
}

/** Uniform: a byte's low five bits. */
function randomBase32(chars: number): string {
  return Array.from(randomBytes(chars), (byte) => BASE32[byte & 31]).join("");
}

function s3KeyOfRow(row: {
  access_key_id: string;
  customer: string;
  name: string;
  read_only: boolean;
  buckets: string[] | null;
  created_ms: string | bigint | number;
  expires_ms: string | bigint | number | null;
  revoked_ms: string | bigint | number | null;
  requests_per_s: number | null;
  daily_spend_micro_usd: string | bigint | number | null;
  storage_bytes: string | bigint | number | null;
}): S3Key {
  return {
    ...{ accessKeyId: row.access_key_id, customer: row.customer, name: row.name },
    ...{ readOnly: row.read_only, buckets: row.buckets },
    createdMs: Number(row.created_ms),
    expiresMs: row.expires_ms === null ? null : Number(row.expires_ms),
    revokedMs: row.revoked_ms === null ? null : Number(row.revoked_ms),
    limits: limitsOfRow(row),
  };
}
