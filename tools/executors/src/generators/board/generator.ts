// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { createProjectGraphAsync, getProjects, parseJson, serializeJson, type Tree } from '@nx/devkit';
import { BOARD_NAME } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { isConfigFile } from '../../graph/roots';
import { refuseUnseen, rootsIn } from '../roots-in';
import { withScalars } from './yaml-text';

export interface BoardGeneratorOptions {
  name: string;
  from?: string;
  title?: string;
  directory?: string;
}

const BOARD_FILE = 'board.yaml';
const START = 'where there is no board yet: npx nx g @nexus-forge/nx:init brings a first one';

/**
 * Adds a board app as a copy of another one under its own name. Nothing but the new folder is written: Nx takes
 * nx.json and .gitignore into every hash, and a new board must cost nobody a rebuild.
 */
export default async function boardGenerator(tree: Tree, options: BoardGeneratorOptions, projectNames = namesInGraph): Promise<() => void> {
  const roots = rootsIn(tree);
  const { name, directory = roots.boards[0] as string } = options;
  const { pattern, maxLength } = BOARD_NAME;
  if (!new RegExp(pattern).test(name) || name.length > maxLength) {
    throw new ForgeError('a board needs a plain name', { expected: `text that matches ${pattern}, of at most ${maxLength} characters`, found: name });
  }
  refuseUnseen('boards', `${directory}/${name}`, BOARD_FILE, roots);
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
  if (getProjects(tree).has(name) || (await projectNames()).includes(name)) {
    throw new ForgeError(`there is a project ${name} already`, { expected: 'a name that no project of the workspace has', fix: 'choose another name' });
  }
  const files = filesBelow(tree, source).filter((file) => file !== BOARD_FILE);
  // Other projects, or parts of them, are made from these: a copy of the board takes the ones that are there.
  const isOther = (path: string) => isConfigFile(path, roots) || posix.basename(path) === 'package.json';
  const others = files.filter((file) => !OWN_PROJECT_FILES.has(file) && isOther(`${target}/${file}`));
  for (const file of files.filter((one) => !others.includes(one))) {
    const content = tree.read(`${source}/${file}`) as Buffer;
    tree.write(`${target}/${file}`, OWN_PROJECT_FILES.has(file) ? renamed(content.toString('utf8'), { from, name, source, target }) : content);
  }
  const text = tree.read(`${source}/${BOARD_FILE}`, 'utf-8') ?? '';
  tree.write(`${target}/${BOARD_FILE}`, withScalars(text, { name, title: options.title ?? `${name}, from ${from}` }));
  return () => {
    if (others.length > 0) console.log(`Not copied, since other projects are made from them: ${others.map((file) => `${source}/${file}`).join(', ')}`);
    console.log(`Edit ${target}/${BOARD_FILE}, then: npx nx run ${name}:device-tree`);
  };
}

/** What a tree cannot tell: projects that plugins infer. */
async function namesInGraph(): Promise<string[]> {
  return Object.keys((await createProjectGraphAsync({ exitOnError: false })).nodes);
}

/** Files by which Nx knows the board's own project: two of one name, and no Nx command works any more. */
const OWN_PROJECT_FILES: ReadonlySet<string> = new Set(['project.json', 'package.json']);

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
  const nx = project['nx'] as Record<string, unknown> | undefined;
  return serializeJson({ ...project, ...('name' in project ? { name } : {}), ...(nx && 'name' in nx ? { nx: { ...nx, name } } : {}) });
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
