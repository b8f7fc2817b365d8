// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, sha256File } from './digest';

const UNUSED_MS = 14 * 24 * 3600 * 1000;

/** One digest over the paths and contents of all files below a folder. */
export function digestOfFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const lines = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return `${path.slice(folder.length)}\0${sha256File(path)}`;
  });
  return sha256(lines.sort().join('\n'));
}

/** Tells a folder from one that was written to: path, size, inode and times of each file. Nobody can set a time of change. */
function stateOfFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const lines = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { size, ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${path.slice(folder.length)}\0${size} ${ino} ${mtimeNs} ${ctimeNs}`;
  });
  return sha256(lines.sort().join('\n'));
}

interface Seal {
  /** Whose result it is, for people. */
  of: string;
  digest: string;
  state: string;
}

/** What stored folders were when they were stored: one small file for each, apart from what it is about. */
export class Seals {
  constructor(private readonly directory: string) {}

  /** Remembers a folder as it is now, and whose it is; a place that can't be written to only leaves it unsealed. */
  put(name: string, folder: string, of: string): void {
    this.write(name, () => ({ of, digest: digestOfFolder(folder), state: stateOfFolder(folder) }));
  }

  /** Whether a folder is another one than was sealed, by its content; a folder without a seal is not. */
  isBroken(name: string, folder: string): boolean {
    const seal = this.read(name);
    if (seal === undefined || !existsSync(folder)) return false;
    utimesSync(join(this.directory, name), new Date(), new Date());
    return seal.digest !== digestOfFolder(folder);
  }

  /**
   * Of all sealed folders those that are others now; `folderOf` gives a seal's folder. Only what has been written to is
   * read: bytes that have changed under the file system's feet, `isBroken` finds.
   */
  broken(folderOf: (name: string) => string): { name: string; of: string }[] {
    if (!existsSync(this.directory)) return [];
    return readdirSync(this.directory).flatMap((name) => {
      const [seal, folder] = [this.read(name), folderOf(name)];
      if (seal === undefined || !existsSync(folder)) return [];
      const state = stateOfFolder(folder);
      if (state === seal.state) return [];
      if (digestOfFolder(folder) !== seal.digest) return [{ name, of: seal.of }];
      this.write(name, () => ({ ...seal, state }));
      return [];
    });
  }

  remove(name: string): void {
    rmSync(join(this.directory, name), { force: true });
  }

  private read(name: string): Seal | undefined {
    try {
      return JSON.parse(readFileSync(join(this.directory, name), 'utf8')) as Seal;
    } catch {
      return undefined;
    }
  }

  private write(name: string, make: () => Seal): void {
    const staged = join(this.directory, `.${name}-${process.pid}`);
    try {
      mkdirSync(this.directory, { recursive: true });
      writeFileSync(staged, JSON.stringify(make()));
      renameSync(staged, join(this.directory, name));
    } catch {
      rmSync(staged, { force: true });
    }
  }

  /** Forgets those that nobody has asked for in two weeks. */
  prune(now: number = Date.now()): void {
    if (!existsSync(this.directory)) return;
    for (const name of readdirSync(this.directory)) {
      const path = join(this.directory, name);
      if (now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now) > UNUSED_MS) rmSync(path, { force: true });
    }
  }
}
