// SPDX-License-Identifier: Apache-2.0
//! Register policy of a cell: every register that decides what a guest may do or finds,
//! one line each, with the reason. The only place where these values stand.
//! Sources: Arm ARM D19; Linux arch/arm64/include/asm/el2_setup.h and arch/arm64/kvm;
//! Linux Documentation/arm64/booting.rst.

const sysreg = @import("hal").sysreg;

/// How interrupts reach the guest (design, section 6).
pub const InterruptMode = enum {
    /// The cell owns the interrupt controller; EL2 takes no interrupt while it runs.
    direct,
};

/// What differs from cell to cell.
pub const Cell = struct {
    /// The stage-2 registers, as the stage-2 builder gives them.
    vtcr: u64,
    vttbr: u64,
    /// MPIDR affinity the cell's CPU shows, and whether it is the cell's only one.
    affinity: u64,
    uniprocessor: bool,
    gic_version: u8,
};

pub const Hcr = struct {
    pub const vm: u64 = 1 << 0; // stage-2 translation: the cell's walls
    pub const swio: u64 = 1 << 1; // invalidate by set/way becomes clean+invalidate: no lost host data
    pub const ptw: u64 = 1 << 2; // a stage-1 table in device memory faults instead of walking device registers
    pub const fmo: u64 = 1 << 3; // FIQ to EL2: not in direct mode
    pub const imo: u64 = 1 << 4; // IRQ to EL2: not in direct mode
    pub const amo: u64 = 1 << 5; // SError to EL2: a machine fault is Rumpk's to judge, not the guest's to hide
    pub const fb: u64 = 1 << 9; // guest TLB and I-cache maintenance is broadcast: safe on any core
    pub const bsu_inner: u64 = 1 << 10; // its barriers reach the inner-shareable domain at least
    pub const tsc: u64 = 1 << 19; // SMC traps: the platform's firmware is not the guest's to call
    pub const tidcp: u64 = 1 << 20; // implementation-defined registers trap: unknown side effects
    pub const tacr: u64 = 1 << 21; // ACTLR_EL1 traps: it can switch off coherency on some cores
    pub const tsw: u64 = 1 << 22; // set/way maintenance traps: it acts on the whole machine's caches
    pub const rw: u64 = 1 << 31; // EL1 is AArch64
    pub const tlor: u64 = 1 << 35; // LORegions trap: they change the ordering of all physical memory
    pub const apk: u64 = 1 << 40; // pointer-authentication keys are the guest's (no trap)
    pub const api: u64 = 1 << 41; // and so are its instructions
};

const hcr_common = Hcr.vm | Hcr.swio | Hcr.ptw | Hcr.amo | Hcr.fb | Hcr.bsu_inner | Hcr.tsc |
    Hcr.tidcp | Hcr.tacr | Hcr.tsw | Hcr.rw | Hcr.tlor | Hcr.apk | Hcr.api;

/// HCR_EL2 while the cell runs.
pub fn hcr(mode: InterruptMode) u64 {
    return switch (mode) {
        // Linux owns the GIC: both routing bits clear, both together, because a mix makes
        // only half of the ICC registers virtual.
        .direct => hcr_common,
    };
}

/// HCR_EL2 while Rumpk itself runs: EL1 is AArch64, physical interrupts come to EL2.
pub const hcr_host: u64 = Hcr.rw | Hcr.imo | Hcr.fmo | Hcr.amo;

/// HCR_EL2 while Rumpk works for a cell: interrupts come to EL2, and the cell's translation
/// bits stay as they are. They do not concern EL2, and changing HCR_EL2.VM or .PTW on every
/// exit would cost all cached translations.
pub fn hcrServing(cell_hcr: u64) u64 {
    return cell_hcr | Hcr.imo | Hcr.fmo;
}

/// EL1 physical counter and timer untrapped: a 1:1 core's timers are the cell's in full
/// (EL1PCTEN is a booting.rst requirement).
pub const cnthctl: u64 = 1 << 0 | 1 << 1;

/// SPSR_EL2 of the first entry: EL1h, all exceptions masked (booting.rst).
pub const entry_pstate: u64 = 0x3c5;

/// CPTR_EL2: RES1 bits, and no trap of FP, SIMD or trace: the kernel uses neither.
pub const cptr: u64 = 0x33ff;
const cptr_trap_sve: u64 = 1 << 8;
const cptr_trap_sme: u64 = 1 << 12;

/// SCTLR_EL1 as Linux expects it at entry: RES1, MMU and caches off, little-endian.
const sctlr_el1: u64 = 0x3050_0800;

/// CPACR_EL1.FPEN: FP usable from the first instruction (firmware's usual state).
const cpacr_el1: u64 = 3 << 20;

const mpidr_res1: u64 = 1 << 31;
const mpidr_uniprocessor: u64 = 1 << 30;

/// Loads everything but HCR_EL2 (the stub switches that one at each entry).
pub fn apply(cell: Cell) void {
    loadControls(cell);
    wipeEl1();
    openExtensions();
    if (cell.gic_version == 3) openGicV3Registers();
}

fn loadControls(cell: Cell) void {
    sysreg.write("vtcr_el2", cell.vtcr);
    sysreg.write("vttbr_el2", cell.vttbr);
    sysreg.write("cnthctl_el2", cnthctl);
    sysreg.write("cntvoff_el2", 0); // virtual time is physical time on the first start
    sysreg.write("cptr_el2", cptr);
    sysreg.write("mdcr_el2", sysreg.read("pmcr_el0") >> 11 & 0x1f); // all PMU counters are the guest's, no debug traps
    sysreg.write("hstr_el2", 0); // no AArch32 coprocessor traps
    sysreg.write("vpidr_el2", sysreg.read("midr_el1")); // the real core: errata tables must match
    sysreg.write("vmpidr_el2", mpidr_res1 | (if (cell.uniprocessor) mpidr_uniprocessor else 0) | cell.affinity);
}

/// EL1's registers as a guest must find them on every start: nothing of an earlier life,
/// of firmware, or of another cell. FP and SIMD registers are wiped by the smoke stub at
/// EL1, because EL2 is built without them.
fn wipeEl1() void {
    sysreg.write("sctlr_el1", sctlr_el1);
    sysreg.write("cpacr_el1", cpacr_el1);
    inline for (zero_at_start) |name| sysreg.write(name, 0);
    inline for (cleared_by_ones) |name| sysreg.write(name, 0xffff_ffff);
    sysreg.write("pmcr_el0", 1 << 1 | 1 << 2); // PMU: events and cycle counter reset, disabled
}

const zero_at_start = [_][]const u8{
    "vbar_el1", "ttbr0_el1", "ttbr1_el1", "tcr_el1", "mair_el1", "amair_el1", // translation and vectors
    "esr_el1", "far_el1", "afsr0_el1", "afsr1_el1", "par_el1", // syndromes: another life's faults
    "spsr_el1", "elr_el1", "sp_el1", // return state
    "contextidr_el1", "tpidr_el0", "tpidrro_el0", "tpidr_el1", "csselr_el1", // thread pointers, cache selector
    "cntkctl_el1", "cntp_ctl_el0", "cntp_cval_el0", "cntv_ctl_el0", "cntv_cval_el0", // timers: no old deadline fires
    "mdscr_el1", // no single step, no monitor debug
    "pmuserenr_el0", // PMU: not EL0's
};

/// PMU: no counter, interrupt or overflow of another life. A one clears (Arm ARM D19.5).
const cleared_by_ones = [_][]const u8{ "pmcntenclr_el0", "pmintenclr_el1", "pmovsclr_el0" };

/// Registers that exist only where an ID register says so: fields of four bits, 0 = absent.
/// On an older core each of them is undefined.
const extensions = [_]Extension{
    // Fine-grained traps are unknown after reset: none is ours (FEAT_FGT).
    .{ .id = "id_aa64mmfr0_el1", .field = 56, .register = "s3_4_c1_c1_4", .value = 0 }, // HFGRTR_EL2
    .{ .id = "id_aa64mmfr0_el1", .field = 56, .register = "s3_4_c1_c1_5", .value = 0 }, // HFGWTR_EL2
    .{ .id = "id_aa64mmfr0_el1", .field = 56, .register = "s3_4_c1_c1_6", .value = 0 }, // HFGITR_EL2
    .{ .id = "id_aa64mmfr0_el1", .field = 56, .register = "s3_4_c3_c1_4", .value = 0 }, // HDFGRTR_EL2
    .{ .id = "id_aa64mmfr0_el1", .field = 56, .register = "s3_4_c3_c1_5", .value = 0 }, // HDFGWTR_EL2
    // No extended hypervisor trap or override is used (FEAT_HCX): HCRX_EL2.
    .{ .id = "id_aa64mmfr1_el1", .field = 40, .register = "s3_4_c1_c2_2", .value = 0 },
    // The guest may use the longest vectors the core has: ZCR_EL2.LEN (FEAT_SVE).
    .{ .id = "id_aa64pfr0_el1", .field = 32, .register = "s3_4_c1_c2_0", .value = 0x1ff },
    // The same for streaming vectors: SMCR_EL2.LEN (FEAT_SME).
    .{ .id = "id_aa64pfr1_el1", .field = 24, .register = "s3_4_c1_c2_6", .value = 0x1ff },
};

const Extension = struct { id: []const u8, field: u6, register: []const u8, value: u64 };

fn openExtensions() void {
    if (hasExtension("id_aa64pfr0_el1", 32)) allow(cptr_trap_sve);
    if (hasExtension("id_aa64pfr1_el1", 24)) allow(cptr_trap_sme);
    inline for (extensions) |extension| {
        if (hasExtension(extension.id, extension.field)) sysreg.write(extension.register, extension.value);
    }
}

fn hasExtension(comptime id: []const u8, comptime field: u6) bool {
    return sysreg.read(id) >> field & 0xf != 0;
}

/// The vector-length registers themselves are trapped until CPTR_EL2 lets them through.
fn allow(trap: u64) void {
    sysreg.write("cptr_el2", sysreg.read("cptr_el2") & ~trap);
    asm volatile ("isb" ::: .{ .memory = true });
}

/// GICv3's CPU interface by system registers at EL1 (booting.rst); the read-back is the
/// architecture's way to see that the bits took.
fn openGicV3Registers() void {
    sysreg.write("icc_sre_el2", 0xf);
    asm volatile ("isb" ::: .{ .memory = true });
    sysreg.write("icc_sre_el1", 0x7);
    sysreg.write("ich_hcr_el2", 0); // no virtual interface: interrupts are physical in direct mode
}
