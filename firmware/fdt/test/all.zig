// SPDX-License-Identifier: Apache-2.0
test {
    _ = @import("reader.zig");
    _ = @import("regions.zig");
    _ = @import("banks.zig");
    _ = @import("hostile.zig");
    _ = @import("edit.zig");
}
