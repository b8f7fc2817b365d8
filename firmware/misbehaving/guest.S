// SPDX-License-Identifier: Apache-2.0
// A guest that misbehaves, step by step, and says what it got. Entered at EL1 with the MMU off; it needs no memory.
// A step's line: `misbehaving: <step> <name>=<16 hex digits> …`. x20 and above are its own: no call may change them
// (Arm DEN 0028, 2.6: x4 to x30 are preserved).
.set UART, 0x09000000
.set SMCCC_VERSION, 0x80000000
.set CPU_ON, 0xc4000003
.set DOORBELL, 0xc6000001
.set ATTACH, 0xc6000002
.set SMOKE, 0xc6000003
.set NOBODYS, 0xc600ffff
.set WINDOW, 0x90000000

.section .guest, "ax", %progbits
.global guest_head
guest_head:
    b       start
    .word   0
    .quad   0                           // text_offset
    .quad   guest_end - guest_head
    .quad   0xa                         // little-endian, 4 KiB pages, anywhere in memory
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .word   0

// say TEXT: sends a text; x24, x25, x26 and x30.
.macro say text
    adr     x24, 7770f
    bl      put_text
    b       7771f
7770:
    .asciz  "\text"
.balign 4
7771:
.endm

// say_value NAME, REGISTER: ` name=<16 hex digits>`.
.macro say_value name, register
    mov     x27, \register
    say     " \name="
    bl      put_number
.endm

.macro step name
    say     "misbehaving: \name"
.endm

.macro end_step
    say     "\r\n"
.endm

// The call; x28 counts the instructions behind it: more or less than one is wrong.
.macro call conduit, function, first, second=0
    ldr     x0, =\function
    ldr     x1, =\first
    ldr     x2, =\second
    mov     x28, #0
    \conduit
    add     x28, x28, #1
    mov     x21, x0
.endm

start:
    adr     x0, vectors
    msr     vbar_el1, x0
    isb

    step    core
    mrs     x20, currentel
    say_value el, x20
    mrs     x20, mpidr_el1
    say_value mpidr, x20
    mrs     x20, midr_el1
    say_value midr, x20
    end_step

    step    smc
    call    "smc #0", SMCCC_VERSION, 0
    say_value version, x21
    say_value behind, x28
    call    "smc #0", NOBODYS, 0
    say_value unknown, x21
    call    "smc #1", SMCCC_VERSION, 0
    say_value immediate, x21
    end_step

    step    calls
    call    "hvc #0", SMCCC_VERSION, 0
    say_value version, x21
    say_value behind, x28
    call    "hvc #0", NOBODYS, 0
    say_value unknown, x21
    say_value behind_kernel, x28
    call    "hvc #1", SMCCC_VERSION, 0
    say_value immediate, x21
    call    "hvc #0", SMOKE, 0
    say_value smoke, x21
    end_step

    step    cpu_on
    call    "hvc #0", CPU_ON, 1, 0x48000000
    say_value other, x21
    call    "hvc #0", CPU_ON, 0, 0x40000000
    say_value outside, x21
    end_step

    step    epoch
    call    "hvc #0", ATTACH, 0
    say_value none, x21
    call    "hvc #0", ATTACH, 2
    say_value next, x21
    call    "hvc #0", ATTACH, 1
    say_value right, x21
    end_step

    // Ring 0 is Rumpk's to produce into, ring 1 the guest's; there are eight.
    step    doorbell
    call    "hvc #0", DOORBELL, 1
    say_value theirs, x21
    call    "hvc #0", DOORBELL, 0x102
    say_value beyond, x21
    call    "hvc #0", DOORBELL, 2
    say_value ours, x21
    end_step

    step    set_way
    mov     x22, #0
    mov     x23, #0
    mov     x21, #0
    adr     x20, 1f
1:  dc      csw, x21
    sub     x23, x23, x20               // where the exception was taken from: 0 is the instruction itself
    say_value esr, x22
    say_value elr_offset, x23
    end_step

    step    actlr
    mov     x20, #-1
    msr     actlr_el1, x20
    mrs     x20, actlr_el1
    say_value read, x20
    end_step

    // The header of the ION window is read-only; nothing behind this must run.
    step    read_only
    end_step
    ldr     x20, =WINDOW
    mov     x21, #0x6e6f
    str     w21, [x20]
    step    survived
    end_step
    ldr     x0, =0x84000008             // PSCI SYSTEM_OFF
    hvc     #0
    b       .

put_text:
    ldr     x25, =UART
1:  ldrb    w26, [x24], #1
    cbz     w26, 2f
    str     w26, [x25]
    b       1b
2:  ret

// x27 as 0x and 16 hex digits.
put_number:
    ldr     x25, =UART
    mov     w26, #'0'
    str     w26, [x25]
    mov     w26, #'x'
    str     w26, [x25]
    mov     x24, #16
1:  ror     x27, x27, #60
    and     w26, w27, #15
    cmp     w26, #10
    b.lo    2f
    add     w26, w26, #'a' - '0' - 10
2:  add     w26, w26, #'0'
    str     w26, [x25]
    subs    x24, x24, #1
    b.ne    1b
    ret

// An undefined instruction at EL1 comes to offset 0x200: its syndrome to x22, its address to x23, and on behind it.
// Whatever comes elsewhere ends in a loop, and the proof's silence limit.
.balign 2048
vectors:
.rept 4
.balign 128
    b       .
.endr
.balign 128
    mrs     x22, esr_el1
    mrs     x23, elr_el1
    add     x29, x23, #4
    msr     elr_el1, x29
    eret
.rept 11
.balign 128
    b       .
.endr
.balign 128
.ltorg
