// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, SOURCE_DATE_EPOCH } from '@nexus-forge/process';

const TIMEOUT_MS = 60_000;

/** cpio's arguments: names from standard input, owner root, no inode or device number of this machine. */
export function cpioArguments(archive: string): string[] {
  return ['--create', '--format=newc', '--reproducible', '--owner=+0:+0', '--quiet', `--file=${archive}`];
}

/** Writes a newc archive of `members`, in their order, the same bytes each time. `scratch` is used and removed. */
export async function writeArchive(
  members: readonly (readonly [name: string, content: Uint8Array])[],
  archive: string,
  scratch: string,
  signal?: AbortSignal,
): Promise<void> {
  mkdirSync(scratch);
  try {
    for (const [name, content] of members) {
      const path = join(scratch, name);
      writeFileSync(path, content);
      chmodSync(path, 0o644);
      utimesSync(path, SOURCE_DATE_EPOCH, SOURCE_DATE_EPOCH);
    }
    const input = members.map(([name]) => `${name}\n`).join('');
    await runTool({ command: 'cpio', args: cpioArguments(archive), cwd: scratch, input, timeoutMs: TIMEOUT_MS, package: 'cpio', signal });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The names in an archive, in order, as cpio lists them. */
export async function listArchive(archive: string): Promise<string[]> {
  const args = ['--list', '--quiet', `--file=${archive}`];
  const { stdout } = await runTool({ command: 'cpio', args, timeoutMs: TIMEOUT_MS, package: 'cpio' });
  return stdout.split('\n').filter((line) => line !== '');
}
