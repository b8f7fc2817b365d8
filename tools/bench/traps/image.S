// SPDX-License-Identifier: Apache-2.0
// The head of an arm64 Image (Documentation/arm64/booting.rst), and a stack for what follows it.

.section .head, "ax", %progbits
.global image_start
image_start:
    b       start
    .word   0
    .quad   0                       // text_offset: at the very start of 2 MiB
    .quad   image_end - image_start
    .quad   0xa                     // little-endian, 4 KiB pages, anywhere in memory
    .quad   0
    .quad   0
    .quad   0
    .ascii  "ARM\x64"
    .word   0

start:
    adr     x1, stack_top
    mov     sp, x1
    b       image_main

.section .bss.stack, "aw", %nobits
.balign 16
    .skip   4096
stack_top:
