// SPDX-License-Identifier: Apache-2.0
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { matchesGlob } from '@nexus-forge/audit';
import { ForgeError } from '@nexus-forge/process';
import { refuseAskedByMacro } from './asked-by-macro';
import { globsOf, type InputEntry, type TakenFiles } from './changed-inputs';
import { ignoredAmong } from './ignored-files';

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
 * Holds files that a tool has read against what the task declares: an edit of one that is not declared would not change
 * the task's hash, and a stale result would be served. A file counts as what links lead to, and so does each link on
 * the way: Nx hashes a link as where it points, not as what is there. Files outside the workspace belong to tools.
 */
export class DeclaredReads {
  private readonly root: string;
  private readonly globs: TakenFiles[];
  private readonly produced: string[];
  /** What is declared unless Nx leaves it out. */
  private readonly tracked = new Set<string>();

  constructor(private readonly declaration: Declaration) {
    const { workspaceRoot, projectRoot, inputs } = declaration;
    this.root = realpathSync(workspaceRoot);
    this.globs = globsOf(inputs, projectRoot);
    this.produced = inputs.flatMap((input) => (typeof input === 'object' ? (input.dependentTasksOutputFiles ?? []) : []));
  }

  /** Refuses those of some files (absolute paths) that no input names, or that ask for others by a macro. */
  note(paths: readonly string[]): void {
    const before = new Set(this.tracked);
    const undeclared = this.undeclared(paths);
    if (undeclared.length > 0) throw this.fault(undeclared);
    refuseAskedByMacro(this.root, [...this.tracked].filter((path) => !before.has(path)));
  }

  /** Workspace-relative paths among `paths` that no input names. */
  undeclared(paths: readonly string[]): string[] {
    const all = paths.flatMap((path) => insideOf(this.root, this.declaration.workspaceRoot, path));
    const read = [...new Set(all)].filter((path) => !NO_INPUTS.test(path) && !this.isOwn(path));
    const rest = read.filter((path) => !this.matches(path, true) && !this.produced.some((glob) => matchesGlob(path, glob)));
    const [declared, others] = [true, false].map((wanted) => rest.filter((path) => this.matches(path, false) === wanted)) as [string[], string[]];
    for (const path of declared) this.tracked.add(path);
    return others.sort();
  }

  /**
   * Of all files so far those that an input names, but that Nx leaves out; each says so. Asked once for all at the end of
   * a task, since each question is a process of git.
   */
  ignored(): string[] {
    return ignoredAmong(this.declaration.workspaceRoot, [...this.tracked]).map((path) => `${path} (a .gitignore or .nxignore names it, so Nx does not hash it)`).sort();
  }

  /** What to say of paths that are not declared, of which there is at least one. */
  fault(undeclared: readonly string[]): ForgeError {
    const { task, projectRoot } = this.declaration;
    const [project = '', target = ''] = task.split(':');
    const [first = ''] = undeclared.map((path) => path.split(' (')[0] as string);
    const isThere = projectRoot === '.' || first.startsWith(`${projectRoot}/`);
    // With its name: without one Nx calls the project as its folder.
    const json = { name: project, targets: { [target]: { inputs: ['...', `{workspaceRoot}/${first}`] } } };
    return new ForgeError(`${task} reads what it does not declare: a later edit would not be seen`, {
      expected: `files among the inputs of ${task} (npx nx show target inputs ${task})`,
      found: undeclared.join(', '),
      fix: `${isThere ? '' : `put them into ${projectRoot}, or `}name them in ${posix.join(projectRoot, 'project.json')}: ${JSON.stringify(json)}`,
    });
  }

  private matches(path: string, wanted: boolean): boolean {
    return this.globs.some(({ takes, includeIgnored }) => includeIgnored === wanted && takes(path));
  }

  private isOwn(path: string): boolean {
    return this.declaration.outputs.some((folder) => path.startsWith(`${folder}/`) || path.startsWith(`${posix.dirname(folder)}/.staging-`));
  }
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
