// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';

/** Files that a virtual tree has beside what is on disk, by name. */
export const written = (tree: Tree): string[] =>
  tree
    .listChanges()
    .map(({ path }) => path)
    .sort();
