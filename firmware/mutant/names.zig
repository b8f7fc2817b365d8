// SPDX-License-Identifier: Apache-2.0
//! Every sabotage of the firmware. Which check each must kill is said by the proof's
//! mutant list; a name here says only what it breaks.

pub const Name = enum {
    // Default boot, in the order of its 17 checks.

    /// The page allocator forgets to mark what it hands out.
    page_handed_out_twice,
    /// The scheduler serves whoever came first, whatever the spectrum.
    scheduler_ignores_spectrum,
    /// A revocation leaves the object's epoch as it was.
    revoke_keeps_epoch,
    /// The gate asks for the pledge only.
    gate_asks_no_capability,
    /// A pledge can be widened again.
    pledge_widens,
    /// The SysTable is published without its magic.
    systable_wrong_magic,
    /// The Block Valve writes one sector further than asked.
    block_write_one_off,
};
