import { describe, expect, test } from "vitest";
import { settle } from "../settle/settle.ts";
import { testEpoch } from "../settle/testEpoch.ts";
import { previousFrom, settledTablesJson, type SettledTables, settledTablesSchema } from "./settledTables.ts";

const settlement = settle(testEpoch().input);
const accepted = { statement: settlement.statement, statementHash: settlement.statementHash };
const published = (): SettledTables => settledTablesSchema.parse(JSON.parse(settledTablesJson(settlement)));

describe("published tables", () => {
  test("are what the next epoch starts from", () => {
    const { payouts, payoutsSum, state, reserve, statementHash } = previousFrom(published(), accepted);
    expect({ payouts, state }).toEqual({ payouts: settlement.tables.payouts, state: settlement.tables.state });
    expect({ payoutsSum, reserve, statementHash }).toEqual({
      payoutsSum: settlement.statement.payoutsSum,
      reserve: settlement.statement.reserveAfter,
      statementHash: settlement.statementHash,
    });
  });

  const tamperings: [string, string, (tables: SettledTables) => void][] = [
    ["a payout is higher", "payouts", (t) => (t.payouts[0]!.dollars += 1n)],
    [
      "a payout moves between accounts",
      "payouts",
      (t) => {
        t.payouts[0]!.way -= 1n;
        t.payouts[1]!.way += 1n;
      },
    ],
    ["a payout is left out", "payouts", (t) => t.payouts.pop()],
    ["payouts are in another order", "payouts", (t) => t.payouts.reverse()],
    ["a payout is beyond any leaf", "payouts", (t) => (t.payouts[0]!.dollars = 1n << 256n)],
    ["what is unvested is higher", "state", (t) => (t.state.unvested[0]!.unvested += 1n)],
    ["something settled is forgotten", "state", (t) => t.state.settled.shift()],
    ["something settled is of another kind", "state", (t) => (t.state.settled[0]!.kind ^= 1)],
  ];
  test.for(tamperings)("are refused when %s", ([, table, tamper]) => {
    const tables = published();
    tamper(tables);
    expect(() => previousFrom(tables, accepted)).toThrow(
      expect.objectContaining({ code: "tables-invalid", facts: expect.objectContaining({ table }) }),
    );
  });
});
