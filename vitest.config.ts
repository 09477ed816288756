import { defineConfig } from "vitest/config";

/** `quick`, `slow`, or both when unset, as when one file is run by hand. */
const which = process.env["WAYLEAVE_TESTS"];
const name = which === "slow" ? "*.slow.test.ts" : "*.test.ts";

export default defineConfig({
  test: {
    include: [`{core,economy,chain,link,layers,kinds,apps,testbed,bench,examples,tools}/**/${name}`],
    exclude: ["**/node_modules/**", ...(which === "quick" ? ["**/*.slow.test.ts"] : [])],
    // What a person sees is tested without its colours, on a terminal or in CI alike.
    env: { NO_COLOR: "1" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Files that start real servers would starve each other on two cores if they all ran with full concurrency; those
    // that run whole networks run alone.
    maxWorkers: which === "slow" ? 1 : 2,
    pool: "forks",
    reporters: ["default"],
  },
});
