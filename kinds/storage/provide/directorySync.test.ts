import { expect, test } from "vitest";
import { DirectorySync } from "./directorySync.ts";

test("whoever asks during a sync shares the next one, and nobody shares one that began before", async () => {
  const finish: ((error?: Error) => void)[] = [];
  const sync = (): Promise<void> =>
    new Promise((resolve, reject) => finish.push((error) => (error === undefined ? resolve() : reject(error))));
  const directory = new DirectorySync({ sync, close: async () => {} });

  const first = directory.sync();
  const later = Array.from({ length: 100 }, () => directory.sync());
  expect(finish).toHaveLength(1);
  let laterDone = false;
  const all = Promise.all(later).then(() => (laterDone = true));
  finish[0]!();
  await first;
  expect(laterDone).toBe(false);
  await expect.poll(() => finish.length).toBe(2);
  finish[1]!();
  await all;
  expect(finish).toHaveLength(2);
});

test("a failed sync fails those who waited for it and not those after", async () => {
  const outcomes = [Promise.reject(new Error("disk gone")), Promise.resolve()];
  outcomes[0]!.catch(() => "awaited below");
  const directory = new DirectorySync({ sync: () => outcomes.shift()!, close: async () => {} });
  const [first, second] = [directory.sync(), directory.sync()];
  await expect(first).rejects.toThrow("disk gone");
  await expect(second).resolves.toBeUndefined();
});
