// SPDX-License-Identifier: Apache-2.0
// A workspace with this repository's default board and cell, in memory.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

export const REPOSITORY = join(__dirname, '..', '..', '..', '..', '..', '..', '..');
const FILES = ['workspace.json', 'apps/qemu-virt/board.yaml', 'linux-cell/cell.yaml', 'libs/ion-abi/ion-abi.yaml'];

export function neighbourhood(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  for (const file of FILES) tree.write(file, readFileSync(join(REPOSITORY, file), 'utf8'));
  return tree;
}
