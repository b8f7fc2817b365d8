// SPDX-License-Identifier: Apache-2.0
//! Device trees without libfdt: a reader that never trusts the blob and an editor that works in the blob's own spare space.
//! Nothing here allocates; everything the reader does also works at compile time.
pub const structure = @import("structure.zig");
pub const cells = @import("cells.zig");

pub const Tree = @import("tree.zig").Tree;
pub const Node = @import("tree.zig").Node;
pub const Property = @import("property.zig").Property;
pub const Region = cells.Region;
pub const Banks = @import("banks.zig").Banks;
pub const eachMemoryRegion = @import("banks.zig").eachMemoryRegion;
pub const holding = @import("banks.zig").holding;

pub const ParseError = structure.Error;
pub const CellError = cells.CellError;
pub const ValueError = @import("property.zig").ValueError;

pub const Editor = @import("editor.zig").Editor;
pub const EditError = @import("editor.zig").EditError;
pub const boot = @import("boot.zig");
