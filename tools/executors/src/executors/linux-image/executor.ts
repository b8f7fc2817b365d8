// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { buildKernel } from '@nexus-forge/kbuild';
import { runStage } from '../../run-stage';

export interface LinuxImageOptions {
  kernel: string;
  outputDirectory: string;
  stateDirectory?: string;
  jobs?: number;
  timeoutSeconds?: number;
}

/** Builds a kernel Image from its pinned source and configuration fragments. */
export default function linuxImage(options: LinuxImageOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { stateDirectory = '.nexus-forge/state/linux', timeoutSeconds = 3600, ...rest } = options;
  return runStage(context, () =>
    buildKernel({ ...rest, workspaceRoot: context.root, stateDirectory, timeoutMs: timeoutSeconds * 1000, report: console.log }),
  );
}
