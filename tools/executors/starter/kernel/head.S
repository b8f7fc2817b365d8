// SPDX-License-Identifier: Apache-2.0
// The header of an arm64 Image (Documentation/arm64/booting.rst, section 4), and a stack.
.section .head, "ax"
.global head
head:
    b 1f
    nop
    .quad 0, image_size, 0xa, 0, 0, 0
    .word 0x644d5241, 0
1:  adr x0, stack_top
    mov sp, x0
    bl main
