// SPDX-License-Identifier: Apache-2.0
//! The two packets of kernel-internal rings. Their sizes are a contract with everything that was compiled against them:
//! one definition, asserted here.
const std = @import("std");
const assert = std.debug.assert;

/// A buffer reference between fibers: kernel address, physical address, length and slab number.
pub const IonPacket = extern struct {
    data: u64,
    phys: u64,
    len: u16,
    id: u16,
    pad: u32 = 0,
};

/// A command. `id` is a 128-bit provenance value.
pub const CmdPacket = extern struct {
    kind: u32,
    pad: u32 = 0,
    arg: u64,
    id: [2]u64,
};

comptime {
    assert(@sizeOf(IonPacket) == 24);
    assert(@offsetOf(IonPacket, "phys") == 8 and @offsetOf(IonPacket, "len") == 16);
    assert(@offsetOf(IonPacket, "id") == 18 and @offsetOf(IonPacket, "pad") == 20);
    assert(@sizeOf(CmdPacket) == 32);
    assert(@offsetOf(CmdPacket, "arg") == 8 and @offsetOf(CmdPacket, "id") == 16);
}
