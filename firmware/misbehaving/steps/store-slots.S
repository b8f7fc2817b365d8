// SPDX-License-Identifier: Apache-2.0
// A store to the slots of a ring that Rumpk produces into: the section is read-only.
steps:
    step    store_slots
    end_step
    ldr     x20, =WINDOW + HOST_TO_GUEST
    mov     x21, #MARK
    str     w21, [x20]
    b       survived
