// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { ForgeError } from '@nexus-forge/process';

export const BOARD_FILE = 'board.yaml';
const START = 'where there is no board yet: npx nx g @nexus-forge/nx:init brings a first one';

/** Names of the boards in a folder. */
export function boardsIn(tree: Tree, directory: string): string[] {
  return tree.exists(directory)
    ? tree.children(directory).filter((app) => tree.exists(`${directory}/${app}/${BOARD_FILE}`))
    : [];
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

/** The text of a board; refused where it is none. */
export function boardText(tree: Tree, directory: string, name: string): string {
  const text = tree.read(`${directory}/${name}/${BOARD_FILE}`, 'utf-8');
  if (text !== null) return text;
  throw new ForgeError(`there is no board ${name} to start from`, {
    expected: `${directory}/${name}/${BOARD_FILE}`,
    found: `boards in ${directory}: ${boardsIn(tree, directory).join(', ') || 'none'}`,
    fix: boardsIn(tree, directory).length > 0 ? 'give --from one of them' : START,
  });
}
