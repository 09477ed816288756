import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../apps/cli/supervise/testPostgres.ts";
import type { LorawanEventType, UplinkEvent } from "../../model/events.ts";
import { GroupCommit } from "../records/groupCommit.ts";
import { EVENT_LOG_DEFAULTS, EventLog } from "./eventLog.ts";
import { SseStreams } from "./sse.ts";
import { integrationRoutes } from "./integrationRoutes.ts";
import { movedClock, of, silentLog, until } from "./testing/sampleEvents.ts";
import { signatureOf } from "./webhookRequest.ts";
import { type WebhookOptions, Webhooks, type WebhooksDeps } from "./webhooks.ts";

let database: TestDatabase;
let pool: Pool;
const clock = movedClock();
const closers: (() => unknown)[] = [];
const TYPES: LorawanEventType[] = ["up", "join"];

beforeAll(async () => {
  database = await testDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => undefined);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await pool.query("delete from wireless_events.webhook; delete from wireless_events.event");
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

interface Received {
  readonly id: string;
  readonly fCnt: number;
  readonly devEui: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}
/** A receiver; `answer` says what becomes of each request, by default 204. */
async function receiver(answer?: (got: Received, response: ServerResponse) => void) {
  const got: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { id, fCnt, devEui } = JSON.parse(body) as UplinkEvent;
      const one = { id, fCnt, devEui, body, headers: request.headers };
      got.push(one);
      if (answer !== undefined) answer(one, response);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { got, port: (server.address() as AddressInfo).port };
}

const QUICK = { retryMs: 4, retryMaxMs: 16, attemptsMax: 3 };
async function rig(options: Partial<WebhookOptions> = {}, resolve?: WebhooksDeps["resolve"]) {
  const log = await EventLog.open(EVENT_LOG_DEFAULTS, { pool, commit: new GroupCommit(pool), clock, log: silentLog });
  const deps: WebhooksDeps = {
    ...{ pool, log, logger: silentLog, random: () => 0 },
    clock: { now: clock.now, monotonicMs: () => performance.now() },
    // The real one is the records' keySealer; here a sealed secret is only marked.
    sealer: {
      seal: (secret, context) => Buffer.from(`${context}|${Buffer.from(secret).toString()}`),
      open: (sealed, context) =>
        Buffer.from(
          Buffer.from(sealed)
            .toString()
            .slice(context.length + 1),
        ),
    },
    owns: (customer, application) => customer === "alice" && application === "meters",
    ...(resolve === undefined ? {} : { resolve }),
  };
  const open = () =>
    Webhooks.open({ allowPrivateAddresses: true, timeoutMs: 2_000, delivery: QUICK, ...options }, deps);
  const webhooks = await open();
  closers.push(async () => {
    await webhooks.close();
    await log.close();
  });
  return { log, webhooks, open };
}
const target = (port: number, path = "/") => ({
  ...{ applicationId: "meters", url: `http://127.0.0.1:${port}${path}`, types: TYPES },
});

interface Answer {
  readonly id: string;
  readonly delivered: number;
  readonly events: readonly { readonly position: number }[];
}

describe("webhooks", () => {
  test("get each event signed, and only the application's and types asked for", async () => {
    const { got, port } = await receiver();
    const { log, webhooks } = await rig();
    const { webhook, secret } = await webhooks.create("alice", target(port));
    log.publish(of("alice", { id: "other", applicationId: "garden" }));
    log.publish(of("bob", { id: "bobs" }));
    log.publish({
      customer: "alice",
      event: { ...of("alice").event, type: "status", battery: 1, marginDb: 1 } as never,
    });
    log.publish(of("alice", { id: "mine" }));
    await until(() => webhooks.get("alice", webhook.id).state.delivered === 1);
    expect(got.map(({ id }) => id)).toEqual(["mine"]);
    const { headers, body } = got[0]!;
    expect(headers["wayleave-signature"]).toBe(signatureOf(secret, clock.now(), body));
    expect(headers).toMatchObject({ "wayleave-event": "up", "wayleave-delivery": "mine" });
    expect(JSON.stringify(webhooks.list("alice"))).not.toContain(secret);
  });

  test("keep each device's order when the receiver fails now and then", async () => {
    const seen = new Map<string, number>();
    const taken: Received[] = [];
    const { port } = await receiver((one, response) => {
      const tries = (seen.get(one.id) ?? 0) + 1;
      seen.set(one.id, tries);
      if (tries === 1 && one.fCnt % 3 === 0) return void response.writeHead(503).end();
      taken.push(one);
      response.writeHead(200).end("ok");
    });
    const { log, webhooks } = await rig({ delivery: { ...QUICK, circuitFailures: 1_000 } });
    const { webhook } = await webhooks.create("alice", target(port));
    for (let fCnt = 0; fCnt < 20; fCnt++) {
      for (const devEui of ["0000000000000001", "0000000000000002", "0000000000000003"]) {
        log.publish(of("alice", { id: `${devEui}-${fCnt}`, devEui, fCnt }));
      }
    }
    await until(() => webhooks.get("alice", webhook.id).state.delivered === 60);
    for (const devEui of new Set(taken.map((one) => one.devEui))) {
      expect(taken.filter((one) => one.devEui === devEui).map(({ fCnt }) => fCnt)).toEqual([...Array(20).keys()]);
    }
  });

  test("that fail every time become dead letters, which can be listed and replayed", async () => {
    let broken = true;
    const { got, port } = await receiver((_, response) => response.writeHead(broken ? 500 : 200).end());
    const { log, webhooks } = await rig();
    const { webhook } = await webhooks.create("alice", target(port));
    log.publish(of("alice", { id: "dead", fCnt: 1 }));
    await until(() => webhooks.get("alice", webhook.id).state.deadLetters === 1);
    expect(got).toHaveLength(3);
    const letters = await webhooks.deadLetters("alice", webhook.id, 10);
    expect(letters).toMatchObject([{ attempts: 3, reason: "http-500", event: { id: "dead" } }]);
    broken = false;
    expect(await webhooks.replayDeadLetters("alice", webhook.id)).toBe(1);
    await until(async () => (await webhooks.deadLetters("alice", webhook.id, 10)).length === 0);
    expect(got.at(-1)!.id).toBe("dead");
  });

  test("that never answer or redirect open the circuit; it closes when the receiver is back", async () => {
    let mode: "hang" | "redirect" | "well" = "hang";
    const { got, port } = await receiver((_, response) => {
      if (mode === "well") response.writeHead(200).end();
      if (mode === "redirect") response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    });
    const delivery = { ...QUICK, attemptsMax: 1_000, circuitFailures: 2, concurrency: 2 };
    const { log, webhooks } = await rig({ timeoutMs: 20, delivery });
    const { webhook } = await webhooks.create("alice", target(port));
    for (const devEui of ["0000000000000001", "0000000000000002"]) log.publish(of("alice", { id: devEui, devEui }));
    const state = () => webhooks.get("alice", webhook.id).state;
    await until(() => state().circuit === "open" && state().lastFailure === "timeout");
    mode = "redirect";
    await until(() => state().lastFailure === "redirect");
    expect(got.every(({ headers }) => headers["host"] !== undefined)).toBe(true);
    mode = "well";
    await until(() => state().delivered === 2);
    expect(state().circuit).toBe("closed");
  });

  test("never reach private addresses, by address, by name, or by a name that changes its mind", async () => {
    const { got, port } = await receiver();
    let resolutions = 0;
    const { log, webhooks } = await rig({ allowPrivateAddresses: false }, (host, done) => {
      resolutions++;
      // Public when it is looked at first, then this machine: what DNS rebinding does.
      done(null, host === "rebind.example" && resolutions === 1 ? ["1.1.1.1", "127.0.0.1"] : ["::ffff:127.0.0.1"]);
    });
    await expect(webhooks.create("alice", target(port))).rejects.toMatchObject({ code: "webhook-address-refused" });
    for (const url of [`http://[::1]:${port}/`, `http://0x7f000001:${port}/`, `http://2130706433:${port}/`]) {
      const attempt = webhooks.create("alice", { ...target(port), url });
      await expect(attempt, url).rejects.toMatchObject({ code: "webhook-address-refused" });
    }
    const url = `http://rebind.example:${port}/`;
    const { webhook } = await webhooks.create("alice", { ...target(port), url });
    log.publish(of("alice"));
    await until(() => webhooks.get("alice", webhook.id).state.deadLetters === 1);
    expect(webhooks.get("alice", webhook.id).state.lastFailure).toBe("address-refused");
    expect(resolutions).toBe(3);
    expect(got).toEqual([]);
  });

  test("go on after a restart where they were, and read the log when they fall behind", async () => {
    let broken = true;
    const taken = new Set<string>();
    const { port } = await receiver((one, response) => {
      if (!broken) taken.add(one.id);
      response.writeHead(broken ? 500 : 200).end();
    });
    const delivery = { ...QUICK, attemptsMax: 1_000, queueMax: 10 };
    const { log, webhooks, open } = await rig({ delivery });
    const { webhook } = await webhooks.create("alice", target(port));
    for (let i = 0; i < 50; i++) log.publish(of("alice", { id: `w${i}`, fCnt: i, devEui: `000000000000000${i % 4}` }));
    await log.drained();
    expect(webhooks.get("alice", webhook.id).state.queued).toBeLessThanOrEqual(10);
    await webhooks.close();
    broken = false;
    const again = await open();
    for (let i = 50; i < 60; i++) log.publish(of("alice", { id: `w${i}`, fCnt: i }));
    await until(() => taken.size === 60, "all sixty events");
    await until(() => again.get("alice", webhook.id).state.queued === 0);
    await again.close();
    const { rows } = await pool.query<{ position: string }>("select position from wireless_events.webhook");
    expect(Number(rows[0]!.position)).toBe(log.position);
  });

  test("replay kept events of a device or a range", async () => {
    const { got, port } = await receiver();
    const { log, webhooks } = await rig();
    for (let i = 0; i < 3; i++) log.publish(of("alice", { id: `before${i}`, devEui: `000000000000000${i}` }));
    await log.drained();
    const { webhook } = await webhooks.create("alice", target(port));
    expect(await webhooks.replay("alice", webhook.id, { devEui: "0000000000000001" })).toMatchObject({ events: 1 });
    await until(() => got.length === 1);
    expect(got[0]!.id).toBe("before1");
  });

  test("are their customer's alone, change, and can be switched off and removed", async () => {
    const { got, port } = await receiver();
    const { log, webhooks } = await rig();
    await expect(webhooks.create("bob", target(port))).rejects.toMatchObject({ code: "application-not-found" });
    const { webhook } = await webhooks.create("alice", target(port));
    const { id } = webhook;
    expect(() => webhooks.get("bob", id)).toThrow(expect.objectContaining({ code: "webhook-not-found" }));
    await expect(webhooks.remove("bob", id)).rejects.toMatchObject({ code: "webhook-not-found" });
    await expect(webhooks.deadLetters("bob", id, 1)).rejects.toMatchObject({ code: "webhook-not-found" });
    expect(webhooks.list("bob")).toEqual([]);
    await webhooks.update("alice", id, { enabled: false });
    log.publish(of("alice", { id: "missed" }));
    await log.drained();
    await webhooks.update("alice", id, { enabled: true, types: ["up"] });
    log.publish(of("alice", { id: "seen" }));
    await until(() => got.length > 0);
    expect(got.map((one) => one.id)).toEqual(["seen"]);
    await webhooks.remove("alice", id);
    expect(webhooks.list("alice")).toEqual([]);
  });

  test("are operated by the API's routes, which name the field that is wrong", async () => {
    const { got, port } = await receiver();
    const { log, webhooks } = await rig();
    const routes = integrationRoutes(log, webhooks, new SseStreams(log));
    const { signal } = new AbortController();
    const call = async (name: string, { body = {}, query = {}, id = "" } = {}) => {
      const route = routes.find(({ method, path }) => `${method} ${path}` === name)!;
      const checked = { body: route.body?.parse(body), query: route.query?.parse(query), params: { id } };
      return (await route.handle({ customer: "alice", ...checked, signal })) as Answer;
    };
    const path = "/v1/wireless/webhooks";
    const made = await call(`POST ${path}`, { body: target(port) });
    expect(made).toMatchObject({ enabled: true, secret: expect.stringMatching(/^whsec_.{43}$/) as unknown });
    const id = made.id;
    expect(await call(`GET ${path}`)).toMatchObject({ webhooks: [{ id, url: target(port).url }] });
    log.publish(of("alice", { id: "one" }));
    await until(() => got.length === 1);
    const { events } = await call("GET /v1/wireless/events", { query: { limit: "5", devEui: "70B3D57ED0000007" } });
    expect(events).toMatchObject([{ event: { id: "one" } }]);
    const { position } = events[0]!;
    expect(await call(`POST ${path}/:id/replay`, { id, body: { position } })).toMatchObject({ events: 1 });
    await until(() => got.length === 2);
    await until(async () => (await call(`GET ${path}/:id`, { id })).delivered === 2);
    expect(await call(`GET ${path}/:id/dead-letters`, { id })).toEqual({ deadLetters: [] });
    for (const url of ["ftp://x/", "http://a:b@x/", "x", "http://x/#f", "file:///etc/passwd"]) {
      await expect(call(`POST ${path}`, { body: { ...target(port), url } }), url).rejects.toThrow(/"url"/);
    }
    expect(await call(`PUT ${path}/:id`, { id, body: { enabled: false } })).toMatchObject({ enabled: false });
    await expect(call(`POST ${path}/:id/dead-letters/replay`, { id })).rejects.toMatchObject({
      facts: { field: "enabled" },
    });
    await call(`DELETE ${path}/:id`, { id });
    await expect(call(`GET ${path}/:id`, { id })).rejects.toMatchObject({ code: "webhook-not-found" });
  });
});
