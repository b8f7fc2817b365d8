// SPDX-License-Identifier: Apache-2.0
// A load of Rumpk's image, by its physical address.
steps:
    step    load_rumpk
    end_step
    ldr     x20, =RUMPK
    mov     x21, #MARK
    ldr     w21, [x20]
    b       survived
