import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../model/device.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork } from "./testing/testNetwork.ts";

const ASK = 10_000_000n;

function started(profile: Partial<DeviceProfile> = {}): { readonly network: TestNetwork; readonly radio: RadioDevice } {
  const network = new TestNetwork();
  const device = deviceOf(1, profile);
  return { network, radio: network.add(device, sessionOf(device, 1)) };
}

test("whatever the interleaving of copies: one event a frame, at most N copies bought, each once, at its price", async () => {
  const arrival = fc.record({
    // Up to long after the window, and into the device's own retransmissions.
    waitMs: fc.oneof(fc.integer({ min: 0, max: 80 }), fc.constantFrom(250, 1_600, 12_000)),
    frame: fc.integer({ min: 0, max: 3 }),
    agent: fc.integer({ min: 1, max: 5 }),
    gateway: fc.integer({ min: 0, max: 1 }),
  });
  const world = fc.record({
    copies: fc.integer({ min: 1, max: 4 }),
    confirmed: fc.boolean(),
    saveMs: fc.constantFrom(0, 5, 300),
    arrivals: fc.array(arrival, { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ copies, confirmed, saveMs, arrivals }) => {
      const { network, radio } = started({ copies });
      network.book.saving = () => new Promise((resolve) => network.timeline.after(saveMs, resolve));
      const data = new Uint8Array(30);
      const frames = [0, 1, 2, 3].map(() => radio.uplink({ data, confirmed }));
      for (const { waitMs, frame, agent, gateway } of arrivals) {
        await network.timeline.pass(waitMs);
        network.hear(frames[frame]!, { agent, gatewayEui: `gateway ${gateway}` });
      }
      await network.timeline.pass(5_000);

      const told = network.events.of("up").map(({ fCnt }) => fCnt);
      expect(new Set(told).size).toBe(told.length);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      const bought = network.purse.bought("wireless.uplink");
      expect(bought).toHaveLength(told.length);
      for (const purchase of bought) {
        // That no delivery is bought twice is the purse's own assertion.
        expect(purchase.copies.length).toBeGreaterThanOrEqual(1);
        expect(purchase.copies.length).toBeLessThanOrEqual(copies);
        expect(new Set(purchase.copies.map(({ device }) => device)).size).toBe(purchase.copies.length);
        for (const { workUnits, picoUsd } of purchase.copies) expect([workUnits, picoUsd]).toEqual([2n, 2n * ASK]);
      }
      const shownPaid = network.events
        .of("up")
        .flatMap(({ heardBy }) => heardBy.map(({ paidMicroUsd }) => BigInt(paidMicroUsd) * 1_000_000n))
        .reduce((sum, paid) => sum + paid, 0n);
      const paid = bought.flatMap((purchase) => purchase.copies).reduce((sum, { picoUsd }) => sum + picoUsd, 0n);
      expect(shownPaid).toBe(paid);
      expect(network.purse.reservedPicoUsd).toBe(0n);
      expect(network.failures).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

describe("out of balance", () => {
  test("one clear event; frames are kept undelivered and unpaid, and come in order after a top-up", async () => {
    const { network, radio } = started({ copies: 1 });
    network.purse.balancePicoUsd = ASK;
    for (let turn = 0; turn < 4; turn++) await network.exchange(radio.uplink());
    expect(network.events.of("up").map(({ fCnt }) => fCnt)).toEqual([0]);
    expect(network.events.errors()).toEqual(["out-of-balance"]);
    expect(network.server.counters()["now-held-uplinks"]).toBe(3);

    network.purse.balancePicoUsd = 2n * ASK;
    await network.server.balanceRestored("customer");
    expect(network.events.of("up").map(({ fCnt }) => fCnt)).toEqual([0, 1, 2]);
    // The next frame waits its turn behind what is held.
    await network.exchange(radio.uplink());
    expect(network.server.counters()["now-held-uplinks"]).toBe(2);
    network.purse.balancePicoUsd = 100n * ASK;
    await Promise.all([network.server.balanceRestored("customer"), network.server.balanceRestored("customer")]);
    expect(network.events.of("up").map(({ fCnt }) => fCnt)).toEqual([0, 1, 2, 3, 4]);
    expect(network.events.of("up").at(-1)?.errors).toMatchObject([{ code: "delivered-late" }]);
    expect(network.purse.bought("wireless.uplink")).toHaveLength(5);
    expect(network.purse.reservedPicoUsd).toBe(0n);
  });

  test("a frame that is held is not taken a second time when its device repeats it", async () => {
    const { network, radio } = started();
    network.purse.balancePicoUsd = 0n;
    const frame = radio.uplink({ confirmed: true });
    await network.exchange(frame);
    await network.timeline.pass(60_000);
    await network.exchange(frame);
    network.purse.balancePicoUsd = 100n * ASK;
    await network.server.deliverHeld();
    expect(network.events.of("up")).toHaveLength(1);
    expect(network.fleet.sent).toEqual([]);
  });

  test("a top-up before the counter is durable still waits for it", async () => {
    const { network, radio } = started();
    network.purse.balancePicoUsd = 0n;
    network.book.saving = () => new Promise((resolve) => network.timeline.after(1_000, resolve));
    network.hear(radio.uplink());
    await network.timeline.pass(300);
    network.purse.balancePicoUsd = 100n * ASK;
    const flushed = network.server.balanceRestored("customer");
    await network.timeline.pass(500);
    expect(network.events.of("up")).toEqual([]);
    await network.timeline.pass(500);
    await flushed;
    expect(network.events.of("up")).toHaveLength(1);
  });

  test("what comes while held frames are being delivered comes behind them", async () => {
    const network: TestNetwork = new TestNetwork(
      { deviceStatusEveryMs: null },
      // The first takes long to decode.
      {
        decode: (_profile, fPort) => {
          const decoded = { object: fPort, errors: [] };
          return new Promise((resolve) => network.timeline.after(fPort === 1 ? 1_000 : 0, () => resolve(decoded)));
        },
      },
    );
    const device = deviceOf(1, { decoder: { kind: "cayenne-lpp" } });
    const radio = network.add(device, sessionOf(device, 1));
    network.purse.balancePicoUsd = 0n;
    await network.exchange(radio.uplink({ fPort: 1 }));
    network.purse.balancePicoUsd = 100n * ASK;
    const flushed = network.server.balanceRestored("customer");
    await network.timeline.pass(1);
    await network.exchange(radio.uplink({ fPort: 2 }));
    await flushed;
    expect(network.events.of("up").map(({ fCnt }) => fCnt)).toEqual([0, 1]);
  });

  test("a held frame whose counter could not be made durable is not delivered: it would come again after a restart", async () => {
    const { network, radio } = started();
    network.purse.balancePicoUsd = 0n;
    network.book.saving = () => Promise.reject(new Error("no database"));
    await network.exchange(radio.uplink());
    network.purse.balancePicoUsd = 100n * ASK;
    await network.server.balanceRestored("customer");
    expect(network.events.of("up")).toEqual([]);
    expect(network.purse.reservedPicoUsd).toBe(0n);
    expect(network.server.counters()["now-held-uplinks"]).toBe(0);
  });

  test("when the balance covers one copy of three, one is bought", async () => {
    const { network, radio } = started({ copies: 3 });
    network.purse.balancePicoUsd = 2n * ASK;
    await network.exchange(radio.uplink());
    expect(network.purse.bought("wireless.uplink").map(({ copies }) => copies.length)).toEqual([1]);
    expect(network.events.of("up")).toHaveLength(1);
  });

  test("a join is refused and its DevNonce spared", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1));
    network.purse.balancePicoUsd = 0n;
    const request = radio.joinRequest();
    await network.exchange(request);
    expect(network.events.errors()).toEqual(["out-of-balance"]);
    network.purse.balancePicoUsd = 100n * ASK;
    await network.exchange(request);
    expect(network.events.of("join")).toHaveLength(1);
  });

  test("a downlink is not sent, and stays queued", async () => {
    const { network, radio } = started({ copies: 1 });
    network.purse.balancePicoUsd = ASK;
    network.queue.add({ id: "one", devEui: radio.device.devEui, fPort: 1, data: Uint8Array.of(1), confirmed: false });
    await network.exchange(radio.uplink());
    expect(network.events.of("up")).toHaveLength(1);
    expect(network.fleet.sent).toEqual([]);
    expect(network.queue.size(radio.device.devEui)).toBe(1);
  });
});

test("a database that stands still does not fill the memory: new frames are dropped by name, held ones are told", async () => {
  const network = new TestNetwork({ deviceStatusEveryMs: null, underwayMax: 3 });
  const waiting: (() => void)[] = [];
  network.book.saving = () => new Promise((resolve) => waiting.push(resolve));
  const radios = [1, 2, 3, 4, 5].map((n) => {
    const device = deviceOf(n);
    return network.add(device, sessionOf(device, n));
  });
  for (const radio of radios) {
    network.hear(radio.uplink({ data: new Uint8Array(4) }));
    await network.timeline.pass(300);
  }
  expect(network.server.counters()).toMatchObject({ overloaded: 2, "now-under-way": 3 });
  for (const go of waiting) go();
  await network.timeline.pass(300);
  expect(network.events.of("up")).toHaveLength(3);
  expect(network.purse.reservedPicoUsd).toBe(0n);
  // And it goes on.
  network.book.saving = () => Promise.resolve();
  network.hear(radios[3]!.uplink({ data: new Uint8Array(4) }));
  await network.timeline.pass(500);
  expect(network.events.of("up")).toHaveLength(4);
  // Few that are late are kept; of many, new ones open no window: the same frame is taken when things go on.
  Object.assign(network.events, { lateMs: 2_001, queued: 999 });
  await network.exchange(radios[2]!.uplink({ data: new Uint8Array(4) }));
  expect(network.server.counters()).toMatchObject({ overloaded: 2 });
  network.events.queued = 1_000;
  const dropped = radios[4]!.uplink({ data: new Uint8Array(4) });
  network.hear(dropped);
  await network.timeline.pass(300);
  expect(network.server.counters()).toMatchObject({ overloaded: 3, "now-under-way": 0 });
  network.events.lateMs = 0;
  network.hear(dropped);
  await network.timeline.pass(300);
  expect(network.events.of("up")).toHaveLength(6);
});
