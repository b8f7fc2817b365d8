// SPDX-License-Identifier: Apache-2.0
// uint64_t selftest_registers(uint64_t seed, void (*yield)(void))
// Fills x19-x28 with values of this caller's own, gives the processor away, and counts the
// registers that came back different. x29 and x30 prove themselves by the return.
.section .text.selftest, "ax", %progbits
.global selftest_registers
.type selftest_registers, %function
selftest_registers:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    str     x0, [sp, #96]
.irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
    add     x\n, x0, #\n
.endr
    blr     x1
    ldr     x1, [sp, #96]
    mov     x0, xzr
.irp n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
    add     x2, x1, #\n
    cmp     x2, x\n
    cinc    x0, x0, ne
.endr
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #112
    ret
.size selftest_registers, . - selftest_registers
