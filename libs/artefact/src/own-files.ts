// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** How git names the files that somebody wrote: those it tracks, and those it would take as well. */
const KINDS = { tracked: ['-c'], untracked: ['-c', '-o', '--exclude-standard'] } as const;

/**
 * The files at or below a folder that are somebody's own, by git: tracked (also where they are gone from the disk), or,
 * as `untracked`, not ignored either. Paths are relative to `folder`. Outside a repository nothing is known.
 */
export function ownFiles(folder: string, kind: keyof typeof KINDS = 'tracked'): string[] {
  let from = folder;
  while (!existsSync(from)) from = dirname(from);
  const below = relative(from, folder) || '.';
  // Git is a tool that no stage declares: where there is no repository, as in the copies that audits make, none is run.
  if (!isInRepository(from)) return [];
  const args = ['--literal-pathspecs', 'ls-files', '-z', ...KINDS[kind], '--', below];
  const { stdout } = spawnSync('git', args, { cwd: from, encoding: 'utf8', maxBuffer: 1 << 28 });
  const found = (stdout ?? '').split('\0').filter((path) => path !== '');
  return [...new Set(found.map((path) => relative(folder, join(from, path))))].sort();
}

function isInRepository(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (dirname(folder) !== folder && isInRepository(dirname(folder)));
}
