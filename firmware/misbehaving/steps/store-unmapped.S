// SPDX-License-Identifier: Apache-2.0
// A store right behind the cell's memory: nothing is mapped there, and the memory of that address is Rumpk's.
steps:
    step    store_unmapped
    end_step
    ldr     x20, =CELL + CELL_SIZE
    mov     x21, #MARK
    str     w21, [x20]
    b       survived
