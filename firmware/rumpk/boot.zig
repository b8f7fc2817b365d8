// SPDX-License-Identifier: Apache-2.0
//! The order of the boot: exception level, vectors, MMU, console, board check, interrupts
//! and timer, then either the EL2 proof path or the kernel's own start.

const std = @import("std");
const el2 = @import("el2");
const fdt = @import("fdt");
const hal = @import("hal");
const mutant = @import("mutant");
const options = @import("options");
const atags = @import("atags.zig");
const board = @import("board.zig").info;
const board_check = @import("board_check.zig");
const console = @import("console.zig");
const entry = @import("entry.zig");
const gic = @import("gic.zig").gic;
const halt = @import("halt.zig");
const machine_facts = @import("machine.zig");
const memory = @import("memory.zig");
const say = hal.say;

/// Called by the entry assembly with what the loader left in x0. The machine is looked at
/// before anything is said: the console may lie elsewhere than this image has it.
export fn rumpk_start(x0: u64) callconv(.c) noreturn {
    if (hal.psci.exceptionLevel() != 2) refuseLevel();
    installVectors();
    const mapped = memory.init();
    const handed: Handed = if (mapped) handedOver(x0) else |_| .nothing;
    initConsole(handed);
    say.people("Rumpk on {s}", .{board.name});
    mapped catch |err| halt.stop(.map_failed, "EL2 map: {s}", .{@errorName(err)});
    const machine = requireMachine(x0, handed);
    selectMutant(machine.boot_arguments);
    sayBoot(machine);
    gic.init();
    run(machine);
}

fn run(machine: machine_facts.Machine) noreturn {
    if (options.proof_stage_linux_image) {
        @import("proof_path.zig").run(machine);
    } else {
        @import("default_path.zig").run();
    }
}

/// Below EL2 nothing can be compared: the console is taken to be the board's.
fn refuseLevel() noreturn {
    @branchHint(.cold);
    console.init();
    say.people("Rumpk on {s}", .{board.name});
    halt.stop(.no_el2, "entered at EL{d}, expected EL2: start the machine with its virtualization " ++
        "extensions (QEMU: -M virtualization=on)", .{@as(u64, hal.psci.exceptionLevel())});
}

fn installVectors() void {
    hal.sysreg.write("vbar_el2", entry.vectors());
    hal.sysreg.write("hcr_el2", el2.policy.hcr_host);
    hal.sysreg.write("cptr_el2", el2.policy.cptr);
    hal.barrier.isb();
}

/// What the loader says of the machine.
const Handed = union(enum) { nothing, atags: atags.List, tree: fdt.Tree, bad_tree: fdt.ParseError };

/// Only RAM that this kernel has mapped can hold what describes the machine; 0 is nothing,
/// also where RAM starts there.
fn handedOver(x0: u64) Handed {
    if (x0 == 0 or x0 % 8 != 0) return .nothing;
    const ram = fdt.holding(board.memory, x0, 8) orelse return .nothing;
    const bytes = memory.bytes(x0, ram.address + ram.size - x0);
    if (atags.read(bytes)) |list| return .{ .atags = list };
    return .{ .tree = fdt.Tree.parse(bytes) catch |err| return .{ .bad_tree = err } };
}

/// Nothing is sent to an address where the machine's tree has no console; what is said then
/// stays in memory alone. Without a tree the console is taken to be the board's.
fn initConsole(handed: Handed) void {
    const base = switch (handed) {
        .tree => |tree| board_check.consoleBase(board, tree) orelse return,
        else => board.uart_registers.address,
    };
    if (base == board.uart_registers.address) return console.init();
    console.initAt(base) catch {};
}

fn requireMachine(x0: u64, handed: Handed) machine_facts.Machine {
    const machine = switch (handed) {
        .nothing => halt.stop(.no_device_tree, "x0 = 0x{x} is no device tree in RAM", .{x0}),
        .bad_tree => |err| halt.stop(.no_device_tree, "the machine's device tree at 0x{x}: {s}", .{
            x0, @errorName(err),
        }),
        .atags => |list| listed(x0, list),
        .tree => |tree| machine_facts.read(board, tree) orelse
            halt.stop(.no_device_tree, "the machine's device tree at 0x{x} has no memory that " ++
                "can be read", .{x0}),
    };
    if (machine_facts.mismatch(board, machine)) |found| {
        halt.stop(.board_mismatch, built_for ++ "{d} {s}{s}, found {d}: see {s}, or " ++
            "build for the other board", .{
            board.name, found.expected, found.unit, found.what, found.found, found.hint,
        });
    }
    if (machine.difference) |found| refuseDevice(found);
    return machine;
}

const built_for = "this image is built for board {s}: expected ";

fn refuseDevice(found: board_check.Difference) noreturn {
    @branchHint(.cold);
    const what = @tagName(found.what);
    const remedy = ": correct its board.yaml, or build for the other board";
    const place = built_for ++ "0x{x} as {s} {d} of the {s}, found ";
    const value = found.found orelse halt.stop(.board_mismatch, place ++ "none" ++ remedy, .{
        board.name, found.expected, what, found.index, found.device,
    });
    halt.stop(.board_mismatch, place ++ "0x{x}" ++ remedy, .{
        board.name, found.expected, what, found.index, found.device, value,
    });
}

fn listed(x0: u64, list: atags.List) machine_facts.Machine {
    say.people("0x{x} is an ATAG list, no device tree: what it leaves out is as board.dtb " ++
        "has it", .{x0});
    return machine_facts.listed(board, list);
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
