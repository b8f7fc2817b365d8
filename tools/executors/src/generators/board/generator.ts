// SPDX-License-Identifier: Apache-2.0
import type { Tree } from '@nx/devkit';
import { BOARD_NAME } from '@nexus-forge/devicetree';
import { fileIn, folderOf } from '../folders';
import { namesInGraph, refuseExisting, refuseOtherName, refuseTakenName } from '../new-name';
import { BOARD_FILE, boardNamed, requireDefaultBoard } from './boards';
import { copyBoard } from './copy-board';
import { boardFromTree } from './from-tree/board-from-tree';

export interface BoardGeneratorOptions {
  name: string;
  from?: string;
  fromDtb?: string;
  title?: string;
  directory?: string;
}

/**
 * Adds a board app, as a copy of another one under its own name or from a device tree blob. Nothing but the new folder
 * is written: Nx takes nx.json and .gitignore into every hash, and a new board must cost nobody a rebuild.
 */
export default async function boardGenerator(
  tree: Tree,
  options: BoardGeneratorOptions,
  projectNames = namesInGraph,
): Promise<() => void> {
  const { name, fromDtb } = options;
  const directory = folderOf(tree, 'board', options.directory);
  refuseOtherName('board', name, BOARD_NAME);
  const file = fileIn(tree, 'board', options.directory, name, BOARD_FILE);
  if (fromDtb !== undefined) {
    await refuseTaken(tree, file, name, projectNames);
    const todos = await boardFromTree(tree, { ...options, fromDtb, directory });
    return () => {
      for (const { key, why } of todos) console.log(`TODO ${key}: ${why}`);
      console.log(next(file, name, todos.length));
    };
  }
  const from = options.from ?? requireDefaultBoard(tree);
  boardNamed(tree, from);
  await refuseTaken(tree, file, name, projectNames);
  const left = copyBoard(tree, { directory, from, name, title: options.title ?? `${name}, from ${from}` });
  return () => {
    if (left.length > 0) console.log(`Not copied, since other projects are made from them: ${left.join(', ')}`);
    console.log(next(file, name, 1));
  };
}

async function refuseTaken(
  tree: Tree,
  file: string,
  name: string,
  projectNames: () => Promise<string[]>,
): Promise<void> {
  refuseExisting(tree, file);
  await refuseTakenName(tree, name, projectNames);
}

function next(file: string, name: string, toEdit: number): string {
  return `${toEdit > 0 ? `Edit ${file}, then` : 'Next'}: npx nx run ${name}:device-tree`;
}
