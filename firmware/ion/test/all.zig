// SPDX-License-Identifier: Apache-2.0
test {
    _ = @import("layout.zig");
    _ = @import("seed.zig");
    _ = @import("ring.zig");
    _ = @import("hostile.zig");
    _ = @import("doorbell.zig");
    _ = @import("interleavings.zig");
    _ = @import("pool.zig");
    _ = @import("outbox.zig");
    _ = @import("native.zig");
}
