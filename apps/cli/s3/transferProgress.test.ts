import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { sizeText, transferProgress, transferSummary } from "./transferProgress.ts";

let stderr: MockInstance;
beforeEach(() => {
  stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => stderr.mockRestore());

test("a large transfer says how far it is once a second, on standard error", () => {
  let now = 0;
  const progress = transferProgress("Stored", 100 * 2 ** 20, () => now);
  for (now = 100; now <= 2_500; now += 100) progress(now * 10_000);
  expect(stderr.mock.calls.map(([text]) => String(text))).toEqual([
    "Stored 10 MiB of 100 MiB (9 %), 10 MiB/s\n",
    "Stored 19 MiB of 100 MiB (19 %), 10 MiB/s\n",
  ]);
});

test("a small one says nothing", () => {
  let now = 0;
  const progress = transferProgress("Stored", 2 ** 20, () => now);
  for (now = 0; now <= 5_000; now += 500) progress(now);
  expect(stderr).not.toHaveBeenCalled();
});

test("sizes are written as people read them", () => {
  expect([0, 1023, 1024, 1536, 2 ** 31, 2 ** 60].map(sizeText)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "2.0 GiB",
    "1024.0 PiB",
  ]);
  expect(transferSummary(2 ** 30, 8_000)).toBe("1.0 GiB in 8.0 s (128.0 MiB/s)");
  expect(transferSummary(0, 0)).toBe("0 B in 0.0 s (0.0 MiB/s)");
});
