// forge-compatible front for npm solc (soljson). Answers only the calls forge makes: --version, --standard-json.
"use strict";
const path = require("node:path");
const fs = require("node:fs");
const os = require("node:os");

const manifest = require.resolve("solc/package.json", { paths: [__dirname, process.cwd()] });
const compiler = path.dirname(manifest);
const argv = process.argv.slice(2);

/** Loading 9 MB of WebAssembly takes a second, so the version string is kept beside other temporary files. */
function versionString() {
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  const cache = path.join(os.tmpdir(), `solcjs-${version}.version`);
  try {
    return fs.readFileSync(cache, "utf8");
  } catch {
    const found = require(compiler).version();
    fs.writeFileSync(cache, found);
    return found;
  }
}

/** A pipe may be full (EAGAIN): write until everything is out. */
function writeOut(text) {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += fs.writeSync(1, bytes, offset);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

if (argv.includes("--version")) {
  // forge parses only the native compiler's version line.
  const version = versionString().replace(".Emscripten.clang", ".Linux.g++");
  writeOut(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (argv.includes("--standard-json")) {
  writeOut(require(compiler).compile(fs.readFileSync(0, "utf8")));
} else {
  console.error("solc.cjs: unsupported arguments", argv);
  process.exitCode = 1;
}
