// SPDX-License-Identifier: Apache-2.0
//! The default boot: Rumpk on its own. The L1 kernel comes up and proves itself.

const halt = @import("halt.zig");
const kernel = @import("kernel/kernel.zig");
const suite = @import("selftest/suite.zig");

pub fn run() noreturn {
    kernel.start() catch |why| halt.stop(.kernel_not_started, "L1 kernel: {s}", .{@errorName(why)});
    const outcome = suite.run();
    halt.end(if (outcome.passed == outcome.total) "ok" else "failed");
}
