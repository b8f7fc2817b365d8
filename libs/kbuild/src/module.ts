// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MAGIC, sha256, stageOutputs } from '@nexus-forge/artefact';
import { ForgeError, noteReads, runTool } from '@nexus-forge/process';
import { bringUpToDate, filesBelow, isPlainPath, PLAIN_PATH, plainStateFolder, withKeptState } from '@nexus-forge/state';
import { HOST_TOOLS, requireHostTools } from '@nexus-forge/toolchain';
import { ASSEMBLER_LISTS, assemblerReads } from './assembler-lists';
import { TREE, unpackBuildTree } from './build-tree';
import { commandFileReads } from './command-files';
import { loadModule, MODULE_FILE } from './description';
import { requireElf } from './elf';
import { requireCrossTools, runMake } from './make';
import { refuseOtherModules } from './module-order';
import { outdated } from './outdated';
import { LOCK_TIMEOUT_MS } from './source';

/** An order for a module; paths are workspace-relative. */
export interface ModuleOrder {
  workspaceRoot: string;
  /** Names of the modules that its Kbuild builds: `<module>.ko` comes out for each. */
  modules: readonly string[];
  /** Folder of its Kbuild file. */
  source: string;
  /** build-tree.tar.gz of the kernel. */
  buildTree: string;
  /** Generated headers. */
  headers: readonly string[];
  /** Modules whose symbols it uses: their folder, for headers, and their Module.symvers. */
  dependencies: readonly { source: string; symvers: string }[];
  /** Further folders whose headers it uses. */
  folders?: readonly string[];
  /** Further files that it includes. */
  includes?: readonly string[];
  outputDirectory: string;
  /** Where unpacked build trees and objects are kept between runs. */
  stateDirectory: string;
  timeoutMs: number;
  report: (line: string) => void;
}

const MODINFO_TIMEOUT_MS = 30_000;

/**
 * Builds the modules of a Kbuild out of tree: `<module>.ko` for each, and Module.symvers. Throws a `ForgeError` on any
 * warning of modpost, an unresolved symbol, another kernel's vermagic or another architecture.
 */
export async function buildModule(order: ModuleOrder): Promise<void> {
  const { workspaceRoot, modules } = order;
  const named = modules.join(', ');
  requireInputs(order);
  const hostTools = await requireHostTools(workspaceRoot, HOST_TOOLS.module);
  const crossTools = await requireCrossTools(workspaceRoot);
  const state = plainStateFolder(workspaceRoot, order.stateDirectory);
  const tree = await unpackBuildTree(join(workspaceRoot, order.buildTree), state, order.report);
  const reads = filesToRead(order);
  /* make goes by times: what a change of these would make stale is not in them. Neither are warnings, which only a
     compilation shows: objects of a build that failed, or was refused for one, are not used again. */
  const key = sha256([basename(tree), crossTools.sha256, hostTools, ...reads.keys()].join('\n'));
  const options = { folder: join(state, stateOf(order)), key, lockTimeoutMs: LOCK_TIMEOUT_MS, isSoundAfter: () => false, report: order.report };
  await withKeptState(options, async (place) => {
    const copy = join(place, SOURCES, order.source);
    bringPlaceUpToDate(order, reads, { tree, place, copy });
    const output = await compile(order, { tree, place, copy, crossCompile: crossTools.prefix }).catch((error) => rethrow(error, place));
    refuseWarnings(named, withoutPlace(output, place));
    refuseOtherModules(order, copy);
    const assembled = [...assemblerReads(copy, tree).values()].flat();
    noteReads(originals(order, reads, place, [...commandFileReads(copy, tree), ...assembled]));
    const release = readFileSync(join(tree, TREE.release), 'utf8').trim();
    await stageOutputs(join(workspaceRoot, order.outputDirectory), outputs(order, release), async (staging) => {
      for (const module of modules) copyFileSync(join(copy, `${module}.ko`), join(staging, `${module}.ko`));
      writeFileSync(join(staging, 'Module.symvers'), withoutPaths(readFileSync(join(copy, 'Module.symvers'), 'utf8')));
    });
    for (const module of modules) order.report(`${module}.ko for Linux ${release}: ${statSync(join(copy, `${module}.ko`)).size} bytes`);
  });
}

/** The folder of what is kept: a module's for each kernel, so that builds for several neither wait for nor undo each other. */
function stateOf({ modules, source, buildTree }: ModuleOrder): string {
  return `module-${modules.join('+')}-${sha256([source, buildTree].join('\n')).slice(0, 8)}`;
}

/** Folders of the place where a module is built. Sources lie as in the workspace, so that relative paths between them hold. */
const [SOURCES, HEADERS, SYMBOLS] = ['source', 'include', 'symbols'];

/** What a `make M=` by hand leaves among the sources: nothing of it is a source. Hidden C text is. */
const BY_PRODUCT = /(^|\/)(\.(?!.*\.[chS]$).*|modules\.order|Module\.symvers)$|\.(o|ko|mod|mod\.c)$/;

/** All that make reads of the workspace: path in the place where it is built → workspace-relative path. */
function filesToRead({ workspaceRoot, source, headers, dependencies, folders = [], includes = [] }: ModuleOrder): Map<string, string> {
  const below = (folder: string) =>
    filesBelow(join(workspaceRoot, folder)).filter((name) => !BY_PRODUCT.test(name)).map((name) => `${folder}/${name}`);
  const lenders = [...dependencies.map((dependency) => dependency.source), ...folders.filter((folder) => existsSync(join(workspaceRoot, folder)))];
  const borrowed = lenders.flatMap(below).filter((path) => path.endsWith('.h'));
  return new Map([
    ...[...borrowed, ...includes, ...below(source)].map((path): [string, string] => [`${SOURCES}/${path}`, path]),
    ...headers.map((path): [string, string] => [`${HEADERS}/${basename(path)}`, path]),
    ...dependencies.map(({ symvers }, index): [string, string] => [`${SYMBOLS}/${index}`, symvers]),
  ]);
}

/** Copies what has changed, and removes what make would not see to be made of it. */
function bringPlaceUpToDate(
  { workspaceRoot }: ModuleOrder,
  reads: ReadonlyMap<string, string>,
  { tree, place, copy }: Omit<Places, 'crossCompile'>,
): void {
  const isNew = !existsSync(copy);
  const bring = () => [...reads].filter(([to, from]) => bringUpToDate(join(workspaceRoot, from), join(place, to)));
  const changed = bring().map(([to]) => join(place, to));
  if (isNew) return;
  const stale = outdated(changed, { byMake: commandFileReads(copy, tree), byAssembler: assemblerReads(copy, tree) });
  const gone = stale === 'everything' ? [join(place, SOURCES)] : stale;
  for (const path of gone) rmSync(path, { recursive: true, force: true });
  bring();
}

/** What make has read, by where it lies in the workspace; what kbuild has made itself beside the copies is left out. */
function originals(order: ModuleOrder, reads: ReadonlyMap<string, string>, place: string, paths: readonly string[]): string[] {
  const always = [join(order.source, 'Kbuild'), ...order.dependencies.map(({ symvers }) => symvers)];
  const copied = paths.filter((path) => path.startsWith(`${place}/`)).flatMap((path) => reads.get(path.slice(place.length + 1)) ?? []);
  const elsewhere = paths.filter((path) => !path.startsWith(`${place}/`));
  return [...[...always, ...copied].map((path) => join(order.workspaceRoot, path)), ...elsewhere];
}

function requireInputs({ workspaceRoot, modules, source, headers, dependencies, folders = [], includes = [] }: ModuleOrder): void {
  const strange = [source, ...headers.map((path) => basename(path)), ...dependencies.map((dependency) => dependency.source), ...folders, ...includes].find(
    (path) => !isPlainPath(path),
  );
  if (strange !== undefined) {
    throw new ForgeError(`kbuild cannot work with the path ${strange}`, {
      expected: PLAIN_PATH,
      fix: 'rename the folder or the file',
    });
  }
  const wanted = [join(source, 'Kbuild'), ...headers, ...dependencies.map(({ symvers }) => symvers)];
  for (const path of wanted) {
    if (existsSync(join(workspaceRoot, path))) continue;
    const fix = path.endsWith('Kbuild') ? 'correct the option source' : 'run the target that makes it first';
    throw new ForgeError(`the module ${modules.join(', ')} needs ${path}, which is missing`, { fix });
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
  const symbols = order.dependencies.map((_, index) => join(place, SYMBOLS, String(index)));
  const args = [
    `M=${copy}`,
    `KBUILD_EXTRA_SYMBOLS=${symbols.join(' ')}`,
    /* WARN() and its like carry the source's name: without where it was built. */
    `KCPPFLAGS=-I${join(place, HEADERS)} -ffile-prefix-map=${place}/${SOURCES}/=`,
    ...ASSEMBLER_LISTS,
    'modules',
  ];
  const { stdout, stderr } = await runMake({ tree, args, crossCompile, timeoutMs: order.timeoutMs });
  return stdout + stderr;
}

/** Sources by their own paths, not by those of their copies. */
function withoutPlace(text: string, place: string): string {
  return text.replaceAll(`${place}/${SOURCES}/`, '');
}

function rethrow(error: unknown, place: string): never {
  if (!(error instanceof ForgeError)) throw error;
  const { output = '', ...detail } = error.detail;
  const isMissing = /: (?:fatal )?error: \S+: No such file or directory/.test(output);
  const fix = 'name the folder of the header in the Kbuild by -I$(src)/…, or include it by its path from the source';
  throw new ForgeError(error.summary, { ...detail, output: withoutPlace(output, place), ...(isMissing ? { fix } : {}) });
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

function outputs({ workspaceRoot, modules, source }: ModuleOrder, release: string) {
  const verify = (module: string) => async (path: string) => {
    await requireElf(workspaceRoot, path, 'REL', `${module}.ko`, `look at ${join(source, 'Kbuild')}`);
    await verifyModuleInfo(path, module, release);
  };
  /* A module that exports nothing has an empty Module.symvers; its dependents still name it. */
  return [
    ...modules.map((module) => ({ file: `${module}.ko`, magic: MAGIC.elf, verify: verify(module) })),
    { file: 'Module.symvers', mayBeEmpty: true },
  ];
}

async function verifyModuleInfo(path: string, module: string, release: string): Promise<void> {
  const { stdout } = await runTool({ command: 'modinfo', args: [path], timeoutMs: MODINFO_TIMEOUT_MS, package: 'kmod' });
  const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  const vermagic = field('vermagic');
  if (vermagic.split(' ')[0] !== release || !vermagic.split(' ').includes('aarch64')) {
    throw new ForgeError(`${module}.ko is for another kernel`, { expected: `vermagic ${release} … aarch64`, found: vermagic || 'none' });
  }
  /* The kernel writes a dash as an underscore, wherever a module is named (scripts/Makefile.lib, name-fix). */
  const name = module.replace(/[-,]/g, '_');
  if (field('name') !== name || field('license') === '') {
    throw new ForgeError(`${module}.ko does not say what it is`, {
      expected: `name ${name} and a license`,
      found: `name ${field('name') || 'none'}, license ${field('license') || 'none'}`,
    });
  }
}
