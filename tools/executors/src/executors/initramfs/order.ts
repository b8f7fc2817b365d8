// SPDX-License-Identifier: Apache-2.0
import type { InitramfsOrder } from '@nexus-forge/kbuild';

/** What an initramfs is made from, as executors are told; paths are workspace-relative. */
export interface InitramfsSource {
  /** initramfs.yaml */
  initramfs: string;
  buildTree: string;
  modules?: string[];
  stateDirectory?: string;
}

export function initramfsOrder(workspaceRoot: string, source: InitramfsSource): InitramfsOrder {
  const { initramfs, buildTree, modules = [], stateDirectory = '.nexus-forge/state/kbuild' } = source;
  return { workspaceRoot, initramfs, buildTree, modules, stateDirectory, report: console.log };
}
