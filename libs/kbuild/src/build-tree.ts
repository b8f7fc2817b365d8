// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256File } from '@nexus-forge/artefact';
import { ForgeError, runTool, SOURCE_DATE_EPOCH } from '@nexus-forge/process';
import { makeOnce } from '@nexus-forge/state';
import { pruneState } from './prune';
import { LOCK_TIMEOUT_MS } from './source';
import { GENERATED } from './stale-headers';

const TIMEOUT_MS = 300_000;

/** Of a folder, everything below it, or only the files directly in it. */
interface Part {
  path: string;
  depth: 'file' | 'folder' | 'tree';
}

/** What building a module needs of the source: what scripts/package/builddeb puts into linux-headers. */
const SOURCE_PARTS: readonly Part[] = [
  { path: 'Makefile', depth: 'file' },
  { path: 'include', depth: 'tree' },
  { path: 'arch/arm64/Makefile', depth: 'file' },
  { path: 'arch/arm64/include', depth: 'tree' },
  { path: 'scripts', depth: 'folder' },
];

/** What it needs of the build; gen_init_cpio is for the initramfs. */
const OBJECT_PARTS: readonly Part[] = [
  { path: '.config', depth: 'file' },
  { path: 'Module.symvers', depth: 'file' },
  { path: 'include/config/auto.conf', depth: 'file' },
  { path: 'include/config/kernel.release', depth: 'file' },
  ...GENERATED.map((path) => ({ path, depth: 'tree' }) as const),
  { path: 'scripts/basic/fixdep', depth: 'file' },
  { path: 'scripts/mod/modpost', depth: 'file' },
  { path: 'scripts/module.lds', depth: 'file' },
  { path: 'usr/gen_init_cpio', depth: 'file' },
];

/** Places in an unpacked build tree. */
export const TREE = { release: 'include/config/kernel.release', cpioTool: 'usr/gen_init_cpio' } as const;

/** The files of some parts of a folder, sorted. kbuild's own notes (.x.o.cmd) hold this machine's paths. */
export function filesOf(folder: string, parts: readonly Part[]): string[] {
  return parts.flatMap(({ path, depth }) => (depth === 'file' ? [path] : below(folder, path, depth === 'tree'))).sort();
}

function below(folder: string, path: string, recursive: boolean): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const name = `${path}/${entry.name}`;
    if (entry.isDirectory()) return recursive ? below(folder, name, true) : [];
    return entry.isFile() && !/^\..*\.cmd$/.test(entry.name) ? [name] : [];
  });
}

/** tar's arguments: the listed files of two folders, with nothing of this machine in the archive. */
export function packArguments(archive: string, source: readonly [string, string], objects: readonly [string, string]): string[] {
  return [
    '--create',
    '--force-local',
    `--file=${archive}`,
    '--format=gnu',
    `--mtime=@${SOURCE_DATE_EPOCH}`,
    '--owner=root:0',
    '--group=root:0',
    '--mode=u=rwX,go=rX',
    '--no-recursion',
    ...[source, objects].flatMap(([folder, list]) => [`--directory=${folder}`, `--files-from=${list}`]),
  ];
}

/** Writes `archive` (a .tar.gz): what modules of this kernel are built with, the same bytes each time. */
export async function packBuildTree(source: string, objects: string, archive: string): Promise<void> {
  const tar = archive.replace(/\.gz$/, '');
  const lists = [`${tar}.source`, `${tar}.objects`] as const;
  writeFileSync(lists[0], filesOf(source, SOURCE_PARTS).join('\n'));
  writeFileSync(lists[1], filesOf(objects, OBJECT_PARTS).join('\n'));
  try {
    await runTool({
      command: 'tar',
      args: packArguments(tar, [source, lists[0]], [objects, lists[1]]),
      timeoutMs: TIMEOUT_MS,
      package: 'tar',
    });
    /* Speed before size: it is unpacked on the same machine in most cases. */
    await runTool({ command: 'gzip', args: ['--no-name', '--fast', tar], timeoutMs: TIMEOUT_MS, package: 'gzip' });
  } finally {
    for (const list of lists) rmSync(list, { force: true });
  }
}

/** The unpacked build tree: unpacked once for each content, and again only when somebody has touched it. */
export async function unpackBuildTree(archive: string, stateDirectory: string, report: (line: string) => void): Promise<string> {
  if (!existsSync(archive) || !statSync(archive).isFile()) {
    throw new ForgeError(`the kernel's build tree is missing: ${archive}`, { fix: 'run the linux-image target first' });
  }
  const folder = join(stateDirectory, sha256File(archive).slice(0, 16));
  await makeOnce({ folder, lockTimeoutMs: LOCK_TIMEOUT_MS, report }, async (tree) => {
    pruneState(stateDirectory);
    const args = ['--extract', '--gzip', '--force-local', `--file=${archive}`, `--directory=${tree}`, '--no-same-owner'];
    await runTool({ command: 'tar', args, timeoutMs: TIMEOUT_MS, package: 'tar' });
  });
  return folder;
}
