// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';
import { rootsIn } from '../roots-in';

export const BOARD_FILE = 'board.yaml';
const START = 'where there is no board yet: npx nx g @nexus-forge/nx:init brings a first one';

/** A board of the workspace: the name of its folder, and where that is. */
export interface BoardApp {
  name: string;
  folder: string;
  file: string;
}

/** The boards in all folders of boards. */
export function boardsIn(tree: Tree): BoardApp[] {
  return rootsIn(tree).boards.flatMap((root) =>
    tree
      .children(root)
      .map((name) => ({ name, folder: posix.join(root, name), file: posix.join(root, name, BOARD_FILE) }))
      .filter(({ file }) => tree.exists(file)),
  );
}

/** The board that workspace.json names. */
export function defaultBoard(tree: Tree): string | undefined {
  const manifest = tree.read('workspace.json', 'utf-8');
  return manifest ? (JSON.parse(manifest) as { defaultBoard?: string }).defaultBoard : undefined;
}

export function requireDefaultBoard(tree: Tree): string {
  const board = defaultBoard(tree);
  if (board) return board;
  throw new ForgeError('which board to start from?', {
    fix: `give --from, or set defaultBoard in workspace.json; ${START}`,
  });
}

/** The default board, or where it is none of the workspace the first that there is. */
export function firstBoard(tree: Tree): BoardApp | undefined {
  const boards = boardsIn(tree);
  return boards.find(({ name }) => name === defaultBoard(tree)) ?? boards[0];
}

/** A board by its name, with its text; refused where it is none. */
export function boardNamed(tree: Tree, name: string): BoardApp & { text: string } {
  const boards = boardsIn(tree);
  const found = boards.find((board) => board.name === name);
  const text = found === undefined ? null : tree.read(found.file, 'utf-8');
  if (found !== undefined && text !== null) return { ...found, text };
  const folders = rootsIn(tree).boards.join(', ');
  throw new ForgeError(`there is no board ${name}`, {
    expected: `${name}/${BOARD_FILE} in ${folders}`,
    found: `boards in ${folders}: ${boards.map((board) => board.name).join(', ') || 'none'}`,
    fix: boards.length > 0 ? 'name one of them' : START,
  });
}
