#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two Nx plugins infer a target of the same name for the same project. Where the later one brings a command of its own, it
# replaces the whole target: `cache`, `outputs` and `dependsOn` of the earlier plugin are gone, and nothing is said. Where
# it brings no command, its properties are merged into what is there. So a plugin listed behind another can switch off its
# caching and its dependencies by a target of the same name, without any message.
#
# Seen (Node 20.20, Linux x64), of { cache, outputs, dependsOn } of the first plugin:
#   22.7.12, 23.3.1, 24.0.6   other command: none left   no command: all left, the second's property added
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

failed=0
for version in 22.7.12 23.3.1 24.0.6; do
  mkdir -p "$place/$version/a"
  cd "$place/$version"
  echo '{ "name": "x", "private": true }' >package.json
  echo '{}' >tsconfig.base.json
  echo '{ "analytics": false, "neverConnectToCloud": true, "plugins": ["./first.js", "./second.js"] }' >nx.json
  echo marker >a/a.mark
  for name in first second; do
    cat >"$name.js" <<JS
const { dirname } = require('node:path');
const targets = {
  first: {
    build: { command: 'echo first', cache: true, outputs: ['{projectRoot}/out'], dependsOn: ['prepare'] },
    check: { command: 'echo first', cache: true, outputs: ['{projectRoot}/out'], dependsOn: ['prepare'] },
    prepare: { command: 'true' },
  },
  second: { build: { command: 'echo second' }, check: { metadata: { description: 'more' } } },
};
exports.name = '$name';
exports.createNodesV2 = exports.createNodes = ['**/a.mark', (files) => files.map((file) =>
  [file, { projects: { [dirname(file)]: { name: 'a', targets: targets.$name } } }])];
JS
  done
  npm install --silent --no-audit --no-fund --ignore-scripts "nx@$version"
  git init --quiet .
  found=$(NX_DAEMON=false CI=true node node_modules/nx/dist/bin/nx.js show project a --json 2>"$place/said" | node -e "
    const { targets } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    const left = (target) => ['cache', 'outputs', 'dependsOn'].filter((key) => key in target).length;
    console.log(left(targets.build), left(targets.check), targets.check.metadata.description);") || found='no graph'
  echo "nx $version: left of three with another command, and without one: $found; said: $(wc -c <"$place/said") bytes"
  [ "$found" = '0 3 more' ] || failed=1
done
[ "$failed" = 0 ] || { echo "this has changed"; exit 1; }
