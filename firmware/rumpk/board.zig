// SPDX-License-Identifier: Apache-2.0
//! The board Rumpk is built for: read at compile time from board.dtb, which the board app's
//! YAML makes. A board is data; nothing else in this kernel holds an address of a board.

const std = @import("std");
const fdt = @import("fdt");
const hal = @import("hal");

pub const Region = fdt.Region;

pub const Board = struct {
    name: []const u8,
    /// Runs of RAM, from the lowest up.
    memory: []const Region,
    cpu_count: u32,
    uart: hal.Uart,
    uart_registers: Region,
    gic: hal.Gic,
    /// Register blocks of the interrupt controller, for the kernel's own map.
    gic_regions: []const Region,
    virtio_mmio: []const VirtioMmio,
    /// What the machine's own tree has to have in the same place: the console first.
    devices: []const Device,
    /// The interrupt of CNTHP, the hypervisor's own timer.
    timer_intid: u32,
    rumpk_memory: Region,
    scratch: Region,
    image_address: u64,
    stub_address: u64,
};

/// What a driver was given at compile time.
pub const Device = struct {
    name: []const u8,
    /// What the driver takes: a machine's tree may name the device otherwise than board.dtb.
    compatible: []const []const u8,
    registers: []const Region,
    intids: []const u32,
};

/// One virtio-mmio transport: registers and device configuration within 512 bytes.
pub const VirtioMmio = struct {
    base: u64,
    intid: u32,
    pub const size = 0x200;
};

pub const info: Board = read(@embedFile("board.dtb"));

const ppi_intid_base = 16;
const spi_intid_base = 32;

/// Place in the timer's `interrupts`: secure, physical, virtual, hypervisor (binding
/// arm,arch_timer).
const hypervisor_timer = 3;

fn read(comptime blob: []const u8) Board {
    @setEvalBranchQuota(4_000_000);
    const tree = fdt.Tree.parse(blob) catch |err| @compileError("board.dtb: " ++ @errorName(err));
    const nexus = tree.find("/nexus,board") orelse @compileError("board.dtb: no node /nexus,board");
    return .{
        .name = stringOf(nexus, "board-name"),
        .memory = banksOf(tree),
        .cpu_count = cpuCount(tree) orelse @compileError("board.dtb: no /cpus"),
        .uart = uartOf(tree),
        .uart_registers = regionOf(consoleNode(tree), 0),
        .gic = gicOf(tree),
        .gic_regions = gicRegions(tree),
        .virtio_mmio = virtioOf(tree),
        .devices = &.{ consoleDevice(tree), gicDevice(tree), timerDevice(tree) },
        .timer_intid = timerDevice(tree).intids[hypervisor_timer],
        .rumpk_memory = pairOf(nexus, "rumpk-memory"),
        .scratch = pairOf(nexus, "scratch"),
        .image_address = numberOf(nexus, "image-address"),
        .stub_address = numberOf(nexus, "stub-address"),
    };
}

fn banksOf(comptime tree: fdt.Tree) []const Region {
    const banks = fdt.Banks.of(tree) catch |err| @compileError("board.dtb: " ++ @errorName(err));
    const copy = banks.regions[0..banks.count].*;
    return &copy;
}

/// The run of RAM that this kernel's image is in: where the loader counts from.
pub const image_bank: Region = fdt.holding(info.memory, info.image_address, 1) orelse
    @compileError("board.dtb: the image is not in RAM");

/// CPUs in /cpus; null without such a node. Used on both trees, the board's and the machine's.
pub fn cpuCount(tree: fdt.Tree) ?u32 {
    const cpus = tree.find("/cpus") orelse return null;
    var count: u32 = 0;
    var children = cpus.children();
    while (children.next()) |child| {
        if (std.mem.eql(u8, child.baseName(), "cpu")) count += 1;
    }
    return count;
}

/// The INTID of entry `index` of a node's `interrupts`; null past the last one, and for a
/// kind of interrupt that this kernel does not know (binding arm,gic-v3).
pub fn intidOf(tree: fdt.Tree, node: fdt.Node, index: usize) ?u32 {
    const controller = gicNode(tree) orelse return null;
    const count = controller.node.property("#interrupt-cells") orelse return null;
    const cells = count.asU32() catch return null;
    const interrupts = node.property("interrupts") orelse return null;
    const first = index * cells;
    const number = interrupts.cell(first + 1) orelse return null;
    return switch (interrupts.cell(first) orelse return null) {
        0 => number +| spi_intid_base,
        1 => number +| ppi_intid_base,
        else => null,
    };
}

pub const GicNode = struct { version: u8, node: fdt.Node };

const gic_names = [_]struct { []const u8, u8 }{
    .{ "arm,cortex-a15-gic", 2 },
    .{ "arm,gic-400", 2 },
    .{ "arm,gic-v3", 3 },
};

/// The interrupt controller of a tree; null for one this kernel has no driver for.
pub fn gicNode(tree: fdt.Tree) ?GicNode {
    for (gic_names) |entry| {
        if (tree.findCompatible(entry[0])) |node| return .{ .version = entry[1], .node = node };
    }
    return null;
}

fn gicOf(comptime tree: fdt.Tree) hal.Gic {
    const found = gicNode(tree) orelse @compileError("board.dtb: no GICv2 or GICv3 node");
    const first = regionOf(found.node, 0).address;
    const second = regionOf(found.node, 1).address;
    return switch (found.version) {
        2 => .{ .v2 = .{ .distributor = first, .cpu_interface = second } },
        else => .{ .v3 = .{ .distributor = first, .redistributor = second } },
    };
}

/// The frames this kernel drives: the distributor and the CPU interface or redistributors.
fn gicRegions(comptime tree: fdt.Tree) []const Region {
    const node = (gicNode(tree) orelse unreachable).node;
    const regions = [_]Region{ regionOf(node, 0), regionOf(node, 1) };
    return &regions;
}

fn consoleNode(comptime tree: fdt.Tree) fdt.Node {
    return fdt.boot.stdout(tree) orelse @compileError("board.dtb: no /chosen stdout-path");
}

/// The driver of the console: of its compatible strings, the first that has one.
fn uartOf(comptime tree: fdt.Tree) hal.Uart {
    const node = consoleNode(tree);
    const base = regionOf(node, 0).address;
    comptime var found: []const u8 = "";
    comptime var names = propertyOf(node, "compatible").strings();
    inline while (comptime names.next()) |name| {
        if (hal.Uart.find(name, base)) |uart| return uart;
        found = found ++ " " ++ name;
    }
    @compileError("board.dtb: no UART driver for the console " ++ node.name() ++
        ": expected one of " ++ hal.Uart.known ++ "; found" ++ found ++
        " (drivers: firmware/hal/uart)");
}

fn consoleDevice(comptime tree: fdt.Tree) Device {
    const node = consoleNode(tree);
    const names = switch (uartOf(tree)) {
        inline else => |driver| &@TypeOf(driver).compatible,
    };
    return deviceOf(tree, node, "console", names);
}

fn gicDevice(comptime tree: fdt.Tree) Device {
    const found = gicNode(tree) orelse unreachable;
    comptime var names: []const []const u8 = &.{};
    for (gic_names) |entry| {
        if (entry[1] == found.version) names = names ++ .{entry[0]};
    }
    return deviceOf(tree, found.node, "interrupt controller", names);
}

fn timerDevice(comptime tree: fdt.Tree) Device {
    const name = "arm,armv8-timer";
    const node = tree.findCompatible(name) orelse @compileError("board.dtb: no " ++ name);
    return deviceOf(tree, node, "timer", &.{name});
}

fn deviceOf(
    comptime tree: fdt.Tree,
    comptime node: fdt.Node,
    comptime name: []const u8,
    comptime compatible: []const []const u8,
) Device {
    comptime var registers: []const Region = &.{};
    while (node.translatedRegion(registers.len) catch |err|
        @compileError(node.name() ++ " reg: " ++ @errorName(err))) |region|
        registers = registers ++ .{region};
    comptime var intids: []const u32 = &.{};
    while (intidOf(tree, node, intids.len)) |intid| intids = intids ++ .{intid};
    return .{ .name = name, .compatible = compatible, .registers = registers, .intids = intids };
}

fn virtioOf(comptime tree: fdt.Tree) []const VirtioMmio {
    comptime var list: []const VirtioMmio = &.{};
    comptime var nodes = tree.compatible("virtio,mmio");
    inline while (comptime nodes.next()) |node| {
        const intid = intidOf(tree, node, 0) orelse @compileError(node.name() ++ ": no interrupt");
        list = list ++ .{VirtioMmio{ .base = regionOf(node, 0).address, .intid = intid }};
    }
    return list;
}

fn regionOf(comptime node: fdt.Node, comptime index: usize) Region {
    const found = node.translatedRegion(index) catch |err| @compileError(node.name() ++ " reg: " ++ @errorName(err));
    return found orelse @compileError(node.name() ++ ": reg has too few entries");
}

fn propertyOf(comptime node: fdt.Node, comptime name: []const u8) fdt.Property {
    return node.property(name) orelse @compileError("board.dtb: no " ++ name ++ " in " ++ node.name());
}

/// A copy: a slice of the blob would carry the whole blob into the image.
fn stringOf(comptime node: fdt.Node, comptime name: []const u8) []const u8 {
    const text = propertyOf(node, name).asString() catch @compileError("board.dtb: " ++ name ++ " is no string");
    const copy = text[0..text.len].*;
    return &copy;
}

fn numberOf(comptime node: fdt.Node, comptime name: []const u8) u64 {
    return propertyOf(node, name).asNumber() catch @compileError("board.dtb: " ++ name ++ " is not one number");
}

fn pairOf(comptime node: fdt.Node, comptime name: []const u8) Region {
    const property = propertyOf(node, name);
    const address = property.number(0, 2) orelse @compileError("board.dtb: " ++ name ++ " is no <base size>");
    const size = property.number(2, 2) orelse @compileError("board.dtb: " ++ name ++ " is no <base size>");
    return .{ .address = address, .size = size };
}
