import type { UplinkEvent } from "@wayleave/kind-wireless/model/events";
import { expect } from "vitest";
import type { OwnRadio } from "../demo/ownRadio.ts";
import { paidByEvents, picoUsdOf, wirelessBill } from "../demo/wirelessBill.ts";
import type { NetworkFile } from "../network/networkFile.ts";

/**
 * Each frame is told once; of each at most so many copies are paid, and of each agent at most one; and no more is billed
 * than events say. Less may be: what an agent that was killed had delivered cannot be bought of it any more.
 */
export async function expectBilledOnce(file: NetworkFile, radio: OwnRadio, copies: number): Promise<void> {
  const uplinks = (await radio.events()).filter((event): event is UplinkEvent => event.type === "up");
  expect(new Set(uplinks.map(({ fCnt }) => fCnt)).size).toBe(uplinks.length);
  for (const { heardBy } of uplinks) {
    const paid = heardBy.filter(({ paidMicroUsd }) => picoUsdOf(paidMicroUsd) > 0n).map(({ device }) => device);
    expect(paid.length).toBeLessThanOrEqual(copies);
    expect(new Set(paid).size).toBe(paid.length);
  }
  const bill = await wirelessBill(file, radio.applicationId);
  const line = bill.find(({ act }) => act === "wireless.uplink")!;
  expect(line.receipts.devicePicoUsd).toBeLessThanOrEqual(paidByEvents(uplinks));
  expect(line.receipts.devicePicoUsd).toBeGreaterThan(0n);
}
