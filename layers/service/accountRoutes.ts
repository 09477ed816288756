import { z } from "zod";
import { amountSchema, formatUsd } from "@wayleave/core/money";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import { type ApiKey, hasScope, SCOPES, scopeSchema } from "./apiKeys.ts";
import { type ApiRoute, apiRoute, type Principal } from "./apiRoute.ts";
import { limitsSchema } from "./limits.ts";
import type { ServiceLayer } from "./serviceLayer.ts";
import { RECEIPTS_PER_PAGE_MAX, receiptsOf, usage } from "./usage.ts";

const name = z.string().trim().min(1).max(128);
const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const DAY_MS = 86_400_000;
/** What `GET /v1/usage` covers when it is not told. */
const USAGE_DAYS = 31;
/** A longer range reads more receipts than one request should. */
const USAGE_DAYS_MAX = 366;

const newKeySchema = z.strictObject({
  name,
  scopes: z.array(scopeSchema).min(1).max(16).optional(),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  limits: limitsSchema.optional(),
});
const newS3KeySchema = z.strictObject({
  name,
  readOnly: z.boolean().default(false),
  buckets: z.array(z.string().min(3).max(63)).max(100).nullable().default(null),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  limits: limitsSchema.optional(),
});
const rangeSchema = z.strictObject({ from: time.optional(), to: time.optional() });
const pageSchema = z.strictObject({
  after: z
    .string()
    .regex(/^[0-9]{1,18}$/)
    .default("0"),
  limit: z.coerce.number().int().min(1).max(RECEIPTS_PER_PAGE_MAX).default(100),
});

/** What a customer does with its own account. */
export function accountRoutes(layer: ServiceLayer, clock: Clock): readonly ApiRoute[] {
  return [...moneyRoutes(layer, clock), ...keyRoutes(layer), ...s3KeyRoutes(layer)];
}

function moneyRoutes({ db, ledger, customers }: ServiceLayer, clock: Clock): readonly ApiRoute[] {
  const read = { for: "customer", scope: SCOPES.readAccount } as const;
  return [
    apiRoute({
      ...{ method: "GET", path: "/v1/me", summary: "Who this key belongs to", ...read },
      async handle({ customer, principal }) {
        return { customer: await customers.find(customer), key: principal.role === "customer" ? principal.key : null };
      },
    }),
    apiRoute({
      ...{ method: "GET", path: "/v1/balance", summary: "What is left, use of this moment included", ...read },
      async handle({ customer }) {
        const bookedMicroUsd = await ledger.balance(customer);
        const availableMicroUsd = customers.available(customer) ?? bookedMicroUsd;
        return { availableMicroUsd, bookedMicroUsd, usd: formatUsd(availableMicroUsd) };
      },
    }),
    apiRoute({
      ...{ method: "GET", path: "/v1/usage", summary: "The bill: one line for each day, act and subject", ...read },
      query: rangeSchema,
      async handle({ customer, query }) {
        const toMs = query.to === undefined ? clock.now() + 1 : Date.parse(query.to);
        const fromMs = query.from === undefined ? toMs - USAGE_DAYS * DAY_MS : Date.parse(query.from);
        if (fromMs > toMs || toMs - fromMs > USAGE_DAYS_MAX * DAY_MS) {
          throw new WayleaveError("range-invalid", "A range runs forward and is at most a year", { field: "from" });
        }
        return usage(db, customer, { fromMs, toMs });
      },
    }),
    apiRoute({
      ...{ method: "GET", path: "/v1/usage/:line/receipts", summary: "What stands behind one line", ...read },
      query: pageSchema,
      async handle({ customer, params, query }) {
        const page = { after: BigInt(query.after), limit: query.limit };
        const receipts = await receiptsOf(db, customer, params.line ?? "", page);
        return { receipts, next: receipts.length < query.limit ? null : receipts.at(-1)!.id };
      },
    }),
  ];
}

function keyRoutes({ apiKeys }: ServiceLayer): readonly ApiRoute[] {
  const own = { for: "customer", scope: SCOPES.writeKeys } as const;
  return [
    apiRoute({
      ...{ method: "GET", path: "/v1/keys", summary: "API keys, without their secrets", ...own },
      handle: async ({ customer }) => ({ keys: await apiKeys.list(customer) }),
    }),
    apiRoute({
      ...{ method: "POST", path: "/v1/keys", summary: "A new API key; its secret is shown once", ...own, status: 201 },
      body: newKeySchema,
      async handle({ customer, body, principal }) {
        requireWithin(principal, body.scopes ?? [SCOPES.all]);
        return apiKeys.create(customer, newKeyOf(body));
      },
    }),
    apiRoute({
      ...{ method: "DELETE", path: "/v1/keys/:id", summary: "Revokes an API key at once", ...own, status: 204 },
      async handle({ customer, params }) {
        if (!(await apiKeys.revoke(customer, params.id ?? ""))) throw unknownKey();
      },
    }),
  ];
}

function s3KeyRoutes({ s3Keys }: ServiceLayer): readonly ApiRoute[] {
  const own = { for: "customer", scope: SCOPES.writeKeys } as const;
  return [
    apiRoute({
      ...{ method: "GET", path: "/v1/s3-keys", summary: "S3 keys, without their secrets", ...own },
      handle: async ({ customer }) => ({ keys: await s3Keys.list(customer) }),
    }),
    apiRoute({
      ...{
        method: "POST",
        path: "/v1/s3-keys",
        summary: "A new S3 key; its secret is shown once",
        ...own,
        status: 201,
      },
      body: newS3KeySchema,
      handle: ({ customer, body }) => s3Keys.create(customer, newKeyOf(body)),
    }),
    apiRoute({
      ...{ method: "DELETE", path: "/v1/s3-keys/:id", summary: "Revokes an S3 key at once", ...own, status: 204 },
      async handle({ customer, params }) {
        if (!(await s3Keys.revoke(customer, params.id ?? ""))) throw unknownKey();
      },
    }),
  ];
}

/** What the operator does with its customers. */
export function operatorRoutes(layer: ServiceLayer): readonly ApiRoute[] {
  const { customers, apiKeys, s3Keys } = layer;
  const operator = { for: "operator" } as const;
  return [
    apiRoute({
      ...{ method: "POST", path: "/v1/customers", summary: "A new customer", ...operator, status: 201 },
      body: z.strictObject({
        id: z
          .string()
          .regex(/^[a-z0-9-]{1,64}$/)
          .optional(),
        name,
        email: z.email().max(254).optional(),
        limits: limitsSchema.optional(),
      }),
      handle: ({ body }) => customers.create(withoutAbsent(body)),
    }),
    apiRoute({
      ...{ method: "GET", path: "/v1/customers", summary: "All customers", ...operator },
      handle: async () => ({ customers: await customers.list() }),
    }),
    apiRoute({
      ...{
        method: "PUT",
        path: "/v1/customers/:id/limits",
        summary: "What a customer may use",
        ...operator,
        status: 204,
      },
      body: limitsSchema,
      handle: ({ params, body }) => customers.setLimits(params.id ?? "", body),
    }),
    apiRoute({
      ...{ method: "PUT", path: "/v1/customers/:id/suspended", summary: "Stops or resumes", ...operator, status: 204 },
      body: z.strictObject({ suspended: z.boolean() }),
      handle: ({ params, body }) => customers.setSuspended(params.id ?? "", body.suspended),
    }),
    apiRoute({
      ...{
        method: "POST",
        path: "/v1/customers/:id/keys",
        summary: "An API key for a customer",
        ...operator,
        status: 201,
      },
      body: newKeySchema,
      handle: ({ params, body }) => apiKeys.create(params.id ?? "", newKeyOf(body)),
    }),
    apiRoute({
      ...{
        method: "POST",
        path: "/v1/customers/:id/s3-keys",
        summary: "An S3 key for a customer",
        ...operator,
        status: 201,
      },
      body: newS3KeySchema,
      handle: ({ params, body }) => s3Keys.create(params.id ?? "", newKeyOf(body)),
    }),
    topUpRoute(layer),
  ];
}

function topUpRoute(layer: ServiceLayer): ApiRoute {
  return apiRoute({
    ...{ method: "POST", path: "/v1/topups", summary: "Books what a customer paid, or free credits", for: "operator" },
    body: z.strictObject({
      customer: z.string().max(64),
      /** A billion dollars: more is a mistake. */
      microUsd: amountSchema.pipe(
        z
          .bigint()
          .positive()
          .max(10n ** 15n),
      ),
      /** Of the payment: booked once, however often it is sent. */
      reference: z.string().min(1).max(128),
      source: z.enum(["payment", "credit"]).default("payment"),
    }),
    async handle({ body: { customer, microUsd, reference, source } }) {
      const book = source === "payment" ? layer.topUp : layer.grantCredits;
      const booked = await book(customer, microUsd, reference);
      return { booked, balanceMicroUsd: await layer.ledger.balance(customer) };
    },
  });
}

/** A key cannot make a key that may do more than itself. */
function requireWithin(principal: Principal, scopes: readonly string[]): void {
  if (principal.role !== "customer") return;
  const key: ApiKey = principal.key;
  const beyond = scopes.find((scope) => !hasScope(key, scope));
  if (beyond === undefined) return;
  throw new WayleaveError("scope-forbidden", "A key gives at most its own scopes", { field: "scopes", scope: beyond });
}

/** From the API's words to the layer's. */
function newKeyOf<Body extends { readonly expiresAt: string | null }>({ expiresAt, ...rest }: Body) {
  return withoutAbsent({ ...rest, expiresMs: expiresAt === null ? null : Date.parse(expiresAt) });
}

/** zod says `undefined` for what was left out; exact optional properties want it left out. */
function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const present = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function unknownKey(): WayleaveError {
  return new WayleaveError("key-not-found", "There is no such key in use", { field: "id" });
}
