// SPDX-License-Identifier: Apache-2.0
//! Checks 13 to 15: what a fiber may do, and the table it finds its services by. Each
//! step is taken by a living fiber on a real ring, and the ledger must tell the same.

const std = @import("std");
const ion = @import("ion");
const l1 = @import("l1");
const board = @import("../board.zig").info;
const entry = @import("../entry.zig");
const kernel_module = @import("../kernel/kernel.zig");
const services = @import("../kernel/services.zig");
const Facts = @import("facts.zig").Facts;
const Failure = @import("facts.zig").Failure;

const kernel = &kernel_module.instance;
const could_not_spawn = "room for the test's fibers";

var ring: ion.NativeRing(ion.IonPacket) = undefined;

/// What one fiber met at the ring.
const Outcome = enum { never_ran, passed, denied };

var outcomes: [2]Outcome = @splat(.never_ran);

fn sendOne(number: usize) void {
    const packet: ion.IonPacket = .{ .data = number, .phys = 0, .len = 0, .id = 0 };
    outcomes[number] = if (kernel.send(.net_transmit, &ring, packet)) .passed else |_| .denied;
}

const Pair = struct { owner: *l1.Fiber, guest: *l1.Fiber };

fn spawnPair() l1.kernel.SpawnError!Pair {
    outcomes = @splat(.never_ran);
    const network_only: l1.Pledge = .of(.matter, &.{.inet});
    return .{
        .owner = try kernel.spawn(.{ .body = sendOne, .argument = 0, .pledge = network_only }),
        .guest = try kernel.spawn(.{ .body = sendOne, .argument = 1, .pledge = network_only }),
    };
}

const network_grant: l1.authority.Grant = .{
    .kind = .channel,
    .object = l1.Channel.net_transmit.object(),
    .permissions = .{ .write = true, .delegate = true, .revoke = true },
    .bounds = .everything,
};
const write_share: l1.authority.Share = .{ .permissions = .{ .write = true }, .bounds = .everything };

pub fn cspace(facts: *Facts) Failure!void {
    facts.dec("slots", l1.capability.slot_count);
    facts.dec("slot_bytes", @sizeOf(l1.capability.Capability));
    ring.clear();
    const first_event = kernel.ledger.total;
    const epoch_before = kernel.authority.clock;

    _ = spawnPair() catch return facts.require(false, could_not_spawn);
    kernel.run();
    try facts.require(met(.denied, .denied), "fibers without a capability to be denied");

    var pair = spawnPair() catch return facts.require(false, could_not_spawn);
    _ = kernel.grant(pair.owner, network_grant) catch return facts.require(false, "a grant on a registered channel");
    kernel.run();
    try facts.require(met(.passed, .denied), "a grant to serve its holder alone");

    pair = spawnPair() catch return facts.require(false, could_not_spawn);
    var slot = kernel.grant(pair.owner, network_grant) catch return facts.require(false, "a grant on a registered channel");
    _ = kernel.delegate(pair.owner, slot, pair.guest, write_share) catch return facts.require(false, "a delegation");
    kernel.run();
    try facts.require(met(.passed, .passed), "a delegation to serve the borrower too");

    pair = spawnPair() catch return facts.require(false, could_not_spawn);
    slot = kernel.grant(pair.owner, network_grant) catch return facts.require(false, "a grant on a registered channel");
    _ = kernel.delegate(pair.owner, slot, pair.guest, write_share) catch return facts.require(false, "a delegation");
    kernel.revoke(pair.owner, slot) catch return facts.require(false, "the owner to be allowed to revoke");
    kernel.run();
    try facts.require(met(.passed, .denied), "a revocation to reach the borrower and spare the owner");

    var sent: u64 = 0;
    while (ring.pop()) |_| sent += 1;
    const denied = kernel.ledger.countSince(first_event, .access_denied);
    facts.dec("sent", sent);
    facts.dec("denied", denied);
    facts.dec("epoch_before", epoch_before);
    facts.dec("epoch_after", kernel.authority.clock);
    try facts.require(sent == 4, "a packet for each send that passed, and no other");
    try facts.require(denied == 4, "a ledger event for each denial");
    facts.place("last_event_at", lastEvent(.access_denied));
}

/// The newest event of that kind, in the ledger's own memory; the caller saw it counted.
fn lastEvent(kind: l1.ledger.Kind) *const l1.ledger.Event {
    var number = kernel.ledger.total;
    while (true) {
        number -= 1;
        const event = kernel.ledger.get(number).?;
        if (event.kind == kind) return event;
    }
}

fn met(owner: Outcome, guest: Outcome) bool {
    return outcomes[0] == owner and outcomes[1] == guest;
}

/// How far the pledging fiber came, and what it was answered on the way.
const Progress = struct {
    narrowed: bool = false,
    widening_refused: bool = false,
    raising_refused: bool = false,
    within: bool = false,
    outlived: bool = false,
};

var progress: Progress = .{};
var final_pledge: u64 = 0;

fn narrowThenBreak(_: usize) void {
    const narrow: l1.Pledge = .of(.gravity, &.{.inet});
    progress.narrowed = if (kernel.pledge(narrow)) true else |_| false;
    progress.widening_refused = if (kernel.pledge(.of(.gravity, &.{ .inet, .stdio }))) false else |_| true;
    progress.raising_refused = if (kernel.pledge(.of(.photon, &.{.inet}))) false else |_| true;
    final_pledge = @bitCast(kernel.current.?.subject.pledge);
    const packet: ion.IonPacket = .{ .data = 0, .phys = 0, .len = 0, .id = 0 };
    progress.within = if (kernel.send(.net_transmit, &ring, packet)) true else |_| false;
    // The capability for the console is held; the promise to use it is gone.
    kernel.pass(.{ .channel = .console_output, .direction = .write }) catch {};
    progress.outlived = true;
}

pub fn pledge(facts: *Facts) Failure!void {
    const violations_before = kernel.statistics.violations;
    const first_event = kernel.ledger.total;
    const fiber = kernel.spawn(.{ .body = narrowThenBreak, .pledge = .of(.matter, &.{ .stdio, .inet }) }) catch
        return facts.require(false, could_not_spawn);
    for ([_]l1.Channel{ .net_transmit, .console_output }) |channel| {
        _ = kernel.grant(fiber, .{
            .kind = .channel,
            .object = channel.object(),
            .permissions = .{ .write = true },
            .bounds = .everything,
        }) catch return facts.require(false, "grants on both channels");
    }
    kernel.run();
    _ = ring.pop();
    const killed = kernel.statistics.violations - violations_before;
    facts.hex("pledge", final_pledge);
    facts.dec("killed", killed);
    const recorded = kernel.ledger.countSince(first_event, .policy_violation);
    facts.dec("recorded", recorded);
    try facts.require(progress.narrowed, "narrowing to be allowed");
    try facts.require(progress.widening_refused, "a lost promise to stay lost");
    try facts.require(progress.raising_refused, "a less urgent fiber to stay so");
    try facts.require(final_pledge == @as(u64, @bitCast(l1.Pledge.of(.gravity, &.{.inet}))), "the narrowed pledge");
    try facts.require(progress.within, "what the pledge keeps to work on");
    try facts.require(!progress.outlived and killed == 1, "a broken pledge to end the fiber");
    try facts.require(recorded == 3, "a ledger event for each of the three attempts");
    facts.place("last_event_at", lastEvent(.policy_violation));
}

var served: struct { clock: u64 = 0, pledge: ?l1.systable.Status = null, log: ?l1.systable.Status = null } = .{};

/// Uses the table by its address alone, as code built apart from the kernel would.
fn useTable(_: usize) void {
    const table: *const l1.SysTable = @ptrFromInt(services.table_address);
    served.clock = table.fn_clock_ns.?();
    served.pledge = table.fn_pledge.?(@bitCast(l1.Pledge.all));
    const text = "said through the SysTable without a capability";
    served.log = table.fn_log.?(text, text.len);
}

pub fn systable(facts: *Facts) Failure!void {
    const bytes: *const [l1.systable.size]u8 = @ptrFromInt(services.table_address);
    const magic = std.mem.readInt(u32, bytes[0..4], .little);
    facts.hex("address", services.table_address);
    facts.hex("magic", magic);
    facts.dec("bytes", @sizeOf(l1.SysTable));
    try facts.require(services.table_address == board.rumpk_memory.address, "the table at the start of Rumpk's memory");
    try facts.require(magic == l1.systable.magic, "the magic 0x4e585553");
    try facts.require(@sizeOf(l1.SysTable) == 240, "240 bytes");

    var rings: u64 = 0;
    for (1..6) |index| {
        const pointer = std.mem.readInt(u64, bytes[8 * index ..][0..8], .little);
        rings += @intFromBool(pointer >= entry.addressOf("__rodata_end") and pointer < entry.addressOf("__image_end"));
    }
    var service_count: u64 = 0;
    for (6..30) |index| service_count += @intFromBool(std.mem.readInt(u64, bytes[8 * index ..][0..8], .little) != 0);
    facts.dec("rings", rings);
    facts.dec("services", service_count);
    try facts.require(rings == 5, "five rings in Rumpk's data");

    _ = kernel.spawn(.{ .body = useTable, .pledge = .of(.matter, &.{.stdio}) }) catch
        return facts.require(false, could_not_spawn);
    const before = kernel_module.Kernel.clockNs();
    kernel.run();
    try facts.require(served.clock >= before and served.clock <= kernel_module.Kernel.clockNs(), "the clock through the table");
    try facts.require(served.pledge == .widens, "no wider pledge through the table");
    try facts.require(served.log == .denied, "no console through the table without a capability");
}
