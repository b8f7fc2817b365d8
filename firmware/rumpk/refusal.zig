// SPDX-License-Identifier: Apache-2.0
//! From a refused start to the one line that says which part, what was expected and found.

const nipcell = @import("nipcell");
const halt = @import("halt.zig");
const board = @import("board.zig").info;

const prepare = nipcell.prepare;

pub fn stop(failed: prepare.Failed) noreturn {
    switch (failed.refusal) {
        .bundle => |why| halt.stop(.bad_bundle, "the bundle is refused: {s} ({s}); expected a cell.cpio " ++
            "as `nx run qemu-virt:cell-bundle` makes it", .{
            @tagName(why.fault), if (why.member) |member| member.path() else "archive",
        }),
        .manifest => |why| halt.stop(.bad_manifest, "manifest.dtb is refused: {s} {s} in node {s}", .{
            @tagName(why.fault), why.property, why.node,
        }),
        .manifest_check => |why| halt.stop(.bad_manifest, "manifest.dtb does not fit board {s}: {s} (device window {d})", .{
            board.name, why.reason.text(), why.device orelse 0,
        }),
        .image => |why| halt.stop(.bad_image, "Image is refused: {s}", .{why.text()}),
        .placement => |why| halt.stop(.bad_placement, "the members do not fit: {s}: {d} bytes needed, {d} there", .{
            why.reason.text(), why.needed, why.available,
        }),
        .staging => |why| ofMember(why),
        .guest_dtb => |why| halt.stop(.bad_dtb, "cell.dtb is refused: {s}", .{why.text()}),
        .stage2_plan => |why| halt.stop(.bad_plan, "the stage-2 plan is refused: range {d}: {s}", .{
            why.range, why.reason.text(),
        }),
        .stage2_tables_exhausted => halt.stop(.bad_plan, "the stage-2 plan needs more tables than Rumpk keeps", .{}),
        .host_reachable => |range| halt.stop(.bad_plan, "stage-2 reaches {s} at 0x{x}: expected no way there", .{
            range.name, range.base.raw(),
        }),
    }
}

fn ofMember(why: nipcell.staging.Refusal) noreturn {
    const member = why.member.path();
    if (why.reason != .digest_mismatch) halt.stop(.bad_member, "{s} is refused: {s}", .{ member, why.reason.text() });
    halt.stop(.digest_mismatch, "{s} is refused: expected SHA-512 {bytes}, found {bytes}", .{
        member, &why.expected, &why.found,
    });
}
