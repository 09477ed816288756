import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { startTestNetwork } from "../testing/testNetwork.ts";

const ACCOUNT = { customerId: "alice" };

test("data is read from devices in bad standing when too few others are left", async () => {
  await using network = await startTestNetwork();
  const { store } = network.core;
  const bytes = randomBytes(6_000_000);
  await store.createBucket(ACCOUNT, "photos");
  const body = Readable.from([bytes]);
  await store.putObject(ACCOUNT, {
    ...{ bucket: "photos", key: "a", body, sizeBytes: bytes.byteLength, metadata: { user: {} }, conditions: {} },
  });
  for (const agent of network.agents.slice(0, 3)) agent.fault = "offline";
  const { info, read } = await store.getObject(ACCOUNT, { bucket: "photos", key: "a" });
  const chunks: Buffer[] = [];
  for await (const chunk of read({ offsetBytes: 0, lengthBytes: info.sizeBytes })) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});
