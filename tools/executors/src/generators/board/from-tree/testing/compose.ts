// SPDX-License-Identifier: Apache-2.0
// Has a generated board checked and its trees compiled, as its target `device-tree` does.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { checkMachine, makeDeviceTrees, parseBoard, parseCell, TOOLS_ON_PATH } from '@nexus-forge/devicetree';
import { ionWindow } from '../../../ion-window';

export async function compose(tree: Tree, name: string): Promise<void> {
  const file = `apps/${name}/board.yaml`;
  const board = parseBoard(tree.read(file, 'utf-8') ?? '', file);
  const cell = parseCell(tree.read(board.value.cell, 'utf-8') ?? '', board.value.cell);
  checkMachine(board, cell, await ionWindow(tree));
  const root = mkdtempSync(join(tmpdir(), 'nf-from-tree-'));
  try {
    await makeDeviceTrees({ root, board, cell, tools: TOOLS_ON_PATH, outputDirectory: join(root, 'dist') });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
