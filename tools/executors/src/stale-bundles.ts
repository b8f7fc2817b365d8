// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '@nexus-forge/artefact';
import { ForgeError } from '@nexus-forge/process';

/** File that the bundler writes among the bundles: the workspace's files they were made of → SHA-256. */
const SOURCES_FILE = 'sources.json';

/** The entry of the plugin as this process has loaded it. */
const LOADED = stateOf(__filename);

/**
 * Throws a `ForgeError` when a source of the workspace's own plugin has changed since it was bundled: the executors
 * would run old code, and their results would be stored as those of the new. A file whose status has not changed since
 * is not read (its ctime can't be set back); one that was only touched is.
 */
export function refuseStaleBundles(workspaceRoot: string, bundles: string): void {
  if (stateOf(__filename) !== LOADED) {
    throw new ForgeError('the plugin has been bundled anew since the Nx daemon loaded it', { fix: 'npx nx daemon --stop' });
  }
  const path = join(bundles, SOURCES_FILE);
  if (!existsSync(path)) return;
  const made = statSync(path).mtimeMs;
  const sources = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  const stale = Object.entries(sources).filter(([file, sha256]) => hasChanged(join(workspaceRoot, file), made, sha256));
  if (stale.length === 0) return;
  throw new ForgeError('the plugin is part of this workspace, and its sources have changed since it was bundled', {
    found: stale.map(([file]) => file).join(', '),
    fix: 'npm run prepare',
  });
}

/** Tells one build of a bundle from another, without reading it: the bundler leaves the time of unchanged bytes alone. */
export function stateOf(bundle: string): string {
  const { size, mtimeMs } = statSync(bundle);
  return `${size} ${mtimeMs}`;
}

function hasChanged(file: string, since: number, sha256: string): boolean {
  const state = statSync(file, { throwIfNoEntry: false });
  if (state === undefined) return true;
  return state.ctimeMs > since && sha256File(file) !== sha256;
}
