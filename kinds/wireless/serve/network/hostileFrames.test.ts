import fc from "fast-check";
import { expect, test } from "vitest";
import { deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork, agent } from "./testing/testNetwork.ts";

const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 8.68e14),
);

test("no bytes and no claims about the radio make it throw or cost anything; whose address they carry is told once", async () => {
  const anyFrame = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    // The first byte of an uplink or of a join request, and our device's address.
    fc.uint8Array({ maxLength: 60 }).map((rest) => Uint8Array.of(0x40, 1, 0, 0, 0x26, ...rest)),
    fc.uint8Array({ minLength: 22, maxLength: 22 }).map((rest) => Uint8Array.of(0, ...rest)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyFrame, anyNumber, anyNumber), { maxLength: 10 }), async (frames) => {
      const network = new TestNetwork();
      const device = deviceOf(1);
      network.add(device, sessionOf(device, 1));
      for (const [payload, number, other] of frames) {
        const copy = network.copy(payload);
        network.server.onCopy(agent(1), 1, { ...copy, frequencyHz: number, snrDb: other, receivedAtMs: number });
      }
      await network.timeline.pass(20_000);
      expect([network.failures, network.purse.purchases]).toEqual([[], []]);
      expect(network.events.all.length).toBe(network.events.errors().length);
      expect(network.events.errors().length).toBeLessThanOrEqual(1);
      expect(["wrong-mic", undefined]).toContain(network.events.errors()[0]);
      expect(network.server.counters()).toMatchObject({ "now-remembered-frames": 0, "now-under-way": 0 });
    }),
    { numRuns: 100 },
  );
});

test("a genuine frame is told whatever two of three gateways claim of it", async () => {
  await fc.assert(
    fc.asyncProperty(anyNumber, anyNumber, anyNumber, async (frequencyHz, snrDb, receivedAtMs) => {
      const network = new TestNetwork();
      const device = deviceOf(1);
      const radio = network.add(device, sessionOf(device, 1));
      const payload = radio.uplink({
        confirmed: true,
        adr: true,
        mac: [{ kind: "LinkCheckReq" }, { kind: "DeviceTimeReq" }],
      });
      network.server.onCopy(agent(1), 1, { ...network.copy(payload), frequencyHz, receivedAtMs });
      network.server.onCopy(agent(2), 1, { ...network.copy(payload), snrDb, receivedAtMs });
      network.hear(payload, { agent: 3 });
      await network.timeline.pass(20_000);
      expect(network.failures).toEqual([]);
      expect(network.events.of("up")).toHaveLength(1);
      expect(network.purse.reservedPicoUsd).toBe(0n);
    }),
    { numRuns: 100 },
  );
});

test("one flipped bit anywhere is no frame of the device", async () => {
  const network = new TestNetwork();
  const device = deviceOf(1);
  const radio = network.add(device, sessionOf(device, 1));
  const payload = radio.uplink();
  for (let bit = 0; bit < 8 * payload.byteLength; bit++) {
    const flipped = Uint8Array.from(payload);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    network.hear(flipped);
  }
  await network.timeline.pass(3_000);
  expect(network.events.errors()).toEqual(["wrong-mic"]);
  await network.exchange(payload);
  expect(network.events.of("up")).toHaveLength(1);
});
