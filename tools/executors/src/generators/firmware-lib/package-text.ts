// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';

/** The files of a package, by their paths in its folder. */
export function packageTexts(name: string, zigVersion: string | undefined, id: number): Record<string, string> {
  return {
    'build.zig': build(name),
    'build.zig.zon': manifest(name, zigVersion, id),
    [`${name}.zig`]: source(name),
    'test/all.zig': tests(name),
  };
}

/** Zig refuses a manifest whose fingerprint is not the name's checksum and a number, neither 0 nor all ones. */
function fingerprint(name: string, id: number): string {
  return `0x${hex(crc32(name))}${hex(id)}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function manifest(name: string, zigVersion: string | undefined, id: number): string {
  const least = zigVersion === undefined ? '' : `    .minimum_zig_version = "${zigVersion}",\n`;
  return `// SPDX-License-Identifier: Apache-2.0
.{
    .name = .${name},
    .fingerprint = ${fingerprint(name, id)},
    .version = "0.1.0",
${least}    .paths = .{ "build.zig", "build.zig.zon", "${name}.zig", "test" },
}
`;
}

function build(name: string): string {
  return `// SPDX-License-Identifier: Apache-2.0
const std = @import("std");

pub fn build(b: *std.Build) void {
    const module = b.addModule("${name}", .{ .root_source_file = b.path("${name}.zig") });

    const tests = b.addTest(.{
        .use_llvm = true,
        .root_module = b.createModule(.{
            .root_source_file = b.path("test/all.zig"),
            .target = b.graph.host,
            .optimize = .safe,
            .imports = &.{.{ .name = "${name}", .module = module }},
        }),
    });
    const run = b.addRunArtifact(tests);
    // Always run, never answered from the cache: the counts must be seen, not remembered.
    run.has_side_effects = true;
    b.step("test", "Run the host tests").dependOn(&run.step);
}
`;
}

/** Something that works and has a precondition, to be replaced. */
function source(name: string): string {
  return `// SPDX-License-Identifier: Apache-2.0
//! ${name}: what it is for. The function below is an example.

const std = @import("std");

/// The lowest multiple of \`granule\`, a power of two, that is not below \`address\`; null: there
/// is none in 64 bits.
pub fn alignForward(address: u64, granule: u64) ?u64 {
    std.debug.assert(std.math.isPowerOfTwo(granule));
    const sum = std.math.add(u64, address, granule - 1) catch return null;
    return sum & ~(granule - 1);
}
`;
}

function tests(name: string): string {
  return `// SPDX-License-Identifier: Apache-2.0
const std = @import("std");
const ${name} = @import("${name}");

test "an address is taken up to the next boundary" {
    const rows = [_]struct { u64, u64, ?u64 }{
        .{ 0, 0x1000, 0 },
        .{ 1, 0x1000, 0x1000 },
        .{ 0x1000, 0x1000, 0x1000 },
        .{ 0x1001, 0x1000, 0x2000 },
        .{ std.math.maxInt(u64), 0x1000, null },
        .{ std.math.maxInt(u64), 1, std.math.maxInt(u64) },
    };
    for (rows) |row| try std.testing.expectEqual(row[2], ${name}.alignForward(row[0], row[1]));
}
`;
}
