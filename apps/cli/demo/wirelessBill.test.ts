import type { UplinkEvent } from "@wayleave/kind-wireless/model/events";
import { expect, test } from "vitest";
import { fakeApi, networkFixture } from "../testing/networkFixture.ts";
import { paidByEvents, picoUsdOf, wirelessBill } from "./wirelessBill.ts";

test("what events say was paid is added up exactly", () => {
  expect([picoUsdOf("0"), picoUsdOf("10"), picoUsdOf("12.5"), picoUsdOf("0.000001")]).toEqual([
    0n,
    10_000_000n,
    12_500_000n,
    1n,
  ]);
  const uplink = (...paid: string[]) =>
    ({ type: "up", heardBy: paid.map((paidMicroUsd) => ({ paidMicroUsd })) }) as unknown as UplinkEvent;
  expect(paidByEvents([uplink("10", "0"), uplink("12.5"), { type: "join" } as never])).toBe(22_500_000n);
});

test("the bill of an application has the sum of the receipts behind each of its lines, and no other's", async () => {
  const line = (id: string, subject: string) => {
    return { id, kind: "wireless", act: "wireless.uplink", subject, workUnits: "3", pricePicoUsd: "36" };
  };
  const receipt = { device: "0xaa", workUnits: "1", pricePicoUsd: "12", devicePicoUsd: "10" };
  const front = await fakeApi(({ url }) => {
    if (url === "/v1/usage") return { lines: [line("line/1", "mine"), line("other", "another")] };
    return url.startsWith("/v1/usage/line%2F1/receipts") ? { receipts: [receipt, receipt] } : null;
  });
  const bill = await wirelessBill(networkFixture({ endpoints: { front: front.url } }), "mine");
  await front.close();
  const receipts = { count: 2, pricePicoUsd: 24n, devicePicoUsd: 20n };
  expect(bill).toEqual([{ act: "wireless.uplink", workUnits: 3n, pricePicoUsd: 36n, receipts }]);
});
