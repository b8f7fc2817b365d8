// SPDX-License-Identifier: Apache-2.0
//! The order of the boot: console, exception level, vectors, MMU, board check, interrupts
//! and timer, then either the EL2 proof path or the kernel's own start.

const std = @import("std");
const el2 = @import("el2");
const fdt = @import("fdt");
const hal = @import("hal");
const mutant = @import("mutant");
const options = @import("options");
const atags = @import("atags.zig");
const board = @import("board.zig").info;
const console = @import("console.zig");
const entry = @import("entry.zig");
const halt = @import("halt.zig");
const machine_facts = @import("machine.zig");
const memory = @import("memory.zig");
const say = hal.say;

/// Called by the entry assembly with what the loader left in x0.
export fn rumpk_start(x0: u64) callconv(.c) noreturn {
    console.init();
    say.people("Rumpk on {s}", .{board.name});
    requireEl2();
    installVectors();
    memory.init() catch |err| halt.stop(.map_failed, "EL2 map: {s}", .{@errorName(err)});
    const machine = requireMachine(x0);
    selectMutant(machine.boot_arguments);
    sayBoot(machine);
    hal.gic.init(board.gic);
    run(machine);
}

fn run(machine: machine_facts.Machine) noreturn {
    if (options.proof_stage_linux_image) {
        @import("proof_path.zig").run(machine);
    } else {
        @import("default_path.zig").run();
    }
}

fn requireEl2() void {
    const level = hal.psci.exceptionLevel();
    if (level == 2) return;
    halt.stop(.no_el2, "entered at EL{d}, expected EL2: start the machine with its virtualization " ++
        "extensions (QEMU: -M virtualization=on)", .{@as(u64, level)});
}

fn installVectors() void {
    hal.sysreg.write("vbar_el2", entry.vectors());
    hal.sysreg.write("hcr_el2", el2.policy.hcr_host);
    hal.sysreg.write("cptr_el2", el2.policy.cptr);
    hal.barrier.isb();
}

/// Only RAM that this kernel has mapped can hold what describes the machine; 0 is nothing,
/// also where RAM starts there.
fn requireMachine(x0: u64) machine_facts.Machine {
    const ram = fdt.holding(board.memory, x0, 8);
    if (x0 == 0 or x0 % 8 != 0 or ram == null) {
        halt.stop(.no_device_tree, "x0 = 0x{x} is no device tree in RAM", .{x0});
    }
    const machine = describedAt(x0, memory.bytes(x0, ram.?.address + ram.?.size - x0));
    if (machine_facts.mismatch(board, machine)) |found| {
        halt.stop(.board_mismatch, "this image is built for board {s}: expected {d} {s}, found {d}: " ++
            "see {s}, or build for the other board", .{
            board.name, found.expected, found.what, found.found, found.hint,
        });
    }
    return machine;
}

fn describedAt(address: u64, bytes: []const u8) machine_facts.Machine {
    if (atags.read(bytes)) |list| {
        say.people("0x{x} is an ATAG list, no device tree: what it leaves out is as board.dtb " ++
            "has it", .{address});
        return machine_facts.listed(board, list);
    }
    const tree = fdt.Tree.parse(bytes) catch |err|
        halt.stop(.no_device_tree, "the machine's device tree at 0x{x}: {s}", .{
            address, @errorName(err),
        });
    return machine_facts.read(tree, board.memory) orelse
        halt.stop(.no_device_tree, "the machine's device tree at 0x{x} has no memory node", .{
            address,
        });
}

fn selectMutant(boot_arguments: []const u8) void {
    mutant.select(boot_arguments) catch |err|
        halt.stop(.unknown_mutant, "boot arguments \"{s}\": {s}", .{ boot_arguments, @errorName(err) });
}

fn sayBoot(machine: machine_facts.Machine) void {
    const level = hal.sysreg.read("currentel");
    const said_level = if (mutant.on(.boot_el_lie)) 1 << 2 else level;
    say.record("boot.el").dec("el", said_level >> 2).hex("currentel", said_level).end();
    say.record("boot.mmu").dec("enabled", @intFromBool(hal.mmu.isEnabled()))
        .hex("sctlr", hal.sysreg.read("sctlr_el2")).end();
    say.record("board.memory").word("board", board.name).hex32("base", machine.memory.start)
        .hex32("size", machine.memory.size).dec("cpus", machine.cpu_count)
        .dec("gic", machine.gic_version).word("from", @tagName(machine.source)).end();
}
