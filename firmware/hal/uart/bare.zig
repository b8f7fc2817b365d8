// SPDX-License-Identifier: Apache-2.0
//! How to send a byte through a UART before any code of its driver can run: the entry
//! assembly of an image that was loaded to the wrong address has no other way to say so.

pub const Write = struct { offset: u64, value: u32 };

/// Offsets from the UART's base; every register is a word.
pub const Bare = struct {
    /// What enables the transmitter, in this order.
    setup: []const Write,
    /// While a bit of `full` is set here, the transmit FIFO takes no byte.
    status: u64,
    full: u32,
    data: u64,
};
