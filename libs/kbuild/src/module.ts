// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MAGIC, sha256, stageOutputs } from '@nexus-forge/artefact';
import { ForgeError, runTool } from '@nexus-forge/process';
import { bringUpToDate, filesBelow, withKeptState } from '@nexus-forge/state';
import { HOST_TOOLS, requireHostTools } from '@nexus-forge/toolchain';
import { TREE, unpackBuildTree } from './build-tree';
import { loadModule, MODULE_FILE } from './description';
import { requireElf } from './elf';
import { requireCrossTools, runMake } from './make';
import { LOCK_TIMEOUT_MS } from './source';

/** An order for a module; paths are workspace-relative. */
export interface ModuleOrder {
  workspaceRoot: string;
  /** Name of the module: `<module>.ko` comes out. */
  module: string;
  /** Folder of its Kbuild file. */
  source: string;
  /** build-tree.tar.gz of the kernel. */
  buildTree: string;
  /** Generated headers. */
  headers: readonly string[];
  /** Modules whose symbols it uses: their folder, for headers, and their Module.symvers. */
  dependencies: readonly { source: string; symvers: string }[];
  outputDirectory: string;
  /** Where unpacked build trees and objects are kept between runs. */
  stateDirectory: string;
  timeoutMs: number;
  report: (line: string) => void;
}

const MODINFO_TIMEOUT_MS = 30_000;

/**
 * Builds a module out of tree: `<module>.ko` and Module.symvers. Throws a `ForgeError` on any warning of modpost, an
 * unresolved symbol, another kernel's vermagic or another architecture.
 */
export async function buildModule(order: ModuleOrder): Promise<void> {
  const { workspaceRoot, module } = order;
  requireInputs(order);
  const hostTools = await requireHostTools(workspaceRoot, HOST_TOOLS.module);
  const crossTools = await requireCrossTools(workspaceRoot);
  const state = join(workspaceRoot, order.stateDirectory);
  const tree = await unpackBuildTree(join(workspaceRoot, order.buildTree), state, order.report);
  const reads = filesToRead(order);
  /* make goes by times: what a change of these would make stale is not in them. Neither are warnings, which only a
     compilation shows: objects of a build that failed, or was refused for one, are not used again. */
  const key = sha256([basename(tree), crossTools.sha256, hostTools, ...reads.keys()].join('\n'));
  const options = { folder: join(state, `module-${module}`), key, lockTimeoutMs: LOCK_TIMEOUT_MS, isSoundAfter: () => false, report: order.report };
  await withKeptState(options, async (place) => {
    for (const [to, from] of reads) bringUpToDate(join(workspaceRoot, from), join(place, to));
    const copy = join(place, SOURCES, order.source);
    const output = await compile(order, { tree, place, copy, crossCompile: crossTools.prefix });
    refuseWarnings(module, output);
    const release = readFileSync(join(tree, TREE.release), 'utf8').trim();
    await stageOutputs(join(workspaceRoot, order.outputDirectory), outputs(order, release), async (staging) => {
      copyFileSync(join(copy, `${module}.ko`), join(staging, `${module}.ko`));
      writeFileSync(join(staging, 'Module.symvers'), withoutPaths(readFileSync(join(copy, 'Module.symvers'), 'utf8')));
    });
    order.report(`${module}.ko for Linux ${release}: ${statSync(join(copy, `${module}.ko`)).size} bytes`);
  });
}

/** Folders of the place where a module is built. Sources lie as in the workspace, so that relative paths between them hold. */
const [SOURCES, HEADERS, SYMBOLS] = ['source', 'include', 'symbols'];

/** What a `make M=` by hand leaves among the sources: nothing of it is a source. */
const BY_PRODUCT = /(^|\/)(\..*|modules\.order|Module\.symvers)$|\.(o|ko|mod|mod\.c)$/;

/** All that make reads of the workspace: path in the place where it is built → workspace-relative path. */
function filesToRead({ workspaceRoot, source, headers, dependencies }: ModuleOrder): Map<string, string> {
  const below = (folder: string) =>
    filesBelow(join(workspaceRoot, folder)).filter((name) => !BY_PRODUCT.test(name)).map((name) => `${folder}/${name}`);
  const borrowed = dependencies.flatMap((dependency) => below(dependency.source)).filter((path) => path.endsWith('.h'));
  return new Map([
    ...[...borrowed, ...below(source)].map((path): [string, string] => [`${SOURCES}/${path}`, path]),
    ...headers.map((path): [string, string] => [`${HEADERS}/${basename(path)}`, path]),
    ...dependencies.map(({ symvers }): [string, string] => [`${SYMBOLS}/${symvers}`, symvers]),
  ]);
}

function requireInputs({ workspaceRoot, module, source, headers, dependencies }: ModuleOrder): void {
  const wanted = [join(source, 'Kbuild'), ...headers, ...dependencies.map(({ symvers }) => symvers)];
  for (const path of wanted) {
    if (existsSync(join(workspaceRoot, path))) continue;
    const fix = path.endsWith('Kbuild') ? 'correct the option source' : 'run the target that makes it first';
    throw new ForgeError(`the module ${module} needs ${path}, which is missing`, { fix });
  }
  const description = join(source, MODULE_FILE);
  /* Which kernel it names is in the order already; here it is held against its schema. */
  if (existsSync(join(workspaceRoot, description))) loadModule(workspaceRoot, description);
}

interface Places {
  tree: string;
  place: string;
  copy: string;
  crossCompile: string;
}

async function compile(order: ModuleOrder, { tree, place, copy, crossCompile }: Places): Promise<string> {
  const symbols = order.dependencies.map(({ symvers }) => join(place, SYMBOLS, symvers));
  const args = [
    `M=${copy}`,
    `KBUILD_EXTRA_SYMBOLS=${symbols.join(' ')}`,
    /* WARN() and its like carry the source's name: without where it was built. */
    `KCPPFLAGS=-I${join(place, HEADERS)} -ffile-prefix-map=${place}/${SOURCES}/=`,
    'modules',
  ];
  const { stdout, stderr } = await runMake({ tree, args, crossCompile, timeoutMs: order.timeoutMs });
  return stdout + stderr;
}

/** Lines of Module.symvers (CRC, symbol, module, kind) with the module's name instead of where it was built. */
export function withoutPaths(symvers: string): string {
  return symvers.replace(/^(\S+\t\S+\t)\S*\//gm, '$1');
}

/** A warning of modpost is a fault that shows when the module is loaded, if it ever does. */
export function refuseWarnings(module: string, output: string): void {
  const warnings = output.split('\n').filter((line) => /^WARNING: |: warning: /.test(line));
  if (warnings.length > 0) {
    throw new ForgeError(`building ${module} gave warnings`, { expected: 'none', output: warnings.join('\n') });
  }
}

function outputs({ workspaceRoot, module, source }: ModuleOrder, release: string) {
  const verify = async (path: string) => {
    await requireElf(workspaceRoot, path, 'REL', `${module}.ko`, `look at ${join(source, 'Kbuild')}`);
    await verifyModuleInfo(path, module, release);
  };
  /* A module that exports nothing has an empty Module.symvers; its dependents still name it. */
  return [{ file: `${module}.ko`, magic: MAGIC.elf, verify }, { file: 'Module.symvers', mayBeEmpty: true }];
}

async function verifyModuleInfo(path: string, module: string, release: string): Promise<void> {
  const { stdout } = await runTool({ command: 'modinfo', args: [path], timeoutMs: MODINFO_TIMEOUT_MS, package: 'kmod' });
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  const vermagic = field('vermagic');
  if (vermagic.split(' ')[0] !== release || !vermagic.split(' ').includes('aarch64')) {
    throw new ForgeError(`${module}.ko is for another kernel`, { expected: `vermagic ${release} … aarch64`, found: vermagic || 'none' });
  }
  if (field('name') !== module || field('license') === '') {
    throw new ForgeError(`${module}.ko does not say what it is`, {
      expected: `name ${module} and a license`,
      found: `name ${field('name') || 'none'}, license ${field('license') || 'none'}`,
    });
  }
}
