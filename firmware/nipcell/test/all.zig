// SPDX-License-Identifier: Apache-2.0
test {
    const nipcell = @import("nipcell");
    const std = @import("std");
    inline for (.{ nipcell, nipcell.manifest, nipcell.manifest_check, nipcell.image, nipcell.cpio, nipcell.sums, nipcell.bundle, nipcell.placement, nipcell.staging, nipcell.guest_dtb, nipcell.cell_plan, nipcell.start, nipcell.start.Cell, nipcell.prepare, nipcell.cpio.Reader, nipcell.sums.Reader }) |T| std.testing.refAllDecls(T);
}
