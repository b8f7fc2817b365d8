// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { parse } from 'yaml';
import { BOARD_FILE, boardsIn, defaultBoard } from '../board/boards';
import { folderOf } from '../folders';
import type { SharedKeys } from './cell-text';

/** Where a workspace without a cell is told to have its initramfs. */
const INITRAMFS = 'linux-cell/init/initramfs.yaml';

/** Kernel, Image and initramfs as the default board's cell names them. */
export function sharedKeys(tree: Tree): SharedKeys {
  const directory = folderOf(tree, 'board');
  const board = defaultBoard(tree) ?? boardsIn(tree, directory)[0];
  const { cell } = read<{ cell?: string }>(tree, `${directory}/${board}/${BOARD_FILE}`);
  const { kernel, image, initramfs = INITRAMFS } = read<Partial<SharedKeys>>(tree, cell ?? '');
  return { kernel, image, initramfs };
}

function read<T extends object>(tree: Tree, file: string): Partial<T> {
  const text = file !== '' && tree.isFile(file) ? tree.read(file, 'utf-8') : null;
  const value: unknown = text === null ? {} : parse(text, { logLevel: 'silent' });
  return typeof value === 'object' && value !== null ? (value as Partial<T>) : {};
}
