// SPDX-License-Identifier: Apache-2.0
// First page of the image: the arm64 Image header, entry, and Rumpk's vectors.
// (Linux Documentation/arm64/booting.rst: a loader enters the first instruction with the
// MMU off, all exceptions masked and the device tree's address in x0.)

.section .head, "ax", %progbits
.global rumpk_entry
rumpk_header:
    b       rumpk_entry
    .word   0
    .quad   RUMPK_TEXT_OFFSET           // from the start of RAM: where this image is linked
    .quad   __image_size                // with .bss and stacks
    .quad   0x2                         // little-endian, 4 KiB pages, not relocatable
    .quad   __kept_offset               // reserved to Linux: where Rumpk keeps what it says (hal/say.zig)
    .quad   0, 0
    .ascii  "ARM\x64"
    .word   0

rumpk_entry:
    mov     x19, x0
    // Code and tables are linked for one address: anywhere else nothing below would work,
    // so say it with what needs no memory and stop.
    adr     x1, rumpk_header
    ldr     x2, =RUMPK_BASE
    cmp     x1, x2
    b.ne    misplaced

    ldr     x1, =__bss_start
    ldr     x2, =__bss_end
1:  cmp     x1, x2
    b.hs    2f
    stp     xzr, xzr, [x1], #16
    b       1b

    // Rumpk runs on SP_EL0 and takes exceptions on SP_EL2: a stack that overflows can still
    // be reported.
2:  msr     spsel, #1
    ldr     x1, =__exception_stack_top
    mov     sp, x1
    msr     spsel, #0
    ldr     x1, =__stack_top
    mov     sp, x1
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x19
    bl      rumpk_start
    b       .

misplaced:
    uart_setup
    ldr     x1, =UART_STATUS
    ldr     x2, =UART_DATA
    adr     x3, misplaced_text
1:  ldrb    w4, [x3], #1
    cbz     w4, 3f
2:  ldr     w5, [x1]
    tst     w5, #UART_FULL
    b.ne    2b
    str     w4, [x2]
    b       1b
3:  ldr     x0, =0x84000008             // PSCI SYSTEM_OFF
    smc     #0
4:  wfi
    b       4b
.ltorg
misplaced_text:
    .asciz  "[rumpk] loaded at another address than the image's: give QEMU the .img by -kernel\r\n@rumpk halt reason=misplaced\r\n"

// Vectors while Rumpk runs. A guest's exits go through the stub's vectors instead.
.section .head.vectors, "ax", %progbits
.balign 2048
.global rumpk_vectors
rumpk_vectors:
.macro kernel_vector index
.balign 128
    stp     x0, x1, [sp, #-16]!
    mov     x0, #\index
    b       kernel_exception
.endm
.irp index, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    kernel_vector \index
.endr
.balign 128

.section .text.exception, "ax", %progbits
// x0 = vector index; the interrupted x0 and x1 lie on the stack. Also entered from the
// stub's vectors, in the same form.
.global kernel_exception
kernel_exception:
    sub     sp, sp, #FRAME_SIZE
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
    mrs     x1, sp_el0
    stp     x30, x1, [sp, #240]
    ldp     x2, x3, [sp, #FRAME_SIZE]
    stp     x2, x3, [sp]
    mrs     x2, elr_el2
    mrs     x3, spsr_el2
    stp     x2, x3, [sp, #FRAME_ELR]
    mrs     x2, esr_el2
    mrs     x3, far_el2
    stp     x2, x3, [sp, #FRAME_ELR + 16]
    mrs     x2, hpfar_el2
    stp     x2, x0, [sp, #FRAME_ELR + 32]
    mov     x0, sp
    bl      rumpk_exception

    ldp     x2, x3, [sp, #FRAME_ELR]
    msr     elr_el2, x2
    msr     spsr_el2, x3
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
    ldp     x0, x1, [sp]
    add     sp, sp, #FRAME_SIZE + 16
    eret
