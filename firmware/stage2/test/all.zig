// SPDX-License-Identifier: Apache-2.0
test {
    _ = @import("plan.zig");
    _ = @import("registers.zig");
    _ = @import("tables.zig");
    _ = @import("property.zig");
    _ = @import("walker.zig");
    _ = @import("change.zig");
}
