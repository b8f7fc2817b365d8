// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import type { RootKind } from '../graph/roots';
import { refuseUnseen, rootsIn } from './roots-in';

/** Where a generator puts what it makes: the first folder of the kind, and below the workspace itself a place of its own. */
const FOLDERS = {
  board: { root: 'boards' },
  cell: { root: 'cells' },
  kernel: { root: 'kernels' },
  module: { root: 'modules', place: 'linux-cell/modules' },
  package: { root: 'firmware' },
  proof: { root: 'proofs' },
} as const satisfies Record<string, { root: RootKind; place?: string }>;

export type Kind = keyof typeof FOLDERS;

/** The folder of a kind of file, workspace-relative; `given` is what the command line says. */
export function folderOf(tree: Tree, kind: Kind, given?: string): string {
  const { root, place = '.' }: { root: RootKind; place?: string } = FOLDERS[kind];
  const first = rootsIn(tree)[root][0] as string;
  return posix.normalize(given ?? (first === '.' ? place : first)).replace(/(?<=.)\/$/, '');
}

/** A file below such a folder, which a graph sees. */
export function fileIn(tree: Tree, kind: Kind, given: string | undefined, ...names: readonly string[]): string {
  const file = posix.join(folderOf(tree, kind, given), ...names);
  refuseUnseen(tree, FOLDERS[kind].root, file);
  return file;
}
