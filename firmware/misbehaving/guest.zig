// SPDX-License-Identifier: Apache-2.0
//! The guest is assembly throughout: what it does is single instructions.
comptime {
    asm (@embedFile("guest.S"));
}
