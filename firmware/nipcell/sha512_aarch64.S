// SPDX-License-Identifier: Apache-2.0
// SHA-512's compression of whole blocks, FIPS 180-4 section 6.4.2, in general registers:
// Rumpk may not touch a SIMD register. Written for QEMU's TCG as well, which pays for every
// value that is not in a register: the state and the schedule stay there, temporaries die at once.
//
// sha512_blocks(x0 = state, x1 = 8-byte aligned bytes, x2 = blocks, at least 1)
// x3-x10 a..h, x11-x17 and x19-x27 the schedule, x28 scratch, x29 and x2 a^b of this round
// and of the one before: maj(a,b,c) = b ^ ((a^b) & (b^c)).
// K0 to K79 are the round constants (sha512.zig).

// Register arguments are numbers. later: rounds 16 and up extend the schedule. k: the round.
.macro round later, a, b, c, d, e, f, g, h, w, w1, w9, w14, ab, bc, k
.if \later
    ror     x28, x\w1, #1
    eor     x28, x28, x\w1, ror #8
    eor     x28, x28, x\w1, lsr #7
    add     x\w, x\w, x28
    add     x\w, x\w, x\w9
    ror     x28, x\w14, #19
    eor     x28, x28, x\w14, ror #61
    eor     x28, x28, x\w14, lsr #6
    add     x\w, x\w, x28
.else
    ldr     x\w, [x1], #8
    rev     x\w, x\w
.endif
    mov     x28, #(K\k & 0xffff)
    movk    x28, #((K\k >> 16) & 0xffff), lsl #16
    movk    x28, #((K\k >> 32) & 0xffff), lsl #32
    movk    x28, #((K\k >> 48) & 0xffff), lsl #48
    add     x\h, x\h, x28
    add     x\h, x\h, x\w
    eor     x28, x\f, x\g                 // ch(e, f, g)
    and     x28, x28, x\e
    eor     x28, x28, x\g
    add     x\h, x\h, x28
    ror     x28, x\e, #14
    eor     x28, x28, x\e, ror #18
    eor     x28, x28, x\e, ror #41
    add     x\h, x\h, x28
    add     x\d, x\d, x\h
    ror     x28, x\a, #28
    eor     x28, x28, x\a, ror #34
    eor     x28, x28, x\a, ror #39
    add     x\h, x\h, x28
    eor     x\ab, x\a, x\b
    and     x\bc, x\bc, x\ab
    eor     x\bc, x\bc, x\b
    add     x\h, x\h, x\bc
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
    ldp     x28, x29, [x0, #\offset]
    add     x\first, x\first, x28
    add     x\second, x\second, x29
    stp     x\first, x\second, [x0, #\offset]
.endm

.section .text.sha512, "ax", %progbits
.global sha512_blocks
.balign 16
sha512_blocks:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mov     x30, x2
    ldp     x3, x4, [x0]
    ldp     x5, x6, [x0, #16]
    ldp     x7, x8, [x0, #32]
    ldp     x9, x10, [x0, #48]
1:  eor     x2, x4, x5
    first_eight  0, 0, 1, 2, 3, 4, 5, 6, 7
    second_eight 0, 8, 9, 10, 11, 12, 13, 14, 15
    first_eight  1, 16, 17, 18, 19, 20, 21, 22, 23
    second_eight 1, 24, 25, 26, 27, 28, 29, 30, 31
    first_eight  1, 32, 33, 34, 35, 36, 37, 38, 39
    second_eight 1, 40, 41, 42, 43, 44, 45, 46, 47
    first_eight  1, 48, 49, 50, 51, 52, 53, 54, 55
    second_eight 1, 56, 57, 58, 59, 60, 61, 62, 63
    first_eight  1, 64, 65, 66, 67, 68, 69, 70, 71
    second_eight 1, 72, 73, 74, 75, 76, 77, 78, 79
    accumulate 3, 4, 0
    accumulate 5, 6, 16
    accumulate 7, 8, 32
    accumulate 9, 10, 48
    subs    x30, x30, #1
    b.ne    1b
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #112
    ret
