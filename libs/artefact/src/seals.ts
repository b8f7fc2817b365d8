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

/** What stored folders were when they were stored: one small file for each, apart from what it is about. */
export class Seals {
  constructor(private readonly directory: string) {}

  /** Remembers a folder as it is now; a place that can't be written to only leaves it unsealed. */
  put(name: string, folder: string): void {
    const staged = join(this.directory, `.${name}-${process.pid}`);
    try {
      mkdirSync(this.directory, { recursive: true });
      writeFileSync(staged, digestOfFolder(folder));
      renameSync(staged, join(this.directory, name));
    } catch {
      rmSync(staged, { force: true });
    }
  }

  /** Whether a folder is another one than was sealed; a folder without a seal is not. */
  isBroken(name: string, folder: string): boolean {
    const seal = join(this.directory, name);
    if (!existsSync(seal) || !existsSync(folder)) return false;
    utimesSync(seal, new Date(), new Date());
    return readFileSync(seal, 'utf8') !== digestOfFolder(folder);
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
