// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { KERNEL } from '@nexus-forge/firmware';
import { buildFirmware, EL2_STUB } from '../../build-firmware';
import type { Defines } from '@nexus-forge/zig';
import { runStage } from '../../run-stage';

export interface ZigBuildOptions {
  package: string;
  defines?: Defines;
  image: string;
  elf: string;
  budget?: number;
  /** The build makes an EL2 stub too, which is inside the kernel. */
  stub?: { budget?: number };
  timeoutSeconds?: number;
  outputDirectory: string;
}

/** Builds a Zig kernel, and the EL2 stub inside it if there is one, and examines what came out. */
export default function zigBuild({ stub, ...options }: ZigBuildOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const inner = stub && [{ ...EL2_STUB, ...stub }];
  return runStage(context, () => buildFirmware({ timeoutSeconds: 1200, ...options, inner, kind: KERNEL }, context));
}
