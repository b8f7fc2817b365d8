// SPDX-License-Identifier: Apache-2.0
test {
    const stage2 = @import("stage2");
    const std = @import("std");
    std.testing.refAllDecls(stage2);
}
