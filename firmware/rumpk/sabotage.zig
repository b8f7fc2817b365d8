// SPDX-License-Identifier: Apache-2.0
//! The EL2 proof's sabotages that act on memory, tables and registers. Each changes one
//! real thing after the honest work is done, so that only the check of that thing can
//! notice. Without -Dproof-mutants nothing of this file is in the image.

const std = @import("std");
const el2 = @import("el2");
const fdt = @import("fdt");
const hal = @import("hal");
const ion = @import("ion");
const mutant = @import("mutant");
const nipcell = @import("nipcell");
const stage2 = @import("stage2");
const board = @import("board.zig").info;
const memory = @import("memory.zig");
const Guest = el2.Guest;
const StagedCell = @import("stage_cell.zig").StagedCell;

/// The ring table to seed.
pub fn rings() []const ion.abi.Ring {
    if (!mutant.enabled) return &ion.abi.rings;
    const Dropped = struct {
        var table = ion.abi.rings;
    };
    if (mutant.on(.no_net_ring)) hide(&Dropped.table, 0x0500);
    if (mutant.on(.no_block_ring)) hide(&Dropped.table, 0x0800);
    if (mutant.on(.no_input_ring)) hide(&Dropped.table, 0x0900);
    return &Dropped.table;
}

/// Both directions of a service get channel ids that no module looks for.
fn hide(table: []ion.abi.Ring, channel: u32) void {
    for (table) |*ring| {
        if (ring.channel & ~@as(u32, 1) == channel) ring.channel |= 0xf000;
    }
}

/// After the manifest was accepted, before anything is planned from it.
pub fn manifest(accepted: *nipcell.Manifest) void {
    if (mutant.on(.device_is_rumpk)) accepted.device_buffer[0].pa = .from(board.rumpk_memory.address);
}

/// After staging, mapping and seeding, before anything is said of them.
pub fn cell(staged: *const StagedCell) void {
    if (!mutant.enabled) return;
    bytes(staged);
    if (mutant.on(.reservation_lost)) loseReservation(staged);
    translation(staged);
    const header: *ion.abi.Header = @ptrCast(staged.ionWindow().ptr);
    if (mutant.on(.ion_no_magic)) header.magic = 0;
    if (mutant.on(.ion_wrong_version)) header.abi_version = 2;
}

const pe_offset_low = 60; // the Image header's PE offset: read by UEFI loaders only
const gzip_time_low = 4; // RFC 1952 2.3.1, MTIME
const boot_cpu_low = 31; // boot_cpuid_phys, device-tree header

fn bytes(staged: *const StagedCell) void {
    const items = staged.prepared.staged;
    if (mutant.on(.image_flip)) flip(items.image.span.base.raw() + pe_offset_low);
    if (mutant.on(.initramfs_flip)) flip(items.initramfs.span.base.raw() + gzip_time_low);
    if (mutant.on(.dtb_flip)) flip(items.dtb.span.base.raw() + boot_cpu_low);
    if (mutant.on(.dtb_no_magic)) flip(items.dtb.span.base.raw());
}

fn flip(address: u64) void {
    memory.bytes(address, 1)[0] ^= 1;
}

/// Turns the `no-map` property of the reservation into NOPs (Devicetree Specification 5.4.1).
fn loseReservation(staged: *const StagedCell) void {
    const tree = fdt.Tree.parse(staged.deviceTree()) catch return;
    const parent = tree.find("/reserved-memory") orelse return;
    var children = parent.children();
    while (children.next()) |child| {
        const property = child.property("no-map") orelse continue;
        const header = memory.bytes(@intFromPtr(property.value.ptr) - 12, 12);
        for (0..3) |word| std.mem.writeInt(u32, header[4 * word ..][0..4], 4, .big);
    }
}

const shareable: u64 = 3 << 8;
const execute_never: u64 = 1 << 54;
const writable: u64 = 1 << 7;
const normal_write_back: u64 = 0xf << 2 | shareable;
const output_address: u64 = 0xffff_ffff_f000;

fn translation(staged: *const StagedCell) void {
    const carve_out = staged.manifest.carve_out;
    const middle = carve_out.base.raw() + carve_out.size / 2;
    const window = staged.manifest.ion_ipa.raw();
    if (mutant.on(.carve_out_nonshareable)) leafOf(staged, middle).* &= ~shareable;
    if (mutant.on(.carve_out_hole)) leafOf(staged, middle).* = 0;
    if (mutant.on(.ion_executable)) leafOf(staged, window).* &= ~execute_never;
    if (mutant.on(.ion_writable)) leafOf(staged, window).* |= writable;
    if (mutant.on(.ion_elsewhere)) moveWindow(staged, board.scratch.address + board.scratch.size - staged.manifest.ion_size);
    const uart = board.uart_registers.address;
    if (mutant.on(.device_normal)) leafOf(staged, uart).* |= normal_write_back;
    if (mutant.on(.gic_unmapped)) leafOf(staged, board.gic_regions[0].address).* = 0;
    if (mutant.on(.leak_page)) leak(staged);
}

/// The leaf descriptor that translates `ipa`.
fn leafOf(staged: *const StagedCell, ipa: u64) *u64 {
    var table = staged.pool.at(staged.prepared.root).?;
    var shift: u6 = 30;
    while (true) : (shift -= 9) {
        const entry = &table.entries[ipa >> shift & 511];
        if (shift == 12 or entry.* & 2 == 0) return entry;
        table = staged.pool.at(.from(entry.* & output_address)).?;
    }
}

fn moveWindow(staged: *const StagedCell, base: u64) void {
    const window = staged.manifest.ion_ipa.raw();
    var leaves = stage2.walker.leaves(staged.pool.reader(), staged.prepared.root);
    while (leaves.next()) |mapping| {
        const ipa = mapping.ipa.raw();
        if (ipa < window or ipa >= window + staged.manifest.ion_size) continue;
        const leaf = leafOf(staged, ipa);
        leaf.* = (leaf.* & ~output_address) | (base + (ipa - window));
    }
}

const leaked_ipa: u64 = 0xa000_0000;

fn leak(staged: *const StagedCell) void {
    const source = leafOf(staged, staged.manifest.ion_ipa.raw()).*;
    const first = leafOf(staged, leaked_ipa);
    // One table under the empty level-1 or level-2 entry is enough for a page.
    var entry = first;
    for (0..2) |_| {
        if (entry.* & 1 != 0) break;
        const table = staged.pool.take() catch return;
        entry.* = staged.pool.addressOf(table).raw() | 3;
        entry = leafOf(staged, leaked_ipa);
    }
    entry.* = (source & ~output_address) | board.rumpk_memory.address;
}

/// What the gates of the hand-off look at, right before they do: Rumpk must refuse by the gate's own name.
pub fn preconditions(guest: *Guest) void {
    if (mutant.on(.vcpu_without_entry)) guest.vcpu.guest.elr = 0;
    if (mutant.on(.interrupts_withheld)) guest.vcpu.hcr |= el2.policy.Hcr.imo;
    if (mutant.on(.timer_withheld)) hal.sysreg.write("cnthctl_el2", 2);
    if (mutant.on(.vmid_unsynchronised)) hal.sysreg.write("vttbr_el2", hal.sysreg.read("vttbr_el2") ^ 1 << 49);
}

/// How the cell ended, before anything is made of it.
pub fn ending(real: el2.Ending) el2.Ending {
    if (mutant.on(.cell_resets)) return .{ .stopped = .SYSTEM_RESET };
    return real;
}

/// The guest's first state and what it runs under, after the gates and right before it is said.
pub fn start(guest: *Guest) void {
    if (mutant.on(.fmo_routed)) guest.vcpu.hcr |= el2.policy.Hcr.fmo;
    if (mutant.on(.timer_trapped)) hal.sysreg.write("cnthctl_el2", 2);
    if (mutant.on(.spsr_unmasked)) guest.vcpu.guest.spsr = 0x385;
    // Readable and aligned, but no tree: at 0 Linux 6.12 takes an abort, where 6.1 sees that it was given none.
    if (mutant.on(.wrong_dtb_pointer)) guest.vcpu.guest.x[0] += 8;
    if (mutant.on(.entry_late)) guest.vcpu.guest.elr += 4;
}
