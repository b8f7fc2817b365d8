// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NX_IGNORE = '.nxignore';

/**
 * The files among some (workspace-relative) that Nx leaves out of every hash: what a .gitignore or a .nxignore names, by
 * the pattern alone. To git a tracked file is never ignored, to Nx it is. Outside a repository nothing is known.
 */
export function ignoredAmong(root: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const byGit = ask(root, ['check-ignore', '--no-index', '-z', '--stdin'], paths.join('\0'));
  const byNx = hasNxIgnore(root, paths) ? ask(root, ['ls-files', '-z', '-c', '-o', '-i', `--exclude-per-directory=${NX_IGNORE}`]) : [];
  const ignored = new Set([...byGit, ...byNx]);
  return paths.filter((path) => ignored.has(path));
}

/** Nx reads a .nxignore in every folder, as git reads a .gitignore. */
function hasNxIgnore(root: string, paths: readonly string[]): boolean {
  const folders = new Set<string>(['.']);
  for (const path of paths) for (let folder = dirname(path); folder !== '.' && !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  return [...folders].some((folder) => existsSync(join(root, folder, NX_IGNORE)));
}

function ask(root: string, args: readonly string[], input = ''): string[] {
  const { stdout } = spawnSync('git', args, { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  return (stdout ?? '').split('\0').filter((path) => path !== '');
}
