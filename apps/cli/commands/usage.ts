import { WayleaveError } from "@wayleave/core/errors";
import { amountSchema, formatUsd } from "@wayleave/core/money";
import { z } from "zod";
import { fetchJson } from "../network/httpJson.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson, say, table } from "../terminal.ts";

/** What the front gives on one page. */
const RECEIPTS_PER_PAGE = 1_000;
/** Enough for any line that a person reads; the rest is said to be missing. */
const RECEIPTS_MAX = 20_000;
/** Characters of a line's id that are shown and accepted for `--receipts`: its number does as well. */
const SIGNATURE_CHARS = 14;

const usageSchema = z.object({
  lines: z.array(
    z.object({
      id: z.string(),
      dayStartMs: z.number(),
      kind: z.string(),
      act: z.string(),
      subject: z.string(),
      workUnits: amountSchema,
      pricePicoUsd: amountSchema,
      usd: z.string(),
      receipts: z.number(),
    }),
  ),
  totalPricePicoUsd: amountSchema,
  totalUsd: z.string(),
  truncated: z.boolean(),
});
type Usage = z.infer<typeof usageSchema>;

const balanceSchema = z.object({
  availableMicroUsd: z.string().regex(/^-?[0-9]+$/),
  bookedMicroUsd: z.string().regex(/^-?[0-9]+$/),
});

const receiptsSchema = z.object({
  receipts: z.array(
    z.object({
      id: z.string(),
      atMs: z.number(),
      tick: z.number(),
      device: z.string(),
      workUnits: amountSchema,
      pricePicoUsd: amountSchema,
      devicePicoUsd: amountSchema,
      usd: z.string(),
      voucher: z.object({ tick: z.number(), totalMicroUsd: amountSchema, signature: z.string() }).nullable(),
    }),
  ),
  next: z.string().nullable(),
});
type Receipt = z.infer<typeof receiptsSchema>["receipts"][number];

/** The demo customer's bill, or the receipts behind one of its lines. */
export async function usage(options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const api = { url: file.endpoints.front, key: file.demo.apiKey };
  const [bill, balance] = await Promise.all([
    fetchJson(`${api.url}/v1/usage`, usageSchema, { bearer: api.key }),
    fetchJson(`${api.url}/v1/balance`, balanceSchema, { bearer: api.key }),
  ]);
  const { receipts: wanted } = options;
  if (wanted === undefined) {
    if (options["json"]) return printJson({ customer: file.demo.customer, balance, ...bill });
    return printBill(file.demo.customer, bill, BigInt(balance.availableMicroUsd));
  }
  const line = lineNamed(bill, wanted);
  const receipts = await allReceipts(api, line.id);
  if (options["json"]) return printJson({ line, receipts });
  printReceipts(line, receipts);
}

function printBill(customer: string, bill: Usage, availableMicroUsd: bigint): void {
  print(`Customer ${customer}: $${formatUsd(availableMicroUsd)} left, use of this moment included`);
  if (bill.lines.length === 0) {
    print("Nothing was used yet. Try: npm run -s wayleave -- put README.md demo/");
    return;
  }
  print("");
  print(
    table([
      ["LINE", "DAY", "ACT", "SUBJECT", "WORK UNITS", "RECEIPTS", "DOLLARS"],
      ...bill.lines.map((line, i) => [
        String(i + 1),
        new Date(line.dayStartMs).toISOString().slice(0, 10),
        line.act,
        line.subject,
        line.workUnits.toString(),
        String(line.receipts),
        `$${line.usd}`,
      ]),
      ["", "", "", "", "", "total", `$${bill.totalUsd}`],
    ]),
  );
  if (bill.truncated) print("There are more lines than one page: the total is of these.");
  print("\nWhat stands behind a line: npm run -s wayleave -- usage --receipts 1");
}

/** A line by its number in the list, or by its id. @throws WayleaveError `line-unknown`. */
function lineNamed(bill: Usage, wanted: string): Usage["lines"][number] {
  const found = bill.lines[Number(wanted) - 1] ?? bill.lines.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new WayleaveError("line-unknown", `There is no line ${wanted}: the bill has ${bill.lines.length}`, {
    line: wanted,
    lines: bill.lines.length,
  });
}

async function allReceipts(api: { url: string; key: string }, line: string): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  let after: string | null = "0";
  while (after !== null && receipts.length < RECEIPTS_MAX) {
    const url = `${api.url}/v1/usage/${encodeURIComponent(line)}/receipts?after=${after}&limit=${RECEIPTS_PER_PAGE}`;
    const page: z.infer<typeof receiptsSchema> = await fetchJson(url, receiptsSchema, { bearer: api.key });
    receipts.push(...page.receipts);
    after = page.next;
  }
  if (after !== null) say(`Only the first ${receipts.length} receipts are shown`);
  return receipts;
}

function printReceipts(line: Usage["lines"][number], receipts: readonly Receipt[]): void {
  print(`${line.act} ${line.subject}: $${line.usd} in ${receipts.length} receipts`);
  print(
    table([
      ["AT", "DEVICE", "WORK UNITS", "CUSTOMER PAYS", "DEVICE IS OWED", "PAID BY VOUCHER"],
      ...receipts.map((receipt) => [
        new Date(receipt.atMs).toISOString().slice(0, 19),
        receipt.device,
        receipt.workUnits.toString(),
        `$${receipt.usd}`,
        `${receipt.devicePicoUsd} p$`,
        receipt.voucher === null
          ? "not signed yet"
          : `$${formatUsd(receipt.voucher.totalMicroUsd)} in all, tick ${receipt.voucher.tick}, ${receipt.voucher.signature.slice(0, SIGNATURE_CHARS)}…`,
      ]),
    ]),
  );
}
