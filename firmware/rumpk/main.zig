// SPDX-License-Identifier: Apache-2.0
//! Root of the kernel image.

comptime {
    _ = @import("entry.zig");
    _ = @import("boot.zig");
    _ = @import("runtime.zig");
}

/// Safety checks are the kernel's argument that a hostile cell cannot corrupt it: each
/// failure is reported and stops the machine.
pub const panic = @import("panic.zig");
