// SPDX-License-Identifier: Apache-2.0
//! Host tests beyond the fifteen of named.zig.
test {
    _ = @import("sha512.zig");
    _ = @import("copy.zig");
    _ = @import("archive.zig");
    _ = @import("manifest.zig");
    _ = @import("placement.zig");
    _ = @import("staging.zig");
    _ = @import("guest_dtb.zig");
    _ = @import("prepare.zig");
    _ = @import("start.zig");
}
