// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { buildInitramfs } from '@nexus-forge/kbuild';
import { runStage } from '../../run-stage';
import { initramfsOrder, type InitramfsSource } from './order';

export interface InitramfsOptions extends InitramfsSource {
  outputDirectory: string;
}

/** Builds /init and packs the initramfs. */
export default function initramfs({ outputDirectory, ...source }: InitramfsOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return runStage(context, () => buildInitramfs(initramfsOrder(context.root, source), outputDirectory));
}
