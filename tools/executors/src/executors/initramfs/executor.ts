// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { buildInitramfs } from '@nexus-forge/kbuild';
import { runStage } from '../../run-stage';

export interface InitramfsOptions {
  initramfs: string;
  buildTree: string;
  modules?: string[];
  outputDirectory: string;
  stateDirectory?: string;
}

/** Builds /init and packs the initramfs. */
export default function initramfs(options: InitramfsOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { stateDirectory = '.nexus-forge/state/kbuild', modules = [], ...rest } = options;
  return runStage(context, () =>
    buildInitramfs({ ...rest, workspaceRoot: context.root, modules, stateDirectory, report: console.log }),
  );
}
