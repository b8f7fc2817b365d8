// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { BundleOptions, Sources } from '@nexus-forge/cell-bundle';
import { INITRAMFS, packInitramfs } from '@nexus-forge/kbuild';
import { withPrivateFolder } from '@nexus-forge/process';
import { initramfsOrder, type InitramfsSource } from '../initramfs/order';

/** The initramfs of a bundle: where it is, and whether it is an output of the same task. */
export interface BundledInitramfs {
  source: Sources[typeof INITRAMFS];
  beside: NonNullable<BundleOptions['beside']>;
}

/** Gives `use` an initramfs that another target has made (its path, workspace-relative), or one that is made here. */
export async function withInitramfs<T>(workspaceRoot: string, from: string | InitramfsSource, use: (initramfs: BundledInitramfs) => Promise<T>): Promise<T> {
  if (typeof from === 'string') return use({ source: { path: join(workspaceRoot, from), name: from }, beside: [] });
  return withPrivateFolder(join(workspaceRoot, '.nexus-forge', 'scratch'), 'initramfs', async (folder) => {
    await packInitramfs(initramfsOrder(workspaceRoot, from), folder);
    return use({ source: { path: join(folder, INITRAMFS), name: INITRAMFS }, beside: [INITRAMFS] });
  });
}
