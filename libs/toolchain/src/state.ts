// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { ContentFolder } from './content';
import { PackageDatabase } from './packages';

/** What is remembered about a file: its digest, as long as size, times and inode stay. */
interface KnownFile {
  size: number;
  mtimeMs: number;
  /** Nobody can set it back, which the time of the content can be. */
  ctimeMs: number;
  inode: number;
  sha256: string;
}

/** What is remembered about many files at once: their digest, as long as none of them gets another size, time or inode. */
interface KnownFiles {
  stamp: string;
  sha256: string;
}

/** What was found in the package database, as long as that stays. */
interface KnownPackages {
  stamp: string;
  /** File → package; empty for none. */
  owners: Record<string, string>;
  /** Names, joined → all that they depend on. */
  closures: Record<string, string[]>;
  files: Record<string, string[]>;
}

/** What a folder holds, as long as no folder in it gets or loses an entry; relative to it. */
interface KnownFolder {
  stamp: string;
  /** Those that are not in one of its coarse folders. */
  watched: string[];
  folders: string[];
}

/** Goes up when the shape of what is remembered changes. */
const FORMAT = 2;

interface Remembered {
  format: number;
  files: Record<string, KnownFile>;
  /** Version that a program printed, by the digest of its files. */
  versions: Record<string, string>;
  packages: KnownPackages;
  folders: Record<string, KnownFolder>;
  /** By the name of a package or the path of a folder. */
  contents: Record<string, KnownFiles>;
}

const CHUNK_BYTES = 1 << 20;

/** Python writes them itself, from the texts beside them, when it finds none that fits. */
export const COMPILED_PYTHON = '__pycache__';

/**
 * Digests of tools and the versions they printed, kept in `.nexus-forge/toolchain.json`. Only a memory: without it
 * everything is computed again. Two processes may write it at once; the last whole file stays. What lies on the disk is
 * taken as it is when first asked for; an object lives as long as one question.
 */
export class ToolState {
  private readonly path: string;
  /** What holds in every workspace of this machine: without it each new one would read all packages. */
  private readonly shared = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nexus-forge', 'packages.json');
  private readonly remembered: Remembered;
  private readonly looked = new Map<string, string>();
  private packagesChecked = false;
  private packagesChanged = false;
  private changed = false;

  constructor(workspaceRoot: string, private readonly database = new PackageDatabase()) {
    this.path = join(workspaceRoot, '.nexus-forge', 'toolchain.json');
    this.remembered = read(this.path) ?? read(this.shared) ?? NOTHING();
  }

  /** SHA-256 of a file. */
  digestOf(file: string): string {
    const { size, mtimeMs, ctimeMs, ino } = statSync(file);
    const known = this.remembered.files[file];
    if (known && known.size === size && known.mtimeMs === mtimeMs && known.ctimeMs === ctimeMs && known.inode === ino) return known.sha256;
    const sha256 = hashFile(file);
    this.remembered.files[file] = { size, mtimeMs, ctimeMs, inode: ino, sha256 };
    this.changed = true;
    return sha256;
  }

  /** The installed package that brought a file, given by its real path. */
  ownerOf(file: string): string | undefined {
    const { owners } = this.packages();
    return (owners[file] ??= this.found(this.database.ownerOf(file) ?? '')) || undefined;
  }

  /** The installed ones among some packages, and all that they depend on. */
  closureOf(names: readonly string[]): string[] {
    const { closures } = this.packages();
    return (closures[names.join(' ')] ??= this.found(this.database.closureOf(names)));
  }

  filesOfPackage(name: string): string[] {
    const { files } = this.packages();
    return (files[name] ??= this.found(this.database.filesOf(name)));
  }

  /** SHA-256 over paths and contents of a package's files. */
  digestOfPackage(name: string): string {
    return this.once(name, () => {
      const files = this.filesOfPackage(name);
      return this.digestOfAll(name, stampOf(files), () => files, '/');
    });
  }

  /** SHA-256 over contents of a folder's files and their places in it. */
  digestOfFolder(folder: ContentFolder): string {
    const { path } = folder;
    return this.once(path, () => {
      const { stamp, watched } = this.folder(folder);
      return this.digestOfAll(path, `${stamp} ${stampOf(watched.map((file) => join(path, file)))}`, () => filesIn(path), path);
    });
  }

  versionOf(digest: string): string | undefined {
    return this.remembered.versions[digest];
  }

  rememberVersion(digest: string, version: string): void {
    this.remembered.versions[digest] = version;
    this.changed = true;
  }

  /** Writes what is new; a place that can't be written to only costs time. */
  save(): void {
    if (!this.changed) return;
    const { packages, contents } = this.remembered;
    const ofPackages = Object.fromEntries(Object.entries(contents).filter(([key]) => !key.startsWith('/')));
    write(this.path, this.remembered);
    if (this.database.isOfThisMachine && this.packagesChanged) write(this.shared, { ...NOTHING(), packages: { ...packages, owners: {} }, contents: ofPackages });
    this.changed = this.packagesChanged = false;
  }

  /** What was found in the package database; all of it goes when a package was installed or removed. */
  private packages(): KnownPackages {
    if (!this.packagesChecked) {
      const stamp = this.database.stamp();
      if (this.remembered.packages.stamp !== stamp) this.remembered.packages = this.found({ ...NO_PACKAGES(), stamp });
      this.packagesChecked = true;
    }
    return this.remembered.packages;
  }

  private folder({ path, coarse }: ContentFolder): KnownFolder {
    const known = this.remembered.folders[path];
    if (known && known.stamp === stampOf(known.folders.map((folder) => join(path, folder)))) return known;
    const { files, folders } = walk(path);
    const stamp = stampOf(folders.map((folder) => join(path, folder)));
    const watched = files.filter((file) => !coarse.some((name) => file.startsWith(`${name}/`)));
    return (this.remembered.folders[path] = this.found({ stamp, watched, folders }));
  }

  private digestOfAll(key: string, stamp: string, files: () => readonly string[], root: string): string {
    const known = this.remembered.contents[key];
    if (known?.stamp === stamp) return known.sha256;
    const hash = createHash('sha256');
    for (const file of files()) hash.update(`${relative(root, file)} ${isThere(file) ? hashFile(file) : 'absent'}\n`);
    const sha256 = hash.digest('hex');
    this.packagesChanged ||= !key.startsWith('/');
    this.remembered.contents[key] = this.found({ stamp, sha256 });
    return sha256;
  }

  private once(key: string, digest: () => string): string {
    const known = this.looked.get(key) ?? digest();
    this.looked.set(key, known);
    return known;
  }

  private found<T>(value: T): T {
    this.changed = true;
    return value;
  }
}

const NO_PACKAGES = (): KnownPackages => ({ stamp: '', owners: {}, closures: {}, files: {} });

const NOTHING = (): Remembered => ({ format: FORMAT, files: {}, versions: {}, packages: NO_PACKAGES(), folders: {}, contents: {} });

function write(path: string, remembered: Remembered): void {
  const staged = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(staged, JSON.stringify(remembered));
    renameSync(staged, path);
  } catch {
    rmSync(staged, { force: true });
  }
}

/** Nothing where it was never written, is damaged or of another format. */
function read(path: string): Remembered | undefined {
  try {
    const remembered = JSON.parse(readFileSync(path, 'utf8')) as Remembered;
    return remembered.format === FORMAT ? remembered : undefined;
  } catch {
    return undefined;
  }
}

/** Changes when one of the files (or folders) is written to, replaced, removed or made. */
function stampOf(paths: readonly string[]): string {
  const rows = paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}` : '';
  });
  return createHash('sha256').update(rows.join('\n')).digest('hex');
}

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Every file in a folder, at any depth. */
export function filesIn(folder: string): string[] {
  return walk(folder).files.map((file) => join(folder, file));
}

/** All files below a folder, and all folders with itself (''), sorted and relative to it. */
function walk(root: string): { files: string[]; folders: string[] } {
  const found = { files: [] as string[], folders: [''] };
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) found.files.push(path);
      else if (entry.name !== COMPILED_PYTHON) {
        found.folders.push(path);
        visit(path);
      }
    }
  };
  visit('');
  return { files: found.files.sort(), folders: found.folders.sort() };
}

/** In pieces: a source tarball or Zig is larger than one wants in memory. */
function hashFile(file: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (let length = readSync(descriptor, chunk); length > 0; length = readSync(descriptor, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}
