// SPDX-License-Identifier: Apache-2.0
//! Hardware at its least helpful, for the steps of change.zig. Between any two steps it may have walked the tables for any watched
//! IPA, seeing or not seeing a descriptor write that no DSB has completed, and keep what it saw in two caches:
//!   by IPA   - removed by TLBI IPAS2E1IS of that IPA;
//!   combined - found by VA only, removed by TLBI VMALLE1IS, refilled from a walk *or from the IPA cache*.
//! A TLBI takes effect at the next DSB ISH, in the least helpful order.
const std = @import("std");
const stage2 = @import("stage2");
const Ipa = stage2.Ipa;
const Step = stage2.change.Step;

pub const Violation = error{
    /// Two different valid translations of one IPA could be cached or walked at once (D8.16.1: break-before-make).
    ConflictingTranslations,
    /// After the last step a translation that the tables no longer hold can still be used.
    StaleTranslation,
    /// A TLBI for the wrong VMID, or one left selected.
    WrongVmid,
};

/// What a watched IPA may translate to, as far as the model cares.
const View = struct { pa: u64, size: u64, writable: bool, executable: bool };

pub const Machine = struct {
    pool: *stage2.TablePool,
    root: stage2.Pa,
    watched: []const Ipa,
    vmid_selected: bool,
    /// Writes that walks may or may not see yet: entry and its old value.
    pending_writes: [4]struct { entry: *u64, old: u64 } = undefined,
    pending_write_count: usize = 0,
    pending_ipa_tlbi: ?Ipa = null,
    pending_vmalle1: bool = false,
    pending_all: bool = false,
    /// Per watched IPA: views in the IPA cache and in the combined cache.
    by_ipa: [8]Set = @splat(.{}),
    combined: [8]Set = @splat(.{}),

    const Set = struct {
        views: [4]View = undefined,
        len: usize = 0,

        fn add(set: *Set, view: View) void {
            for (set.views[0..set.len]) |known| if (std.meta.eql(known, view)) return;
            set.views[set.len] = view;
            set.len += 1;
        }
    };

    /// Runs all steps but `skip`, then judges what is left behind.
    pub fn run(machine: *Machine, steps: []const Step, skip: ?usize) Violation!void {
        const selected_before = machine.vmid_selected;
        try machine.speculate();
        for (steps, 0..) |step, index| {
            if (skip != index) try machine.execute(step);
            try machine.speculate();
        }
        if (machine.vmid_selected != selected_before) return error.WrongVmid;
        // The caller goes on as if all were done: whatever is not complete shows as stale.
        for (machine.watched, 0..) |ipa, index| {
            const now = machine.walk(ipa);
            for ([_]Set{ machine.by_ipa[index], machine.combined[index] }) |set| {
                for (set.views[0..set.len]) |view| if (now == null or !std.meta.eql(view, now.?)) return error.StaleTranslation;
            }
        }
        if (machine.pending_write_count != 0) return error.StaleTranslation;
    }

    fn execute(machine: *Machine, step: Step) Violation!void {
        switch (step) {
            .write => |write| {
                machine.pending_writes[machine.pending_write_count] = .{ .entry = write.entry, .old = write.entry.* };
                machine.pending_write_count += 1;
                write.entry.* = write.value;
            },
            .dsb_ishst => machine.pending_write_count = 0,
            .dsb_ish => {
                try machine.complete();
                // A write that no DSB had completed before the TLBI may become visible after it: old entries come back.
                try machine.speculate();
                machine.pending_write_count = 0;
            },
            .select_vmid => machine.vmid_selected = true,
            .restore_vmid => machine.vmid_selected = false,
            .tlbi_ipas2e1is => |ipa| {
                if (!machine.vmid_selected) return error.WrongVmid;
                machine.pending_ipa_tlbi = ipa;
            },
            .tlbi_vmalle1is => {
                if (!machine.vmid_selected) return error.WrongVmid;
                machine.pending_vmalle1 = true;
            },
            .tlbi_vmalls12e1is => {
                if (!machine.vmid_selected) return error.WrongVmid;
                machine.pending_all = true;
            },
            .tlbi_vale2is_zero, .isb => {},
        }
    }

    /// Combined entries go first, may come back out of the IPA cache, and only then the IPA entries go.
    fn complete(machine: *Machine) Violation!void {
        if (machine.pending_vmalle1 or machine.pending_all) machine.combined = @splat(.{});
        if (!machine.pending_all) try machine.speculate();
        if (machine.pending_ipa_tlbi) |ipa| {
            for (machine.watched, 0..) |watched, index| {
                if (machine.sameLeaf(watched, ipa)) machine.by_ipa[index] = .{};
            }
        }
        if (machine.pending_all) {
            machine.by_ipa = @splat(.{});
            machine.combined = @splat(.{});
        }
        machine.pending_ipa_tlbi = null;
        machine.pending_vmalle1 = false;
        machine.pending_all = false;
    }

    /// A TLBI by IPA removes the cached copies of the whole leaf that the IPA was in; the watched IPAs of one test lie in one leaf.
    fn sameLeaf(_: *const Machine, a: Ipa, b: Ipa) bool {
        return a.raw() / stage2.address.block_size_2m == b.raw() / stage2.address.block_size_2m;
    }

    /// Fills both caches with everything that could be seen now.
    fn speculate(machine: *Machine) Violation!void {
        for (machine.watched, 0..) |ipa, index| {
            if (machine.walk(ipa)) |view| machine.by_ipa[index].add(view);
            machine.swapPending();
            const before = machine.walk(ipa);
            machine.swapPending();
            if (before) |view| machine.by_ipa[index].add(view);
            const set = machine.by_ipa[index];
            for (set.views[0..set.len]) |view| machine.combined[index].add(view);
            if (machine.by_ipa[index].len > 1 or machine.combined[index].len > 1) return error.ConflictingTranslations;
        }
    }

    /// Exchanges pending writes with what was there before; twice is the identity.
    fn swapPending(machine: *Machine) void {
        const count = machine.pending_write_count;
        for (0..count) |index| std.mem.swap(u64, machine.pending_writes[index].entry, &machine.pending_writes[index].old);
    }

    fn walk(machine: *const Machine, ipa: Ipa) ?View {
        return switch (stage2.walker.translate(machine.pool.reader(), machine.root, ipa)) {
            .fault => null,
            .mapped => |mapping| .{
                .pa = mapping.pa.raw(),
                .size = mapping.size,
                .writable = mapping.writable,
                .executable = mapping.executable,
            },
        };
    }
};
