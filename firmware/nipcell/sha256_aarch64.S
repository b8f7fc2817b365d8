// SPDX-License-Identifier: Apache-2.0
// SHA-256's compression of whole blocks, FIPS 180-4 section 6.2.2, in general registers:
// Rumpk may not touch a SIMD register. Against compiled code it takes a third less time under
// QEMU's TCG, which pays for every zero extension and every value that is not in a register:
// sums are 64-bit wherever their upper half is never looked at, and temporaries die at once.
//
// sha256_blocks(x0 = state, x1 = bytes, x2 = blocks, at least 1)
// w3-w10 a..h, w11-w17 and w19-w27 the schedule, w28 scratch, w29 and w2 a^b of this round
// and of the one before: maj(a,b,c) = b ^ ((a^b) & (b^c)).

// Register arguments are numbers. later: rounds 16 and up extend the schedule.
.macro round later, a, b, c, d, e, f, g, h, w, w1, w9, w14, ab, bc, k
.if \later
    ror     w28, w\w1, #7
    eor     w28, w28, w\w1, ror #18
    eor     w28, w28, w\w1, lsr #3
    add     x\w, x\w, x28
    add     x\w, x\w, x\w9
    ror     w28, w\w14, #17
    eor     w28, w28, w\w14, ror #19
    eor     w28, w28, w\w14, lsr #10
    add     w\w, w\w, w28
.else
    ldr     w\w, [x1], #4
    rev     w\w, w\w
.endif
    mov     w28, #(\k & 0xffff)
    movk    w28, #(\k >> 16), lsl #16
    add     x\h, x\h, x28
    add     x\h, x\h, x\w
    eor     w28, w\f, w\g                 // ch(e, f, g)
    and     w28, w28, w\e
    eor     w28, w28, w\g
    add     x\h, x\h, x28
    ror     w28, w\e, #6
    eor     w28, w28, w\e, ror #11
    eor     w28, w28, w\e, ror #25
    add     x\h, x\h, x28
    add     w\d, w\d, w\h
    ror     w28, w\a, #2
    eor     w28, w28, w\a, ror #13
    eor     w28, w28, w\a, ror #22
    add     x\h, x\h, x28
    eor     w\ab, w\a, w\b
    and     w\bc, w\bc, w\ab
    eor     w\bc, w\bc, w\b
    add     w\h, w\h, w\bc
.endm

// The working variables move by naming, not by copying: after eight rounds they are back.
.macro first_eight later, k0, k1, k2, k3, k4, k5, k6, k7
    round   \later, 3,4,5,6,7,8,9,10,  11,12,21,26,  29,2, \k0
    round   \later, 10,3,4,5,6,7,8,9,  12,13,22,27,  2,29, \k1
    round   \later, 9,10,3,4,5,6,7,8,  13,14,23,11,  29,2, \k2
    round   \later, 8,9,10,3,4,5,6,7,  14,15,24,12,  2,29, \k3
    round   \later, 7,8,9,10,3,4,5,6,  15,16,25,13,  29,2, \k4
    round   \later, 6,7,8,9,10,3,4,5,  16,17,26,14,  2,29, \k5
    round   \later, 5,6,7,8,9,10,3,4,  17,19,27,15,  29,2, \k6
    round   \later, 4,5,6,7,8,9,10,3,  19,20,11,16,  2,29, \k7
.endm

.macro second_eight later, k0, k1, k2, k3, k4, k5, k6, k7
    round   \later, 3,4,5,6,7,8,9,10,  20,21,12,17,  29,2, \k0
    round   \later, 10,3,4,5,6,7,8,9,  21,22,13,19,  2,29, \k1
    round   \later, 9,10,3,4,5,6,7,8,  22,23,14,20,  29,2, \k2
    round   \later, 8,9,10,3,4,5,6,7,  23,24,15,21,  2,29, \k3
    round   \later, 7,8,9,10,3,4,5,6,  24,25,16,22,  29,2, \k4
    round   \later, 6,7,8,9,10,3,4,5,  25,26,17,23,  2,29, \k5
    round   \later, 5,6,7,8,9,10,3,4,  26,27,19,24,  29,2, \k6
    round   \later, 4,5,6,7,8,9,10,3,  27,11,20,25,  2,29, \k7
.endm

// Adds two words of the old state to the new one.
.macro accumulate first, second, offset
    ldp     w28, w29, [x0, #\offset]
    add     w\first, w\first, w28
    add     w\second, w\second, w29
    stp     w\first, w\second, [x0, #\offset]
.endm

.section .text.sha256, "ax", %progbits
.global sha256_blocks
.balign 16
sha256_blocks:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mov     x30, x2
    ldp     w3, w4, [x0]
    ldp     w5, w6, [x0, #8]
    ldp     w7, w8, [x0, #16]
    ldp     w9, w10, [x0, #24]
1:  eor     w2, w4, w5
    first_eight  0, 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
    second_eight 0, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
    first_eight  1, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
    second_eight 1, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
    first_eight  1, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
    second_eight 1, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
    first_eight  1, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
    second_eight 1, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
    accumulate 3, 4, 0
    accumulate 5, 6, 8
    accumulate 7, 8, 16
    accumulate 9, 10, 24
    subs    x30, x30, #1
    b.ne    1b
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #112
    ret
