// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostTasksExecutionContext } from '@nx/devkit';
import { Seals } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';
import { resolveOptions, type PluginOptions } from './graph/options';
import { outputDirectory } from './graph/targets/definition';
import { removalVariables, withoutRemoval } from './removed-results';

/** A result that Nx has put in place. What the daemon has found in place already was not read from the cache. */
const RESTORED: ReadonlySet<string> = new Set(['local-cache', 'remote-cache']);

/**
 * After a run: seals the cache entries of what was executed, and holds those that were served against their seals,
 * since Nx takes whatever lies in its cache for what it has put there. Throws a `ForgeError` for an entry that has
 * changed; it is removed, with the outputs that came from it, so that the next run makes them again. Tasks that ran on
 * such outputs are stored under the hash of what they used, which no right run will ever ask for.
 */
export function checkStoredResults(options: PluginOptions | undefined, { workspaceRoot, taskResults, startTime }: PostTasksExecutionContext): void {
  const folders = nxFolders();
  if (folders === undefined) return;
  const resolved = resolveOptions(options);
  const seals = sealsIn(folders);
  const broken: string[] = [];
  for (const [id, { status, task }] of Object.entries(taskResults)) {
    const [output, ...more] = task.outputs;
    const { project, target } = task.target;
    if (task.hash === undefined || more.length > 0 || output !== outputDirectory(resolved, project, target)) continue;
    const entry = join(folders.cacheDir, task.hash);
    if (status === 'success' && isNewer(entry, startTime)) {
      forgetRemoval(join(folders.cacheDir, 'terminalOutputs', task.hash), id);
      seals.put(task.hash, entry, id);
    }
    if (!RESTORED.has(status) || !seals.isBroken(task.hash, entry)) continue;
    for (const folder of [entry, join(workspaceRoot, output)]) rmSync(folder, { recursive: true, force: true });
    seals.remove(task.hash);
    broken.push(id);
  }
  seals.prune();
  if (broken.length > 0) {
    throw new ForgeError(`stored results have changed since they were stored: ${broken.join(', ')}`, {
      expected: `${folders.cacheDir} as it was written`,
      found: 'other bytes; they have been removed, and so have the outputs that came from them',
      fix: 'run it again: they are made anew',
    });
  }
}

/**
 * Before a run: removes the cache entries that somebody has written to since they were stored. Nx does not find them
 * then, and the same command makes them anew. What has changed without being written to is found after the run.
 */
export function removeChangedResults(): Record<string, string> {
  const folders = nxFolders();
  if (folders === undefined) return {};
  const seals = sealsIn(folders);
  const changed = seals.broken((hash) => join(folders.cacheDir, hash));
  for (const { name } of changed) {
    rmSync(join(folders.cacheDir, name), { recursive: true, force: true });
    seals.remove(name);
  }
  return removalVariables(changed.map(({ of }) => of));
}

/** Takes out of what Nx has kept of a task's words that an earlier result of it was removed. */
function forgetRemoval(path: string, task: string): void {
  if (!existsSync(path)) return;
  const said = readFileSync(path, 'utf8');
  const kept = withoutRemoval(task, said);
  if (kept !== said) writeFileSync(path, kept);
}

/** Beside Nx's database, without which an entry counts for nothing: both go, and come back, together. */
function sealsIn({ workspaceDataDirectory }: NxFolders): Seals {
  return new Seals(join(workspaceDataDirectory, 'nexus-forge-seals'));
}

/** Whether a run that began then has stored it; with --skip-nx-cache it is an older one, or none. */
function isNewer(entry: string, startTime: number): boolean {
  return (statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= startTime;
}

interface NxFolders {
  cacheDir: string;
  workspaceDataDirectory: string;
}

/** Where the Nx that runs this plugin keeps its cache and its database; undefined when it does not say. */
function nxFolders(): NxFolders | undefined {
  try {
    const { cacheDir, workspaceDataDirectory } = require('nx/src/utils/cache-directory') as Partial<NxFolders>;
    return cacheDir && workspaceDataDirectory ? { cacheDir, workspaceDataDirectory } : undefined;
  } catch {
    return undefined;
  }
}
