// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { PLUGIN } from '../../graph/targets/definition';
import { boardsIn } from '../board/boards';
import { filesOf, outputRootIn, rootsIn } from '../roots-in';
import { starterPlaces, type StarterPlaces } from './places';
import { starterText } from '../starter';
import { forOtherWorkspace } from './starter-text';

/** What Nx and the plugin keep, beside the outputs. */
const IGNORED = ['.nexus-forge', '.nx', '.toolchain'];
const MANIFEST = 'workspace.json';

/** Sets a workspace up; what is there already stays as it is. */
export default async function initGenerator(tree: Tree): Promise<() => void> {
  namePlugin(tree);
  ignore(tree, [outputRootIn(tree), ...IGNORED]);
  const places = starterPlaces(rootsIn(tree));
  const isFirst = boardsIn(tree).length === 0;
  const machine = isFirst ? [places.board, places.cell, ...provedKernel(tree, places)] : [];
  // Every board needs one, wherever it is: a second one would contend with it.
  const abi = (await filesOf(tree, 'bindings')).length > 0 ? [] : [places.abi];
  for (const path of [MANIFEST, ...machine, ...abi].filter((file) => !tree.exists(file))) {
    tree.write(path, forOtherWorkspace(path, starterText(posix.basename(path)), places));
  }
  return () => {
    console.log(`Next: npx nx ${isFirst ? 'run-many -t proof' : 'show projects'}`);
  };
}

/** A kernel and the proof of it, so that there is something to prove; a package that is there has other claims. */
function provedKernel(tree: Tree, { kernel, proof }: StarterPlaces): readonly string[] {
  return tree.exists(posix.dirname(kernel[0] as string)) ? [] : [...kernel, proof];
}

function namePlugin(tree: Tree): void {
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  if (plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === PLUGIN)) return;
  updateNxJson(tree, { ...nxJson, plugins: [...plugins, PLUGIN] });
}

function ignore(tree: Tree, folders: readonly string[]): void {
  const text = tree.exists('.gitignore') ? (tree.read('.gitignore', 'utf-8') ?? '') : '';
  const known = new Set(text.split('\n').map((line) => line.trim().replace(/^\/|\/$/g, '')));
  const missing = folders.filter((folder) => !known.has(folder));
  if (missing.length === 0) return;
  tree.write('.gitignore', `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
}
