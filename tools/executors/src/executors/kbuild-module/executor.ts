// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { buildModule } from '@nexus-forge/kbuild';
import { runStage } from '../../run-stage';

export interface KbuildModuleOptions {
  modules: string[];
  source: string;
  buildTree: string;
  headers?: string[];
  dependencies?: { source: string; symvers: string }[];
  folders?: string[];
  includes?: string[];
  outputDirectory: string;
  stateDirectory?: string;
  timeoutSeconds?: number;
}

/** Builds the kernel modules of a Kbuild against the build tree of its kernel. */
export default function kbuildModule(options: KbuildModuleOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { stateDirectory = '.nexus-forge/state/kbuild', timeoutSeconds = 600, headers = [], dependencies = [], ...rest } = options;
  const timeoutMs = timeoutSeconds * 1000;
  return runStage(context, () =>
    buildModule({ ...rest, workspaceRoot: context.root, headers, dependencies, stateDirectory, timeoutMs, report: console.log }),
  );
}
