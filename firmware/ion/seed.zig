// SPDX-License-Identifier: Apache-2.0
//! The first write to a window in each epoch.
const std = @import("std");
const assert = std.debug.assert;
const abi = @import("ion_abi");
const Window = @import("window.zig").Window;

pub const Parameters = struct {
    /// Changes at each start of the cell, never 0 (R11).
    epoch: u64,
    counter_frequency_hz: u64,
    features: u64 = abi.header_feature.event_index,
    sections: []const abi.Section = &abi.sections,
    rings: []const abi.Ring = &abi.rings,
};

/// Clears the whole window, so that nothing of an earlier life can be read (R13), then writes the tables and the header.
/// `host_state` becomes ready last, with release: who sees it ready sees everything else.
pub fn seed(bytes: []align(Window.abi_alignment) u8, parameters: Parameters) void {
    assert(parameters.epoch != 0);
    assert(bytes.len == abi.window_size);
    const window = Window.init(bytes);
    window.store(@offsetOf(abi.Header, "host_state"), @backingInt(abi.HostState.down), .release);
    @memset(bytes, 0);
    window.write(abi.section_table_offset, std.mem.sliceAsBytes(parameters.sections));
    window.write(abi.ring_table_offset, std.mem.sliceAsBytes(parameters.rings));
    const header: abi.Header = .{
        .magic = abi.magic,
        .abi_version = abi.abi_version,
        .header_size = @sizeOf(abi.Header),
        .window_size = abi.window_size,
        .epoch = parameters.epoch,
        .features = parameters.features,
        .counter_frequency_hz = parameters.counter_frequency_hz,
        .section_count = @intCast(parameters.sections.len),
        .section_table_offset = abi.section_table_offset,
        .ring_count = @intCast(parameters.rings.len),
        .ring_table_offset = abi.ring_table_offset,
        .host_state = @backingInt(abi.HostState.down),
    };
    window.write(0, std.mem.asBytes(&header));
    setHostState(bytes, .ready);
}

/// Life cycle after seeding: `closing` before the cell is stopped.
pub fn setHostState(bytes: []align(Window.abi_alignment) u8, state: abi.HostState) void {
    const window = Window.init(bytes);
    window.store(@offsetOf(abi.Header, "host_state"), @backingInt(state), .release);
}
