import type { LorawanEvent } from "@wayleave/kind-wireless/model/events";
import { amountSchema, type PicoUsd } from "@wayleave/core/money";
import { z } from "zod";
import { fetchJson } from "../network/httpJson.ts";
import type { NetworkFile } from "../network/networkFile.ts";

/** One page of receipts: a demonstration and a test make some dozens. */
const RECEIPTS = 1_000;

const usageSchema = z.object({
  lines: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      act: z.string(),
      subject: z.string(),
      workUnits: amountSchema,
      pricePicoUsd: amountSchema,
    }),
  ),
});
const receiptsSchema = z.object({
  receipts: z.array(
    z.object({
      device: z.string(),
      workUnits: amountSchema,
      pricePicoUsd: amountSchema,
      devicePicoUsd: amountSchema,
    }),
  ),
});

/** One act of one application on the bill, with the sum of the receipts behind it. */
export interface WirelessLine {
  readonly act: string;
  readonly workUnits: bigint;
  readonly pricePicoUsd: PicoUsd;
  readonly receipts: { readonly count: number; readonly pricePicoUsd: PicoUsd; readonly devicePicoUsd: PicoUsd };
}

/** What an application's packets cost so far, as its customer sees it. */
export async function wirelessBill(
  { endpoints, demo }: Pick<NetworkFile, "endpoints" | "demo">,
  applicationId: string,
  bearer: string = demo.apiKey,
): Promise<readonly WirelessLine[]> {
  const { lines } = await fetchJson(`${endpoints.front}/v1/usage`, usageSchema, { bearer });
  const own = lines.filter(({ kind, subject }) => kind === "wireless" && subject === applicationId);
  return Promise.all(
    own.map(async ({ id, act, workUnits, pricePicoUsd }) => {
      const url = `${endpoints.front}/v1/usage/${encodeURIComponent(id)}/receipts?after=0&limit=${RECEIPTS}`;
      const { receipts } = await fetchJson(url, receiptsSchema, { bearer });
      const sum = (of: (receipt: (typeof receipts)[number]) => bigint) =>
        receipts.reduce((total, each) => total + of(each), 0n);
      const behind = {
        count: receipts.length,
        pricePicoUsd: sum((each) => each.pricePicoUsd),
        devicePicoUsd: sum((each) => each.devicePicoUsd),
      };
      return { act, workUnits, pricePicoUsd, receipts: behind };
    }),
  );
}

/** What events say that gateways are paid for the uplinks they tell of. */
export function paidByEvents(events: readonly LorawanEvent[]): PicoUsd {
  return events.reduce((sum, event) => {
    if (event.type !== "up") return sum;
    return event.heardBy.reduce((total, { paidMicroUsd }) => total + picoUsdOf(paidMicroUsd), sum);
  }, 0n);
}

/** `"12.5"` µ$ → 12,500,000 p$. Exact. */
export function picoUsdOf(microUsdText: string): PicoUsd {
  const [whole = "0", fraction = ""] = microUsdText.split(".");
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
}
