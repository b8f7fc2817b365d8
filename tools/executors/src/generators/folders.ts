// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';

/** Where a generator puts what it makes; the one place that says it. */
const FOLDERS = {
  board: 'apps',
  cell: '.',
  kernel: '.',
  module: 'linux-cell/modules',
  package: 'firmware',
  proof: 'proofs',
} as const;

export type Kind = keyof typeof FOLDERS;

/** The folder of a kind of file, workspace-relative; `given` is what the command line says. */
export function folderOf(kind: Kind, given?: string): string {
  return posix.normalize(given ?? FOLDERS[kind]).replace(/(?<=.)\/$/, '');
}

/** A path below such a folder. */
export function placeOf(kind: Kind, given: string | undefined, ...names: readonly string[]): string {
  return posix.join(folderOf(kind, given), ...names);
}
