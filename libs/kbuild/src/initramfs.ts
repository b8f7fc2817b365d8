// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MAGIC, stageOutputs } from '@nexus-forge/artefact';
import { refuseFaults } from '@nexus-forge/config';
import { ForgeError, noteReads, runTool, SOURCE_DATE_EPOCH, withPrivateFolder } from '@nexus-forge/process';
import { plainStateFolder } from '@nexus-forge/state';
import { HOST_TOOLS, requireHostTools } from '@nexus-forge/toolchain';
import { TREE, unpackBuildTree } from './build-tree';
import { formatCpioList, withParents, type Member } from './cpio-list';
import { loadInitramfs, type Described, type InitramfsDescription } from './description';
import { requireElf } from './elf';
import { compileInit } from './init-program';
import { clashes, INIT, MODULE_LIST, moduleMember } from './member-paths';

/** An order for an initramfs; paths are workspace-relative. */
export interface InitramfsOrder {
  workspaceRoot: string;
  /** initramfs.yaml */
  initramfs: string;
  /** build-tree.tar.gz of the kernel: it brings gen_init_cpio. */
  buildTree: string;
  /** The .ko files of the modules that initramfs.yaml names, in the same order. */
  modules: readonly string[];
  stateDirectory: string;
  report: (line: string) => void;
}

/** Name of the output. */
export const INITRAMFS = 'initramfs.cpio.gz';

const TIMEOUT_MS = 60_000;

/** Makes initramfs.cpio.gz the one output of a folder (workspace-relative). */
export async function buildInitramfs(order: InitramfsOrder, outputDirectory: string): Promise<void> {
  await stageOutputs(join(order.workspaceRoot, outputDirectory), [{ file: INITRAMFS, magic: MAGIC.gzip }], (staging) => packInitramfs(order, staging));
}

/**
 * Compiles /init and packs it with the modules: initramfs.cpio.gz in `folder`, the same bytes wherever it is made. Throws
 * a `ForgeError` for a member that is missing, of another architecture or linked dynamically.
 */
export async function packInitramfs(order: InitramfsOrder, folder: string): Promise<void> {
  const { workspaceRoot } = order;
  const described = loadInitramfs(workspaceRoot, order.initramfs);
  refuseFaults(clashes(described));
  refuseAbsentFiles(workspaceRoot, described);
  const modules = await moduleFiles(order, described);
  await requireHostTools(workspaceRoot, HOST_TOOLS.initramfs);
  const state = plainStateFolder(workspaceRoot, order.stateDirectory);
  const tree = await unpackBuildTree(join(workspaceRoot, order.buildTree), state, order.report);
  await withPrivateFolder(state, 'initramfs', async (place) => {
    const init = join(place, 'init');
    await compileInit(workspaceRoot, described, state, init);
    await requireElf(workspaceRoot, init, 'EXEC', '/init', `look at the sources in ${order.initramfs}`);
    const members = membersOf(workspaceRoot, described, modules, init, place);
    await pack(members, join(tree, TREE.cpioTool), place, folder);
    order.report(`${INITRAMFS}: ${statSync(join(folder, INITRAMFS)).size} bytes, /init and ${modules.size} modules`);
  });
}

function refuseAbsentFiles(workspaceRoot: string, { value, beside, placeOf }: Described<InitramfsDescription>): void {
  for (const [index, { source }] of (value.files ?? []).entries()) {
    const from = beside(source);
    const at = placeOf(['files', index]);
    const state = statSync(join(workspaceRoot, from), { throwIfNoEntry: false });
    if (state === undefined) throw new ForgeError(`the member ${from} is missing`, { at });
    if (!state.isFile()) throw new ForgeError(`the member ${from} is no file`, { at, expected: 'a file; folders are made for what lies in them' });
  }
}

/** Module name → .ko file, checked. */
async function moduleFiles(order: InitramfsOrder, { value, placeOf }: Described<InitramfsDescription>): Promise<Map<string, string>> {
  const names = value.modules ?? [];
  const given = order.modules.map((path) => basename(path, '.ko'));
  if (names.join() !== given.join()) {
    throw new ForgeError('the option modules and initramfs.yaml do not name the same modules', {
      at: placeOf(['modules']),
      expected: names.join(', ') || 'none',
      found: given.join(', ') || 'none',
      fix: 'give one .ko file for each name, in the same order',
    });
  }
  const files = order.modules.map((path) => join(order.workspaceRoot, path));
  await Promise.all(
    files.map((path, index) => {
      const fix = `run the target that makes ${order.modules[index]}`;
      return requireElf(order.workspaceRoot, path, 'REL', `the member ${names[index]}.ko`, fix);
    }),
  );
  return new Map(names.map((name, index) => [name, files[index]!]));
}

/** Copies every file into `place`, with a fixed time: the archive would carry its time otherwise. */
function membersOf(
  workspaceRoot: string,
  { value, beside }: Described<InitramfsDescription>,
  modules: ReadonlyMap<string, string>,
  init: string,
  place: string,
): Member[] {
  let copies = 0;
  const file = (path: string, mode: number, source: string): Member => {
    noteReads([source]);
    const content = join(place, `member-${copies++}`);
    copyFileSync(source, content);
    utimesSync(content, SOURCE_DATE_EPOCH, SOURCE_DATE_EPOCH);
    return { kind: 'file', path, mode, content };
  };
  const list = join(place, 'modules');
  writeFileSync(list, [...modules.keys()].map((name) => `${name}\n`).join(''));
  const extra = (value.files ?? []).map(({ path, source, mode }) => file(path, mode ?? 0o644, join(workspaceRoot, beside(source))));
  return withParents([
    ...(value.directories ?? []).map((path): Member => ({ kind: 'directory', path, mode: 0o755 })),
    ...(value.nodes ?? []).map((node): Member => ({ kind: 'node', ...node })),
    file(INIT, 0o755, init),
    ...(modules.size > 0 ? [file(MODULE_LIST, 0o644, list)] : []),
    ...[...modules].map(([name, path]) => file(moduleMember(name), 0o644, path)),
    ...extra,
  ]);
}

async function pack(members: readonly Member[], cpioTool: string, place: string, folder: string): Promise<void> {
  const list = join(place, 'list');
  const archive = join(folder, basename(INITRAMFS, '.gz'));
  writeFileSync(list, formatCpioList(members));
  const args = ['-t', String(SOURCE_DATE_EPOCH), list];
  await runTool({ command: cpioTool, args, outputFile: archive, timeoutMs: TIMEOUT_MS });
  await runTool({ command: 'gzip', args: ['--no-name', '--best', archive], timeoutMs: TIMEOUT_MS, package: 'gzip' });
}
