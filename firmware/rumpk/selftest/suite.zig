// SPDX-License-Identifier: Apache-2.0
//! The self-tests of the default boot: each exercises the thing itself, on this machine,
//! and says what it measured. The banner counts what really passed.

const hal = @import("hal");
const board = @import("../board.zig").info;
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;
const authority = @import("authority.zig");
const block = @import("block.zig");
const cell = @import("cell.zig");
const devices = @import("devices.zig");
const fibers = @import("fibers.zig");
const memory = @import("memory.zig");
const processor = @import("processor.zig");

const Check = struct {
    name: []const u8,
    claim: []const u8,
    run: *const fn (*Facts) Failure!void,
    /// Why this board cannot offer what the check is about; such a check counts nowhere.
    inapplicable: ?[]const u8 = null,
};

const no_virtio: ?[]const u8 = if (board.virtio_mmio.len == 0) "no-virtio-mmio" else null;

/// In the order of the numbers they are known by, from one.
const checks = [_]Check{
    .{ .name = "exception-level", .claim = "Rumpk runs at EL2", .run = processor.exceptionLevel },
    .{ .name = "stack-bss", .claim = "guarded stack, cleared BSS", .run = processor.stackAndBss },
    .{ .name = "vectors", .claim = "deliberate faults are caught and returned from", .run = processor.vectors },
    .{ .name = "mmu-caches", .claim = "MMU and caches are on", .run = processor.mmuAndCaches },
    .{ .name = "uart", .claim = "the UART is the board's and sends", .run = devices.uart },
    .{ .name = "interrupts", .claim = "an SGI is delivered", .run = devices.interrupts },
    .{ .name = "timer", .claim = "ticks come when the counter says so", .run = devices.timer },
    .{ .name = "pages", .claim = "page allocator: alloc, free, exhaustion", .run = memory.pages },
    .{ .name = "ion-ring", .claim = "ION ring: FIFO, wrap, full", .run = memory.ring },
    .{ .name = "ion-slabs", .claim = "ION slabs: none leaked", .run = memory.slabs },
    .{ .name = "fibers", .claim = "fibers switch and return", .run = fibers.switching },
    .{ .name = "scheduler", .claim = "Photon, Matter, Gravity, Void are honoured", .run = fibers.spectra },
    .{ .name = "cspace", .claim = "CSpace: deny, grant, delegate, revoke", .run = authority.cspace },
    .{ .name = "pledge", .claim = "a pledge only narrows", .run = authority.pledge },
    .{ .name = "systable", .claim = "SysTable: magic, 240 bytes, services", .run = authority.systable },
    .{
        .name = "block-valve",
        .claim = "Block Valve: write, read back, info on a virtio disk",
        .run = block.valve,
        .inapplicable = no_virtio,
    },
    .{ .name = "nipcell-start", .claim = "NipCell start without a staged image fails closed", .run = cell.startFailsClosed },
};

comptime {
    if (checks.len != 17) @compileError("the default boot has 17 checks");
}

pub const Outcome = struct { passed: u32, total: u32 };

pub fn run() Outcome {
    var outcome: Outcome = .{ .passed = 0, .total = 0 };
    for (&checks, 1..) |*check, id| {
        if (check.inapplicable) |reason| {
            sayInapplicable(check, id, reason);
            continue;
        }
        outcome.total += 1;
        if (runOne(check, id)) outcome.passed += 1;
    }
    hal.say.record("selftest.end").dec("passed", outcome.passed).dec("total", outcome.total)
        .dec("inapplicable", checks.len - outcome.total).end();
    hal.say.rawf("=== Result: {d}/{d} ===", .{ outcome.passed, outcome.total });
    return outcome;
}

fn sayInapplicable(check: *const Check, id: u64, reason: []const u8) void {
    hal.say.people("check {d}: {s}: inapplicable, {s}", .{ id, check.claim, reason });
    hal.say.record("selftest").dec("id", id).word("name", check.name)
        .word("result", "inapplicable").word("reason", reason).end();
}

fn runOne(check: *const Check, id: u64) bool {
    var facts: Facts = undefined;
    facts.init();
    const passed = if (check.run(&facts)) true else |failed| switch (failed) {
        error.Failed => false,
    };
    if (passed) {
        hal.say.people("check {d}: {s}: pass", .{ id, check.claim });
    } else {
        hal.say.people("check {d}: {s}: FAIL, expected {s}", .{ id, check.claim, facts.failure });
    }
    const started = hal.say.record("selftest").dec("id", id).word("name", check.name);
    facts.say(started.word("result", if (passed) "pass" else "fail"));
    return passed;
}
