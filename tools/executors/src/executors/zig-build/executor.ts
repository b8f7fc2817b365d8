// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { KERNEL } from '@nexus-forge/firmware';
import { buildFirmware } from '../../build-firmware';
import type { Defines } from '@nexus-forge/zig';
import { runStage } from '../../run-stage';

export interface ZigBuildOptions {
  package: string;
  defines?: Defines;
  image: string;
  elf: string;
  budget?: number;
  timeoutSeconds?: number;
  outputDirectory: string;
}

/** Builds a Zig kernel and examines what came out. */
export default function zigBuild(options: ZigBuildOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, () => buildFirmware({ timeoutSeconds: 1200, ...options, kind: KERNEL }, context));
}
