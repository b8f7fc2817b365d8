// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { parseIonAbi } from '@nexus-forge/ion-abi';
import { ForgeError } from '@nexus-forge/process';
import { filesOf } from './roots-in';

/** Where a guest sees its ION window, and how large it is: what the workspace's one ion-abi.yaml fixes. */
export async function ionWindow(tree: Tree): Promise<{ ipa: number; size: number }> {
  const [file] = await filesOf(tree, 'bindings');
  const text = file === undefined ? null : tree.read(file, 'utf-8');
  if (file !== undefined && text !== null) return parseIonAbi(text, file).window;
  throw new ForgeError('this workspace has no ion-abi.yaml', {
    expected: 'one file of that name, which fixes the window between a board and its cell',
    fix: 'npx nx g @nexus-forge/nx:init, which writes one',
  });
}
