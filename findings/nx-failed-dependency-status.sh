#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Nx 22.7.12 and 23.3.1 end with status 130 when a task that the asked one depends on fails. 130 is what a shell reports
# of a program that Ctrl-C has ended, so a script or a CI that tells the two apart takes a failure for an interruption.
# The failing task itself, asked for alone, gives 1. Nx 24.0.6 gives 1 in both cases.
#
# Seen (Node 20.20, Linux x64):
#   22.7.12  asked alone: 1   as a dependency: 130
#   23.3.1   asked alone: 1   as a dependency: 130
#   24.0.6   asked alone: 1   as a dependency: 1
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

status() { # version target
  result=0
  (cd "$place/$1" && NX_DAEMON=false CI=true node node_modules/nx/dist/bin/nx.js run "$2" >log 2>&1) || result=$?
  echo "$result"
}

failed=0
while read -r version alone dependency; do
  mkdir -p "$place/$version/a"
  cd "$place/$version"
  echo '{ "name": "x", "private": true }' >package.json
  echo '{ "analytics": false, "neverConnectToCloud": true, "tui": { "enabled": false } }' >nx.json
  cat >a/project.json <<'JSON'
{ "name": "a", "targets": {
  "fails": { "command": "exit 3" },
  "needs-it": { "command": "true", "dependsOn": ["fails"] } } }
JSON
  npm install --silent --no-audit --no-fund --ignore-scripts "nx@$version"
  git init --quiet .
  found="$(status "$version" a:fails) $(status "$version" a:needs-it)"
  echo "nx $version: asked alone, as a dependency: $found"
  [ "$found" = "$alone $dependency" ] || failed=1
done <<'EXPECTED'
22.7.12 1 130
23.3.1 1 130
24.0.6 1 1
EXPECTED
[ "$failed" = 0 ] || { echo "this has changed"; exit 1; }
