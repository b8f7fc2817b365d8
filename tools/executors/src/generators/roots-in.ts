// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { globAsync, readNxJson, type Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';
import { optionsIn, resolveOptions } from '../graph/options';
import { isAtPlace, namesOf, rootsRemedy, type RootKind, type Roots } from '../graph/roots';
import { PLUGIN } from '../graph/targets/definition';

const settings = (tree: Tree) => resolveOptions(optionsIn(readNxJson(tree), PLUGIN));

/** The folders of each kind of file, as nx.json names them to the plugin. */
export const rootsIn = (tree: Tree): Roots => settings(tree).roots;

/** The folder of all outputs, likewise. */
export const outputRootIn = (tree: Tree): string => settings(tree).outputRoot;

/** The files of a kind that the graph sees, sorted. */
export async function filesOf(tree: Tree, kind: RootKind): Promise<string[]> {
  const files = await globAsync(tree, namesOf(kind).map((name) => `**/${name}`));
  return files.filter((file) => isAtPlace(kind, file, rootsIn(tree))).sort();
}

/** Refuses to write a file where no graph would see it, or outside of the workspace. */
export function refuseUnseen(tree: Tree, kind: RootKind, file: string): void {
  if (posix.isAbsolute(file) || posix.normalize(file).startsWith('../')) {
    throw new ForgeError(`${file} is outside of the workspace`, { fix: 'give --directory a folder of the workspace' });
  }
  const roots = rootsIn(tree);
  if (isAtPlace(kind, file, roots)) return;
  throw new ForgeError(`${file} would be seen by no graph`, {
    expected: `a folder of ${roots[kind].join(' or ')}`,
    fix: rootsRemedy(kind, posix.dirname(file), roots),
  });
}
