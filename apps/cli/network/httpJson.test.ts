import { createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { fakeApi, Refusal } from "../testing/networkFixture.ts";
import { fetchBytes, fetchJson } from "./httpJson.ts";

let close = async (): Promise<void> => undefined;
afterEach(() => close());

async function serving(answer: unknown) {
  const api = await fakeApi(() => answer);
  close = api.close;
  return api.url;
}

test("an answer is checked, and the field that is wrong is named", async () => {
  const schema = z.object({ device: z.object({ epoch: z.number() }) });
  const url = await serving({ device: { epoch: "seven" } });
  await expect(fetchJson(url, schema)).rejects.toMatchObject({
    code: "answer-invalid",
    facts: { field: "device.epoch" },
  });
  expect(await fetchJson(url, z.object({ device: z.object({ epoch: z.string() }) }))).toEqual({
    device: { epoch: "seven" },
  });
});

test("an answer that is no JSON is refused", async () => {
  await expect(fetchJson(await serving("<html>"), z.unknown())).rejects.toMatchObject({ code: "answer-invalid" });
});

test("an answer longer than asked for is not read to its end", async () => {
  const url = await serving("x".repeat(1_000));
  await expect(fetchBytes(url, { maxBytes: 999 })).rejects.toMatchObject({ code: "answer-too-large" });
  expect(await fetchBytes(url, { maxBytes: 1_000 })).toHaveLength(1_000);
});

test("a problem keeps its code and detail, and never shows the key that was sent", async () => {
  const url = await serving(new Refusal(402, { code: "insufficient-funds", detail: "The balance is empty" }));
  const failure = await fetchJson(url, z.unknown(), { bearer: "wl_secret" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "insufficient-funds", message: "The balance is empty", retryable: false });
  expect(JSON.stringify(failure) + String(failure)).not.toContain("wl_secret");
});

test("nobody there is an error that says who and may pass", async () => {
  const url = await serving("gone");
  await close();
  const expected = { code: "unreachable", retryable: true, facts: { url } };
  await expect(fetchBytes(url)).rejects.toMatchObject(expected);
});

test("a silent server is given up on", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  close = async () => {
    server.close();
    server.closeAllConnections();
  };
  const asked = fetchBytes(`http://127.0.0.1:${port}`, { timeoutMs: 50 });
  await expect(asked).rejects.toMatchObject({ code: "unreachable", message: expect.stringContaining("in time") });
});
