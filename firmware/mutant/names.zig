// SPDX-License-Identifier: Apache-2.0
//! Every sabotage of the firmware. Which check each must kill is said by the proof's
//! mutant list; a name here says only what it breaks.

pub const Name = enum {
    // Default boot, in the order of its 17 checks.

    /// The exception level is read from the wrong bits.
    exception_level_misread,
    /// A word of .bss is not zero when the kernel starts.
    bss_left_dirty,
    /// A caught fault resumes one instruction too far.
    vectors_resume_late,
    /// The data cache is switched off again.
    data_cache_off,
    /// The UART's transmitter is switched off.
    uart_transmit_off,
    /// The first SGI is sent under another number.
    sgi_wrong_number,
    /// The timer fires half a period early.
    timer_early,
    /// The page allocator takes the same page back twice.
    page_double_free,
    /// The ring forgets its oldest packet.
    ring_loses_packet,
    /// One slab is never given back.
    slab_leaked,
    /// A register does not survive a fiber switch.
    fiber_clobbers_registers,
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
    /// A cell's gates count as passed without having been.
    cell_gates_open,

    // EL2 proof: staging. One thing each, after the honest check of it.

    /// `boot.el` says EL1.
    boot_el_lie,
    /// One unused bit of the staged Image is flipped.
    image_flip,
    /// One bit of the staged initramfs is flipped: the gzip time stamp.
    initramfs_flip,
    /// One bit of the staged device tree is flipped: its boot CPU.
    dtb_flip,
    /// The staged device tree's magic is overwritten.
    dtb_no_magic,
    /// The ION reservation loses its `no-map`.
    reservation_lost,

    // EL2 proof: translation.

    /// A device window of the accepted manifest leads to Rumpk's own memory.
    device_is_rumpk,
    /// A block in the middle of the carve-out is not shareable.
    carve_out_nonshareable,
    /// A block in the middle of the carve-out is not mapped.
    carve_out_hole,
    /// The first ION section is executable.
    ion_executable,
    /// The guest may write the ION header.
    ion_writable,
    /// The ION window leads to Rumpk's scratch memory.
    ion_elsewhere,
    /// The UART is mapped as Normal memory.
    device_normal,
    /// The interrupt controller is not mapped.
    gic_unmapped,
    /// A page of Rumpk's own memory is mapped for the guest.
    leak_page,
    /// The TLB is not invalidated before the hand-off, and nothing is said of it.
    no_tlbi,

    // EL2 proof: the ION window.

    /// The header has no magic.
    ion_no_magic,
    /// The header has a version nobody knows.
    ion_wrong_version,
    /// The ring table has no net rings.
    no_net_ring,
    /// The ring table has no block rings.
    no_block_ring,
    /// The ring table has no input rings.
    no_input_ring,

    // EL2 proof: entry and what follows.

    /// The smoke stub is not run, its record is printed.
    smoke_skipped,
    /// The smoke stub's token is another one when it is judged.
    smoke_wrong_token,
    /// The last gate of the start is not passed.
    gate_left_out,
    /// The vCPU has no entry point when its gate is asked.
    vcpu_without_entry,
    /// IRQs are routed to EL2 when the gate of the interrupts is asked.
    interrupts_withheld,
    /// The counter is trapped for EL1 when the gate of the timer is asked.
    timer_withheld,
    /// The TLB is not invalidated, and the gate of the translation is told so.
    tlbi_left_out,
    /// The VMID is another one after the TLB was invalidated.
    vmid_unsynchronised,
    /// FIQs are routed to EL2.
    fmo_routed,
    /// The counter is trapped for EL1.
    timer_trapped,
    /// The guest is entered with FIQs unmasked.
    spsr_unmasked,
    /// The guest is entered with the address of what is no device tree.
    wrong_dtb_pointer,
    /// The guest is entered one instruction too late.
    entry_late,
    /// PSCI says it is version 1.0.
    psci_1_0,
    /// A halt is said, and the hand-off goes on.
    say_halt,
    /// Rumpk halts before the hand-off.
    halt_before_eret,
    /// The hand-off falls back to the L1 kernel.
    fallback_l1,
    /// That the cell has stopped is not said.
    stop_unsaid,
    /// The cell asks for a reset where it asked to be switched off.
    cell_resets,
    /// A breakpoint at EL2 is reported, and the hand-off goes on.
    el2_trap,
};
