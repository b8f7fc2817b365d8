#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Zig 0.17.1: `zig build test --summary all` counts tests only where they ran. When it runs a second time with nothing
# changed, the test step is answered from the cache: the summary says that its steps succeeded, and neither how many tests
# there are nor that any passed. Who reads the count from it takes the second run for one without tests. With
# `has_side_effects` on the run step the tests run each time.
#
# Seen (Linux x64):
#   first run         2 tests passed
#   second run        no count
#   has_side_effects  2 tests passed, both times
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps --target "$place/packages" ziglang==0.17.1
zig=$place/packages/ziglang/zig
export ZIG_GLOBAL_CACHE_DIR="$place/cache"

project() { # folder, line for the run step
  mkdir "$place/$1"
  cd "$place/$1"
  cat >build.zig <<ZIG
const std = @import("std");
pub fn build(b: *std.Build) void {
    const tests = b.addTest(.{ .root_module = b.createModule(.{
        .root_source_file = b.path("main.zig"),
        .target = b.graph.host,
    }) });
    const run = b.addRunArtifact(tests);
    $2
    b.step("test", "").dependOn(&run.step);
}
ZIG
  printf 'test "one" {}\ntest "two" {}\n' >main.zig
}
count() {
  "$zig" build test --summary all 2>&1 | sed -n 's/^Build Summary:.*; \([0-9]*\)\/[0-9]* tests passed.*/\1/p'
}
project plain ''
plain="$(count),$(count)"
project effects 'run.has_side_effects = true;'
effects="$(count),$(count)"
echo "Zig $("$zig" version): tests counted in two runs: $plain; with has_side_effects: $effects"
[ "$plain $effects" = '2, 2,2' ] || { echo "this has changed"; exit 1; }
