// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { RootKind } from '../graph/roots';
import { refuseUnseen, rootsIn } from './roots-in';

/** Where a generator puts what it makes: the first folder of the kind; below the workspace itself a place of its own. */
const FOLDERS = {
  board: { root: 'boards' },
  cell: { root: 'cells' },
  initramfs: { root: 'initramfs', place: 'linux-cell/init' },
  kernel: { root: 'kernels' },
  module: { root: 'modules', place: 'linux-cell/modules' },
  package: { root: 'firmware' },
  proof: { root: 'proofs' },
} as const satisfies Record<string, { root: RootKind; place?: string }>;

export type Kind = keyof typeof FOLDERS;

/** The folder of a kind of file, workspace-relative; `given` is what the command line says. */
export function folderOf(tree: Tree, kind: Kind, given?: string): string {
  return given === undefined ? (foldersOf(tree, kind)[0] as string) : posix.normalize(given).replace(/(?<=.)\/$/, '');
}

/** All folders of a kind of file, the first of which takes what is new. */
export function foldersOf(tree: Tree, kind: Kind): string[] {
  const { root, place = '.' }: { root: RootKind; place?: string } = FOLDERS[kind];
  return rootsIn(tree)[root].map((folder) => posix.normalize(folder === '.' ? place : folder));
}

/** A file below such a folder, which a graph sees. */
export function fileIn(tree: Tree, kind: Kind, given: string | undefined, ...names: readonly string[]): string {
  const file = posix.join(folderOf(tree, kind, given), ...names);
  refuseUnseen(tree, FOLDERS[kind].root, file);
  return file;
}
