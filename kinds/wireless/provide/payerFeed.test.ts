import { once } from "node:events";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Address } from "@wayleave/core/ids";
import type { RadioUplink } from "../model/radio.ts";
import { type StreamItem, UplinkStreamDecoder } from "../model/uplinkStream.ts";
import { DeliveryLedger } from "./deliveryLedger.ts";
import { OFFERS_MAX, OFFERS_PER_COPY, OFFERS_PER_DOWNLINK, OFFERS_PER_S } from "./offerAllowance.ts";
import { PayerFeed } from "./payerFeed.ts";
import { EUI } from "./testing/forwarder.ts";
import { dataFrame } from "./testing/frames.ts";
import { Arrivals, TestClock } from "./testing/surroundings.ts";
import { CompiledFilter, addressOf } from "./uplinkFilter.ts";

const PAYER: Address = `0x${"77".repeat(20)}`;
const ASK = 10_000_000n;
const EVERYTHING = { devAddrs: [{ prefix: "00000000", bits: 0 }], joinEuis: [] };
const HONEST = { bootId: "0".repeat(32), ask: ASK, mayServe: () => true, clock: new TestClock() };

const uplinkOf = (payload: Uint8Array): RadioUplink => ({
  payload,
  gatewayEui: EUI,
  frequencyHz: 868_100_000,
  modulation: { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 },
  codingRate: "4/5",
  rssiDbm: -80,
  snrDb: 5,
  context: Uint8Array.of(0, 0, 0, 1),
  receivedAtMs: 5,
});

test("a subscriber that does not read loses the oldest frames, counted, and memory stays bounded", () => {
  const feed = new PayerFeed(PAYER, { ...HONEST, queuedMax: 10 });
  const body = feed.open(EVERYTHING);
  for (let i = 0; i < 25; i++) {
    const payload = dataFrame("26000001", i);
    expect(feed.offer(uplinkOf(payload), addressOf(payload)!)).toBe(true);
  }
  expect(feed.droppedQueueFull).toBe(15);
  const decoder = new UplinkStreamDecoder();
  const items = decoder.push(body.read() as Buffer);
  const uplinks = items.filter((item) => item.type === "uplink");
  // The newest ten, numbered only now: what was dropped cannot be bought.
  expect(uplinks.map(({ uplink }) => uplink.payload[6])).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  expect(uplinks.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  body.destroy();
  expect(feed.delivered).toBe(10);
});

test("who asks for everything and buys nothing is shown an allowance, then a trickle; who buys is shown on", () => {
  const clock = new TestClock();
  const warned: number[] = [];
  const feed = new PayerFeed(PAYER, { ...HONEST, clock, onUnbought: () => warned.push(feed.withheldUnbought) });
  const body = feed.open(EVERYTHING);
  const payload = dataFrame("26000001", 1);
  const address = addressOf(payload)!;
  const offer = (frames: number): number => {
    const before = feed.withheldUnbought;
    for (let i = 0; i < frames; i++) {
      feed.offer(uplinkOf(payload), address);
      if (i % 1_000 === 999) while (body.read() !== null);
    }
    while (body.read() !== null);
    return frames - (feed.withheldUnbought - before);
  };
  expect(offer(OFFERS_MAX + 5_000)).toBe(OFFERS_MAX);
  expect(feed.mayOffer("downlink")).toBe(false);
  expect(warned).toEqual([1]);
  clock.advance(60_000);
  expect(offer(5_000)).toBe(60 * OFFERS_PER_S);
  expect(feed.buy({ sequence: 1, workUnits: 1n, picoUsd: ASK }, "copy")).toBeNull();
  expect(offer(5_000)).toBe(OFFERS_PER_COPY);
  expect(feed.buy({ sequence: 1, workUnits: 1n, picoUsd: ASK }, "copy")).toBe("already-bought");
  expect(offer(5_000)).toBe(0);
  clock.advance((OFFERS_PER_DOWNLINK / OFFERS_PER_S) * 1_000);
  expect(feed.mayOffer("downlink")).toBe(true);
  expect(feed.mayOffer("downlink")).toBe(false);
  expect(warned).toEqual([1]);
  body.destroy();
});

test("a payer that buys one copy in fifty of what it hears is never held back", async () => {
  const feed = new PayerFeed(PAYER, HONEST);
  const body = feed.open(EVERYTHING).resume();
  const payload = dataFrame("26000001", 1);
  for (let sequence = 1; sequence <= 2 * OFFERS_MAX; sequence++) {
    feed.offer(uplinkOf(payload), addressOf(payload)!);
    if (sequence % 4_000 !== 0) continue;
    await vi.waitFor(() => expect(feed.delivered).toBe(sequence), { interval: 1 });
    for (let bought = sequence - 3_999; bought <= sequence; bought += OFFERS_PER_COPY) {
      expect(feed.buy({ sequence: bought, workUnits: 1n, picoUsd: ASK }, "copy")).toBeNull();
    }
  }
  expect([feed.withheldUnbought, feed.droppedQueueFull]).toEqual([0, 0]);
  body.destroy();
});

test("a silent stream beats, so that no idle limit ends it", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const feed = new PayerFeed(PAYER, HONEST);
  const body = feed.open({ devAddrs: [], joinEuis: [] });
  const decoder = new UplinkStreamDecoder();
  const items = new Arrivals<StreamItem>();
  body.on("data", (chunk: Buffer) => decoder.push(chunk).forEach(items.add));
  expect([await items.next(), await items.next()]).toMatchObject([{ type: "begin" }, { type: "heartbeat" }]);
  vi.advanceTimersByTime(5_000);
  expect(await items.next()).toMatchObject({ type: "heartbeat" });
  feed.close();
  await once(body, "close");
  expect(vi.getTimerCount()).toBe(0);
  expect(feed.isOpen).toBe(false);
});

test("the ledger sells every delivery at most once, whatever is asked of it", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -2, max: 40 }), fc.integer({ min: 1, max: 3 })));
  fc.assert(
    fc.property(steps, (acts) => {
      const ledger = new DeliveryLedger(ASK, 16);
      const delivered = new Map<number, bigint>();
      const bought = new Set<number>();
      for (const [isDelivery, sequence, units] of acts) {
        if (isDelivery) delivered.set(ledger.deliver(units * 24, "copy"), BigInt(units));
        else if (ledger.buy({ sequence, workUnits: BigInt(units), picoUsd: ASK * BigInt(units) }, "copy") === null) {
          expect(delivered.get(sequence)).toBe(BigInt(units));
          expect(bought.has(sequence)).toBe(false);
          bought.add(sequence);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("what is older than the ledger cannot be bought, nor by its name what took its place", () => {
  const ledger = new DeliveryLedger(ASK, 16);
  for (let i = 0; i < 20; i++) ledger.deliver(24, "copy");
  const buy = (sequence: number) => ledger.buy({ sequence, workUnits: 1n, picoUsd: ASK }, "copy");
  expect([4, 5, 20, 21, 0, -11].map(buy)).toEqual([
    "sequence-unknown",
    null,
    null,
    "sequence-unknown",
    "sequence-unknown",
    "sequence-unknown",
  ]);
});

test("a filter takes exactly the addresses of its ranges", () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  fc.assert(
    fc.property(word, fc.integer({ min: 0, max: 32 }), word, (prefix, bits, other) => {
      const filter = new CompiledFilter({ devAddrs: [{ prefix: hex(prefix), bits }], joinEuis: [] });
      const leading = (value: number): string => value.toString(2).padStart(32, "0").slice(0, bits);
      for (const value of [other, prefix, (prefix ^ 1) >>> 0, (prefix ^ 0x8000_0000) >>> 0]) {
        const address = addressOf(dataFrame(hex(value), 1))!;
        expect(address).toEqual({ kind: "data", devAddr: value });
        expect(filter.wants(address)).toBe(leading(value) === leading(prefix));
      }
    }),
  );
});
