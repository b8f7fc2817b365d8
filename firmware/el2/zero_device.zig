// SPDX-License-Identifier: Apache-2.0
//! In place of every device a cell has not been given: loads read zero, stores are ignored.
//! Only in images built to measure what a trapped access costs; elsewhere such an access ends
//! the cell.

const esr = @import("esr.zig");
const guest_file = @import("guest.zig");
const Ending = guest_file.Ending;
const Guest = guest_file.Guest;

const instruction_bytes = 4;

pub fn handle(guest: *Guest) ?Ending {
    guest.vcpu.counters.abort += 1;
    const access = esr.DataAccess.of(.{ .bits = guest.vcpu.exit.esr }) orelse return .trapped;
    if (!access.is_write and access.register < 31) guest.vcpu.guest.x[access.register] = 0;
    guest.vcpu.guest.elr += instruction_bytes;
    return null;
}
