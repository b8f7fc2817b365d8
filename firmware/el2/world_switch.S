// SPDX-License-Identifier: Apache-2.0
// The stub's vectors and the world switch. Offsets (VCPU_*, GUEST_*) come from vcpu.zig.
//
// While the guest runs: VBAR_EL2 = stub_vectors, TPIDR_EL2 = vCPU, SP_EL2 = &vcpu.guest.x,
// so the first instruction of an exit can store registers without a free one.

.section .stub.vectors, "ax", %progbits
.global stub_vectors
.balign 2048
stub_vectors:

// An exception from EL2 itself, taken while the stub's vectors are in place. It is always a
// defect: hand it to the kernel's report, in the form its vectors use (x0, x1 pushed on the
// kernel's exception stack, x0 = vector index).
.macro stub_fault index
.balign 128
    stp     x0, x1, [sp, #-16]!
    mrs     x0, tpidr_el2
    ldr     x1, [x0, #VCPU_HOST_SP_EL2]
    str     x2, [x1, #-32]!
    ldr     x2, [sp]
    str     x2, [x1, #16]
    ldr     x2, [sp, #8]
    str     x2, [x1, #24]
    ldr     x2, [x1], #16
    mov     sp, x1
    ldr     x1, [x0, #VCPU_HOST_FAULT]
    mov     x0, #\index
    br      x1
.endm

// What a called function may change; x19-x29 follow only on a full exit. The first and the last
// store are to words that no hypercall's answer is put into: a proof sees by them that a guest has left.
.macro save_volatile
    str     x30, [sp, #240]
    stp     x0, x1, [sp]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    str     x18, [sp, #144]
.endm

.macro restore_volatile
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldr     x18, [sp, #144]
    ldr     x30, [sp, #240]
    ldp     x0, x1, [sp]
.endm

.macro guest_exit vector
.balign 128
    save_volatile
    mov     x0, #\vector
    b       leave_guest
.endm

.macro guest_synchronous
.balign 128
    save_volatile
    mrs     x9, esr_el2
    ubfx    x9, x9, #26, #6
    cmp     x9, #0x16               // HVC from AArch64
    b.eq    guest_call
    mov     x0, #0
    b       leave_guest
.endm

    stub_fault 0                    // current EL with SP_EL0
    stub_fault 1
    stub_fault 2
    stub_fault 3
    stub_fault 4                    // current EL with SP_EL2
    stub_fault 5
    stub_fault 6
    stub_fault 7
    guest_synchronous               // lower EL, AArch64
    guest_exit 1
    guest_exit 2
    guest_exit 3
    guest_exit 0                    // lower EL, AArch32 (an EL0 process of the guest)
    guest_exit 1
    guest_exit 2
    guest_exit 3
.balign 128

stub_header:
    .word   STUB_MAGIC
    .word   STUB_ABI_VERSION
    .word   VCPU_SIZE
    .word   0
    .word   stub_enter - stub_vectors
    .word   stub_end - stub_vectors

.section .stub.text, "ax", %progbits

// A hypercall the stub can answer never reaches the kernel: no registers beyond the
// volatile ones are saved, no control register changes.
guest_call:
    mrs     x0, tpidr_el2
    ldr     x9, [x0, #VCPU_HOST_SP_EL2]
    mov     sp, x9
    bl      stub_fast_call
    mrs     x9, tpidr_el2
    add     x9, x9, #VCPU_GUEST
    mov     sp, x9
    cbz     w0, 1f
    restore_volatile
    eret
1:  mov     x0, #0

// x0 = exit vector; x0-x18 and x30 of the guest are saved, SP_EL2 = &vcpu.guest.x.
leave_guest:
    str     x19, [sp, #152]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x1, sp_el0
    str     x1, [sp, #GUEST_SP_EL0]
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    stp     x1, x2, [sp, #GUEST_ELR]
    mrs     x9, tpidr_el2
    mrs     x1, esr_el2
    stp     x0, x1, [x9, #VCPU_EXIT]
    mrs     x1, far_el2
    mrs     x2, hpfar_el2
    stp     x1, x2, [x9, #VCPU_EXIT + 16]

    ldr     x1, [x9, #VCPU_HOST_HCR]
    msr     hcr_el2, x1
    ldr     x1, [x9, #VCPU_HOST_VBAR]
    msr     vbar_el2, x1
    ldr     x1, [x9, #VCPU_HOST_TPIDR]
    msr     tpidr_el2, x1
    ldr     x1, [x9, #VCPU_HOST_SP_EL2]
    mov     sp, x1
    ldr     x1, [x9, #VCPU_HOST_SP_EL0]
    msr     sp_el0, x1
    isb
    add     x2, x9, #VCPU_HOST_X19
    ldp     x19, x20, [x2]
    ldp     x21, x22, [x2, #16]
    ldp     x23, x24, [x2, #32]
    ldp     x25, x26, [x2, #48]
    ldp     x27, x28, [x2, #64]
    ldp     x29, x30, [x2, #80]
    ldr     x1, [x9, #VCPU_HOST_DAIF]
    msr     spsel, #0
    msr     daif, x1
    ret

// enter(x0 = vCPU) -> x0 = exit vector. Called by the kernel on SP_EL0.
.global stub_enter
stub_enter:
    mrs     x1, daif
    msr     daifset, #15
    str     x1, [x0, #VCPU_HOST_DAIF]
    add     x2, x0, #VCPU_HOST_X19
    stp     x19, x20, [x2]
    stp     x21, x22, [x2, #16]
    stp     x23, x24, [x2, #32]
    stp     x25, x26, [x2, #48]
    stp     x27, x28, [x2, #64]
    stp     x29, x30, [x2, #80]
    mov     x1, sp
    str     x1, [x0, #VCPU_HOST_SP_EL0]
    msr     spsel, #1
    mov     x1, sp
    str     x1, [x0, #VCPU_HOST_SP_EL2]
    mrs     x1, vbar_el2
    str     x1, [x0, #VCPU_HOST_VBAR]
    mrs     x1, tpidr_el2
    str     x1, [x0, #VCPU_HOST_TPIDR]
    mrs     x1, hcr_el2
    str     x1, [x0, #VCPU_HOST_HCR]

    // TPIDR before VBAR: the stub's vectors need it from their first instruction on.
    msr     tpidr_el2, x0
    adr     x1, stub_vectors
    msr     vbar_el2, x1
    ldr     x1, [x0, #VCPU_HCR]
    msr     hcr_el2, x1
    add     x2, x0, #VCPU_GUEST
    mov     sp, x2
    ldr     x1, [sp, #GUEST_SP_EL0]
    msr     sp_el0, x1
    ldp     x1, x2, [sp, #GUEST_ELR]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    ldr     x19, [sp, #152]
    ldp     x20, x21, [sp, #160]
    ldp     x22, x23, [sp, #176]
    ldp     x24, x25, [sp, #192]
    ldp     x26, x27, [sp, #208]
    ldp     x28, x29, [sp, #224]
    restore_volatile
    eret
