// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { matchesGlob } from '@nexus-forge/audit';
import { ignoredAmong } from './ignored-files';

/** Carries into each task when its run began, in milliseconds since 1970: before Nx took the inputs' hashes. */
const BEGAN_VARIABLE = 'NEXUS_FORGE_RUN_BEGAN';

export function beginVariables(began: number = beginning()): Record<string, string> {
  return { [BEGAN_VARIABLE]: String(began) };
}

/**
 * Nx's own process reads the files for the graph, and hashes them, before it says that a run begins: it began with that
 * process. A daemon, or the process of an isolated plugin, has lived before; the daemon brings itself up to date when it
 * hashes.
 */
function beginning(): number {
  const { NX_DAEMON, NX_PLUGIN_WORKER } = globalThis as { NX_DAEMON?: boolean; NX_PLUGIN_WORKER?: boolean };
  return NX_DAEMON || NX_PLUGIN_WORKER ? Date.now() : performance.timeOrigin;
}

/** When the run that this process belongs to began; undefined outside a run. */
export function runBegan(environment: NodeJS.ProcessEnv): number | undefined {
  const began = Number(environment[BEGAN_VARIABLE]);
  return began > 0 ? began : undefined;
}

/** An entry of a target's `inputs`, as far as it names files. */
export type InputEntry = string | { fileset?: string; json?: string; includeIgnored?: boolean; dependentTasksOutputFiles?: string };

/** Names that no declared input lies below, where a glob begins above them: packages, and what tools keep for themselves. */
const APART = /^\.|^node_modules$/;

/**
 * Workspace-relative paths of the declared input files that were written to or deleted since `since`. It goes by the
 * time of the last change of status (st_ctime), which nobody can set back; a file that was written again with the same
 * bytes counts as changed. Files that are ignored count only where the entry says so, as for Nx. Of those that are
 * gone, only what git tracks is known to have been there.
 */
export function inputsChangedSince(since: number, root: string, projectRoot: string, inputs: readonly InputEntry[]): string[] {
  const globs = globsOf(inputs, projectRoot);
  const [ignoredToo, tracked] = [true, false].map((wanted) =>
    globs.filter(({ includeIgnored }) => includeIgnored === wanted).map((glob): Places => placesOf(root, glob.pattern, glob)),
  ) as [Places[], Places[]];
  const isLater = (path: string) => (lstatSync(join(root, path), { throwIfNoEntry: false })?.ctimeMs ?? 0) > since;
  const written = (places: readonly Places[]) => places.flatMap(({ files }) => files).filter(isLater);
  const changed = [...written(ignoredToo), ...withoutIgnored(root, written(tracked)), ...deleted(root, since, tracked, isLater)];
  return [...new Set(changed)].sort();
}

/** What is gone of the files that git tracks. A folder's status changes with its entries: git is asked only where one has. */
function deleted(root: string, since: number, places: readonly Places[], isLater: (path: string) => boolean): string[] {
  if (!places.some(({ folders }) => folders.some(isLater))) return [];
  // Of the index, and of the commit that was checked out then: another branch, or `git rm`, changes the index as well.
  const then = `HEAD@{${new Date(since - 1000).toISOString()}}`;
  const commands = [
    ['ls-files', '--deleted', '-z'],
    ['diff', '--name-only', '--no-renames', '--diff-filter=D', '--relative', '-z', then],
  ];
  const gone = commands.flatMap((args) => (spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout ?? '').split('\0'));
  return gone.filter((path) => places.some(({ takes }) => takes(path)) && isLater(nearestFolder(root, path)));
}

/** A glob of files that an entry takes in, workspace-relative. */
export interface TakenFiles {
  pattern: string;
  includeIgnored: boolean;
  /** Whether a path matches and no other entry takes it out. */
  takes(path: string): boolean;
}

const FILES = /^(!?)\{(projectRoot|workspaceRoot)\}\//;

/**
 * The globs of inputs that name files of the workspace. As in Nx, an entry with `!` takes files out of those that begin
 * with the same of `{projectRoot}` and `{workspaceRoot}`, wherever it stands among them, and of no others.
 */
export function globsOf(inputs: readonly InputEntry[], projectRoot: string): TakenFiles[] {
  const entries = inputs.flatMap((input) => {
    const written = typeof input === 'string' ? input : (input.fileset ?? input.json ?? '');
    const [start, out, base] = FILES.exec(written) ?? [];
    if (start === undefined) return [];
    const folder = base === 'projectRoot' && projectRoot !== '.' ? `${projectRoot}/` : '';
    const includeIgnored = typeof input === 'object' && input.includeIgnored === true;
    return [{ base, isOut: out === '!', pattern: `${folder}${written.slice(start.length)}`, includeIgnored }];
  });
  return entries.filter(({ isOut }) => !isOut).map(({ base, pattern, includeIgnored }) => {
    const out = entries.filter((other) => other.isOut && other.base === base);
    const takes = (path: string) => matchesGlob(path, pattern) && !out.some((other) => matchesGlob(path, other.pattern));
    return { pattern, includeIgnored, takes };
  });
}

const MAGIC = /[*?[\]{}()!+@]/;

interface Places extends Pick<TakenFiles, 'takes'> {
  files: string[];
  /** The folders that the files are in, or were in. */
  folders: string[];
}

/** The files that a glob matches. */
export function filesOf(root: string, pattern: string): string[] {
  return placesOf(root, pattern, { takes: (path) => matchesGlob(path, pattern) }).files.filter((path) => existsSync(join(root, path)));
}

/** The files that a glob matches; only the folders below its part without wildcards are read. */
function placesOf(root: string, pattern: string, { takes }: Pick<TakenFiles, 'takes'>): Places {
  if (!MAGIC.test(pattern)) return { takes, files: [pattern].filter(takes), folders: [nearestFolder(root, pattern)] };
  const parts = pattern.split('/');
  const base = parts.slice(0, parts.findIndex((part) => MAGIC.test(part))).join('/');
  const { files, folders } = below(root, base);
  return { takes, files: files.filter(takes), folders };
}

function below(root: string, folder: string): Omit<Places, 'takes'> {
  const isFolder = lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory();
  if (!isFolder) return { files: [], folders: [nearestFolder(root, folder)] };
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => !APART.test(name));
  const path = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => below(root, path(name)));
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => path(name));
  return {
    files: [...files, ...inside.flatMap((it) => it.files)],
    folders: [folder, ...inside.flatMap((it) => it.folders)],
  };
}

/** The folder of a path, or the first above it that exists. */
function nearestFolder(root: string, path: string): string {
  const folder = posix.dirname(path);
  if (folder === '.') return '';
  return existsSync(join(root, folder)) ? folder : nearestFolder(root, folder);
}

/** Asked of git only in the rare case that something has changed at all. */
function withoutIgnored(root: string, paths: readonly string[]): string[] {
  const ignored = new Set(ignoredAmong(root, paths));
  return paths.filter((path) => !ignored.has(path));
}
