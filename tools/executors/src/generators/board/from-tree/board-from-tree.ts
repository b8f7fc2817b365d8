// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { Tree } from '@nx/devkit';
import { checkMachine, parseBoard, parseCell } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { cellText, consoleOf, freeSpi } from '../../cell/cell-text';
import { sharedKeys } from '../../cell/shared-keys';
import { isAtPlace } from '../../../graph/roots';
import { fileIn } from '../../folders';
import { starterPlaces } from '../../init/places';
import { firmwareIn } from '../../init/starter-text';
import { refuseExisting } from '../../new-name';
import { rootsIn } from '../../roots-in';
import { ionWindow } from '../../ion-window';
import { schemaPath } from '../../schema-path';
import { BOARD_FILE, boardNamed, firstBoard } from '../boards';
import { keyText } from '../yaml-text';
import { boardText } from './board-text';
import { describe, type Description } from './describe';
import type { Todo } from './found';
import { readSourceTree } from './read-tree';

export interface FromTree {
  name: string;
  /** Path of the blob, from the workspace or from where the command was given. */
  fromDtb: string;
  /** Board of this workspace whose cell and firmware builds are taken over. */
  from?: string;
  title?: string;
  directory: string;
}

/** The longest title of a board. */
const TITLE = 80;

/** Writes a board from a blob, and a cell where none of the workspace fits it; what is left to a person. */
export async function boardFromTree(tree: Tree, options: FromTree): Promise<Todo[]> {
  const { name, directory } = options;
  const abi = await ionWindow(tree);
  const neighbour = neighbourOf(tree, options);
  const found = describe(await readSourceTree(blobPath(tree, options.fromDtb)), { base: abi.ipa, size: abi.size });
  const file = `${directory}/${name}/${BOARD_FILE}`;
  const write = (cell: string, more: readonly Todo[] = []) => {
    const described = { ...found, todos: [...found.todos, ...more] };
    const text = boardText(described, {
      name,
      title: (options.title ?? found.model ?? name).slice(0, TITLE).trimEnd(),
      blob: basename(options.fromDtb),
      schema: schemaPath(tree, 'board', file),
      cell,
      firmware: neighbour.firmware,
      bindings: neighbour.bindings,
    });
    return { text, todos: described.todos };
  };
  const shared = neighbour.cell;
  // Where `init` would put one; until it is there, the board's targets say so.
  const later = shared ?? starterPlaces(rootsIn(tree)).cell;
  const first = write(later);
  if (shared !== undefined && fits(tree, { text: first.text, file }, shared, abi)) return written(tree, file, first);
  const own = ownCell(tree, found, { ...options, file, abi });
  return written(tree, file, own === undefined ? write(later, [CELL_LATER]) : write(own));
}

const CELL_LATER: Todo = {
  key: 'cell',
  why: 'whether it fits is not known before all else is filled in; npx nx g @nexus-forge/nx:cell makes one',
};

function written(tree: Tree, file: string, { text, todos }: { text: string; todos: Todo[] }): Todo[] {
  tree.write(file, text);
  return todos;
}

/** What no tree says: how this workspace builds its firmware, and the cell that its boards run. */
function neighbourOf(
  tree: Tree,
  { from }: FromTree,
): { firmware: string; bindings?: string; cell?: string } {
  const name = from ?? firstBoard(tree)?.name;
  const text = name === undefined ? '' : boardNamed(tree, name).text;
  return {
    firmware: keyText(text, 'firmware') ?? firmwareIn(rootsIn(tree).firmware[0] as string).replace(/^#.*\n/, ''),
    bindings: keyText(text, 'bindings'),
    cell: keyText(text, 'cell')?.replace(/^cell: */, ''),
  };
}

interface Abi {
  ipa: number;
  size: number;
}

function fits(tree: Tree, board: { text: string; file: string }, cellFile: string, abi: Abi): boolean {
  const cell = tree.read(cellFile, 'utf-8');
  if (cell === null) return false;
  try {
    checkMachine(parseBoard(board.text, board.file), parseCell(cell, cellFile), abi);
    return true;
  } catch (error) {
    if (error instanceof ForgeError) return false;
    throw error;
  }
}

/** Writes a cell for the board; its path. Undefined where the tree does not say enough. */
function ownCell(
  tree: Tree,
  found: Description,
  { name, directory, abi }: FromTree & { file: string; abi: Abi },
): string | undefined {
  const { gic, serial, layout } = found;
  if (gic === undefined || serial === undefined || layout === undefined) return undefined;
  const board = { gic, serial, virtio_mmio: found.virtio_mmio, claimed_spis: found.claimed_spis };
  const doorbell = freeSpi(board);
  if (doorbell === undefined) return undefined;
  const file = placeOfCell(tree, directory, name);
  refuseExisting(tree, file);
  tree.write(
    file,
    cellText({
      ...sharedKeys(tree),
      name: `${name}-cell`,
      board: name,
      schema: schemaPath(tree, 'cell', file),
      carveOut: layout.carveOut,
      ion: { ipa: abi.ipa, pa: layout.ion.base, size: abi.size },
      doorbell,
      isDoorbellGuessed: found.machine === undefined,
      console: consoleOf(board),
    }),
  );
  return file;
}

/** Beside the board, or where the graph looks for cells. */
function placeOfCell(tree: Tree, directory: string, name: string): string {
  const beside = `${directory}/${name}/cell/cell.yaml`;
  return isAtPlace('cells', beside, rootsIn(tree)) ? beside : fileIn(tree, 'cell', undefined, `${name}-cell`, 'cell.yaml');
}

function blobPath(tree: Tree, given: string): string {
  if (isAbsolute(given)) return given;
  const below = join(tree.root, given);
  return existsSync(below) ? below : resolve(given);
}
