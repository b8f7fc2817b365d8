// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';
import { withScalars } from './yaml-text';

export interface BoardGeneratorOptions {
  name: string;
  from?: string;
  title?: string;
  directory?: string;
}

const NAME = /^[a-z][a-z0-9-]*$/;
const BOARD_FILE = 'board.yaml';
const START = 'where there is no board yet: npx nx g @nexus-forge/nx:init brings a first one';

/**
 * Adds a board app as a copy of another one under its own name. Nothing but the new folder is written: Nx takes
 * nx.json and .gitignore into every hash, and a new board must cost nobody a rebuild.
 */
export default function boardGenerator(tree: Tree, options: BoardGeneratorOptions): () => void {
  const { name, directory = 'apps' } = options;
  if (!NAME.test(name)) {
    throw new ForgeError('a board needs a plain name', { expected: `text that matches ${NAME.source}`, found: name });
  }
  const from = options.from ?? defaultBoard(tree);
  const source = `${directory}/${from}`;
  const target = `${directory}/${name}`;
  if (!tree.exists(`${source}/${BOARD_FILE}`)) {
    throw new ForgeError(`there is no board ${from} to start from`, {
      expected: `${source}/${BOARD_FILE}`,
      found: `boards in ${directory}: ${boardsIn(tree, directory).join(', ') || 'none'}`,
      fix: boardsIn(tree, directory).length > 0 ? 'give --from one of them' : START,
    });
  }
  if (tree.exists(`${target}/${BOARD_FILE}`)) {
    throw new ForgeError(`${target}/${BOARD_FILE} is there already`, { fix: 'choose another name, or edit that file' });
  }
  for (const file of tree.children(source)) {
    const content = tree.read(`${source}/${file}`);
    if (content && tree.isFile(`${source}/${file}`) && file !== BOARD_FILE) tree.write(`${target}/${file}`, content);
  }
  const text = tree.read(`${source}/${BOARD_FILE}`, 'utf-8') ?? '';
  tree.write(`${target}/${BOARD_FILE}`, withScalars(text, { name, title: options.title ?? `${name}, from ${from}` }));
  return () => {
    console.log(`Edit ${target}/${BOARD_FILE}, then: npx nx run ${name}:device-tree`);
  };
}

function boardsIn(tree: Tree, directory: string): string[] {
  return tree.exists(directory) ? tree.children(directory).filter((app) => tree.exists(`${directory}/${app}/${BOARD_FILE}`)) : [];
}

function defaultBoard(tree: Tree): string {
  const manifest = tree.read('workspace.json', 'utf-8');
  const board = manifest ? (JSON.parse(manifest) as { defaultBoard?: string }).defaultBoard : undefined;
  if (board) return board;
  throw new ForgeError('which board to start from?', { fix: `give --from, or set defaultBoard in workspace.json; ${START}` });
}
