// SPDX-License-Identifier: Apache-2.0
//! Checks 8 to 10: pages, packets, buffers.

const std = @import("std");
const ion = @import("ion");
const l1 = @import("l1");
const mutant = @import("mutant");
const kernel = @import("../kernel/kernel.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

const page_size = l1.pages.page_size;

/// One page in so many is really written and read back: every page would cost the host
/// all of Rumpk's memory.
const touched_every = 256;

pub fn pages(facts: *Facts) Failure!void {
    const pool = &kernel.pages;
    const free_before = pool.free_count;
    facts.dec("free", free_before);
    facts.dec("page_bytes", page_size);

    const aligned = pool.allocate(.{ .page_count = 3, .alignment_pages = 512 }) catch
        return facts.require(false, "three pages on a 2 MiB boundary");
    try facts.require(@backingInt(aligned) % (512 * page_size) == 0, "the alignment that was asked for");
    pool.free(aligned, 3) catch return facts.require(false, "to give the three pages back");
    const again = if (pool.free(aligned, 3)) true else |_| false;
    try facts.require(!again, "a second free of the same pages to be refused");

    const run = takeAll(pool);
    facts.dec("taken", run.count);
    facts.dec("left", pool.free_count);
    try facts.require(run.count == free_before and pool.free_count == 0, "every free page handed out once, then none");
    const kept = giveBack(pool, run);
    facts.dec("touched", kept.touched);
    facts.dec("kept", kept.intact);
    facts.dec("free_after", pool.free_count);
    facts.place("free_at", &pool.free_count);
    try facts.require(kept.touched == kept.intact, "each page to keep what was written to it");
    try facts.require(pool.free_count == free_before, "all pages back");
}

const Run = struct { first: u64, count: usize };

/// Takes pages until there are none. They come in one ascending run, because the kernel's
/// own lie below them: so no page came twice. Stops at the first that breaks the run.
fn takeAll(pool: *l1.Pages) Run {
    var run: Run = .{ .first = 0, .count = 0 };
    while (pool.allocate(.{})) |page| : (run.count += 1) {
        const address = @backingInt(page);
        if (run.count == 0) run.first = address;
        if (address != run.first + run.count * page_size) break;
        if (run.count % touched_every == 0) page.pointer(*volatile u64).* = ~address;
    } else |_| {}
    return run;
}

const Kept = struct { touched: usize, intact: usize };

fn giveBack(pool: *l1.Pages, run: Run) Kept {
    var kept: Kept = .{ .touched = 0, .intact = 0 };
    for (0..run.count) |index| {
        const address = run.first + index * page_size;
        const page: l1.PhysicalAddress = @fromBackingInt(@intCast(address));
        if (index % touched_every == 0) {
            kept.touched += 1;
            kept.intact += @intFromBool(page.pointer(*volatile u64).* == ~address);
        }
        pool.free(page, 1) catch break;
    }
    return kept;
}

const ring_rounds = 3;
const taken_per_round = 100;

var ion_ring: ion.NativeRing(ion.IonPacket) = undefined;
var slab_ring: ion.NativeRing(ion.IonPacket) = undefined;
var command_ring: ion.NativeRing(ion.CmdPacket) = undefined;

pub fn ring(facts: *Facts) Failure!void {
    facts.dec("slots", ion.native_ring.slot_count);
    facts.dec("packet_bytes", @sizeOf(ion.IonPacket));
    facts.dec("command_bytes", @sizeOf(ion.CmdPacket));
    ion_ring.clear();
    command_ring.clear();
    var sent: u64 = 0;
    var received: u64 = 0;
    var in_order = true;
    // Each round fills the ring from another place, so the indices wrap inside it.
    for (0..ring_rounds) |_| {
        while (sendNumber(sent)) sent += 1;
        try facts.require(sent - received == ion.native_ring.capacity, "a ring that is full at 255 packets");
        if (mutant.on(.ring_loses_packet)) ion_ring.tail = (ion_ring.tail + 1) & ion_ring.mask;
        for (0..taken_per_round) |_| {
            in_order = in_order and receiveNumber() == received;
            received += 1;
        }
    }
    while (receiveNumber()) |number| : (received += 1) in_order = in_order and number == received;
    facts.dec("capacity", ion.native_ring.capacity);
    facts.dec("sent", sent);
    facts.dec("received", received);
    facts.place("ring_at", &ion_ring);
    try facts.require(in_order and sent == received, "every packet to arrive, in the order sent");
    try facts.require(sent > ion.native_ring.slot_count, "more packets than slots");

    _ = command_ring.push(.{ .kind = 0x601, .arg = 7, .id = .{ 1, 2 } });
    const command = command_ring.pop();
    try facts.require(command != null and command.?.kind == 0x601 and command.?.id[1] == 2, "a command through the control ring");
    try facts.require(command_ring.pop() == null, "an empty ring to say so");
}

noinline fn sendNumber(number: u64) bool {
    return ion_ring.push(.{ .data = number, .phys = ~number, .len = 64, .id = @truncate(number) });
}

noinline fn receiveNumber() ?u64 {
    const packet = ion_ring.pop() orelse return null;
    const whole = packet.phys == ~packet.data and packet.len == 64 and packet.id == @as(u16, @truncate(packet.data));
    return if (whole) packet.data else std.math.maxInt(u64);
}

/// Buffers under way at a time, and buffers sent in all.
const traffic_window = 100;
const traffic_count = 2000;

pub fn slabs(facts: *Facts) Failure!void {
    const pool = &kernel.slabs;
    facts.dec("slabs", kernel.Slabs.count);
    facts.dec("slab_bytes", kernel.Slabs.size);
    try facts.require(pool.outstanding() == 0, "no slab in use before the test");

    var taken: u64 = 0;
    while (pool.take()) |_| taken += 1;
    try facts.require(taken == kernel.Slabs.count, "every slab to be had once, then none");
    for (0..kernel.Slabs.count) |id| {
        pool.give(@intCast(id)) catch return facts.require(false, "each slab to be taken back once");
    }
    const again = if (pool.give(0)) true else |_| false;
    try facts.require(!again, "a second giving back to be refused");

    // The way a buffer goes: taken, filled, sent, received, given back.
    slab_ring.clear();
    var wrong: u64 = 0;
    for (0..traffic_count) |number| {
        wrong += @intFromBool(!sendSlab(pool, number));
        if (number >= traffic_window) wrong += @intFromBool(!receiveSlab(pool, number - traffic_window));
    }
    for (traffic_count - traffic_window..traffic_count) |number| {
        if (mutant.on(.slab_leaked) and number == traffic_count - 1) break;
        wrong += @intFromBool(!receiveSlab(pool, number));
    }
    facts.dec("sent", traffic_count);
    facts.dec("wrong", wrong);
    facts.dec("outstanding", pool.outstanding());
    facts.place("free_at", &pool.free_count);
    try facts.require(wrong == 0, "each buffer to arrive as it was sent");
    try facts.require(pool.outstanding() == 0, "every slab given back");
}

noinline fn sendSlab(pool: *kernel.Slabs, number: u64) bool {
    const id = pool.take() orelse return false;
    const bytes = pool.bytes(id);
    @memset(bytes, @truncate(number));
    const address = @intFromPtr(bytes);
    return slab_ring.push(.{ .data = address, .phys = address, .len = kernel.Slabs.size, .id = id });
}

noinline fn receiveSlab(pool: *kernel.Slabs, number: u64) bool {
    const packet = slab_ring.pop() orelse return false;
    const bytes = pool.bytes(packet.id);
    const intact = bytes[0] == @as(u8, @truncate(number)) and bytes[packet.len - 1] == @as(u8, @truncate(number));
    pool.give(packet.id) catch return false;
    return intact and packet.data == @intFromPtr(bytes);
}
