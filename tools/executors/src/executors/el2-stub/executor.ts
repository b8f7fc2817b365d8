// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { batchOf } from '../../batch/batch-of';
import { buildFirmware, EL2_STUB } from '../../build-firmware';
import type { Defines } from '@nexus-forge/zig';
import { runStage } from '../../run-stage';

export interface El2StubOptions {
  package: string;
  defines?: Defines;
  budget?: number;
  timeoutSeconds?: number;
  outputDirectory: string;
}

/** Builds the EL2 stub and examines what came out. */
export default function el2Stub(options: El2StubOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, () => buildFirmware({ ...EL2_STUB, timeoutSeconds: 600, ...options }, context));
}

/** The same for the targets of many boards, in one process. */
export const batch = batchOf(el2Stub);
