// SPDX-License-Identifier: Apache-2.0
// The least that serves a guest at EL2: what a trap costs when nothing but the trap is done. Every general register
// is saved and restored; a hypercall is answered with 0, a load from an unmapped address reads 0, a store is
// ignored. No translation of its own, no checks, one guest: a floor to compare with, not a hypervisor.

#define EC_SYSREG       0x18
#define EC_HVC          0x16
#define EC_DATA_ABORT   0x24
#define SYSTEM_OFF      0x84000008

// Stage-2 (Arm ARM D8.3): 39-bit IPA, 4 KiB, start at level 1; blocks with AF, read-write, inner shareable.
#define VTCR            0x80043559
#define TABLE           0x3
#define NORMAL_BLOCK    0x7fd
#define DEVICE_BLOCK    0x4c5
#define HCR_RW          0x80000000
#define HCR_TACR        0x00200000
#define HCR_VM          0x1
#define EL1H_MASKED     0x3c5

.section .text.stub, "ax", %progbits
.global image_main
image_main:
    adr     x0, vectors
    msr     vbar_el2, x0
    // Level 1: entry 0 leads to the devices, entry 1 is the RAM at 1 GiB.
    adrp    x0, level_1
    adrp    x1, level_2
    orr     x1, x1, #TABLE
    ldr     x2, =0x40000000 + NORMAL_BLOCK
    stp     x1, x2, [x0]
    msr     vttbr_el2, x0
    ldr     x1, =VTCR
    msr     vtcr_el2, x1
    ldr     x1, =HCR_RW | HCR_TACR | HCR_VM
    msr     hcr_el2, x1
    mov     x1, #3                  // EL1 may read the counter and its timer
    msr     cnthctl_el2, x1
    msr     cntvoff_el2, xzr
    dsb     sy
    tlbi    vmalls12e1
    dsb     sy
    isb
    adrp    x1, guest
    msr     elr_el2, x1
    mov     x1, #EL1H_MASKED
    msr     spsr_el2, x1
    ldr     x1, =0x30d00800         // SCTLR_EL1: RES1, MMU and caches off
    msr     sctlr_el1, x1
    eret

.macro unexpected
.balign 128
    b       .
.endm

.balign 2048
vectors:
.rept 8
    unexpected
.endr
.balign 128
synchronous:
    sub     sp, sp, #256
    stp     x0, x1, [sp]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    str     x30, [sp, #240]
    mrs     x1, esr_el2
    ubfx    x2, x1, #26, #6
    b       dispatch
.rept 7
    unexpected
.endr
.balign 128

dispatch:
    cmp     x2, #EC_HVC
    b.eq    hypercall
    cmp     x2, #EC_DATA_ABORT
    b.eq    data_abort
    cmp     x2, #EC_SYSREG
    b.ne    .
    ubfx    x3, x1, #5, #5          // ISS.Rt
    b       read_zero
data_abort:
    tbz     x1, #24, .              // ISS.ISV: the access is described
    tbnz    x1, #6, skip            // ISS.WnR
    ubfx    x3, x1, #16, #5         // ISS.SRT
read_zero:
    str     xzr, [sp, x3, lsl #3]
skip:
    mrs     x1, elr_el2
    add     x1, x1, #4
    msr     elr_el2, x1
    b       leave
hypercall:
    ldr     w4, =SYSTEM_OFF
    cmp     w0, w4
    b.eq    power_off
    str     xzr, [sp]
leave:
    ldp     x0, x1, [sp]
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldp     x18, x19, [sp, #144]
    ldp     x20, x21, [sp, #160]
    ldp     x22, x23, [sp, #176]
    ldp     x24, x25, [sp, #192]
    ldp     x26, x27, [sp, #208]
    ldp     x28, x29, [sp, #224]
    ldr     x30, [sp, #240]
    add     sp, sp, #256
    eret
power_off:
    smc     #0
    b       .
.ltorg

.section .data.tables, "aw", %progbits
.balign 4096
level_1:
    .fill   512, 8, 0
.balign 4096
level_2:
    .fill   72, 8, 0
    .quad   0x09000000 + DEVICE_BLOCK
    .fill   439, 8, 0

.section .data.guest, "aw", %progbits
.balign 0x1000
guest:
    .incbin "guest.img"
