import { z } from "zod";
import type { LorawanEvent } from "../../model/events.ts";
import {
  euiSchema,
  idOf,
  present,
  reads,
  timeOf,
  type WirelessRoute,
  wirelessRoute,
  writes,
} from "../api/wirelessRoute.ts";
import { WayleaveError } from "@wayleave/core/errors";
import type { EventLog } from "./eventLog.ts";
import type { SseStreams } from "./sse.ts";
import type { Webhook, Webhooks, WebhookState } from "./webhooks.ts";

const EVENT_TYPES = ["up", "join", "ack", "txack", "status", "error"] as const satisfies LorawanEvent["type"][];
const URL_CHARS_MAX = 2_048;
const PAGE_MAX = 1_000;

const urlSchema = z
  .string()
  .max(URL_CHARS_MAX)
  .refine((text) => isWebhookUrl(text), {
    error: "must be an http or https URL without user name, password or fragment",
  });
const typesSchema = z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length);
const positionSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const timeSchema = z.iso.datetime({ offset: true });
const limitSchema = z.coerce.number().int().min(1).max(PAGE_MAX).default(100);

const newWebhookSchema = z.strictObject({
  applicationId: z.string().min(1).max(64),
  url: urlSchema,
  types: typesSchema.default([...EVENT_TYPES]),
});
const changesSchema = z.strictObject({
  url: urlSchema.optional(),
  types: typesSchema.optional(),
  enabled: z.boolean().optional(),
});
const webhookReply = z.object({
  ...{ id: z.string(), applicationId: z.string(), url: z.string(), types: typesSchema, enabled: z.boolean() },
  createdAt: z.string(),
});
const stateReply = webhookReply.extend({
  ...{ delivered: z.number(), failed: z.number(), deadLetters: z.number(), queued: z.number() },
  circuit: z.enum(["closed", "open"]).describe("open: the receiver fails, and is tried only now and then"),
  lastFailure: z.string().nullable(),
});
const eventsQuery = z.strictObject({
  applicationId: z.string().min(1).max(64).optional(),
  devEui: euiSchema.optional(),
  before: positionSchema.optional().describe("a position: only events before it"),
  after: positionSchema.optional().describe("a position: only events after it"),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  order: z.enum(["newest-first", "oldest-first"]).default("newest-first"),
  limit: limitSchema,
});
const replaySchema = z.strictObject({
  position: positionSchema.optional().describe("this event alone"),
  devEui: euiSchema.optional(),
  after: positionSchema.optional().describe("where the last answer said to go on"),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
});
const deadLettersQuery = z.strictObject({
  limit: limitSchema,
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});
const replayDeadSchema = z.strictObject({
  letters: z
    .array(z.string().regex(/^\d{1,15}$/))
    .min(1)
    .max(PAGE_MAX)
    .optional()
    .describe("absent: all"),
});

/** The frame log, and where a customer's events are sent: for the front's HTTP API, beside `wirelessRoutes`. */
export function integrationRoutes(log: EventLog, webhooks: Webhooks, streams: SseStreams): WirelessRoute[] {
  return [eventsRoute(log), streamRoute(streams), ...webhookRoutes(webhooks), ...deliveryRoutes(webhooks)];
}

function streamRoute(streams: SseStreams): WirelessRoute {
  return wirelessRoute({
    ...{ method: "GET", path: "/v1/wireless/events/stream", summary: "Events as they happen (server-sent)", ...reads },
    streams: "text/event-stream",
    query: z.strictObject({
      applicationId: z.string().min(1).max(64).optional(),
      devEui: euiSchema.optional(),
    }),
    async handle({ customer, query, lastEventId, signal }) {
      const resume = lastEventId === undefined ? {} : { lastEventId };
      const stream = streams.subscribe({ customer, ...present(query), ...resume, signal });
      if (stream !== null) return stream;
      throw new WayleaveError("streams-limited", "You have too many streams open", {}, { retryable: true });
    },
  });
}

function eventsRoute(log: EventLog): WirelessRoute {
  return wirelessRoute({
    ...{ method: "GET", path: "/v1/wireless/events", summary: "The frame log: events of your devices", ...reads },
    query: eventsQuery,
    reply: z.object({ events: z.array(z.object({ position: z.number(), event: z.unknown() })) }),
    async handle({ customer, query }) {
      const { applicationId, devEui, from, to, ...range } = query;
      const found = await log.events(
        { customer, ...present({ applicationId, devEui }) },
        { ...present(range), ...timesOf(from, to) },
      );
      return { events: found.map(({ position, event }) => ({ position, event })) };
    },
  });
}

function webhookRoutes(webhooks: Webhooks): WirelessRoute[] {
  const path = "/v1/wireless/webhooks";
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "Sends an application's events to a URL", status: 201, ...writes },
      body: newWebhookSchema,
      reply: webhookReply.extend({ secret: z.string().describe("what deliveries are signed with; never shown again") }),
      async handle({ customer, body }) {
        const { webhook, secret } = await webhooks.create(customer, body);
        return { ...shown(webhook), secret };
      },
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "Your webhooks", ...reads },
      query: z.strictObject({ applicationId: z.string().min(1).max(64).optional() }),
      reply: z.object({ webhooks: z.array(webhookReply) }),
      handle: ({ customer, query }) =>
        Promise.resolve({ webhooks: webhooks.list(customer, query.applicationId).map(shown) }),
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${path}/:id`, summary: "A webhook and how its deliveries go", ...reads },
      reply: stateReply,
      handle: ({ customer, params }) => Promise.resolve(shownState(webhooks.get(customer, idOf(params)))),
    }),
    wirelessRoute({
      ...{ method: "PUT", path: `${path}/:id`, summary: "Changes a webhook, or switches it off and on", ...writes },
      ...{ body: changesSchema, reply: webhookReply },
      async handle({ customer, params, body }) {
        return shown(await webhooks.update(customer, idOf(params), present(body)));
      },
    }),
    wirelessRoute({
      ...{ method: "DELETE", path: `${path}/:id`, summary: "Removes a webhook and its dead letters", status: 204 },
      ...writes,
      handle: ({ customer, params }) => webhooks.remove(customer, idOf(params)),
    }),
  ];
}

function deliveryRoutes(webhooks: Webhooks): WirelessRoute[] {
  const path = "/v1/wireless/webhooks/:id";
  const replayed = z.object({ events: z.number(), next: z.number().nullable() });
  return [
    wirelessRoute({
      ...{ method: "POST", path: `${path}/replay`, summary: "Sends kept events again: one, or a device's, or a range" },
      ...{ ...writes, body: replaySchema, reply: replayed },
      handle({ customer, params, body }) {
        const { position, from, to, devEui, after } = body;
        const one = position === undefined ? {} : { after: position - 1, before: position + 1 };
        const range = { ...present({ devEui, after }), ...timesOf(from, to), ...one };
        return webhooks.replay(customer, idOf(params), range);
      },
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${path}/dead-letters`, summary: "Events that a receiver never took", ...reads },
      query: deadLettersQuery,
      async handle({ customer, params, query: { limit, before } }) {
        const letters = await webhooks.deadLetters(customer, idOf(params), limit, before);
        return { deadLetters: letters.map(({ atMs, ...letter }) => ({ ...letter, at: timeOf(atMs) })) };
      },
    }),
    wirelessRoute({
      ...{ method: "POST", path: `${path}/dead-letters/replay`, summary: "Sends dead letters again", ...writes },
      ...{ body: replayDeadSchema, reply: z.object({ events: z.number() }) },
      async handle({ customer, params, body }) {
        return { events: await webhooks.replayDeadLetters(customer, idOf(params), body.letters) };
      },
    }),
  ];
}

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username + password + hash === "";
}

function timesOf(from: string | undefined, to: string | undefined): { fromMs?: number; toMs?: number } {
  return {
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  };
}

function shown({ createdMs, ...webhook }: Webhook): object {
  return { ...webhook, createdAt: timeOf(createdMs) };
}

function shownState({ webhook, state }: { webhook: Webhook; state: WebhookState }): object {
  return { ...shown(webhook), ...state };
}
