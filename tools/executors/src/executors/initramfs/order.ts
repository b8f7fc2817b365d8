// SPDX-License-Identifier: Apache-2.0
import { loadInitramfs, type InitramfsOrder } from '@nexus-forge/kbuild';
import type { Place } from '@nexus-forge/process';

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

/** Where an initramfs.yaml names the module of a project; a project that nobody's Kbuild describes is named like it. */
export function placeOfModule(workspaceRoot: string, { initramfs }: InitramfsSource): (project: string) => Place | undefined {
  const { value, placeOf } = loadInitramfs(workspaceRoot, initramfs);
  return (project) => {
    const index = (value.modules ?? []).indexOf(project);
    return index < 0 ? undefined : placeOf(['modules', index]);
  };
}
