// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ForgeError, runTool, type Place } from '@nexus-forge/process';
import { makeOnce } from '@nexus-forge/state';
import {
  formatToolReference,
  isFilePin,
  loadManifest,
  MANIFEST_FILE,
  refuseUnknownSeries,
  requireTool,
  satisfies,
  type ToolReference,
} from '@nexus-forge/toolchain';
import { pruneState } from './prune';

/** Another run may be unpacking, or building from the same objects. */
export const LOCK_TIMEOUT_MS = 3_600_000;
const UNPACK_TIMEOUT_MS = 600_000;

/** Architectures of which an arm64 build reads only the Kconfig files. (arm is not among them: arm64 shares sources.) */
const FOREIGN = [
  ...['alpha', 'arc', 'csky', 'hexagon', 'ia64', 'loongarch', 'm68k', 'microblaze', 'mips', 'nios2', 'openrisc'],
  ...['parisc', 'powerpc', 'riscv', 's390', 'sh', 'sparc', 'um', 'x86', 'xtensa'],
];

/** Parts of the kernel source that no arm64 Image is made of: half of its files. Kconfig files and Makefiles stay. */
const UNREAD = [
  ...FOREIGN.map((architecture) => `*/arch/${architecture}/*.[chS]`),
  '*/boot/dts/*.dts*',
  '*/Documentation/*/*',
  '*/tools/testing/*',
];

/** A source tarball: where it is, what is in it, and the pin that names it. */
export interface SourceTarball {
  path: string;
  sha256: string;
  /** Name of the pin. */
  pin: string;
  /** The series of the pin that the file belongs to. */
  series: string;
}

/**
 * The tarball that a pin of workspace.json names as its file, or that of the series asked for: content that Nx has
 * hashed. `at` is where the series is named.
 */
export async function locateSource(workspaceRoot: string, wanted: ToolReference, at?: Place): Promise<SourceTarball> {
  const { name } = wanted;
  const manifest = loadManifest(workspaceRoot);
  refuseUnknownSeries(manifest, wanted, at);
  const { path, sha256, series } = await requireTool(workspaceRoot, formatToolReference(wanted));
  if (series === undefined || !isFilePin(manifest.toolchain[name])) {
    throw new ForgeError(`${name} is not a kernel source`, {
      expected: `toolchain.${name} in ${MANIFEST_FILE} with a file, a tarball`,
      found: `the program ${path}`,
      fix: `name another pin as source of the kernel, or give ${name} a file`,
    });
  }
  return { path, sha256, pin: name, series };
}

/** Refuses a source whose Makefile says another version than the series that its file stands for. */
export function requirePinnedVersion({ path, pin, series }: SourceTarball, version: string): void {
  if (satisfies(version, { series: [{ version: series }] })) return;
  throw new ForgeError('the kernel source is of another version than its pin', {
    expected: `${pin} ${series} (${MANIFEST_FILE})`,
    found: `${version || 'no version'} in ${path}`,
    fix: `put the pinned version there, or change the pin ${pin} in ${MANIFEST_FILE}`,
  });
}

/** The folder names of the state that belongs to one source. */
function sourceKey({ sha256 }: SourceTarball): string {
  return createHash('sha256').update([sha256, ...UNREAD].join('\n')).digest('hex').slice(0, 16);
}

/** The unpacked tree below the folder of its state, and the beginning of the names of what is built in it. */
const TREE = 'linux';
const OBJECTS = 'objects-';

/**
 * Where the objects of a kernel are kept: directly below its source, which kbuild then calls `..` in every command. No
 * path of this machine is in them, nor in the commands by which kbuild tells what is up to date; they stay good when
 * the workspace is moved or copied.
 */
export function objectsFolder(source: string, kernel: string): string {
  return join(source, `${OBJECTS}${kernel}`);
}

/** tar's arguments; the tarball's one top folder is left out. */
export function unpackArguments(tarball: string, folder: string): string[] {
  return [
    '--extract',
    '--force-local',
    `--file=${tarball}`,
    `--directory=${folder}`,
    '--strip-components=1',
    '--no-same-owner',
    ...UNREAD.map((pattern) => `--exclude=${pattern}`),
  ];
}

/** The unpacked source: unpacked once, and again only when somebody has touched it. */
export async function unpackSource(tarball: SourceTarball, stateDirectory: string, report: (line: string) => void): Promise<string> {
  const folder = join(stateDirectory, `${sourceKey(tarball)}-source`);
  await makeOnce({ folder, apart: `${TREE}/${OBJECTS}`, lockTimeoutMs: LOCK_TIMEOUT_MS, report }, async (state) => {
    pruneState(stateDirectory);
    report(`unpacking ${basename(tarball.path)}`);
    const unfinished = join(state, 'unfinished');
    mkdirSync(unfinished);
    await runTool({
      command: 'tar',
      args: unpackArguments(tarball.path, unfinished),
      /* xz 5.4 unpacks the blocks of a large file in parallel. */
      env: { XZ_OPT: '--threads=0' },
      timeoutMs: UNPACK_TIMEOUT_MS,
      package: 'tar',
    });
    renameSync(unfinished, join(state, TREE));
  });
  return join(folder, TREE);
}
