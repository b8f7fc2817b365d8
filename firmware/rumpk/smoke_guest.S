// SPDX-License-Identifier: Apache-2.0
// The first code of a cell, run at EL1 before Linux: shows that entry, stage-2 and the way
// back work, and wipes the FP and SIMD registers, which EL2 is built without. It leaves EL1's
// own registers full, as an earlier life of the cell would: Linux must find none of that.
// In: x0 = nonce, x1 = guest-physical address of the ION window.
// Out, by HVC: x0 = call id, x1 = token made from the nonce, x2 = CurrentEL, x3 = the
// word read through stage-2.

.section .rodata.smoke, "a", %progbits
.balign 8
.global smoke_guest
.global smoke_guest_end
.arch armv8-a+fp+simd
smoke_guest:
    mrs     x2, currentel
    ldr     w3, [x1]
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    movi    v\n\().2d, #0
    .endr
    msr     fpcr, xzr
    msr     fpsr, xzr
    mov     x4, #-1
    .irp name, vbar_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, esr_el1, far_el1, par_el1, spsr_el1, elr_el1
    msr     \name, x4
    .endr
    .irp name, contextidr_el1, tpidr_el0, tpidrro_el0, tpidr_el1
    msr     \name, x4
    .endr
    lsr     x5, x4, #8                  // far away, but no offset makes it wrap: QEMU would spin
    msr     cntp_cval_el0, x5
    msr     cntv_cval_el0, x5
    .irp name, pmcntenset_el0, pmintenset_el1, pmovsset_el0, pmuserenr_el0
    msr     \name, x4
    .endr
    mov     x5, #0x39                   // PMCR: E, D, X and DP; the counters count
    msr     pmcr_el0, x5
    mov     sp, x4
    mov     x4, #3                      // CSSELR: level 2, instructions; timers: on, but masked
    .irp name, csselr_el1, cntkctl_el1, cntp_ctl_el0, cntv_ctl_el0
    msr     \name, x4
    .endr
    mov     x4, #0x1000                 // MDSCR.TDCC; SCTLR.I, with C to follow
    msr     mdscr_el1, x4
    mrs     x5, sctlr_el1
    orr     x4, x4, #4
    orr     x5, x5, x4
    msr     sctlr_el1, x5
    msr     cpacr_el1, xzr
    isb
    eor     x1, x0, x0, ror #SMOKE_ROTATION
    ldr     w0, =SMOKE_CALL
    hvc     #0
    b       .
.ltorg
.balign 8
smoke_guest_end:
.arch armv8-a+nofp+nosimd
