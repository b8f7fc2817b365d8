// SPDX-License-Identifier: Apache-2.0
// A load right behind the ION window: nothing is mapped there.
steps:
    step    load_unmapped
    end_step
    ldr     x20, =WINDOW + WINDOW_SIZE
    mov     x21, #MARK
    ldr     w21, [x20]
    b       survived
