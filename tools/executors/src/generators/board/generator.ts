// SPDX-License-Identifier: Apache-2.0
import { parseJson, serializeJson, type Tree } from '@nx/devkit';
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
  for (const file of filesBelow(tree, source).filter((one) => one !== BOARD_FILE)) {
    const content = tree.read(`${source}/${file}`) as Buffer;
    tree.write(`${target}/${file}`, PROJECT_FILES.has(file) ? renamed(content.toString('utf8'), { from, name, source, target }) : content);
  }
  const text = tree.read(`${source}/${BOARD_FILE}`, 'utf-8') ?? '';
  tree.write(`${target}/${BOARD_FILE}`, withScalars(text, { name, title: options.title ?? `${name}, from ${from}` }));
  return () => {
    console.log(`Edit ${target}/${BOARD_FILE}, then: npx nx run ${name}:device-tree`);
  };
}

/** Files by which Nx knows a project: two of one name, and no Nx command works any more. */
const PROJECT_FILES: ReadonlySet<string> = new Set(['project.json', 'package.json']);

/** All files below a folder, relative to it. */
function filesBelow(tree: Tree, folder: string): string[] {
  return tree.children(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return tree.isFile(path) ? [name] : filesBelow(tree, path).map((inner) => `${name}/${inner}`);
  });
}

interface Renaming {
  from: string;
  name: string;
  source: string;
  target: string;
}

/** A project file under the new board's name, with the paths and targets of the old one's made its own. */
function renamed(text: string, { from, name, source, target }: Renaming): string {
  const own = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(own);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, own(one)]));
    if (typeof value !== 'string') return value;
    if (value === source || value.startsWith(`${source}/`)) return `${target}${value.slice(source.length)}`;
    return value.startsWith(`${from}:`) ? `${name}${value.slice(from.length)}` : value;
  };
  const project = own(parseJson(text)) as Record<string, unknown>;
  return serializeJson('name' in project ? { ...project, name } : project);
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
