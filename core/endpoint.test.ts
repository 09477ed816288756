import { expect, test } from "vitest";
import { endpointUrl, formatEndpoint, parseEndpoint } from "./endpoint.ts";

test("an endpoint says where the API is and where links go", () => {
  expect(parseEndpoint(formatEndpoint("https://verifier.example/base", 7802))).toEqual({
    url: "https://verifier.example/base",
    host: "verifier.example",
    linkPort: 7802,
  });
  expect(endpointUrl("http://127.0.0.1:7801#7802")).toBe("http://127.0.0.1:7801");
});

test.for([
  "",
  "verifier.example",
  "ftp://verifier.example#1",
  "https://verifier.example",
  "https://verifier.example#0",
  "https://verifier.example#70000",
  "https://user:secret@verifier.example#1",
  "https://verifier.example/?a=b#1",
])("%j is refused", (text) => {
  expect(() => parseEndpoint(text)).toThrow("endpoint");
});
