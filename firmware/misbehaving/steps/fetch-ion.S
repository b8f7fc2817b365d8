// SPDX-License-Identifier: Apache-2.0
// A call of what the guest has written into the slots of a ring of its own: the section is execute-never.
steps:
    step    fetch_ion
    end_step
    ldr     x20, =WINDOW + GUEST_TO_HOST
    ldr     w21, =0xd65f03c0            // ret
    str     w21, [x20]
    dsb     sy
    ic      iallu
    isb
    blr     x20
    b       survived
