// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { STUB } from '@nexus-forge/firmware';
import { batchOf } from '../../batch/batch-of';
import { buildFirmware } from '../../build-firmware';
import type { Defines } from '@nexus-forge/zig';
import { runStage } from '../../run-stage';

export interface El2StubOptions {
  package: string;
  defines?: Defines;
  budget?: number;
  timeoutSeconds?: number;
  outputDirectory: string;
}

const BUDGET_BYTES = 8192;

/** Builds the EL2 stub and examines what came out. */
export default function el2Stub(options: El2StubOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const files = { image: 'el2-stub.bin', elf: 'el2-stub.elf' };
  return runStage(context, () => buildFirmware({ budget: BUDGET_BYTES, timeoutSeconds: 600, ...files, ...options, kind: STUB }, context));
}

/** The same for the targets of many boards, in one process. */
export const batch = batchOf(el2Stub);
