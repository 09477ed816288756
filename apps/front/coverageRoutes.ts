import { WayleaveError } from "@wayleave/core/errors";
import { addressSchema } from "@wayleave/core/ids";
import type { Network } from "@wayleave/core/network";
import { coverageByCell, coverageByDevice } from "@wayleave/kind-wireless/verify/coverageReport";
import { type ApiRoute, apiRoute } from "@wayleave/layer-service/apiRoute";
import { z } from "zod";
import type { CoverageFeed, SettledCoverage } from "./coverageFeed.ts";

const amount = z.string().describe("a whole number, as text");
const units = amount.describe("millionths of a coverage unit, before density");
const scale = amount.nullable().describe("what density leaves of the units, in millionths; null without any");
const way = amount.describe("WAY of this epoch, in 10⁻¹⁸, which then vests");
const statementReply = {
  epoch: z.number().nullable().describe("the settled epoch; null before the first"),
  statementHash: z.string().nullable(),
  final: z.boolean().describe("its dispute window is over"),
};
const cellsReply = z.object({
  ...statementReply,
  cells: z.array(
    z.object({
      cell: z.string().describe("H3 cell of resolution 8"),
      devices: z.number(),
      ...{ units, scalePpm: scale, wayAllotted: way },
      wantedUnits: units.nullable().describe("what the network asks for here; null: nothing, and it pays nothing"),
    }),
  ),
});
const deviceReply = z.object({
  ...statementReply,
  ...{ device: z.string(), cell: z.string().nullable(), units, scalePpm: scale, wayAllotted: way },
  fault: z.string().nullable().describe("why nothing counts, whatever it proved"),
  acts: z
    .array(
      z.object({
        act: z.enum(["beacon", "witness"]),
        counted: z.boolean(),
        code: z.string().describe("stable, kebab-case"),
        reason: z.string().describe("the code's sentence"),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    )
    .describe("every beacon of the device and every report of others', and why it did or did not count"),
});

/** Coverage for everybody: by cell, and for each device why its beacons and reports did or did not count. */
export function coverageRoutes(feed: Pick<CoverageFeed, "latest">, { policy }: Pick<Network, "policy">): ApiRoute[] {
  /** Reports are made once for each statement. */
  const made = new WeakMap<SettledCoverage["tables"], ReturnType<typeof reportsOf>>();
  const reportsOf = ({ tables }: SettledCoverage) => {
    const devices = coverageByDevice(tables);
    return {
      cells: coverageByCell(tables, policy.cells),
      devices: new Map(devices.map((report) => [report.device, report])),
    };
  };
  const reports = (settled: SettledCoverage) => {
    const known = made.get(settled.tables) ?? reportsOf(settled);
    made.set(settled.tables, known);
    return known;
  };
  return [
    apiRoute({
      ...{ method: "GET", path: "/v1/wireless/coverage", summary: "Radio coverage by H3 cell, as last settled" },
      ...{ for: "public", reply: cellsReply },
      async handle() {
        const settled = await feed.latest();
        if (settled !== null) return { ...headOf(settled), cells: reports(settled).cells };
        const nothing = { devices: [], explanations: [] };
        return { ...NO_STATEMENT, cells: coverageByCell(nothing, policy.cells) };
      },
    }),
    apiRoute({
      ...{ method: "GET", path: "/v1/wireless/coverage/devices/:device", for: "public", reply: deviceReply },
      summary: "What a device's beacons and reports were worth, and why",
      async handle({ params }) {
        const parsed = addressSchema.safeParse(params["device"]);
        if (!parsed.success) {
          throw new WayleaveError("path-invalid", "device: must be 20 bytes of 0x hex", { field: "device" });
        }
        const settled = await feed.latest();
        const report = settled === null ? undefined : reports(settled).devices.get(parsed.data);
        if (settled !== null && report !== undefined) return { ...headOf(settled), ...report };
        const message = "The last settled epoch has no coverage of this device";
        throw new WayleaveError("coverage-not-found", message, { device: parsed.data });
      },
    }),
  ];
}

const NO_STATEMENT = { epoch: null, statementHash: null, final: false };

function headOf({ epoch, statementHash, final }: SettledCoverage) {
  return { epoch, statementHash, final };
}
