// SPDX-License-Identifier: Apache-2.0
// A guest that misbehaves, step by step, and says what it got. Entered at EL1 with the MMU off; it needs no memory.
// The steps are a file of steps/ behind this one, from the label `steps` on.
// A step's line: `misbehaving: <step> <name>=<16 hex digits> …`. x19 and above are its own: no call may change them
// (Arm DEN 0028, 2.6: x4 to x30 are preserved).
.set UART, 0x09000000
.set SMCCC_VERSION, 0x80000000
.set CPU_SUSPEND, 0xc4000001
.set CPU_ON, 0xc4000003
.set DOORBELL, 0xc6000001
.set ATTACH, 0xc6000002
.set SMOKE, 0xc6000003
.set NOBODYS, 0xc600ffff
.set INVALID_PARAMETERS, -2
.set NOT_SUPPORTED, -1
// The reference cell: its memory, Rumpk's image, the ION window and what it was at its first start.
.set CELL, 0x48000000
.set CELL_SIZE, 0x10000000
.set RUMPK, 0x40200000
.set WINDOW, 0x90000000
.set WINDOW_SIZE, 0x1000000
.set HOST_CONTROL, 0x1000
.set HOST_TO_GUEST, 0x200000
.set GUEST_TO_HOST, 0x800000
.set EPOCH, 1
// The interrupt controller of the reference board, and the virtual timer's PPI.
.set GICD, 0x08000000
.set GICD_ISENABLER, 0x100
.set GICC, 0x08010000
.set GICC_PMR, 4
.set TIMER, 27
// 0.2 s of a counter of 62.5 MHz, far longer than a call takes; StateType of a power state (Arm DEN 0022, 5.4.2).
.set WAIT, 12500000
.set POWER_DOWN, 1 << 16
// What it stores, and what stands where a load would go.
.set MARK, 0x6e6f

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
    bl      fill_registers
    mov     x28, #0
    \conduit
    add     x28, x28, #1
    bl      compare_registers
    mov     x21, x0
.endm

// The call with FIRST and one of its bits flipped, for each of the 64 in turn. x21: the bits whose answer was not REFUSAL.
.macro sweep function, first, second, refusal
    mov     x21, #0
    mov     x23, #0
7772:
    ldr     x0, =\function
    ldr     x1, =\first
    ldr     x2, =\second
    mov     x20, #1
    lsl     x20, x20, x23
    eor     x1, x1, x20
    bl      fill_registers
    hvc     #0
    bl      compare_registers
    cmp     x0, #\refusal
    csel    x20, x20, xzr, ne
    orr     x21, x21, x20
    add     x23, x23, #1
    cmp     x23, #64
    b.ne    7772b
.endm

start:
    adr     x0, vectors
    msr     vbar_el1, x0
    isb
    mov     x19, #0
    b       steps

// Whatever ends the cell must end it: nothing comes here.
survived:
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

// What a call must leave alone and the guest has no use for, each register with a value of its own.
.set PRESERVED, 0x5a5a
fill_registers:
.irp number, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 29
    mov     x\number, #\number
    movk    x\number, #PRESERVED, lsl #48
.endr
    ret

// Adds to x19 a bit for each register that is not as fill_registers left it.
compare_registers:
.irp number, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 29
    mov     x24, #\number
    movk    x24, #PRESERVED, lsl #48
    cmp     x\number, x24
    cset    x24, ne
    orr     x19, x19, x24, lsl #\number
.endr
    ret

// An undefined instruction at EL1 comes to offset 0x200: its syndrome to x22, its address to x23, the state that it was
// taken from to x15, what is masked here to x16, which stack pointer to x17; and on behind it.
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
    mrs     x15, spsr_el1
    mrs     x16, daif
    mrs     x17, spsel
    add     x29, x23, #4
    msr     elr_el1, x29
    eret
.rept 11
.balign 128
    b       .
.endr
.balign 128
.ltorg
