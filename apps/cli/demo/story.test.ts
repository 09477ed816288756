import { expect, test } from "vitest";
import { tellStory } from "./story.ts";
import { until } from "./until.ts";
import { WayleaveError } from "@wayleave/core/errors";

test("an untrue claim ends its chapter, and what was claimed before stays told", async () => {
  const story = tellStory(true);
  await story.chapter("First", async () => story.check("water is wet", true));
  const second = story.chapter("Second", async () => {
    story.check("the file is identical", false, { bytes: 3 });
    story.check("never looked at", true);
  });
  await expect(second).rejects.toMatchObject({ code: "demo-untrue", facts: { bytes: 3 } });
  expect(story.chapters.map(({ title, claims }) => ({ title, claims }))).toEqual([
    { title: "First", claims: [{ claim: "water is wet", isTrue: true }] },
    { title: "Second", claims: [{ claim: "the file is identical", isTrue: false }] },
  ]);
});

test("waiting ends with what was found, with the last reason in time, and at once on a bug", async () => {
  let looks = 0;
  expect(await until("It", 5_000, async () => (++looks === 2 ? "found" : null))).toBe("found");
  const away = async () => Promise.reject(new WayleaveError("unreachable", "nobody answers"));
  await expect(until("It", 0, away)).rejects.toMatchObject({
    code: "not-in-time",
    message: "It did not happen within 0 s: nobody answers",
  });
  await expect(until("It", 5_000, async () => Promise.reject(new RangeError("bug")))).rejects.toThrow(RangeError);
});
