// SPDX-License-Identifier: Apache-2.0
//! The default boot: Rumpk on its own.

const halt = @import("halt.zig");

pub fn run() noreturn {
    halt.end("ok");
}
