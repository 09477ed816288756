import { expect, test } from "vitest";
import { waitForDevices } from "./waitForDevices.ts";

test("it waits for the last device, and not for ever for one that is dead", async () => {
  let looks = 0;
  await waitForDevices({ registered: () => 3, linked: () => Math.min(3, looks++) });
  expect(looks).toBe(4);
  looks = 0;
  await waitForDevices({ registered: () => 3, linked: () => (looks++, 2), patienceMs: 500 });
  expect(looks).toBe(2);
});
