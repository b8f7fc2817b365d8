// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { parseJson, serializeJson, type Tree } from '@nx/devkit';
import { isConfigFile } from '../../graph/roots';
import { refuseExisting } from '../new-name';
import { rootsIn } from '../roots-in';
import { BOARD_FILE, boardNamed } from './boards';
import { withHeading, withScalars } from './yaml-text';

export interface Copy {
  /** Folder of the new board's folder. */
  directory: string;
  from: string;
  name: string;
  title: string;
}

/** Writes a board that is a copy of another one; the files that were left out. */
export function copyBoard(tree: Tree, { directory, from, name, title }: Copy): string[] {
  const { folder: source, text } = boardNamed(tree, from);
  const target = `${directory}/${name}`;
  const roots = rootsIn(tree);
  const files = filesBelow(tree, source).filter((file) => file !== BOARD_FILE);
  // Other projects, or parts of them, are made from these: a copy of the board takes the ones that are there.
  const makesProject = (path: string) => isConfigFile(path, roots) || posix.basename(path) === 'package.json';
  const others = files.filter((file) => !OWN_PROJECT_FILES.has(file) && makesProject(`${target}/${file}`));
  const copied = files.filter((one) => !others.includes(one));
  for (const file of copied) refuseExisting(tree, `${target}/${file}`);
  for (const file of copied) {
    const content = tree.read(`${source}/${file}`) as Buffer;
    tree.write(
      `${target}/${file}`,
      OWN_PROJECT_FILES.has(file) ? renamed(content.toString('utf8'), { from, name, source, target }) : content,
    );
  }
  tree.write(
    `${target}/${BOARD_FILE}`,
    withHeading(withScalars(text, { name, title }), `The board ${name}; it began as a copy of ${from}.`),
  );
  return others.map((file) => `${source}/${file}`);
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
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, own(one)]));
    if (typeof value !== 'string') return value;
    if (value === source || value.startsWith(`${source}/`)) return `${target}${value.slice(source.length)}`;
    return value.startsWith(`${from}:`) ? `${name}${value.slice(from.length)}` : value;
  };
  const project = own(parseJson(text)) as Record<string, unknown>;
  const nx = project['nx'] as Record<string, unknown> | undefined;
  return serializeJson({
    ...project,
    ...('name' in project ? { name } : {}),
    ...(nx && 'name' in nx ? { nx: { ...nx, name } } : {}),
  });
}
