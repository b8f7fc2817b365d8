// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makePrivateFolder, runTool } from '@nexus-forge/process';

/** Folders that are tools rather than inputs: a second place uses the same ones. */
const SHARED = ['node_modules', '.toolchain'] as const;

/**
 * Lays out a copy of the workspace's sources (what git tracks or would track) and of the `artefacts` named, in a
 * new folder whose path is as different as `name` makes it. The caller removes it with `removePlace`.
 */
export async function makePlace(workspaceRoot: string, name: string, artefacts: readonly string[]): Promise<string> {
  const place = join(makePrivateFolder(tmpdir(), 'nexus-forge-place').path, name);
  mkdirSync(place, { recursive: true });
  const { stdout } = await runTool({
    command: 'git',
    args: ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    cwd: workspaceRoot,
    timeoutMs: 30_000,
    package: 'git',
  });
  // Git lists what was deleted but not committed, and a shared folder that is a link or that nobody ignores.
  const isShared = (path: string) => SHARED.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const isSource = (path: string) => path !== '' && !isShared(path) && existsSync(join(workspaceRoot, path));
  const sources = stdout.split('\0').filter(isSource);
  for (const path of [...sources, ...artefacts]) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    cpSync(join(workspaceRoot, path), join(place, path), { recursive: true, force: true, errorOnExist: false });
  }
  for (const folder of SHARED.filter((name) => existsSync(join(workspaceRoot, name)))) symlinkSync(join(workspaceRoot, folder), join(place, folder));
  return place;
}

/** Removes what `makePlace` laid out. */
export function removePlace(place: string): void {
  const top = place.slice(0, place.indexOf('/', tmpdir().length + 1));
  rmSync(top, { recursive: true, force: true });
}
