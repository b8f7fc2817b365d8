// SPDX-License-Identifier: Apache-2.0
import { readNxJson, type Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';
import { optionsIn, resolveOptions } from '../graph/options';
import { isAtPlace, rootsRemedy, type Roots } from '../graph/roots';
import { PLUGIN } from '../graph/targets/definition';

/** The folders of each kind of file, as nx.json names them to the plugin. */
export function rootsIn(tree: Tree): Roots {
  return resolveOptions(optionsIn(readNxJson(tree), PLUGIN)).roots;
}

/** Refuses to write a file where no graph would see it. */
export function refuseUnseen(tree: Tree, kind: 'boards' | 'firmware', folder: string, file: string): void {
  const roots = rootsIn(tree);
  const path = `${folder}/${file}`;
  if (isAtPlace(kind, path, roots)) return;
  throw new ForgeError(`${path} would be seen by no graph`, {
    expected: `a folder of ${roots[kind].join(' or ')}`,
    fix: rootsRemedy(kind, folder, roots),
  });
}
