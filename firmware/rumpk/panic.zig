// SPDX-License-Identifier: Apache-2.0
//! What a failed safety check does: says what failed and where, and stops. The compiler
//! calls these by name (std.lang.panic); none of them formats through std.fmt, which
//! would cost more than all of the EL2 stub.

const hal = @import("hal");
const halt = @import("halt.zig");
const say = hal.say;

pub fn call(message: []const u8, return_address: ?usize) noreturn {
    @branchHint(.cold);
    stop(message, return_address orelse @returnAddress());
}

noinline fn stop(message: []const u8, address: usize) noreturn {
    say.discard();
    say.record("trap").word("origin", "el2").word("kind", "panic").hex("elr", address).end();
    say.people("panic at 0x{x}: {s}", .{ address, message });
    halt.end("trap");
}

pub fn outOfBounds(index: usize, len: usize) noreturn {
    @branchHint(.cold);
    say.discard();
    say.people("index {d} of {d}", .{ index, len });
    stop("index out of bounds", @returnAddress());
}

pub fn startGreaterThanEnd(start: usize, end: usize) noreturn {
    @branchHint(.cold);
    say.discard();
    say.people("slice {d}..{d}", .{ start, end });
    stop("start of a slice behind its end", @returnAddress());
}

pub fn sentinelMismatch(expected: anytype, _: @TypeOf(expected)) noreturn {
    @branchHint(.cold);
    stop("sentinel mismatch", @returnAddress());
}

pub fn inactiveUnionField(active: anytype, _: @TypeOf(active)) noreturn {
    @branchHint(.cold);
    stop("access of an inactive union field", @returnAddress());
}

pub fn unwrapError(err: anyerror) noreturn {
    @branchHint(.cold);
    stop(@errorName(err), @returnAddress());
}

pub fn unexpectedErrorCode(err: anyerror) noreturn {
    @branchHint(.cold);
    stop(@errorName(err), @returnAddress());
}

pub fn sliceCastLenRemainder(_: usize) noreturn {
    @branchHint(.cold);
    stop("slice length is no multiple of the element size", @returnAddress());
}

pub fn reachedUnreachable() noreturn {
    @branchHint(.cold);
    stop("unreachable code reached", @returnAddress());
}

pub fn unwrapNull() noreturn {
    @branchHint(.cold);
    stop("null unwrapped", @returnAddress());
}

pub fn castToNull() noreturn {
    @branchHint(.cold);
    stop("pointer cast from null", @returnAddress());
}

pub fn incorrectAlignment() noreturn {
    @branchHint(.cold);
    stop("incorrect alignment", @returnAddress());
}

pub fn invalidErrorCode() noreturn {
    @branchHint(.cold);
    stop("invalid error code", @returnAddress());
}

pub fn integerOutOfBounds() noreturn {
    @branchHint(.cold);
    stop("integer does not fit its type", @returnAddress());
}

pub fn integerOverflow() noreturn {
    @branchHint(.cold);
    stop("integer overflow", @returnAddress());
}

pub fn shlOverflow() noreturn {
    @branchHint(.cold);
    stop("left shift lost bits", @returnAddress());
}

pub fn shrOverflow() noreturn {
    @branchHint(.cold);
    stop("right shift lost bits", @returnAddress());
}

pub fn divideByZero() noreturn {
    @branchHint(.cold);
    stop("division by zero", @returnAddress());
}

pub fn exactDivisionRemainder() noreturn {
    @branchHint(.cold);
    stop("exact division had a remainder", @returnAddress());
}

pub fn integerPartOutOfBounds() noreturn {
    @branchHint(.cold);
    stop("integer part out of bounds", @returnAddress());
}

pub fn corruptSwitch() noreturn {
    @branchHint(.cold);
    stop("switch on a corrupt value", @returnAddress());
}

pub fn shiftRhsTooBig() noreturn {
    @branchHint(.cold);
    stop("shift by more than the width", @returnAddress());
}

pub fn invalidEnumValue() noreturn {
    @branchHint(.cold);
    stop("invalid enum value", @returnAddress());
}

pub fn forLenMismatch() noreturn {
    @branchHint(.cold);
    stop("for loop over different lengths", @returnAddress());
}

pub fn copyLenMismatch() noreturn {
    @branchHint(.cold);
    stop("copy between different lengths", @returnAddress());
}

pub fn memcpyAlias() noreturn {
    @branchHint(.cold);
    stop("copy between overlapping ranges", @returnAddress());
}

pub fn noreturnReturned() noreturn {
    @branchHint(.cold);
    stop("noreturn function returned", @returnAddress());
}

pub fn loadUninstantiableType() noreturn {
    @branchHint(.cold);
    stop("load of a type without values", @returnAddress());
}
