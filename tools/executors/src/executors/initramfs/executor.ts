// SPDX-License-Identifier: Apache-2.0
import type { ExecutorContext } from '@nx/devkit';
import { buildInitramfs } from '@nexus-forge/kbuild';
import { refuseUnknownProducers, runStage } from '../../run-stage';
import { initramfsOrder, placeOfModule, type InitramfsSource } from './order';

export interface InitramfsOptions extends InitramfsSource {
  outputDirectory: string;
}

/** Builds /init and packs the initramfs. */
export default function initramfs({ outputDirectory, ...source }: InitramfsOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const work = async () => {
    refuseUnknownProducers(context, placeOfModule(context.root, source));
    await buildInitramfs(initramfsOrder(context.root, source), outputDirectory);
  };
  return runStage(context, work, { refusesUnknownProducers: true });
}
