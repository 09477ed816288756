import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localSchedule, networkSchema } from "@wayleave/core/network";
import type { ApiRoute } from "./apiRoute.ts";
import { httpApi } from "./httpApi.ts";
import { reconcile } from "./reconcile.ts";
import { testLayer, type TestLayer } from "./testing/testLayer.ts";

const ADMIN = "admin-key-of-at-least-32-characters";
const someAddress = `0x${"5e".repeat(20)}` as const;
const contracts = Object.fromEntries(
  ["dollar", "way", "escrow", "registry", "settlement", "auction", "timelock"].map((name) => [name, someAddress]),
) as Record<"dollar" | "way" | "escrow" | "registry" | "settlement" | "auction" | "timelock", typeof someAddress>;

const policy = {
  ...{ treasuryBps: "4000", treasury: someAddress, stipendPerVerifier: "0", vestingEpochs: "90", cells: [] },
  ...{ maxWayPerUnit: ["1", "1", "1", "1"], networkTargets: [null, null, null, null] },
};

/** Says one event and then nothing until whoever listens has gone, or it is told to end. */
const listening = { now: 0 };
const streaming: ApiRoute = {
  ...{ method: "GET", path: "/v1/test/stream", summary: "One event", for: "public", streams: "text/event-stream" },
  async handle({ signal, lastEventId }) {
    return (async function* () {
      listening.now++;
      yield `id: 7\ndata: after ${lastEventId ?? "nothing"}\n\n`;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      listening.now--;
    })();
  },
};

let layer: TestLayer;
let app: FastifyInstance;
beforeAll(async () => {
  layer = await testLayer();
  const chain = { name: "test", chainId: 31337, rpcUrl: "http://127.0.0.1:8545", deployedAtBlock: 1, contracts };
  const network = networkSchema.parse({ ...chain, schedule: localSchedule(0), policy });
  app = await httpApi(
    { adminKey: ADMIN, softwareVersion: "0.1.0" },
    {
      ...{ layer, network, clock: layer.clock, log: layer.log },
      status: async () => ({ devices: 3 }),
      reconcile: () => reconcile(layer.db, null),
      routes: [streaming],
      plugins: [
        async (instance) => {
          instance.get("/broken", async () => {
            throw new Error("secret detail of a bug");
          });
        },
      ],
    },
  );
});
afterAll(async () => {
  await app.close();
  await layer.close();
});

type Method = "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";
async function ask(method: Method, url: string, key: string | null, payload?: object | string) {
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(payload === undefined ? {} : { "content-type": "application/json" }),
  };
  const reply = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  const isJson = String(reply.headers["content-type"]).includes("json");
  return {
    status: reply.statusCode,
    headers: reply.headers,
    text: reply.body,
    json: isJson ? reply.json() : null,
  };
}

async function newCustomer(scopes?: string[]): Promise<{ id: string; key: string }> {
  const { json: customer } = await ask("POST", "/v1/customers", ADMIN, { name: "Ada", email: "ada@example.org" });
  const body = { name: "first", ...(scopes === undefined ? {} : { scopes }) };
  const { json, status } = await ask("POST", `/v1/customers/${customer.id}/keys`, ADMIN, body);
  expect(status).toBe(201);
  return { id: customer.id, key: json.secret };
}

describe("the front's API", () => {
  test("takes a customer from sign-up to its bill", async () => {
    const { id, key } = await newCustomer();
    const payment = { customer: id, microUsd: "5000000", reference: "invoice 1" };
    expect((await ask("POST", "/v1/topups", ADMIN, payment)).json).toEqual({
      booked: true,
      balanceMicroUsd: "5000000",
    });
    expect((await ask("POST", "/v1/topups", ADMIN, payment)).json.booked).toBe(false);
    layer.meter.record({
      ...{ customer: id, kind: "storage", act: "storage.put", subject: "photos", device: someAddress },
      ...{ workUnits: 4n, picoUsd: 10_000_000n },
    });
    expect((await ask("GET", "/v1/balance", key)).json).toEqual({
      availableMicroUsd: "4999988",
      bookedMicroUsd: "5000000",
      usd: "4.999988",
    });
    await layer.meter.flush();
    const bill = (await ask("GET", "/v1/usage", key)).json;
    expect(bill).toMatchObject({ totalUsd: "0.000012", lines: [{ act: "storage.put", usd: "0.000012", receipts: 1 }] });
    const { json } = await ask("GET", `/v1/usage/${bill.lines[0].id}/receipts?limit=5`, key);
    expect(json).toMatchObject({ receipts: [{ device: someAddress, workUnits: "4" }], next: null });
    expect((await ask("GET", "/v1/me", key)).json).toMatchObject({ customer: { id, email: "ada@example.org" } });
    expect((await ask("GET", "/v1/reconciliation", ADMIN)).json.ok).toBe(true);
  });

  test("shows the receipts of a subject with a long name", async () => {
    const { id, key } = await newCustomer();
    const subject = "s".repeat(256);
    layer.meter.record({
      ...{ customer: id, kind: "wireless", act: "wireless.downlink", subject, device: someAddress },
      ...{ workUnits: 1n, picoUsd: 10_000_000n },
    });
    await layer.meter.flush();
    const { lines } = (await ask("GET", "/v1/usage", key)).json;
    const { status, json } = await ask("GET", `/v1/usage/${lines[0].id}/receipts`, key);
    expect({ status, receipts: json.receipts?.length }).toEqual({ status: 200, receipts: 1 });
  });

  test("lets a customer make, see and revoke keys, never beyond its own scopes", async () => {
    const { key } = await newCustomer(["account:read", "keys:write"]);
    const limits = { requestsPerS: 10, dailySpendMicroUsd: "1000000" };
    layer.clock.advance(1); // keys are listed by age
    const made = await ask("POST", "/v1/keys", key, { name: "ci", scopes: ["account:read"], limits });
    expect(made).toMatchObject({ status: 201, json: { key: { limits: { dailySpendMicroUsd: "1000000" } } } });
    const beyond = await ask("POST", "/v1/keys", key, { name: "root" });
    expect(beyond).toMatchObject({ status: 403, json: { code: "scope-forbidden" } });
    const listed = await ask("GET", "/v1/keys", key);
    expect(listed.text).not.toContain(made.json.secret);
    expect(listed.json.keys.map((each: { name: string }) => each.name)).toEqual(["first", "ci"]);
    expect((await ask("GET", "/v1/keys", made.json.secret)).status).toBe(403);
    expect((await ask("GET", "/v1/balance", made.json.secret)).status).toBe(200);
    expect((await ask("DELETE", `/v1/keys/${made.json.key.id}`, key)).status).toBe(204);
    expect((await ask("DELETE", `/v1/keys/${made.json.key.id}`, key)).status).toBe(404);
    expect((await ask("GET", "/v1/balance", made.json.secret)).status).toBe(401);

    const s3 = await ask("POST", "/v1/s3-keys", key, { name: "backup", buckets: ["nightly"], readOnly: true });
    expect(s3.json.secretAccessKey).toHaveLength(40);
    expect((await ask("GET", "/v1/s3-keys", key)).text).not.toContain(s3.json.secretAccessKey);
    expect((await ask("DELETE", `/v1/s3-keys/${s3.json.key.accessKeyId}`, key)).status).toBe(204);
  });

  test("tells strangers only what is public", async () => {
    const { key } = await newCustomer();
    for (const path of ["/v1/me", "/v1/keys", "/v1/usage", "/v1/balance", "/v1/customers", "/v1/reconciliation"]) {
      for (const wrong of [null, "wl_nonsense", `wl_${"A".repeat(43)}`]) {
        const reply = await ask("GET", path, wrong);
        expect(reply).toMatchObject({ status: 401, json: { code: "key-unauthenticated" } });
        expect(reply.headers["www-authenticate"]).toBe("Bearer");
        expect(reply.headers["content-type"]).toContain("application/problem+json");
      }
    }
    for (const path of ["/v1/customers", "/v1/reconciliation"]) expect((await ask("GET", path, key)).status).toBe(403);
    expect((await ask("POST", "/v1/topups", key, {})).status).toBe(403);
    expect((await ask("GET", "/v1/me", ADMIN)).status).toBe(403);
    expect((await ask("GET", "/network", null)).json).toMatchObject({ name: "test", chainId: 31337 });
    expect((await ask("GET", "/v1/status", null)).json).toEqual({ devices: 3 });
    expect((await ask("GET", "/nowhere", null)).json).toMatchObject({ status: 404, code: "route-not-found" });
    const preflight = await ask("OPTIONS", "/v1/keys", null);
    expect(preflight).toMatchObject({ status: 204, headers: { "access-control-allow-origin": "*" } });
  });

  test("one customer's account is closed to another", async () => {
    const [ada, eve] = [await newCustomer(), await newCustomer()];
    const { json } = await ask("POST", "/v1/keys", ada.key, { name: "k" });
    expect((await ask("DELETE", `/v1/keys/${json.key.id}`, eve.key)).status).toBe(404);
    expect((await ask("GET", "/v1/balance", json.secret)).status).toBe(200);
  });

  test("names the field that is wrong, and shows nothing of its own bugs", async () => {
    const { key } = await newCustomer();
    const wrong: [Method, string, string, object | string, string][] = [
      ["POST", "/v1/topups", ADMIN, { customer: "x", microUsd: "-5", reference: "r" }, "microUsd"],
      ["POST", "/v1/topups", ADMIN, { customer: "x", microUsd: "1.5", reference: "r" }, "microUsd"],
      ["POST", "/v1/customers", ADMIN, { name: "x", surprise: 1 }, "surprise"],
      ["POST", "/v1/keys", key, { name: "x", scopes: ["no scope"] }, "scopes.0"],
      ["POST", "/v1/keys", key, { name: "x", limits: { requestsPerS: 0 } }, "limits.requestsPerS"],
      ["POST", "/v1/keys", key, "{ not json", "body"],
    ];
    for (const [method, path, secret, body, field] of wrong) {
      expect(await ask(method, path, secret, body)).toMatchObject({ status: 400, json: { facts: { field } } });
    }
    for (const query of ["from=yesterday", "from=2026-01-05&to=2026-01-01", "from=2020-01-01", "x=1"]) {
      expect((await ask("GET", `/v1/usage?${query}`, key)).status).toBe(400);
    }
    expect((await ask("POST", "/v1/keys", key, { name: "x".repeat(70_000) })).json).toMatchObject({
      code: "body-too-large",
    });
    expect((await ask("POST", "/v1/topups", ADMIN, { customer: "x", microUsd: "5", reference: "r" })).status).toBe(404);
    const broken = await ask("GET", "/broken", key);
    expect(broken.status).toBe(500);
    expect(broken.text).not.toContain("secret detail");
    expect(layer.log.lines.join("\n")).not.toContain(key);
  });

  test("documents every route it serves", async () => {
    const { json } = await ask("GET", "/openapi.json", null);
    expect(json.openapi).toBe("3.1.0");
    expect(Object.keys(json.paths)).toEqual(
      expect.arrayContaining(["/v1/keys/{id}", "/v1/usage", "/network", "/v1/topups"]),
    );
    const keys = json.paths["/v1/keys"].post;
    expect(keys.requestBody.content["application/json"].schema.required).toContain("name");
    const ids = Object.values<Record<string, { operationId: string }>>(json.paths).flatMap((path) =>
      Object.values(path).map((operation) => operation.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("stops who guesses keys, and lets go again", async () => {
    let refused = 0;
    for (let i = 0; i < 80; i++) refused += (await ask("GET", "/v1/me", `wl_${"B".repeat(43)}`)).status === 429 ? 1 : 0;
    expect(refused).toBeGreaterThan(20);
    layer.clock.advance(10_000);
    expect((await ask("GET", "/v1/status", null)).status).toBe(200);
  });
});

test("an event stream begins at once, goes on where it was left, and ends with its reader", async () => {
  const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/v1/test/stream`;
  const gone = new AbortController();
  const reply = await fetch(url, { headers: { "last-event-id": "6" }, signal: gone.signal });
  expect(reply.headers.get("content-type")).toBe("text/event-stream");
  const { value } = await reply.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("id: 7\ndata: after 6\n\n");
  expect(listening.now).toBe(1);
  gone.abort();
  await expect.poll(() => listening.now, { timeout: 5_000 }).toBe(0);
});

test("many requests over one connection leave nothing behind on it", async () => {
  const address = app.server.address();
  const { port } = address as { port: number };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => sockets.add(socket));
  for (let i = 0; i < 30; i++) {
    await new Promise<void>((resolve, reject) => {
      get({ host: "127.0.0.1", port, path: "/v1/status", agent }, (reply) => reply.resume().on("end", resolve)).on(
        "error",
        reject,
      );
    });
  }
  expect(sockets.size).toBe(1);
  expect([...sockets][0]!.listenerCount("close")).toBeLessThan(10);
  agent.destroy();
});
