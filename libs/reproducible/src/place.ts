// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makePrivateFolder, runTool } from '@nexus-forge/process';

/** Folders that are tools rather than inputs: a second place uses the same ones. */
const SHARED = ['node_modules', '.toolchain'] as const;

/** A copy of a workspace. */
export interface Place {
  root: string;
  /** The sources in it, relative to it. */
  sources: readonly string[];
  /** A folder outside of the copy that goes with it. */
  beside: string;
  remove(): void;
}

/**
 * Lays out a copy of the workspace's sources (what git tracks or would track) and of the `artefacts` named, in a
 * new folder whose path is as different as `name` makes it. The caller removes it.
 */
export async function makePlace(workspaceRoot: string, name: string, artefacts: readonly string[]): Promise<Place> {
  const { path: beside, remove } = makePrivateFolder(tmpdir(), 'nexus-forge-place');
  const root = join(beside, name);
  mkdirSync(root, { recursive: true });
  const sources = await sourcesOf(workspaceRoot);
  for (const path of [...sources, ...artefacts]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(workspaceRoot, path), join(root, path), { recursive: true, force: true, errorOnExist: false });
  }
  for (const folder of SHARED.filter((name) => existsSync(join(workspaceRoot, name)))) symlinkSync(join(workspaceRoot, folder), join(root, folder));
  return { root, sources, beside, remove };
}

async function sourcesOf(workspaceRoot: string): Promise<string[]> {
  const { stdout } = await runTool({
    command: 'git',
    args: ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    cwd: workspaceRoot,
    timeoutMs: 30_000,
    package: 'git',
  });
  // Git lists what was deleted but not committed, and a shared folder that is a link or that nobody ignores.
  const isShared = (path: string) => SHARED.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return stdout.split('\0').filter((path) => path !== '' && !isShared(path) && existsSync(join(workspaceRoot, path)));
}
