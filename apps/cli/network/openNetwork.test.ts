import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { networkFixture, stateFixture } from "../testing/networkFixture.ts";
import { openNetwork } from "./openNetwork.ts";

test("a network's file comes back as it was written", () => {
  const fixture = stateFixture(networkFixture());
  expect(openNetwork(fixture.state.root).file).toEqual(networkFixture());
  fixture.remove();
});

test("where no network is, it says how to start one", () => {
  const empty = mkdtempSync(path.join(tmpdir(), "wayleave-cli-"));
  expect(() => openNetwork(empty)).toThrow(expect.objectContaining({ code: "network-missing" }));
  expect(() => openNetwork(empty)).toThrow(/run npm start first/);
  rmSync(empty, { recursive: true });
});

test("a broken file is named with its field", () => {
  const fixture = stateFixture({ ...networkFixture(), portBase: "many" as unknown as number });
  expect(() => openNetwork(fixture.state.root)).toThrow(
    expect.objectContaining({ facts: expect.objectContaining({ field: "portBase" }) }),
  );
  fixture.remove();
});
