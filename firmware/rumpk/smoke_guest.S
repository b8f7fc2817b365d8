// SPDX-License-Identifier: Apache-2.0
// The first code of a cell, run at EL1 before Linux: shows that entry, stage-2 and the way
// back work, and wipes the FP and SIMD registers, which EL2 is built without.
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
    eor     x1, x0, x0, ror #SMOKE_ROTATION
    ldr     w0, =SMOKE_CALL
    hvc     #0
    b       .
.ltorg
.balign 8
smoke_guest_end:
.arch armv8-a+nofp+nosimd
