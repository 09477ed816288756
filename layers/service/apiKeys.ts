import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Clock, UnixMs } from "@wayleave/core/time";
import { WayleaveError } from "@wayleave/core/errors";
import { boundedCache } from "./boundedCache.ts";
import { BURST_SECONDS, type Limits, limitColumns, limitsOfRow, NO_LIMITS } from "./limits.ts";
import type { ServiceDb } from "./serviceDatabase.ts";
import { type TokenBucket, tokenBucket } from "./tokenBucket.ts";

/** What a key may be used for. Kinds name their own as `<kind>:<what>`; `*` is everything. */
export const scopeSchema = z.string().regex(/^(\*|[a-z0-9-]{1,32}:[a-z0-9-]{1,32})$/, "must be `*` or `area:what`");
export const SCOPES = { all: "*", readAccount: "account:read", writeKeys: "keys:write" } as const;

/** `wl_` and 32 random bytes in base64url. */
const TOKEN = /^wl_[A-Za-z0-9_-]{43}$/;
/** Enough to tell one's keys apart; 30 of 256 bits. */
const PREFIX_CHARS = 8;
/** About 400 bytes each. A key that fell out costs one indexed query. */
const KEYS_CACHED_MAX = 20_000;
/** More keys than any customer rotates. */
export const KEYS_PER_CUSTOMER_MAX = 100;

export interface ApiKey {
  readonly id: string;
  readonly customer: string;
  readonly name: string;
  /** The first characters of the key, for display. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdMs: UnixMs;
  readonly expiresMs: UnixMs | null;
  readonly revokedMs: UnixMs | null;
  readonly limits: Limits;
}

export interface NewApiKey {
  readonly name: string;
  readonly scopes?: readonly string[];
  readonly expiresMs?: UnixMs | null;
  readonly limits?: Limits;
}

export interface ApiKeys {
  /** @returns the key itself, once: only its hash is kept. @throws WayleaveError `keys-limit-refused`. */
  create(customer: string, key: NewApiKey): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  list(customer: string): Promise<readonly ApiKey[]>;
  /** @returns whether there was such a key. Works at once, here; the key stays listed. */
  revoke(customer: string, id: string): Promise<boolean>;
  /**
   * Who holds this key. Hostile text. @returns null when it is no key, unknown, revoked or expired.
   * @throws WayleaveError `rate-limited` by the key's own rate.
   */
  authenticate(secret: string): Promise<ApiKey | null>;
}

export function hasScope(key: ApiKey, scope: string): boolean {
  return key.scopes.includes(SCOPES.all) || key.scopes.includes(scope);
}

/** 256 random bits need no slow hash: there is nothing to guess. */
function hashOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

interface Cached {
  readonly key: ApiKey;
  readonly bucket: TokenBucket | null;
}

export function apiKeys(deps: { readonly db: ServiceDb; readonly clock: Clock }): ApiKeys {
  const { db, clock } = deps;
  const cache = boundedCache<string, Cached>(KEYS_CACHED_MAX);
  const hashById = boundedCache<string, string>(KEYS_CACHED_MAX);
  let revocations = 0;

  async function find(hash: Uint8Array): Promise<Cached | null> {
    const name = Buffer.from(hash).toString("base64");
    const cached = cache.get(name);
    if (cached !== undefined) return cached;
    const revocationsBefore = revocations;
    const query = db.selectFrom("service.api_key").selectAll().where("key_hash", "=", hash);
    const row = await query.executeTakeFirst();
    if (row === undefined) return null;
    const meanwhile = cache.get(name);
    if (meanwhile !== undefined) return meanwhile; // one bucket for each key, however many asked at once
    const key = apiKeyOfRow(row);
    const perS = key.limits.requestsPerS;
    const rate = perS === null ? null : { ratePerS: perS, burst: perS * BURST_SECONDS };
    const fresh = { key, bucket: rate === null ? null : tokenBucket(rate, () => clock.monotonicMs()) };
    // Read before a revocation and cached after it, a key would live on.
    if (revocations === revocationsBefore) cache.set(name, fresh);
    hashById.set(key.id, name);
    return fresh;
  }

  return {
    async create(customer, request) {
      await requireRoom(db, "service.api_key", customer);
      const secret = `wl_${randomBytes(32).toString("base64url")}`;
      const key: ApiKey = {
        id: `k-${randomBytes(8).toString("hex")}`,
        customer,
        name: request.name,
        prefix: secret.slice(0, PREFIX_CHARS),
        scopes: request.scopes ?? [SCOPES.all],
        createdMs: clock.now(),
        expiresMs: request.expiresMs ?? null,
        revokedMs: null,
        limits: request.limits ?? NO_LIMITS,
      };
      await db
        .insertInto("service.api_key")
        .values({
          ...{ id: key.id, customer, name: key.name, key_hash: hashOf(secret), prefix: key.prefix },
          ...{ scopes: [...key.scopes], created_ms: key.createdMs, expires_ms: key.expiresMs, revoked_ms: null },
          ...limitColumns(key.limits),
        })
        .execute();
      return { key, secret };
    },
    async list(customer) {
      const query = db.selectFrom("service.api_key").selectAll().where("customer", "=", customer);
      return (await query.orderBy("created_ms").orderBy("id").execute()).map(apiKeyOfRow);
    },
    async revoke(customer, id) {
      const update = db.updateTable("service.api_key").set({ revoked_ms: clock.now() });
      const own = update.where("id", "=", id).where("customer", "=", customer).where("revoked_ms", "is", null);
      const done = await own.executeTakeFirst();
      revocations++;
      const name = hashById.get(id);
      if (name !== undefined) cache.delete(name);
      return done.numUpdatedRows > 0n;
    },
    async authenticate(secret) {
      if (!TOKEN.test(secret)) return null;
      const found = await find(hashOf(secret));
      if (found === null || !isUsable(found.key, clock.now())) return null;
      if (found.bucket !== null && !found.bucket.take(1)) {
        throw new WayleaveError("rate-limited", "Too many requests with this key", {}, { retryable: true });
      }
      return found.key;
    },
  };
}

/** Whether a key counts at `nowMs`. */
export function isUsable(key: { revokedMs: UnixMs | null; expiresMs: UnixMs | null }, nowMs: UnixMs): boolean {
  return key.revokedMs === null && (key.expiresMs === null || nowMs < key.expiresMs);
}

/** @throws WayleaveError `keys-limit-refused`, `customer-unknown`. Counts keys in use only. */
export async function requireRoom(
  db: ServiceDb,
  table: "service.api_key" | "service.s3_key",
  customer: string,
): Promise<void> {
  const known = db.selectFrom("service.customer").select("id").where("id", "=", customer);
  if ((await known.executeTakeFirst()) === undefined) {
    throw new WayleaveError("customer-unknown", "There is no such customer", { field: "customer", customer });
  }
  const count = db.selectFrom(table).select((eb) => eb.fn.countAll<string>().as("count"));
  const { count: inUse } = await count
    .where("customer", "=", customer)
    .where("revoked_ms", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(inUse) < KEYS_PER_CUSTOMER_MAX) return;
  const facts = { customer, limit: KEYS_PER_CUSTOMER_MAX };
  throw new WayleaveError("keys-limit-refused", "This customer has as many keys as it may have", facts);
}

function apiKeyOfRow(row: {
  id: string;
  customer: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_ms: string | bigint | number;
  expires_ms: string | bigint | number | null;
  revoked_ms: string | bigint | number | null;
  requests_per_s: number | null;
  daily_spend_micro_usd: string | bigint | number | null;
  storage_bytes: string | bigint | number | null;
}): ApiKey {
  return {
    ...{ id: row.id, customer: row.customer, name: row.name, prefix: row.prefix, scopes: row.scopes },
    createdMs: Number(row.created_ms),
    expiresMs: row.expires_ms === null ? null : Number(row.expires_ms),
    revokedMs: row.revoked_ms === null ? null : Number(row.revoked_ms),
    limits: limitsOfRow(row),
  };
}
