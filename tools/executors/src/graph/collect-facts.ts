// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Manifest } from '@nexus-forge/toolchain';
import { distinctlyNamed } from './distinct-names';
import { misnamedFault } from './misnamed';
import type { BoardFacts, InitramfsFacts, Looked, MisnamedFacts, ModuleFacts, ProjectFacts, WorkspaceFacts } from './facts';
import type { Memory } from './memory';
import { BINDINGS_HEADER, MODULE_FILE, readKbuild, readModule } from './read/kbuild';
import { linesBeyond, listedObjects, type ListedObject } from './read/kbuild-beyond';
import { projectOf, readBoard, readCell, readInitramfs, readKernel, readProof } from './read/manifests';
import { readZigPackage } from './read/zig-package';
import { DEFAULT_ROOTS, misnamedAs, type Roots } from './roots';
import { assembledFiles, includedHeaders } from './scan/c';
import { dtsReferences } from './scan/dts';
import { includeClosure } from './scan/include-closure';

/** Reads the facts of a workspace from the files that matched. A file that vanished meanwhile has none. */
export function collectFacts(
  workspaceRoot: string,
  files: readonly string[],
  manifest: Manifest,
  memory: Memory,
  roots: Roots = DEFAULT_ROOTS,
): WorkspaceFacts {
  const reader = new Reader(workspaceRoot, memory);
  const present = files.filter((file) => reader.exists(file)).sort();
  const misnamed = misnamedFiles(present, roots);
  const named = (name: string) => present.filter((file) => posix.basename(file) === name);
  const each = <T>(found: string[], read: (file: string, text: string) => T): T[] =>
    found.map((file) => reader.remember(file, [file], () => read(file, reader.text(file))));
  const projects = <T extends ProjectFacts>(name: string, read: (file: string, text: string) => T): T[] =>
    each(named(name), read).map((facts) => renamed(workspaceRoot, facts));
  const facts: WorkspaceFacts = {
    defaultBoard: manifest.defaultBoard,
    pins: Object.keys(manifest.toolchain),
    boards: projects('board.yaml', readBoard).map((board) => withIncludes(reader, board)),
    cells: projects('cell.yaml', readCell),
    kernels: projects('kernel.yaml', readKernel),
    initramfs: projects('initramfs.yaml', readInitramfs).map((facts) => withOutsideIncludes(reader, facts)),
    bindings: named('ion-abi.yaml').map((file) => renamed(workspaceRoot, projectOf(file))),
    proofs: each(present.filter(isProof), readProof),
    proofFolders: proofFolders(present).map((folder) => renamed(workspaceRoot, folder)),
    packages: named('build.zig').map((file) => {
      const zon = posix.join(posix.dirname(file), 'build.zig.zon');
      return renamed(workspaceRoot, reader.remember(file, [file, zon], () => readZigPackage(file, reader.text(file), reader.text(zon))));
    }),
    modules: modules(reader, named('Kbuild')).map((facts) => withFault(renamed(workspaceRoot, facts), misnamed)),
    misnamed: misnamed.map((facts) => renamed(workspaceRoot, facts)),
  };
  return distinctlyNamed(facts, named('project.json').map((file) => renamed(workspaceRoot, projectOf(file), NAMED_BY_NX)));
}

/** Files that end in .yml, where the same name with .yaml is not there too. */
function misnamedFiles(files: readonly string[], roots: Roots): MisnamedFacts[] {
  return files.flatMap((file) => {
    const found = misnamedAs(file, roots);
    return found === undefined || files.includes(found.right) ? [] : [{ ...projectOf(file), ...found }];
  });
}

/** A module.yml beside its Kbuild says something of the module that nobody would read. */
function withFault(facts: ModuleFacts, misnamed: readonly MisnamedFacts[]): ModuleFacts {
  const file = misnamed.find(({ kind, root }) => kind === 'modules' && root === facts.root);
  return file === undefined ? facts : { ...facts, nameFault: misnamedFault(file) };
}

const isProof = (file: string) => file.endsWith('.proof.yaml');

/** Each folder that proofs lie in, by the first of them. */
function proofFolders(files: readonly string[]): ProjectFacts[] {
  const first = new Map([...files.filter((file) => /\.proof\.ya?ml$/.test(file))].reverse().map((file) => [posix.dirname(file), file]));
  return [...first.values()].map((file) => projectOf(file)).reverse();
}

/** What C and assembly take in: the preprocessor and the assembler look in the same folders. */
const takenFiles = (text: string) => [...includedHeaders(text), ...assembledFiles(text)];

/** What the fragments of a board include: beside the including file, or below the workspace (cpp -I .). */
function withIncludes(reader: Reader, board: BoardFacts): BoardFacts {
  const search = { includes: (file: string) => reader.includes(file, dtsReferences), exists: (file: string) => reader.exists(file), folders: ['.'] };
  return { ...board, includes: includeClosure(board.fragments, search) };
}

/** Everything below its folder is declared in any case. */
function withOutsideIncludes(reader: Reader, facts: InitramfsFacts): InitramfsFacts {
  return { ...facts, includes: outside(facts.root, includeClosure(facts.sources, headerSearch(reader))) };
}

function headerSearch(reader: Reader, folders: readonly string[] = []) {
  return { includes: (file: string) => reader.includes(file, includedHeaders), exists: (file: string) => reader.exists(file), folders };
}

function moduleSearch(reader: Reader, folders: readonly string[]) {
  const includes = (file: string) => reader.includes(file, takenFiles, 'files taken by');
  return { ...headerSearch(reader, folders), includes };
}

function outside(root: string, closure: readonly Looked[]): Looked[] {
  return closure.filter((places) => places.some((path) => !path.startsWith(`${root}/`)));
}

/** A module's facts hang on its own sources and on those of the folders it takes headers from. */
function modules(reader: Reader, kbuilds: string[]): ModuleFacts[] {
  const found = kbuilds
    .map((file) => ({ file, folder: posix.dirname(file), ...reader.remember(file, [file], () => readKbuild(file, reader.text(file))) }))
    .filter((known) => known.modules.length + known.unclear.length > 0);
  const isModule = (folder: string) => found.some((known) => known.folder === folder);
  const headers = (folder: string) => reader.sources(folder).flatMap((file) => reader.includes(file, includedHeaders));
  return found.map(({ file, folder, modules: built, line, unclear, includeFolders }) => {
    const others = includeFolders.filter((other) => other !== folder && !other.startsWith(`${folder}/`));
    const closure = includeClosure(reader.sources(folder), moduleSearch(reader, includeFolders));
    const isThere = (places: Looked) => reader.exists(places.at(-1)!);
    const includes = outside(folder, closure).filter(isThere);
    const owners = includes.map((places) => posix.dirname(places.at(-1)!));
    const dependencies = [...new Set([...others, ...owners])].filter((other) => other !== folder && isModule(other)).sort();
    const lenders = [...dependencies, ...others];
    const isLent = (path: string) => path.endsWith('.h') && lenders.some((other) => path.startsWith(`${other}/`));
    const isKnown = (path: string) => path.startsWith(`${folder}/`) || isLent(path);
    const absent = outside(folder, closure).filter((places) => !isThere(places) && !places.every(isKnown));
    const usesBindings = [folder, ...dependencies].some((other) => headers(other).includes(BINDINGS_HEADER));
    const manifest = posix.join(folder, MODULE_FILE);
    const { kernels, tests } = reader.remember(manifest, [manifest], () => readModule(folder, reader.text(manifest)));
    return {
      ...projectOf(file),
      modules: built,
      line,
      unclear,
      ...reader.remember(`beyond ${file}`, [file], () => orNone({ beyond: linesBeyond(reader.text(file)) })),
      ...orNone({ sourceless: sourcelessObjects(reader, file) }),
      dependencies,
      folders: others.filter((other) => !isModule(other)),
      includes: includes.filter((places) => !places.every(isKnown)),
      absent: absent.length > 0 ? absent : undefined,
      usesBindings,
      manifest: reader.exists(manifest) ? manifest : undefined,
      kernels,
      tests: tests && outside(folder, testFiles(reader, tests)),
    };
  });
}

/** A list under a name, or nothing where it is empty. */
function orNone<Name extends string, T>(named: Record<Name, T[]>): Partial<Record<Name, T[]>> {
  return Object.values<T[]>(named).every((list) => list.length === 0) ? {} : named;
}

/** An object that lies in the folder as such is what a make by hand has left, and no source. */
function sourcelessObjects(reader: Reader, file: string): ListedObject[] {
  const objects = reader.remember(`objects of ${file}`, [file], () => listedObjects(reader.text(file)));
  const has = (name: string) => reader.exists(posix.join(posix.dirname(file), name));
  const isSource = (name: string) => ['.c', '.S', '.rs', '.o_shipped'].some((end) => has(name + end));
  return objects.filter(({ name }) => has(`${name}.o`) && !isSource(name));
}

/** What host tests are made of: sources, and where what they take in is looked for. */
function testFiles(reader: Reader, { sources, folders }: { sources: string[]; folders: string[] }): Looked[] {
  return [...sources.map((path): Looked => [path]), ...includeClosure(sources, moduleSearch(reader, folders))];
}

/** Reads files of the workspace, each only when it has changed since it was read last. */
class Reader {
  private readonly stamps = new Map<string, string>();

  constructor(
    private readonly workspaceRoot: string,
    private readonly memory: Memory,
  ) {}

  exists(file: string): boolean {
    return this.stamp(file) !== '';
  }

  text(file: string): string {
    try {
      return readFileSync(join(this.workspaceRoot, file), 'utf8');
    } catch {
      return '';
    }
  }

  /** C sources and headers in a folder and below it. */
  sources(folder: string): string[] {
    const path = join(this.workspaceRoot, folder);
    const entries = existsSync(path) ? readdirSync(path, { withFileTypes: true }) : [];
    const files = entries.filter((entry) => !entry.isDirectory() && /\.[chS]$/.test(entry.name)).map(({ name }) => posix.join(folder, name));
    const folders = entries.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)).map(({ name }) => posix.join(folder, name));
    return [...files, ...folders.flatMap((below) => this.sources(below))].sort();
  }

  /** What a source includes. */
  includes(file: string, scan: (text: string) => string[], key = 'includes of'): string[] {
    return this.remember(`${key} ${file}`, [file], () => [...new Set(scan(this.text(file)))]);
  }

  /** What `read` gives for files; remembered as long as none of them changes. */
  remember<T>(key: string, files: readonly string[], read: () => T): T {
    return this.memory.recall(key, files.map((file) => `${file} ${this.stamp(file)}`).join('\n'), read);
  }

  /** Inode and change time stand for the content: no edit, copy or checkout leaves both as they were. */
  private stamp(file: string): string {
    let stamp = this.stamps.get(file);
    if (stamp === undefined) {
      const stats = statSync(join(this.workspaceRoot, file), { throwIfNoEntry: false });
      stamp = stats?.isFile() ? `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.ino}` : '';
      this.stamps.set(file, stamp);
    }
    return stamp;
  }
}

/**
 * A project.json, or the `nx` part of a package.json, may give the project another name. A project.json without one does
 * as well: Nx then takes the folder's, whatever a plugin says.
 */
function renamed<T extends ProjectFacts>(workspaceRoot: string, facts: T, files = NAMING_FILES): T {
  const named = files.flatMap(([name, part]) => {
    const namedIn = posix.join(facts.root, name);
    const found = nameIn(join(workspaceRoot, namedIn), part);
    return found === undefined ? [] : [{ name: found, namedIn }];
  });
  return { ...facts, ...(named[0] ?? namedByFolder(workspaceRoot, facts.root)) };
}

const NAMING_FILES: readonly [name: string, part?: string][] = [['project.json'], ['package.json', 'nx']];
/** A package's own name counts too where no plugin gives another. */
const NAMED_BY_NX: typeof NAMING_FILES = [...NAMING_FILES, ['package.json']];

/** As Nx makes a name where a project.json has none. */
function namedByFolder(workspaceRoot: string, root: string): Pick<ProjectFacts, 'name' | 'namedIn'> | undefined {
  const namedIn = posix.join(root, 'project.json');
  return existsSync(join(workspaceRoot, namedIn)) ? { name: posix.basename(root).toLowerCase(), namedIn } : undefined;
}

function nameIn(path: string, part?: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const { name } = (part === undefined ? value : (value[part] ?? {})) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
