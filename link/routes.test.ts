import fc from "fast-check";
import { expect, test } from "vitest";
import { RouteTable } from "./routes.ts";
import type { LinkRoute } from "./types.ts";

function route(shape: string): LinkRoute {
  const [method, path] = shape.split(" ") as [LinkRoute["method"], string];
  return { method, path, maxBodyBytes: 0, handler: () => Promise.resolve({ status: 200 }) };
}

const table = new RouteTable(["GET /a", "GET /a/:id", "PUT /a/:id", "GET /a/:id/b/:part", "GET /a/fixed"].map(route));

test.for([
  ["GET", "/a", "/a", {}],
  ["GET", "/a/fixed", "/a/fixed", {}],
  ["GET", "/a/1", "/a/:id", { id: "1" }],
  ["PUT", "/a/fixed", "/a/:id", { id: "fixed" }],
  ["GET", "/a/%2F/b/%C3%A4", "/a/:id/b/:part", { id: "/", part: "ä" }],
] as const)("%s %s matches %s", ([method, path, shape, params]) => {
  const match = table.match(method, path);
  expect([match.route.path, match.params]).toEqual([shape, params]);
});

test.for(["", "/", "a", "/a/", "/a//b/1", "/b/1", "/a/1/b", "/a/1/b/2/", "//a"])("nothing is at %j", (path) => {
  expect(() => table.match("GET", path)).toThrow(expect.objectContaining({ code: "route-not-found" }));
});

test("whatever a path holds, it is matched or refused with a WayleaveError, and a part comes back as it was sent", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (part) => {
      expect(table.match("GET", `/a/${encodeURIComponent(part)}`).params["id"] ?? "fixed").toBe(part);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (path, method) => {
      try {
        table.match(method, path);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(route-not-found|path-invalid)$/);
      }
    }),
  );
});

test("two routes that match the same requests are a bug", () => {
  expect(() => new RouteTable([route("GET /a/:id"), route("GET /a/:name")])).toThrow("declared once");
  expect(() => new RouteTable([route("GET /a"), route("GET /a")])).toThrow("declared once");
});
