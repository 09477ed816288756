import { addressSchema, type Hash32, hash32Schema } from "@wayleave/core/ids";
import { type Claim, type Logger, MAX_CLAIM_BYTES } from "@wayleave/core/kind";
import { WayleaveError } from "@wayleave/core/errors";
import { toJson } from "@wayleave/core/messages";
import type { Network } from "@wayleave/core/network";
import { PROBLEM_MEDIA_TYPE, problemOf } from "@wayleave/core/problem";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { z } from "zod";
import type { SignedRoundView } from "./round/roundView.ts";

/** Requests one address may make in a minute: a front asks every second, a person's tools less. */
const REQUESTS_PER_MINUTE = 6_000;
const MINUTE_MS = 60_000;
/** Addresses counted at once; when full, counting starts over. */
const MAX_COUNTED_ADDRESSES = 10_000;

/** Epochs are stored in 31 bits: at one a minute, four thousand years. */
const MAX_EPOCH = 2 ** 31 - 1;
const epochSchema = z.number().int().min(0).max(MAX_EPOCH);
const epochTextSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,9})$/, "must be a decimal number")
  .transform(Number)
  .pipe(epochSchema);
const fileSchema = z.string().regex(/^[a-z0-9-]{1,40}\.(parquet|json)$/, "must be a file of a bundle");
/** Base64 of the largest claim. */
const claimSchema = z.strictObject({
  kind: z.number().int().min(0).max(255),
  device: addressSchema,
  epoch: epochSchema,
  evidence: z.base64().max(Math.ceil((MAX_CLAIM_BYTES * 4) / 3) + 4),
});

/** What a verifier tells the world; every answer is public. */
export interface VerifierVoice {
  readonly network: Network;
  status(): Promise<object>;
  standings(): Promise<readonly object[]>;
  device(device: `0x${string}`): Promise<object>;
  round(epoch: number): SignedRoundView | null;
  /** A file of another verifier's bundle that this one holds and hands on. */
  relayedFile(epoch: number, head: Hash32, name: string): Uint8Array | null;
  bundleFile(epoch: number, name: string): Promise<Uint8Array | null>;
  evidence(digest: Hash32): Promise<Uint8Array | null>;
  statement(epoch: number): Promise<string | null>;
  /** @returns the fault that the claim proves. @throws WayleaveError `claim-unproven`. */
  claim(claim: Claim): Promise<string>;
}

/** The verifier's HTTP API: read-only but for claims. Not listening yet. */
export function verifierApi(
  voice: VerifierVoice,
  deps: { readonly log: Logger; readonly nowMs: () => number },
): FastifyInstance {
  const app = Fastify({ bodyLimit: MAX_CLAIM_BYTES * 2, logger: false, forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) => {
    const shown = shownError(error);
    if (!(shown instanceof WayleaveError)) {
      deps.log.error({ route: request.routeOptions.url, reason: String(error) }, "Failed a request");
    }
    return sendProblem(reply, shown);
  });
  app.setNotFoundHandler((_, reply) =>
    sendProblem(reply, new WayleaveError("route-not-found", "There is nothing here")),
  );
  limitRequests(app, deps.nowMs);
  const json = (body: unknown) => toJson(body);
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("content-type")) reply.header("content-type", "application/json; charset=utf-8");
  });

  app.get("/network", async () => json(voice.network));
  app.get("/status", async () => json(await voice.status()));
  app.get("/standings", async () => json(await voice.standings()));
  app.get("/devices/:device", async ({ params }) =>
    json(await voice.device(checked(z.object({ device: addressSchema }), params).device)),
  );
  app.get("/rounds/:epoch", async ({ params }) => {
    const view = voice.round(checked(z.object({ epoch: epochTextSchema }), params).epoch);
    return json(found(view, "round"));
  });
  app.get("/statements/:epoch", async ({ params }) =>
    found(await voice.statement(checked(z.object({ epoch: epochTextSchema }), params).epoch), "statement"),
  );
  app.get("/rounds/:epoch/bundles/:head/:file", async ({ params }, reply) => {
    const path = z.object({ epoch: epochTextSchema, head: hash32Schema, file: fileSchema });
    const { epoch, head, file } = checked(path, params);
    return sendFile(reply, file, voice.relayedFile(epoch, head, file));
  });
  app.get("/bundles/:epoch/:file", async ({ params }, reply) => {
    const { epoch, file } = checked(z.object({ epoch: epochTextSchema, file: fileSchema }), params);
    return sendFile(reply, file, await voice.bundleFile(epoch, file));
  });
  app.get("/evidence/:digest", async ({ params }, reply) => {
    const bytes = found(await voice.evidence(checked(z.object({ digest: hash32Schema }), params).digest), "evidence");
    return reply.header("content-type", "application/octet-stream").send(Buffer.from(bytes));
  });
  app.post("/claims", async ({ body }) => {
    const { kind, device, epoch, evidence } = checked(claimSchema, body);
    return json({ fault: await voice.claim({ kind, device, epoch, evidence: Buffer.from(evidence, "base64") }) });
  });
  return app;
}

function sendFile(reply: FastifyReply, name: string, bytes: Uint8Array | null) {
  const type = name.endsWith(".json") ? "application/json" : "application/vnd.apache.parquet";
  return reply.type(type).send(Buffer.from(found(bytes, "bundle file")));
}

/** Fastify's own refusals (malformed JSON, another media type, too large a body) in our words; a bug stays one. */
function shownError(error: unknown): unknown {
  const { statusCode: status, message } = error as { statusCode?: number; message: string };
  if (error instanceof WayleaveError || status === undefined || status < 400 || status >= 500) return error;
  if (status === 413) return new WayleaveError("body-too-large", "The body is larger than accepted here");
  if (status === 415) return new WayleaveError("media-type-unsupported", message, { field: "content-type" });
  return new WayleaveError("request-invalid", message, { field: "body" });
}

function sendProblem(reply: FastifyReply, error: unknown) {
  const { body } = problemOf(error);
  // The one refusal whose status follows from no word of ours.
  const status = body.code === "media-type-unsupported" ? 415 : body.status;
  return reply
    .code(status)
    .type(PROBLEM_MEDIA_TYPE)
    .send(toJson({ ...body, status }));
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new WayleaveError("request-invalid", `${field || "The request"}: ${issue?.message}`, { field });
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw new WayleaveError("not-found", `This verifier has no such ${what}`, { what });
  return value;
}

function limitRequests(app: FastifyInstance, nowMs: () => number): void {
  let counts = new Map<string, number>();
  let since = nowMs();
  app.addHook("onRequest", async ({ ip }) => {
    if (nowMs() - since > MINUTE_MS || counts.size >= MAX_COUNTED_ADDRESSES) {
      counts = new Map();
      since = nowMs();
    }
    const count = (counts.get(ip) ?? 0) + 1;
    counts.set(ip, count);
    if (count > REQUESTS_PER_MINUTE)
      throw new WayleaveError(
        "rate-limited",
        "Too many requests in a minute",
        { perMinute: REQUESTS_PER_MINUTE },
        { retryable: true },
      );
  });
}
