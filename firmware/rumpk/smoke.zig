// SPDX-License-Identifier: Apache-2.0
//! VM-entry smoke test: a few instructions at EL1 in the cell's own translation, back by
//! HVC with a token only they can have made.

const std = @import("std");
const el2 = @import("el2");
const hal = @import("hal");
const ion = @import("ion");
const mutant = @import("mutant");
const stage2 = @import("stage2");
const halt = @import("halt.zig");
const memory = @import("memory.zig");
const report = @import("report.zig");
const StagedCell = @import("stage_cell.zig").StagedCell;
const say = hal.say;

/// The stub rotates the nonce by this and XORs it with itself.
const rotation = 17;

comptime {
    asm (std.fmt.comptimePrint(".set SMOKE_CALL, {d}\n.set SMOKE_ROTATION, {d}\n", .{ ion.abi.hypercall.smoke, rotation }) ++
            @embedFile("smoke_guest.S"));
}

extern const smoke_guest: u8;
extern const smoke_guest_end: u8;

/// Runs the stub in the first page behind the Image and clears it again. A guest that does
/// not come back as expected ends the run.
pub fn run(cell: *const StagedCell, guest: *el2.Guest) void {
    const page = stage2.address.page_size;
    const placement = cell.prepared.placement;
    const place = std.mem.alignForward(u64, placement.image.end(), page);
    if (place + page > placement.initramfs.base.raw()) halt.stop(.smoke_failed, "no free page behind the Image for the smoke stub", .{});
    const code = memory.bytes(place, page);
    putCode(code);
    const nonce = firstWordAt(placement.entry().raw());
    guest.vcpu.guest.x[0] = nonce;
    guest.vcpu.guest.x[1] = cell.manifest.ion_ipa.raw();
    guest.vcpu.guest.elr = place;
    guest.smoke_expected = true;
    const ending = if (mutant.on(.smoke_skipped)) pretend(guest, nonce) else el2.guest.run(guest);
    guest.smoke_expected = false;
    if (mutant.on(.smoke_wrong_token)) guest.vcpu.guest.x[1] ^= 1;
    @memset(code, 0);
    hal.cache.cleanToPoc(place, page);
    judge(guest, ending, nonce);
}

/// What the Image begins with, from where it was staged: another one for another kernel, and a
/// host that has the Image can say which.
fn firstWordAt(image: u64) u64 {
    return std.mem.readInt(u64, memory.bytes(image, 8)[0..8], .little);
}

fn tokenOf(nonce: u64) u64 {
    return nonce ^ std.math.rotr(u64, nonce, rotation);
}

fn putCode(code: []u8) void {
    const start = @intFromPtr(&smoke_guest);
    const bytes = memory.bytes(start, @intFromPtr(&smoke_guest_end) - start);
    @memcpy(code[0..bytes.len], bytes);
    hal.cache.cleanToPoc(@intFromPtr(code.ptr), code.len);
    hal.cache.invalidateInstructions();
}

/// What the stub would have left, without running it.
fn pretend(guest: *el2.Guest, nonce: u64) el2.Ending {
    guest.vcpu.guest.x[1] = tokenOf(nonce);
    guest.vcpu.guest.x[2] = 1 << 2;
    guest.vcpu.guest.x[3] = ion.abi.magic;
    return .smoke_returned;
}

fn judge(guest: *const el2.Guest, ending: el2.Ending, nonce: u64) void {
    if (ending != .smoke_returned) {
        report.ofCell(&guest.vcpu);
        halt.stop(.smoke_failed, "the smoke stub did not come back by its HVC", .{});
    }
    const x = &guest.vcpu.guest.x;
    const level = x[2] >> 2;
    const token = tokenOf(nonce);
    say.record("smoke.vmentry").dec("el", level).hex("nonce", nonce).hex("token", x[1])
        .hex("expected", token).hex("ion", x[3]).word("exit", "hvc").end();
    if (x[1] != token or level != 1) halt.stop(.smoke_failed, "the smoke stub returned token 0x{x} from EL{d}: expected 0x{x} from EL1", .{ x[1], level, token });
}
