// The import rules of ARCHITECTURE.md: core ← {economy, chain, link} ← {layers, kinds} ← apps.
// tools/importRules.canary.ts breaks one on purpose; `npm run check` fails unless that canary is reported.
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: "^(core|economy|chain|link|layers|kinds|apps|testbed|bench|examples|tools)/", pathNot: allowed },
});
const tests = "\\.test\\.ts$|/testing/";
// A real PostgreSQL or anvil for whoever tests.
const testServers = "^apps/cli/supervise/test(Chain|Postgres)\\.ts$";
module.exports = {
  forbidden: [
    only("core-imports-nothing", "^core/", "^core/"),
    only("economy-imports-core", "^economy/", "^(core|economy)/"),
    only("chain-imports-core", "^chain/(?!.*\\.test\\.ts$)", "^(core|chain)/"),
    only("link-imports-core", "^link/", "^(core|link)/"),
    {
      name: "layers-are-strangers-to-kinds-and-apps",
      severity: "error",
      from: { path: "^layers/" },
      to: { path: "^(kinds|apps|testbed)/", pathNot: testServers },
    },
    {
      name: "layers-are-strangers-to-each-other",
      severity: "error",
      from: { path: "^layers/([^/]+)/" },
      to: { path: "^layers/", pathNot: "^layers/$1/" },
    },
    {
      name: "kinds-are-strangers-to-layers-and-the-chain",
      severity: "error",
      from: { path: "^kinds/" },
      to: { path: "^(layers|apps|chain|economy|testbed)/", pathNot: testServers },
    },
    {
      name: "kinds-are-strangers-to-each-other",
      severity: "error",
      from: { path: "^kinds/([^/]+)/" },
      to: { path: "^kinds/", pathNot: "^kinds/$1/" },
    },
    {
      name: "rooms-meet-in-the-model",
      severity: "error",
      from: { path: "^kinds/([^/]+)/(provide|verify|serve)/", pathNot: tests },
      to: { path: "^kinds/$1/(provide|verify|serve)/", pathNot: "^kinds/$1/$2/" },
    },
    {
      name: "a-model-imports-no-room",
      severity: "error",
      from: { path: "^kinds/([^/]+)/model/" },
      to: { path: "^kinds/$1/(provide|verify|serve)/" },
    },
    {
      name: "only-chain-imports-viem",
      severity: "error",
      from: { pathNot: "^chain/|\\.test\\.ts$" },
      to: { path: "node_modules/viem/" },
    },
    {
      name: "pure-code-does-no-io",
      severity: "error",
      from: { path: "^(core|economy|kinds/[^/]+/model)/", pathNot: `${tests}|/generate\\.ts$` },
      to: { dependencyTypes: ["core"], path: "^(fs|net|http|https|http2|tls|dgram|child_process|cluster)(/|$)" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
