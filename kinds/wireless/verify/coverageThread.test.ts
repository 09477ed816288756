import { monitorEventLoopDelay } from "node:perf_hooks";
import type { JointInput, JointSource, Logger } from "@wayleave/core/kind";
import { localSchedule } from "@wayleave/core/network";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoverageThread } from "./coverageThread.ts";
import { distanceM } from "./freeSpace.ts";
import { jointCoverage } from "./jointCoverage.ts";
import { town } from "./testing/coverageWorld.ts";
import { DOMAIN, jointEpoch, keyed } from "./testing/jointWorld.ts";

const schedule = localSchedule(1_790_000_000_000);
const gateways = keyed(town(9));
const epochOf = (epoch: number, of = gateways, carried?: ReadonlyMap<`0x${string}`, `0x${string}`>) =>
  jointEpoch(of, {
    ...{ schedule, epoch, distanceM: (a, b) => distanceM(a.antenna, b.antenna) },
    ...(carried === undefined ? {} : { carried }),
  }).published;
const sourceOf = ({ devices, ...rest }: JointInput): JointSource => ({ ...rest, devices: () => devices });
const here = (input: JointInput) => jointCoverage(input, DOMAIN, schedule);

describe("coverage in a thread", () => {
  const warnings: object[] = [];
  const log: Logger = { debug() {}, info() {}, warn: (fields) => void warnings.push(fields), error() {} };
  const thread = new CoverageThread({ domain: DOMAIN, schedule, log });
  const inputs: JointInput[] = [];
  beforeAll(() => {
    let carried: ReadonlyMap<`0x${string}`, `0x${string}`> = new Map();
    for (const [epoch, of] of [
      [7, gateways],
      [8, gateways.slice(2)],
      [9, gateways],
      [13, gateways.slice(0, 4)],
    ] as const) {
      const input = epochOf(epoch, of, carried);
      inputs.push(input);
      carried = here(input).carried;
    }
  });
  afterAll(() => thread.close());

  test("epoch after epoch, and one out of order again: what is computed here from nothing", async () => {
    for (const input of [...inputs, inputs[1]!, inputs[0]!]) {
      expect(await thread.assess(sourceOf(input))).toEqual(here(input));
    }
    expect(thread.restarts).toBe(0);
  });

  test("asked for several at once it answers each with its own", async () => {
    const answers = await Promise.all(inputs.map((input) => thread.assess(sourceOf(input))));
    expect(answers).toEqual(inputs.map(here));
  });

  test("the thread's death in the middle of an epoch costs no epoch, is counted and told", async () => {
    const [input] = inputs as [JointInput];
    const dying = sourceOf(input);
    let killed = false;
    const devices = () => {
      if (!killed) void thread.worker!.terminate();
      killed = true;
      return input.devices;
    };
    expect(await thread.assess({ ...dying, devices })).toEqual(here(input));
    expect(thread.restarts).toBe(1);
    expect(warnings).toMatchObject([{ epoch: 7, attempt: 1, restarts: 1 }]);
    // Between epochs as well.
    await thread.worker!.terminate();
    expect(await thread.assess(sourceOf(inputs[1]!))).toEqual(here(inputs[1]!));
    expect(thread.restarts).toBe(2);
  });

  test("one that always dies is given up, retryably, and the next epoch is assessed", async () => {
    const [input] = inputs as [JointInput];
    const devices = () => {
      void thread.worker!.terminate();
      return input.devices;
    };
    const lost = thread.assess({ ...sourceOf(input), devices });
    await expect(lost).rejects.toMatchObject({ code: "coverage-thread-ended", retryable: true });
    expect(thread.restarts).toBe(5);
    expect(await thread.assess(sourceOf(input))).toEqual(here(input));
  });

  test("a source that throws fails its own epoch only", async () => {
    const broken = {
      ...sourceOf(inputs[0]!),
      devices: () => {
        throw new RangeError("no bundle");
      },
    };
    await expect(thread.assess(broken)).rejects.toThrow("no bundle");
    expect(await thread.assess(sourceOf(inputs[2]!))).toEqual(here(inputs[2]!));
  });

  test("closed, it assesses nothing more", async () => {
    await thread.close();
    await expect(thread.assess(sourceOf(inputs[0]!))).rejects.toMatchObject({ code: "coverage-thread-ended" });
  });
});

test("while it assesses, its caller goes on", async () => {
  const thread = new CoverageThread({
    domain: DOMAIN,
    schedule,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const input = epochOf(7);
  const many = { ...input, devices: Array.from({ length: 400 }, () => input.devices).flat() };
  await thread.assess(sourceOf(input)); // the thread is there
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  await thread.assess(sourceOf(many));
  delay.disable();
  // Nothing like as long as the work takes: here it would be all of it.
  expect(delay.max / 1e6).toBeLessThan((performance.now() - begun) / 4);
  await thread.close();
});
