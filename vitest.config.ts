import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,economy,chain,link,layers,kinds,apps,testbed,bench,examples,tools}/**/*.test.ts"],
    exclude: ["**/node_modules/**", ...(process.env["WAYLEAVE_TEST_FULL"] ? [] : ["**/*.slow.test.ts"])],
    // What a person sees is tested without its colours, on a terminal or in CI alike.
    env: { NO_COLOR: "1" },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Files that start real servers would starve each other on two cores if they all ran with full concurrency.
    pool: "forks",
    reporters: ["default"],
  },
});
