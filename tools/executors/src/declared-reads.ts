// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { matchesGlob } from '@nexus-forge/audit';
import { ForgeError } from '@nexus-forge/process';
import { globOf, type InputEntry } from './changed-inputs';

/** What a task declares, and where it keeps what is its own. */
export interface Declaration {
  /** `project:target`. */
  task: string;
  workspaceRoot: string;
  projectRoot: string;
  inputs: readonly InputEntry[];
  /** Workspace-relative folders of its outputs. */
  outputs: readonly string[];
}

/** Places of a workspace that hold no inputs: tools, libraries, and what is kept between runs. */
const NO_INPUTS = /^(?:node_modules|\.toolchain|\.nexus-forge|\.nx|\.git)\//;

/**
 * Refuses files (absolute paths) that a tool has read and the task does not declare: an edit of one would not change
 * the task's hash, and a stale result would be served. A file counts as what links lead to, and so does each link on
 * the way: Nx hashes a link as where it points, not as what is there. Files outside the workspace belong to tools.
 */
export function refuseUndeclaredReads(declaration: Declaration, paths: readonly string[]): void {
  const undeclared = undeclaredReads(declaration, paths);
  if (undeclared.length === 0) return;
  throw new ForgeError(`${declaration.task} reads what it does not declare: a later edit would not be seen`, {
    expected: `files among the inputs of ${declaration.task} (npx nx show target inputs ${declaration.task})`,
    found: undeclared.join(', '),
    fix: `put them into ${declaration.projectRoot}, or name them in ${posix.join(declaration.projectRoot, 'project.json')}, targets, ${declaration.task.split(':')[1]}: "inputs": ["...", "{workspaceRoot}/${undeclared[0]!.split(' (')[0]}"]`,
  });
}

/** Workspace-relative paths among `paths` that are not declared; those that git ignores, and Nx with it, say so. */
export function undeclaredReads({ workspaceRoot, projectRoot, inputs, outputs }: Declaration, paths: readonly string[]): string[] {
  const root = realpathSync(workspaceRoot);
  const globs = inputs.map((input) => globOf(input, projectRoot)).filter((glob) => glob !== undefined);
  const produced = inputs.flatMap((input) => (typeof input === 'object' ? (input.dependentTasksOutputFiles ?? []) : []));
  const hidden = globs.filter(({ pattern }) => pattern.startsWith('!')).map(({ pattern }) => pattern.slice(1));
  const matches = (path: string, wanted: boolean) =>
    globs.some(({ pattern, includeIgnored }) => includeIgnored === wanted && !pattern.startsWith('!') && matchesGlob(path, pattern)) &&
    !hidden.some((glob) => matchesGlob(path, glob));
  const own = (path: string) => outputs.some((folder) => path.startsWith(`${folder}/`) || path.startsWith(`${posix.dirname(folder)}/.staging-`));

  const read = [...new Set(paths.flatMap((path) => insideOf(root, workspaceRoot, path)))].filter((path) => !NO_INPUTS.test(path) && !own(path));
  const rest = read.filter((path) => !matches(path, true) && !produced.some((glob) => matchesGlob(path, glob)));
  const declared = rest.filter((path) => matches(path, false));
  const ignored = ignoredAmong(workspaceRoot, declared);
  return [
    ...rest.filter((path) => !declared.includes(path)),
    ...[...ignored].map((path) => `${path} (git ignores it, and so does Nx)`),
  ].sort();
}

/**
 * A read file as the paths that have to be declared: the file that links lead to, and the links themselves. A link of
 * the workspace that leads out of it has the absolute path of what it leads to.
 */
function insideOf(root: string, workspaceRoot: string, path: string): string[] {
  const name = below(workspaceRoot, resolve(path)) ?? below(root, resolve(path));
  const file = realPath(path);
  const real = below(root, file);
  if (name === undefined) return real === undefined ? [] : [real];
  if (name === real) return [name];
  return [...linksOn(root, name), real ?? file];
}

function below(folder: string, path: string): string | undefined {
  const name = relative(folder, path);
  return name === '..' || name.startsWith('../') ? undefined : name;
}

function linksOn(root: string, name: string): string[] {
  const parts = name.split('/');
  const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return folders.filter((folder) => lstatSync(join(root, folder), { throwIfNoEntry: false })?.isSymbolicLink());
}

/** What is gone by now was a file of the tool's own. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/** Of tracked files none is ignored, whatever the patterns say. */
function ignoredAmong(root: string, paths: readonly string[]): ReadonlySet<string> {
  if (paths.length === 0) return new Set();
  const { stdout } = spawnSync('git', ['check-ignore', '-z', '--stdin'], { cwd: root, input: paths.join('\0'), encoding: 'utf8' });
  return new Set((stdout ?? '').split('\0').filter((path) => path !== ''));
}
