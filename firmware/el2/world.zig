// SPDX-License-Identifier: Apache-2.0
//! The kernel's view of the stub: where it is, that it is the one this kernel was built
//! with, and how to run a virtual CPU through it.

const layout = @import("vcpu.zig");
const Vcpu = layout.Vcpu;

pub const StubError = error{ BadMagic, WrongAbi, WrongVcpuSize, TooLarge };

pub const Stub = struct {
    address: u64,
    enter: *const fn (vcpu: *Vcpu) callconv(.c) u64,

    /// Checks the header of the stub at `address`. An image of another build would run
    /// with wrong offsets, so nothing of it is used before this.
    pub fn at(address: u64) StubError!Stub {
        const header: *const layout.StubHeader = @ptrFromInt(address + layout.stub_header_offset);
        if (header.magic != layout.stub_magic) return error.BadMagic;
        if (header.abi_version != layout.stub_abi_version) return error.WrongAbi;
        if (header.vcpu_size != @sizeOf(Vcpu)) return error.WrongVcpuSize;
        if (header.image_size > layout.stub_size_max) return error.TooLarge;
        return .{ .address = address, .enter = @ptrFromInt(address + header.enter_offset) };
    }

    /// Runs the guest until it leaves for the kernel; the reason is in `vcpu.exit`.
    pub fn run(self: Stub, vcpu: *Vcpu) layout.ExitVector {
        return @fromBackingInt(@intCast(self.enter(vcpu)));
    }
};
