import { expect, test } from "vitest";
import type { DownlinkReport } from "../ports.ts";
import { airtimeUs } from "../../model/airtime.ts";
import { regionOf } from "../../model/regions/region.ts";
import { type Hearing, TestNetwork } from "./testing/testNetwork.ts";
import { deviceOf, sessionOf } from "./testing/radioDevice.ts";

/** A forwarder needs so long to put a frame into its concentrator. */
const CONCENTRATOR_MS = 50;
const DEVICES = 100;
const ROUNDS = 5;

/** Numbers in [0, 1) that any failure can be replayed with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("under a backhaul of 0…300 ms each way and saves of 0…30 ms, RX1 is met by all confirmed uplinks", async () => {
  const us = regionOf("US915");
  const random = seeded(7);
  const network = new TestNetwork();
  network.book.saving = () => new Promise((resolve) => network.timeline.after(30 * random(), resolve));
  const radios = Array.from({ length: DEVICES }, (_, index) => {
    const device = deviceOf(index, { region: "US915" });
    const mac = { dataRate: 3, rx2DataRate: 8, rx2FrequencyHz: us.rx2.frequencyHz, channels: us.networkChannels };
    return network.add(device, sessionOf(device, index, mac));
  });
  const by: Hearing = { frequencyHz: 903_900_000, modulation: us.dataRate(3, "up")! };

  /** When each uplink was on the air, by what its copies carry back. */
  const onAirMs: number[] = [];
  const hits = { rx1: 0, rx2: 0, missed: 0 };
  network.fleet.outcome = () => "sent";
  network.fleet.send = (_device, downlink) => {
    const { context, delayMs } = downlink.timing!;
    const dueMs = onAirMs[context[0]! * 256 + context[1]!]! + delayMs;
    const report = Promise.withResolvers<DownlinkReport>();
    network.timeline.after(300 * random(), () => {
      const isInTime = network.timeline.now() + CONCENTRATOR_MS <= dueMs;
      if (!isInTime) hits.missed++;
      else if (delayMs === 1_000) hits.rx1++;
      else hits.rx2++;
      report.resolve({
        outcome: isInTime ? "sent" : "too-late",
        sequence: isInTime ? 1_000_000 + hits.rx1 + hits.rx2 : null,
      });
    });
    return report.promise;
  };

  let sequence = 1;
  for (let round = 0; round < ROUNDS; round++) {
    for (const radio of radios) {
      const payload = radio.uplink({ confirmed: true });
      const number = onAirMs.push(network.timeline.now()) - 1;
      for (const agent of [1, 2, 3]) {
        const uplink = { ...network.copy(payload, { ...by, agent, snrDb: -10 + 5 * random() }) };
        const copy = { ...uplink, context: Uint8Array.of(number >>> 8, number & 0xff, agent) };
        const number2 = sequence++;
        network.timeline.after(300 * random(), () =>
          network.server.onCopy(`0x${String(agent).padStart(40, "0")}`, number2, copy),
        );
      }
      // 500 a second, but one device only every few seconds.
      await network.timeline.pass(2);
    }
    await network.timeline.pass(4_000);
  }
  expect(hits).toEqual({ rx1: DEVICES * ROUNDS, rx2: 0, missed: 0 });
  expect(network.events.of("up")).toHaveLength(DEVICES * ROUNDS);
  // 500 acknowledgements are far beyond what one gateway could send in EU868's 1 %: 41 ms each.
  expect(airtimeUs({ kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 }, 12, { crc: false })).toBe(41_216);
});
