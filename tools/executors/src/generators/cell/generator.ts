// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { BOARD_NAME, checkMachine, parseBoard, parseCell, type LoadedBoard } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { boardNamed } from '../board/boards';
import { withScalars } from '../board/yaml-text';
import { fileIn } from '../folders';
import { ionWindow } from '../ion-window';
import { cellPlacesIn, LEAST_CELL } from '../layout/cell-places';
import { MIB, without } from '../layout/fit';
import { namesInGraph, refuseExisting, refuseOtherName, refuseTakenName } from '../new-name';
import { schemaPath } from '../schema-path';
import { cellText, consoleOf, freeSpi } from './cell-text';
import { sharedKeys } from './shared-keys';

export interface CellGeneratorOptions {
  name: string;
  board: string;
  use?: boolean;
  directory?: string;
}

/** Adds a cell for a board. The board's file is written only where that is asked for. */
export default async function cellGenerator(
  tree: Tree,
  options: CellGeneratorOptions,
  projectNames = namesInGraph,
): Promise<() => void> {
  const { name, use = false } = options;
  refuseOtherName('cell', name, BOARD_NAME);
  const file = fileIn(tree, 'cell', options.directory, name, 'cell.yaml');
  const { file: boardFile, text } = boardNamed(tree, options.board);
  const board = parseBoard(text, boardFile);
  refuseExisting(tree, file);
  await refuseTakenName(tree, name, projectNames);
  const abi = await ionWindow(tree);
  const made = cellText({
    ...sharedKeys(tree),
    ...fitting(board, abi),
    name,
    board: options.board,
    schema: schemaPath(tree, 'cell', file),
    isDoorbellGuessed: false,
    console: consoleOf(board.value),
  });
  checkMachine(board, parseCell(made, file), abi);
  tree.write(file, made);
  if (use) tree.write(boardFile, withScalars(text, { cell: file }));
  return () => {
    if (!use) console.log(`In ${boardFile}: cell: ${file}`);
    console.log(`Next: npx nx run ${options.board}:device-tree`);
  };
}

function fitting(board: LoadedBoard, abi: { ipa: number; size: number }) {
  const { memory, rumpk } = board.value;
  const free = [rumpk.memory, rumpk.scratch].reduce(
    (ranges, taken) => ranges.flatMap((one) => without(one, taken)),
    memory,
  );
  const places = cellPlacesIn(free, { base: abi.ipa, size: abi.size });
  if (places === undefined) {
    throw new ForgeError(`the memory of ${board.value.name} has no place for a cell`, {
      at: board.placeOf(['memory']),
      expected: `${LEAST_CELL / MIB} MiB and the ION window's ${abi.size / MIB}, below 512 GiB`,
      found: 'less beside rumpk.memory and rumpk.scratch',
      fix: 'make those smaller in board.yaml',
    });
  }
  const doorbell = freeSpi(board.value);
  if (doorbell === undefined) {
    throw new ForgeError(`${board.value.name} has no shared interrupt left for a doorbell`, {
      at: board.placeOf(['claimed_spis']),
      expected: `one of ${board.value.gic.spi_count} that no device has`,
    });
  }
  return { carveOut: places.carveOut, ion: { ipa: abi.ipa, pa: places.ion.base, size: abi.size }, doorbell };
}
