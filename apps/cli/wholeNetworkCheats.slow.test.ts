import { afterAll, beforeAll, expect, test } from "vitest";
import { CHEATS, EXPECTED_FAULTS } from "@wayleave/testbed/cheats";
import type { Address } from "@wayleave/core/ids";
import { epochAt } from "@wayleave/core/time";
import { giveThemData, SMALL_KEYS } from "./demo/cheating.ts";
import { type Customer, putBytes, readAllTheTime } from "./demo/demoFiles.ts";
import { deviceId, dollarsOf, type NetworkWatch, rowOf, type SettledEpoch, watchNetwork } from "./demo/networkWatch.ts";
import { ownPortBase } from "./demo/ownPortBase.ts";
import { startTemporaryNetwork, type TemporaryNetwork } from "./demo/temporaryNetwork.ts";
import { until } from "./demo/until.ts";
import { demoS3 } from "./s3/s3Client.ts";

/** Every cheat of the testbed at once beside six honest devices. */
/** To look at what a failed run left. */
const KEEP = process.env["WAYLEAVE_TEST_KEEP"] !== undefined;
const PORT_BASE = ownPortBase();
const EPOCH_MS = 20_000;
const HONEST = [1, 2, 3, 4, 5, 6] as const;
const CHEATERS = CHEATS.map((cheat, i) => ({ cheat, name: `device-${7 + i}` }));
/** The two promised, and the ones in which it begins and in which the fault is told. */
const NAMED_MS = 4 * EPOCH_MS;

let network: TemporaryNetwork;
let watch: NetworkWatch;
let customer: Customer;
const named = new Map<Address, { epoch: number; sinceEpoch: number }>();

beforeAll(async () => {
  network = await startTemporaryNetwork({ portBase: PORT_BASE, epochMs: EPOCH_MS });
  watch = await watchNetwork(network);
  customer = { s3: demoS3(network.file), endpoint: network.file.endpoints.s3, bucket: network.file.demo.bucket };
  await Promise.all(CHEATERS.map(({ cheat, name }) => network.startDevice(Number(name.slice(7)), cheat)));
  await until("All devices serving", 60_000, async () => ((await watch.front()).serving === 12 ? true : null));
}, 240_000);

afterAll(async () => {
  customer.s3.destroy();
  await watch.close();
  await network.end({ keep: KEEP });
}, 60_000);

test(
  "each cheat gets its named fault from at least two verifiers",
  async () => {
    const cheaters = CHEATERS.map(({ cheat, name }) => ({ cheat, device: deviceId(network, name) }));
    // All of them have enough to cheat with; the one that goes back to a snapshot begins after it was given more.
    const giving = [giveThemData(customer, watch, cheaters)];
    const more = setInterval(() => {
      if (giving.length < 4)
        giving.push(giving.at(-1)!.then(() => giveThemData(customer, watch, cheaters.slice(3, 4))));
    }, 8_000);
    await giving[0];
    const sinceEpoch = epochAt(network.file.network.schedule, Date.now());
    try {
      await Promise.all(
        cheaters.map(async ({ cheat, device }) => {
          const found = await until(`The fault of ${cheat}`, NAMED_MS, async () => {
            const fault = await watch.faultOf(device);
            return fault !== null && EXPECTED_FAULTS[cheat].includes(fault.fault) ? fault : null;
          });
          named.set(device, { epoch: found.epoch, sinceEpoch });
        }),
      );
    } finally {
      clearInterval(more);
      await Promise.allSettled(giving);
    }
  },
  2 * NAMED_MS + 60_000,
);

test("they lose their place", async () => {
  await until("Cheaters out of the front's sight", EPOCH_MS, async () =>
    (await watch.front()).serving === 6 ? true : null,
  );
  for (const key of ["after-1", "after-2", "after-3"]) {
    await putBytes(customer, key, Buffer.alloc(300_000, key));
    const holders = (await watch.holdersOf(key)).flat();
    expect(holders.filter((id) => named.has(id as Address))).toEqual([]);
  }
}, 60_000);

test(
  "in the epoch that names them they are paid nothing, while every honest device is paid",
  async () => {
    const readers = readAllTheTime(customer, SMALL_KEYS);
    const from = Math.min(...[...named.values()].map(({ epoch }) => epoch));
    const honest = HONEST.map((i) => deviceId(network, `device-${i}`));
    const isNamed = (epoch: SettledEpoch, device: Address) => (rowOf(epoch, device)?.fault ?? null) !== null;
    const isPaid = (epoch: SettledEpoch, device: Address) => {
      const row = rowOf(epoch, device);
      return row !== null && row.fault === null && dollarsOf(row) > 0n;
    };
    const epochs = await until(
      "Settled epochs that name every cheater, and one that pays all honest devices",
      8 * EPOCH_MS,
      async () => {
        const settled = await watch.settled(from);
        const complete =
          [...named.keys()].every((device) => settled.some((epoch) => isNamed(epoch, device))) &&
          settled.some((epoch) => honest.every((device) => isPaid(epoch, device)));
        return complete ? settled : null;
      },
    ).finally(() => readers.stop());
    for (const epoch of epochs) {
      const accused = honest.flatMap((device) => rowOf(epoch, device)?.fault ?? []);
      expect(accused, `epoch ${epoch.posted.epoch}`).toEqual([]);
      for (const device of named.keys()) {
        const row = rowOf(epoch, device);
        if (row !== null && row.fault !== null) expect([dollarsOf(row), row.wayAllotted]).toEqual([0n, 0n]);
      }
    }
  },
  10 * EPOCH_MS,
);
