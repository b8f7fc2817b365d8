// SPDX-License-Identifier: Apache-2.0
//! The context switch: what a fiber that gave up the processor leaves behind.
//!
//! A switch is an ordinary call, so the caller has already saved what the calling
//! convention calls volatile. The frame holds the rest and lies on the fiber's own
//! stack; a suspended fiber is one stack pointer. No FP or SIMD register is saved:
//! Rumpk is built without them.

const std = @import("std");
const builtin = @import("builtin");

/// Where a suspended fiber's frame lies.
pub const StackPointer = enum(usize) { _ };

/// Code a fresh fiber starts in; `argument` is what `prepare` was given.
pub const Entry = *const fn (argument: usize) callconv(.c) noreturn;

pub const stack_alignment = 16;

const layout = switch (builtin.cpu.arch) {
    .aarch64 => aarch64,
    .x86_64 => x86_64,
    else => @compileError("the context switch knows aarch64 and, for host tests, x86_64"),
};

/// Bytes of a suspended fiber's frame.
pub const frame_size: usize = layout.frame_size;

/// AAPCS64 §6.1.1: x19-x28 are callee-saved, x29 is the frame pointer, x30 the return
/// address. SP must stay 16-byte aligned (§6.4.5.1), and 96 is.
const aarch64 = struct {
    const frame_size = 96;
    const slot_entry = 0; // x19
    const slot_argument = 1; // x20
    const slot_return = 11; // x30

    comptime {
        if (builtin.cpu.arch == .aarch64) asm (
            \\.section .text.l1_context, "ax", %progbits
            \\.balign 4
            \\.type l1_context_switch, %function
            \\l1_context_switch:
            \\  stp x19, x20, [sp, #-96]!
            \\  stp x21, x22, [sp, #16]
            \\  stp x23, x24, [sp, #32]
            \\  stp x25, x26, [sp, #48]
            \\  stp x27, x28, [sp, #64]
            \\  stp x29, x30, [sp, #80]
            \\  mov x9, sp
            \\  str x9, [x0]
            \\  mov sp, x1
            \\  ldp x21, x22, [sp, #16]
            \\  ldp x23, x24, [sp, #32]
            \\  ldp x25, x26, [sp, #48]
            \\  ldp x27, x28, [sp, #64]
            \\  ldp x29, x30, [sp, #80]
            \\  ldp x19, x20, [sp], #96
            \\  ret
            \\.size l1_context_switch, . - l1_context_switch
            \\.type l1_context_start, %function
            \\l1_context_start:
            \\  mov x0, x20
            \\  blr x19
            \\  brk #0xf1be
            \\.size l1_context_start, . - l1_context_start
            \\.text
        );
    }
};

/// System V x86-64 ABI §3.2.1: rbx, rbp, r12-r15 belong to the caller; the seventh
/// word is the return address that `call` pushed. For host tests only.
const x86_64 = struct {
    const frame_size = 56;
    const slot_entry = 4; // rbx
    const slot_argument = 3; // r12
    const slot_return = 6;

    comptime {
        if (builtin.cpu.arch == .x86_64) asm (
            \\.text
            \\.type l1_context_switch, @function
            \\l1_context_switch:
            \\  push %rbp
            \\  push %rbx
            \\  push %r12
            \\  push %r13
            \\  push %r14
            \\  push %r15
            \\  mov %rsp, (%rdi)
            \\  mov %rsi, %rsp
            \\  pop %r15
            \\  pop %r14
            \\  pop %r13
            \\  pop %r12
            \\  pop %rbx
            \\  pop %rbp
            \\  ret
            \\.size l1_context_switch, . - l1_context_switch
            \\.type l1_context_start, @function
            \\l1_context_start:
            \\  mov %r12, %rdi
            \\  call *%rbx
            \\  ud2
            \\.size l1_context_start, . - l1_context_start
        );
    }
};

extern fn l1_context_switch(save: *StackPointer, load: StackPointer) callconv(.c) void;
extern fn l1_context_start() callconv(.c) noreturn;

/// Leaves this context in `save` and continues `load`; returns when somebody
/// continues `save`.
pub fn switchTo(save: *StackPointer, load: StackPointer) void {
    l1_context_switch(save, load);
}

/// Writes the frame of a fiber that has not run yet at the top of its stack. Popping
/// it leaves SP at the stack's end, which is aligned as a call needs it.
pub fn prepare(stack: []align(stack_alignment) u8, entry: Entry, argument: usize) StackPointer {
    std.debug.assert(stack.len % stack_alignment == 0);
    std.debug.assert(stack.len >= 2 * frame_size);
    const top = @intFromPtr(stack.ptr) + stack.len;
    const frame: *[frame_size / @sizeOf(usize)]usize = @ptrFromInt(top - frame_size);
    @memset(frame, 0);
    frame[layout.slot_entry] = @intFromPtr(entry);
    frame[layout.slot_argument] = argument;
    frame[layout.slot_return] = @intFromPtr(&l1_context_start);
    return @fromBackingInt(@intCast(@intFromPtr(frame)));
}
