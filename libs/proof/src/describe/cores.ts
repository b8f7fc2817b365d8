// SPDX-License-Identifier: Apache-2.0
import type { Datum } from '../value';

/** What software finds in a core's own registers, by its technical reference manual. */
export interface Core {
  /** MIDR_EL1. */
  midr: Datum;
  /** ID_AA64MMFR0_EL1.PARange, as VTCR_EL2.PS has it too. */
  pa_range: Datum;
  /** PMCR_EL0 with nothing switched on: implementer, core, number of counters. */
  pmcr: Datum;
}

/** By the `compatible` of the core's node. Revisions are those that QEMU plays. */
export const CORES: Readonly<Record<string, Core>> = {
  // r0p4; 40 bits.
  'arm,cortex-a53': { midr: '0x410fd034', pa_range: '0x2', pmcr: '0x41033000' },
  // r0p3; 44 bits.
  'arm,cortex-a72': { midr: '0x410fd083', pa_range: '0x4', pmcr: '0x41023000' },
};
