// SPDX-License-Identifier: Apache-2.0
//! How a run ends. Every ending says one structured reason and then switches the platform
//! off: a kernel that cannot go on must not look like one that is busy.

const hal = @import("hal");
const console = @import("console.zig");
const say = hal.say;

/// Why Rumpk refused to go on. The names are part of the records that proofs compare.
pub const Reason = enum {
    no_el2,
    no_device_tree,
    board_mismatch,
    unknown_mutant,
    map_failed,
    kernel_not_started,
    stub_mismatch,
    no_bundle,
    bad_bundle,
    bad_manifest,
    bad_image,
    bad_member,
    digest_mismatch,
    bad_placement,
    bad_dtb,
    bad_plan,
    smoke_failed,
    cell_not_started,
    defect,
};

/// Fail closed: what was expected and found, the reason, power-off.
pub fn stop(reason: Reason, comptime format: []const u8, arguments: anytype) noreturn {
    @branchHint(.cold);
    say.people(format, arguments);
    stopQuietly(reason);
}

/// The value, or the end of the run: for errors that only a defect of Rumpk itself can
/// cause, and that must not become undefined behaviour where checks are compiled out.
pub fn must(result: anytype) @typeInfo(@TypeOf(result)).error_union.payload {
    return result catch |err| stop(.defect, "a step that cannot fail did: {s}", .{@errorName(err)});
}

noinline fn stopQuietly(reason: Reason) noreturn {
    say.record("halt").word("reason", @tagName(reason)).end();
    end("halted");
}

/// The last record of every run, then PSCI SYSTEM_OFF.
pub fn end(result: []const u8) noreturn {
    say.record("end").word("result", result).end();
    console.drain();
    hal.psci.systemOff();
}
