// SPDX-License-Identifier: Apache-2.0
// What Rumpk answers and refuses, one step after the other; the last one ends the cell.

// Cache maintenance by set and way, with all that can be masked unmasked.
.macro set_way operation
    mov     x22, #0
    mov     x23, #0
    mov     x21, #0
    adr     x20, 7773f
    msr     nzcv, xzr
    msr     daifclr, #15
7773:
    dc      \operation, x21
    msr     daifset, #15
    sub     x23, x23, x20               // where the exception was taken from: 0 is the instruction itself
    say     "misbehaving: set_way by=\operation"
    say_value esr, x22
    say_value elr_offset, x23
    say_value spsr, x15
    say_value daif, x16
    say_value spsel, x17
    end_step
.endm

// Asks the virtual timer for its interrupt in TICKS, through a GICv2 that is the cell's. It is
// masked at EL1 and taken by nobody; x22 has its time.
.macro wake_in ticks
    ldr     x20, =GICC
    mov     w21, #0xff
    str     w21, [x20, #GICC_PMR]
    mov     w21, #1
    str     w21, [x20]
    ldr     x20, =GICD
    str     w21, [x20]
    mov     w21, #1 << TIMER
    str     w21, [x20, #GICD_ISENABLER]
    isb
    mrs     x22, cntvct_el0
    ldr     x20, =\ticks
    add     x22, x22, x20
    msr     cntv_cval_el0, x22
    mov     x20, #1
    msr     cntv_ctl_el0, x20
    isb
.endm

// 1 in REGISTER if that time has come; the timer and its interrupt are off again.
.macro has_waited register
    isb
    mrs     x23, cntvct_el0
    msr     cntv_ctl_el0, xzr
    ldr     x20, =GICD
    str     wzr, [x20]
    ldr     x20, =GICC
    str     wzr, [x20]
    cmp     x23, x22
    cset    \register, hs
.endm

steps:
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
    say_value changed, x19
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
    say_value changed, x19
    end_step

    // Until its timer fires it waits; a state that loses registers is none that a cell has.
    step    suspend
    wake_in WAIT
    call    "hvc #0", CPU_SUSPEND, 0
    has_waited x20
    say_value standby, x21
    say_value waited, x20
    call    "hvc #0", CPU_SUSPEND, POWER_DOWN
    say_value down, x21
    say_value changed, x19
    end_step

    step    cpu_on
    sweep   CPU_ON, 0, CELL, INVALID_PARAMETERS
    say_value targets, x21
    call    "hvc #0", CPU_ON, 3, CELL
    say_value third, x21
    call    "hvc #0", CPU_ON, 0, CELL - 4
    say_value below, x21
    call    "hvc #0", CPU_ON, 0, CELL + CELL_SIZE
    say_value behind, x21
    call    "hvc #0", CPU_ON, 0, CELL + 0x100000000
    say_value high, x21
    call    "hvc #0", CPU_ON, 0, CELL + 2
    say_value misaligned, x21
    call    "hvc #0", CPU_ON, 0, CELL + CELL_SIZE - 4
    say_value itself, x21
    say_value changed, x19
    end_step

    step    epoch
    sweep   ATTACH, EPOCH, 0, NOT_SUPPORTED
    say_value flipped, x21
    call    "hvc #0", ATTACH, EPOCH + 1
    say_value next, x21
    call    "hvc #0", ATTACH, -1
    say_value every, x21
    call    "hvc #0", ATTACH, EPOCH
    say_value right, x21
    say_value changed, x19
    end_step

    // Ring 0 is Rumpk's to produce into, ring 1 the guest's; there are eight.
    step    doorbell
    sweep   DOORBELL, 0, 0, NOT_SUPPORTED
    say_value rung, x21
    call    "hvc #0", DOORBELL, 3
    say_value theirs, x21
    call    "hvc #0", DOORBELL, 0x102
    say_value beyond, x21
    call    "hvc #0", DOORBELL, 0xaa
    say_value ours, x21
    say_value changed, x19
    end_step

    set_way isw
    set_way csw
    set_way cisw

    step    actlr
    mov     x20, #-1
    msr     actlr_el1, x20
    mrs     x20, actlr_el1
    say_value read, x20
    end_step

    // The header of the ION window is read-only.
    step    read_only
    end_step
    ldr     x20, =WINDOW
    mov     x21, #MARK
    str     w21, [x20]
    b       survived
