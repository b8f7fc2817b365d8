// SPDX-License-Identifier: Apache-2.0
//! The memory functions the compiler calls, in place of compiler-rt's: an eighth of the
//! size, and no FP registers.

comptime {
    asm (@embedFile("runtime.S"));
}
