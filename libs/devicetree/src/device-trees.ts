// SPDX-License-Identifier: Apache-2.0
import { dirname, join, posix } from 'node:path';
import { MAGIC, stageOutputs } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';
import { refuseBoardAdditions, refuseCellAdditions } from './additions';
import { validateBindings, type BindingOptions } from './bindings';
import type { LoadedBoard } from './board';
import type { LoadedCell } from './cell';
import { compileDts, type DeviceTreeTools } from './compile';
import { composeBoard } from './compose-board';
import { composeCell, ionMemoryPath } from './compose-cell';
import { composeManifest } from './compose-manifest';
import { boardExpectations, cellExpectations, manifestExpectations } from './expectations';
import { readProperties, verifyBlob, type Expectation } from './read-back';
import { readTree, type TreeNode } from './whole-tree';

/** The blobs' file names, as they stand in the output directory. */
export const BLOB = { board: 'board.dtb', cell: 'cell.dtb', manifest: 'manifest.dtb' } as const;

export interface DeviceTreeOptions {
  /** The workspace's folder; paths of fragments are relative to it inside the sources. */
  root: string;
  board: LoadedBoard;
  cell: LoadedCell;
  tools: DeviceTreeTools;
  /** How to validate the blobs against bindings; left out, only dtc's own checks apply. */
  bindings?: BindingOptions;
  outputDirectory: string;
  signal?: AbortSignal;
}

/** A tree to make: its source, and what the blob is relied upon for. */
interface Tree {
  file: string;
  source: string;
  expectations: Expectation[];
  why: string;
}

/** Source and expectations of each of a board's three trees. */
export function composeTrees(board: LoadedBoard, cell: LoadedCell): Tree[] {
  const fragments = (kind: 'board' | 'cell') => (board.value.fragments?.[kind] ?? []).map((path) => posix.join(dirname(board.file), path));
  return [
    {
      file: BLOB.board,
      source: composeBoard(board.value, fragments('board')),
      expectations: boardExpectations(board.value),
      why: 'Rumpk is compiled against it',
    },
    {
      file: BLOB.cell,
      source: composeCell(board.value, cell.value, fragments('cell')),
      expectations: cellExpectations(board.value, cell.value),
      why: 'Rumpk and the guest rely on it',
    },
    {
      file: BLOB.manifest,
      source: composeManifest(board.value, cell.value),
      expectations: manifestExpectations(board.value, cell.value),
      why: 'Rumpk builds the cell from it',
    },
  ];
}

/** Composes, compiles and reads back a board's trees; `board` and `cell` have passed their checks. */
export async function makeDeviceTrees(options: DeviceTreeOptions): Promise<void> {
  const { board, cell, root, tools, signal } = options;
  const trees = composeTrees(board, cell);
  const outputs = trees.map(({ file }) => ({ file, magic: MAGIC.deviceTreeBlob }));
  await stageOutputs(options.outputDirectory, outputs, async (staging) => {
    for (const { file, source, expectations, why } of trees) {
      const output = join(staging, file);
      await compileDts(source, { name: file, root, output, tools, signal });
      await verifyBlob(tools.fdtget, output, expectations, why);
    }
    const [boardTree, cellTree] = await Promise.all([BLOB.board, BLOB.cell].map((file) => readTree(tools.fdtget, join(staging, file))));
    refuseBoardAdditions(boardTree as TreeNode[], board.value, BLOB.board);
    refuseCellAdditions(cellTree as TreeNode[], board.value, cell.value, BLOB.cell);
    await verifyWindowReference(tools.fdtget, join(staging, BLOB.cell), ionMemoryPath(cell.value));
    if (options.bindings) await validateBindings(trees.map(({ file }) => join(staging, file)), options.bindings);
  });
}

/** /ion must refer to the window's reserved-memory node: dtc chose the phandle, so both ends are read. */
async function verifyWindowReference(fdtget: string, blob: string, path: string): Promise<void> {
  const [phandle, reference] = await readProperties(fdtget, blob, [
    { path, property: 'phandle', kind: 'hex' },
    { path: '/ion', property: 'memory-region', kind: 'hex' },
  ]);
  if (phandle !== undefined && phandle === reference) return;
  throw new ForgeError(`${BLOB.cell}: /ion memory-region does not refer to ${path}`, {
    expected: `phandle ${phandle ?? 'of that node'}`,
    found: reference ?? 'no such property',
  });
}
