// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { parse } from 'yaml';
import { firstBoard } from '../board/boards';
import { fileIn } from '../folders';
import type { SharedKeys } from './cell-text';

/** Kernel, Image and initramfs as the default board's cell names them. */
export function sharedKeys(tree: Tree): SharedKeys {
  const { cell } = read<{ cell?: string }>(tree, firstBoard(tree)?.file ?? '');
  const { kernel, image, initramfs = fileIn(tree, 'initramfs', undefined, 'initramfs.yaml') } = read<Partial<SharedKeys>>(tree, cell ?? '');
  return { kernel, image, initramfs };
}

function read<T extends object>(tree: Tree, file: string): Partial<T> {
  const text = file !== '' && tree.isFile(file) ? tree.read(file, 'utf-8') : null;
  const value: unknown = text === null ? {} : parse(text, { logLevel: 'silent' });
  return typeof value === 'object' && value !== null ? (value as Partial<T>) : {};
}
