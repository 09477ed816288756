import { beforeAll, describe, expect, test } from "vitest";
import { MAX_CLAIM_BYTES } from "@wayleave/core/kind";
import { ZERO_HASH } from "@wayleave/core/messages";
import { serve } from "./testing/testRound.ts";

const DEVICE = `0x${"ab".repeat(20)}`;
let url: string;
let claims: { evidence: Uint8Array }[];

beforeAll(async () => {
  claims = [];
  url = await serve({
    async claim(claim) {
      claims.push(claim);
      return "omitted-piece";
    },
    bundleFile: async (_, name) => (name === "manifest.json" ? new Uint8Array([1, 2]) : null),
    status: async () => {
      throw new Error("a bug with a secret in it");
    },
  });
});

const claim = (over: object = {}) => ({ kind: 2, device: DEVICE, epoch: 7, evidence: "AQI=", ...over });
const post = (body: string, type = "application/json") =>
  fetch(`${url}/claims`, { method: "POST", body, headers: { "content-type": type } });

async function problem(response: Response) {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  const body = (await response.json()) as { status: number; code?: string; facts?: { field?: string } };
  expect(body.status).toBe(response.status);
  return { status: response.status, code: body.code, field: body.facts?.field };
}

describe("a verifier's API", () => {
  test("takes a claim", async () => {
    const response = await post(JSON.stringify(claim()));
    expect(await response.json()).toEqual({ fault: "omitted-piece" });
    expect([...claims[0]!.evidence]).toEqual([1, 2]);
  });

  test("serves a file of a bundle", async () => {
    const response = await fetch(`${url}/bundles/7/manifest.json`);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect([...(await response.bytes())]).toEqual([1, 2]);
  });

  test.for([
    ["/nowhere", 404, "route-not-found", undefined],
    ["/devices/0x12", 400, "request-invalid", "device"],
    ["/rounds/-1", 400, "request-invalid", "epoch"],
    ["/rounds/1e3", 400, "request-invalid", "epoch"],
    ["/rounds/99999999999", 400, "request-invalid", "epoch"],
    ["/rounds/9999999999", 400, "request-invalid", "epoch"],
    ["/rounds/", 400, "request-invalid", "epoch"],
    ["/rounds/7", 404, "not-found", undefined],
    [`/rounds/7/bundles/${ZERO_HASH}/..%2Fmanifest.json`, 400, "request-invalid", "file"],
    [`/rounds/7/bundles/${ZERO_HASH}/manifest.json`, 404, "not-found", undefined],
    ["/statements/x", 400, "request-invalid", "epoch"],
    ["/statements/7", 404, "not-found", undefined],
    ["/bundles/7/..%2F..%2Fsecret.json", 400, "request-invalid", "file"],
    ["/bundles/7/evidence.parquet", 404, "not-found", undefined],
    ["/evidence/0x00", 400, "request-invalid", "digest"],
    [`/evidence/${ZERO_HASH}`, 404, "not-found", undefined],
  ] as const)("answers GET %s with %i %s", async ([path, status, code, field]) => {
    expect(await problem(await fetch(`${url}${path}`))).toEqual({ status, code, field });
  });

  test("keeps a bug to itself", async () => {
    const response = await fetch(`${url}/status`);
    const text = await response.clone().text();
    expect(await problem(response)).toMatchObject({ status: 500 });
    expect(text).not.toContain("secret");
  });

  test.for([
    ["another kind", JSON.stringify(claim({ kind: 256 })), 400, "kind"],
    ["no device", JSON.stringify(claim({ device: "0x" })), 400, "device"],
    ["an epoch in text", JSON.stringify(claim({ epoch: "7" })), 400, "epoch"],
    ["evidence that is not base64", JSON.stringify(claim({ evidence: "!" })), 400, "evidence"],
    ["too long evidence", JSON.stringify(claim({ evidence: "A".repeat(MAX_CLAIM_BYTES * 1.5) })), 400, "evidence"],
    ["a field too many", JSON.stringify(claim({ more: 1 })), 400, ""],
    ["half a document", '{"kind":', 400, "body"],
    ["nothing", "", 400, "body"],
  ] as const)("refuses a claim with %s", async ([, body, status, field]) => {
    expect(await problem(await post(body))).toMatchObject({ status, code: "request-invalid", field });
  });

  test("refuses a body that is too large or of another type", async () => {
    expect(await problem(await post(" ".repeat(MAX_CLAIM_BYTES * 2 + 1)))).toMatchObject({ status: 413 });
    expect(await problem(await post("<claim/>", "application/xml"))).toMatchObject({ status: 415 });
  });
});
