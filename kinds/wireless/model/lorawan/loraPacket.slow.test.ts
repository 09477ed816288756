import { expect, test } from "vitest";
import { compareWithLoraPacket } from "./testing/compareWithLoraPacket.ts";

// lora-packet reads, signs and opens about 10,000 frames a second on a busy core; this is five times what that takes.
test("a million random frames are as lora-packet has them", { timeout: 10 * 60_000 }, () => {
  expect(compareWithLoraPacket(1_000_000, 20_260, 24)).toMatchObject({ different: 0, first: null });
});
