import { describe, expect, test } from "vitest";
import { ERRORS_PER_CUSTOMER_MAX } from "./errorBudget.ts";
import { COMMON_ERROR_EVERY_MS } from "./heardAgain.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./testing/radioDevice.ts";
import { TestNetwork } from "./testing/testNetwork.ts";

function started(): { readonly network: TestNetwork; readonly radio: RadioDevice } {
  const network = new TestNetwork();
  const device = deviceOf(1);
  return { network, radio: network.add(device, sessionOf(device, 1)) };
}
const errors = (network: TestNetwork) => network.events.of("error").map(({ code, facts }) => ({ code, ...facts }));

describe("a replay soon after the original", () => {
  test.for([1_600, 4_000, 9_000, 12_000, 20_000])(
    "%i ms later it is told by name, and costs nothing",
    async (waitMs) => {
      const { network, radio } = started();
      const recorded = radio.uplink();
      network.hear(recorded);
      await network.timeline.pass(waitMs);
      network.hear(recorded, { agent: 7, gatewayEui: "025777617960bad0" });
      await network.timeline.pass(1_000);
      expect(errors(network)).toEqual([
        { code: "repeated-frame", fCnt: 0, gatewayEui: "025777617960bad0", device: expect.any(String), times: 1 },
      ]);
      expect(network.events.of("up")).toHaveLength(1);
      expect(network.purse.bought("wireless.uplink")).toHaveLength(1);
    },
  );

  test("within the second, after the event was told, it is a late copy", async () => {
    const { network, radio } = started();
    const recorded = radio.uplink();
    network.hear(recorded);
    await network.timeline.pass(900);
    network.hear(recorded, { agent: 7 });
    expect(errors(network)).toMatchObject([{ code: "late-copy", lateMs: 900, times: 1 }]);
  });

  test("of a join it is told as such, while it is remembered and later", async () => {
    const network = new TestNetwork();
    const radio = network.add(deviceOf(1));
    const request = radio.joinRequest();
    await network.exchange(request);
    network.hear(request);
    await network.timeline.pass(20_000);
    expect(errors(network)).toMatchObject([{ code: "replayed-join", times: 1 }]);
    network.hear(request);
    await network.timeline.pass(COMMON_ERROR_EVERY_MS + 20_000);
    expect(errors(network).slice(1)).toMatchObject([{ code: "replayed-join", times: 1 }]);
    expect(network.events.of("join")).toHaveLength(1);
  });

  test("a device that was told to send each frame three times is not accused of it", async () => {
    const { network, radio } = started();
    const session = [...network.book.sessions.values()][0]!;
    session.mac = { ...session.mac, nbTrans: 3 };
    const frame = radio.uplink();
    for (let transmission = 0; transmission < 3; transmission++) {
      for (const agent of [1, 2, 3]) network.hear(frame, { agent });
      await network.timeline.pass(2_500);
    }
    expect(errors(network)).toEqual([]);
    network.hear(frame);
    expect(errors(network)).toMatchObject([{ code: "repeated-frame" }]);
  });
});

describe("whoever floods", () => {
  test("one device's name with replays makes one event now and one an hour later, with how many", async () => {
    const { network, radio } = started();
    const recorded = radio.uplink();
    network.hear(recorded);
    for (let replay = 0; replay < 500; replay++) {
      await network.timeline.pass(2_000);
      network.hear(recorded, { agent: 7 });
    }
    expect(errors(network)).toMatchObject([{ code: "repeated-frame", times: 1 }]);
    await network.timeline.pass(COMMON_ERROR_EVERY_MS);
    // Copies of a frame that was refused are not judged again for ten seconds.
    expect(errors(network).slice(1)).toMatchObject([{ code: "repeated-frame", times: 103 }]);
    await network.timeline.pass(2 * COMMON_ERROR_EVERY_MS);
    expect(errors(network)).toHaveLength(2);
    expect(network.timeline.pending).toBe(0);
  });

  test("a customer's every device reaches the customer's limit; what was left out is told with the next", async () => {
    const network = new TestNetwork();
    const many = ERRORS_PER_CUSTOMER_MAX + 50;
    const recorded = Array.from({ length: many }, (_, index) => {
      const device = deviceOf(index + 1);
      return network.add(device, sessionOf(device, index + 1)).uplink();
    });
    for (const frame of recorded) network.hear(frame);
    await network.timeline.pass(2_000);
    for (const frame of recorded) network.hear(frame, { agent: 7 });
    expect(errors(network)).toHaveLength(ERRORS_PER_CUSTOMER_MAX);
    expect(network.server.counters()).toMatchObject({ "repeated-frame": many, "errors-untold": 50 });
    await network.timeline.pass(60_000);
    network.hear(recorded[0]!.map((byte, at) => (at === recorded[0]!.length - 1 ? byte ^ 1 : byte)));
    expect(errors(network).at(-1)).toMatchObject({ code: "wrong-mic", untoldErrors: 50 });
  });

  test("what is gathered when the server closes is told", async () => {
    const { network, radio } = started();
    const recorded = radio.uplink();
    network.hear(recorded);
    for (let replay = 0; replay < 3; replay++) {
      await network.timeline.pass(2_000);
      network.hear(recorded);
    }
    await network.server.close();
    expect(errors(network)).toMatchObject([{ times: 1 }, { times: 2 }]);
  });
});

describe("what is refused of a device that is known", () => {
  test("a wrong MIC and a wrong JoinEUI are told to its customer, once an hour", async () => {
    const { network, radio } = started();
    for (let forged = 0; forged < 4; forged++) {
      const frame = radio.uplink();
      frame[frame.length - 1]! ^= 1;
      network.hear(frame);
    }
    const joining = new TestNetwork();
    const request = joining.add(deviceOf(1)).joinRequest();
    request[1]! ^= 1; // the JoinEUI comes first
    joining.hear(request);
    expect(errors(network)).toMatchObject([{ code: "wrong-mic", times: 1 }]);
    expect(network.server.counters()["wrong-mic"]).toBe(4);
    expect(errors(joining)).toMatchObject([{ code: "join-wrong-join-eui" }]);
  });
});
