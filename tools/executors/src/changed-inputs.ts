// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { matchesGlob } from '@nexus-forge/audit';

/** Carries into each task when its run began, in milliseconds since 1970: before Nx took the inputs' hashes. */
const BEGAN_VARIABLE = 'NEXUS_FORGE_RUN_BEGAN';

export function beginVariables(now: number = Date.now()): Record<string, string> {
  return { [BEGAN_VARIABLE]: String(now) };
}

/** When the run that this process belongs to began; undefined outside a run. */
export function runBegan(environment: NodeJS.ProcessEnv): number | undefined {
  const began = Number(environment[BEGAN_VARIABLE]);
  return began > 0 ? began : undefined;
}

/** An entry of a target's `inputs`, as far as it names files of the workspace. */
export type InputEntry = string | { fileset?: string; json?: string; includeIgnored?: boolean };

/** Names that no declared input lies below, where a glob begins above them: packages, and what tools keep for themselves. */
const APART = /^\.|^node_modules$/;

/**
 * Workspace-relative paths of the declared input files that were written to since `since`. It goes by the time of the
 * last change of status (st_ctime), which nobody can set back; a file that was written again with the same bytes
 * counts as changed. Files that git ignores count only where the entry says so, as for Nx.
 */
export function inputsChangedSince(since: number, root: string, projectRoot: string, inputs: readonly InputEntry[]): string[] {
  const globs = inputs.map((input) => globOf(input, projectRoot)).filter((glob) => glob !== undefined);
  const without = globs.filter(({ pattern }) => pattern.startsWith('!')).map(({ pattern }) => pattern.slice(1));
  const isLater = (path: string) => (lstatSync(join(root, path), { throwIfNoEntry: false })?.ctimeMs ?? 0) > since;
  const changed = (ignoredToo: boolean) =>
    globs
      .filter(({ pattern, includeIgnored }) => !pattern.startsWith('!') && includeIgnored === ignoredToo)
      .flatMap(({ pattern }) => filesOf(root, pattern))
      .filter((path) => isLater(path) && !without.some((glob) => matchesGlob(path, glob)));
  return [...new Set([...changed(true), ...withoutIgnored(root, changed(false))])].sort();
}

function globOf(input: InputEntry, projectRoot: string): { pattern: string; includeIgnored: boolean } | undefined {
  const written = typeof input === 'string' ? input : (input.fileset ?? input.json);
  if (written === undefined || !/^!?\{(projectRoot|workspaceRoot)\}\//.test(written)) return undefined;
  const pattern = written.replace('{workspaceRoot}/', '').replace('{projectRoot}/', projectRoot === '.' ? '' : `${projectRoot}/`);
  return { pattern, includeIgnored: typeof input === 'object' && input.includeIgnored === true };
}

const MAGIC = /[*?[\]{}()!+@]/;

/** The files that a glob matches; only the folders below its part without wildcards are read. */
function filesOf(root: string, pattern: string): string[] {
  if (!MAGIC.test(pattern)) return [pattern];
  const parts = pattern.split('/');
  const base = parts.slice(0, parts.findIndex((part) => MAGIC.test(part))).join('/');
  return below(root, base).filter((path) => matchesGlob(path, pattern));
}

function below(root: string, folder: string): string[] {
  const entries = lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory() ? readdirSync(join(root, folder), { withFileTypes: true }) : [];
  return entries
    .filter(({ name }) => !APART.test(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? below(root, path) : [path];
    });
}

/** Asked of git only in the rare case that something has changed at all. Outside a repository nothing is ignored. */
function withoutIgnored(root: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const { stdout } = spawnSync('git', ['check-ignore', '-z', '--stdin'], { cwd: root, input: paths.join('\0'), encoding: 'utf8' });
  const ignored = new Set((stdout ?? '').split('\0'));
  return paths.filter((path) => !ignored.has(path));
}
