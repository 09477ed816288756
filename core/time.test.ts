import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "./bytes.ts";
import { localSchedule } from "./network.ts";
import { challengeDueAt, epochAt, epochStart, slotMs } from "./time.ts";

const challenge = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes));

test.for([20_000, 60_000, 86_400_000])(
  "every challenge of a %i ms epoch can be answered before the epoch ends",
  (epochMs) => {
    const schedule = localSchedule(1_000_000, epochMs);
    fc.assert(
      fc.property(challenge, fc.nat(schedule.slotsPerEpoch - 1), fc.nat(1000), (hash, slot, epoch) => {
        const due = challengeDueAt(schedule, epoch, slot, hash);
        expect(due).toBeGreaterThanOrEqual(epochStart(schedule, epoch) + schedule.leadMs);
        expect(due + schedule.answerDeadlineMs).toBeLessThanOrEqual(epochStart(schedule, epoch + 1));
        expect(epochAt(schedule, due)).toBe(epoch);
      }),
    );
  },
);

test("slots do not overlap", () => {
  const schedule = localSchedule(0);
  const length = slotMs(schedule);
  fc.assert(
    fc.property(challenge, challenge, fc.nat(schedule.slotsPerEpoch - 2), (early, late, slot) => {
      expect(challengeDueAt(schedule, 0, slot, early)).toBeLessThan(challengeDueAt(schedule, 0, slot + 1, late));
      expect(challengeDueAt(schedule, 0, slot, early)).toBeLessThan(schedule.leadMs + (slot + 1) * length);
    }),
  );
});
