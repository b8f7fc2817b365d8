// SPDX-License-Identifier: Apache-2.0
// The four memory functions that compiled code may call. General registers only, sixteen
// bytes an access: a bundle of several megabytes is copied twice before a guest starts.
//
// Before the MMU is on every access must be aligned (Arm ARM B2.5.2): short copies between
// differently aligned places go byte by byte; longer ones happen only after it.
.set UNALIGNED_MIN, 1024

.section .text.memory, "ax", %progbits

.global memcpy
memcpy:
    mov     x3, x0
    eor     x4, x0, x1
    tst     x4, #7
    b.eq    1f
    cmp     x2, #UNALIGNED_MIN
    b.lo    copy_bytes
1:  tst     x3, #7
    b.eq    2f
    cbz     x2, 9f
    ldrb    w4, [x1], #1
    strb    w4, [x3], #1
    sub     x2, x2, #1
    b       1b
2:  subs    x2, x2, #64
    b.lo    4f
3:  ldp     x4, x5, [x1]
    ldp     x6, x7, [x1, #16]
    ldp     x8, x9, [x1, #32]
    ldp     x10, x11, [x1, #48]
    add     x1, x1, #64
    stp     x4, x5, [x3]
    stp     x6, x7, [x3, #16]
    stp     x8, x9, [x3, #32]
    stp     x10, x11, [x3, #48]
    add     x3, x3, #64
    subs    x2, x2, #64
    b.hs    3b
4:  add     x2, x2, #64
5:  subs    x2, x2, #8
    b.lo    6f
    ldr     x4, [x1], #8
    str     x4, [x3], #8
    b       5b
6:  add     x2, x2, #8
copy_bytes:
    cbz     x2, 9f
    ldrb    w4, [x1], #1
    strb    w4, [x3], #1
    sub     x2, x2, #1
    b       copy_bytes
9:  ret

.global memmove
memmove:
    sub     x3, x0, x1
    cmp     x3, x2
    b.hs    memcpy                      // below the source, or clear of it: forwards is safe
    add     x3, x0, x2
    add     x1, x1, x2
1:  cbz     x2, 2f
    ldrb    w4, [x1, #-1]!
    strb    w4, [x3, #-1]!
    sub     x2, x2, #1
    b       1b
2:  ret

.global memset
memset:
    mov     x3, x0
    and     x1, x1, #0xff
    mov     x4, #0x0101010101010101
    mul     x1, x1, x4
1:  tst     x3, #15
    b.eq    2f
    cbz     x2, 9f
    strb    w1, [x3], #1
    sub     x2, x2, #1
    b       1b
2:  subs    x2, x2, #64
    b.lo    4f
3:  stp     x1, x1, [x3]
    stp     x1, x1, [x3, #16]
    stp     x1, x1, [x3, #32]
    stp     x1, x1, [x3, #48]
    add     x3, x3, #64
    subs    x2, x2, #64
    b.hs    3b
4:  add     x2, x2, #64
5:  cbz     x2, 9f
    strb    w1, [x3], #1
    sub     x2, x2, #1
    b       5b
9:  ret

.global memcmp
.global bcmp
memcmp:
bcmp:
1:  cbz     x2, 2f
    ldrb    w3, [x0], #1
    ldrb    w4, [x1], #1
    sub     x2, x2, #1
    cmp     w3, w4
    b.eq    1b
    sub     w0, w3, w4
    ret
2:  mov     w0, wzr
    ret
