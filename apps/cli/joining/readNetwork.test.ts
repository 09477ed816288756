import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { toJson } from "@wayleave/core/messages";
import { fakeApi, networkFixture, stateFixture } from "../testing/networkFixture.ts";
import { readNetwork } from "./readNetwork.ts";

test("a network is learned from a URL, with or without its path, and from both kinds of file", async () => {
  const file = networkFixture();
  const api = await fakeApi(({ url }) => (url === "/network" ? file.network : null));
  const fixture = stateFixture(file);
  writeFileSync(fixture.state.path("public.json"), toJson(file.network));
  const { url } = api;
  for (const from of [
    url,
    `${url}/`,
    `${url}/network`,
    ...["network.json", "public.json"].map((name) => fixture.state.path(name)),
  ]) {
    expect(await readNetwork(from)).toEqual(file.network);
  }
  await api.close();
  fixture.remove();
});

test("what is no network is refused and named", async () => {
  const fixture = stateFixture(networkFixture());
  const bad = fixture.state.path("bad.json");
  await expect(readNetwork(bad)).rejects.toMatchObject({ code: "network-missing" });
  writeFileSync(bad, "{");
  await expect(readNetwork(bad)).rejects.toMatchObject({ code: "network-missing" });
  writeFileSync(bad, "{}");
  await expect(readNetwork(bad)).rejects.toMatchObject({ code: "network-invalid", facts: { file: bad } });
  const api = await fakeApi(() => ({ ...networkFixture().network, chainId: -1 }));
  await expect(readNetwork(api.url)).rejects.toMatchObject({ code: "answer-invalid", facts: { field: "chainId" } });
  await api.close();
  fixture.remove();
});
