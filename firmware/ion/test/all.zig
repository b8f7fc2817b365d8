// SPDX-License-Identifier: Apache-2.0
test {
    const ion = @import("ion");
    const std = @import("std");
    std.testing.refAllDecls(ion);
    std.testing.refAllDecls(ion.Producer);
    std.testing.refAllDecls(ion.Consumer);
    std.testing.refAllDecls(ion.Outbox);
    std.testing.refAllDecls(ion.BufferPool);
    std.testing.refAllDecls(ion.layout);
    std.testing.refAllDecls(ion.SlabPool(4, 64));
}
