// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is remembered about a file: its digest, as long as size, times and inode stay. */
interface KnownFile {
  size: number;
  mtimeMs: number;
  /** Nobody can set it back, which the time of the content can be. */
  ctimeMs: number;
  inode: number;
  sha256: string;
}

interface Remembered {
  files: Record<string, KnownFile>;
  /** Version that a program printed, by the digest of its files. */
  versions: Record<string, string>;
}

const CHUNK_BYTES = 1 << 20;

/**
 * Digests of tools and the versions they printed, kept in `.nexus-forge/toolchain.json`. Only a memory: without it
 * everything is computed again. Two processes may write it at once; the last whole file stays.
 */
export class ToolState {
  private readonly path: string;
  private readonly remembered: Remembered;
  private changed = false;

  constructor(workspaceRoot: string) {
    this.path = join(workspaceRoot, '.nexus-forge', 'toolchain.json');
    this.remembered = read(this.path);
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

  versionOf(digest: string): string | undefined {
    return this.remembered.versions[digest];
  }

  rememberVersion(digest: string, version: string): void {
    this.remembered.versions[digest] = version;
    this.changed = true;
  }

  /** Writes what is new; a workspace that can't be written to only costs time. */
  save(): void {
    if (!this.changed) return;
    const staged = `${this.path}.${process.pid}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(staged, JSON.stringify(this.remembered));
      renameSync(staged, this.path);
      this.changed = false;
    } catch {
      rmSync(staged, { force: true });
    }
  }
}

function read(path: string): Remembered {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Remembered>;
    return { files: { ...value.files }, versions: { ...value.versions } };
  } catch {
    return { files: {}, versions: {} };
  }
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
