// SPDX-License-Identifier: Apache-2.0
// A store to the index lines that Rumpk writes: the section is read-only.
steps:
    step    store_control
    end_step
    ldr     x20, =WINDOW + HOST_CONTROL
    mov     x21, #MARK
    str     w21, [x20]
    b       survived
