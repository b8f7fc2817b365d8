// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ForgeError } from '@nexus-forge/process';

/** A file as a manifest of Zig's cache records it. */
export interface ManifestEntry {
  path: string;
  /** What the path is relative to, as an index of `PREFIXES`. */
  prefix: number;
  isDirectory: boolean;
  size: bigint;
  /** Both 0 where Zig found the time too young to go by. */
  inode: bigint;
  mtimeNs: bigint;
}

/** lib/compiler/Maker.zig of Zig 0.17: the folder that Zig runs in, its library, its caches, the package. */
const PREFIXES = ['cwd', 'zig_lib', 'local_cache', 'global_cache', 'build_root'] as const;
const OF_THE_PACKAGE: ReadonlySet<string> = new Set(['cwd', 'build_root']);

/** Where the fields of a record are; its path follows, and a zero byte (lib/std/Build/Cache.zig of Zig 0.17, `Lookup.File`). */
const FIELD = { size: 0, inode: 8, mtime: 16, flags: 40, path: 41 } as const;

/** The records of a manifest of Zig 0.17; undefined for bytes of another form. A last zero byte says that it is complete. */
export function parseManifest(bytes: Buffer): ManifestEntry[] | undefined {
  const entries: ManifestEntry[] = [];
  let at = 0;
  while (at + FIELD.path < bytes.length) {
    const end = bytes.indexOf(0, at + FIELD.path);
    const flags = bytes[at + FIELD.flags]!;
    if (end < 0 || flags >> 2 >= PREFIXES.length) return undefined;
    entries.push({
      path: bytes.toString('utf8', at + FIELD.path, end),
      prefix: flags >> 2,
      isDirectory: (flags & 1) === 1,
      size: bytes.readBigUInt64LE(at + FIELD.size),
      inode: bytes.readBigUInt64LE(at + FIELD.inode),
      mtimeNs: bytes.readBigInt64LE(at + FIELD.mtime),
    });
    at = end + 1;
  }
  return bytes.length - at === 1 && bytes[at] === 0 ? entries : undefined;
}

/**
 * The files (absolute paths) that what lies in a cache was made of, by Zig's own manifests: sources, @embedFile, inputs
 * of the programs that the build runs. A manifest counts while every file of the package in it is as it records them:
 * Zig brings those up to date that it uses; others stem from former states of the sources.
 */
export function filesRead(cache: string, packageFolder: string): string[] {
  const folder = join(cache, 'h');
  if (!existsSync(folder)) return [];
  const isAsRecorded = memoised(packageFolder);
  const files = new Set<string>();
  for (const name of readdirSync(folder).filter((entry) => /^[0-9a-f]{32}$/.test(entry))) {
    const bytes = readFileSync(join(folder, name));
    if (bytes.length === 0) continue;
    const entries = parseManifest(bytes) ?? refuse(join(folder, name));
    const own = entries.filter(({ prefix, isDirectory }) => OF_THE_PACKAGE.has(PREFIXES[prefix]!) && !isDirectory);
    if (own.every(isAsRecorded)) for (const { path } of own) files.add(resolve(packageFolder, path));
  }
  return [...files].sort();
}

function memoised(folder: string): (entry: ManifestEntry) => boolean {
  const known = new Map<string, ReturnType<typeof stateOf>>();
  return ({ path, size, inode, mtimeNs }) => {
    if (!known.has(path)) known.set(path, stateOf(resolve(folder, path)));
    const now = known.get(path);
    return now !== undefined && now.size === size && (inode === 0n || (now.ino === inode && now.mtimeNs === mtimeNs));
  };
}

function stateOf(path: string) {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function refuse(file: string): never {
  throw new ForgeError('what Zig has read cannot be told: its cache has a form that is not known', {
    expected: 'a manifest as Zig 0.17 writes it (lib/std/Build/Cache.zig)',
    found: file,
    fix: 'pin zig 0.17 in workspace.json',
  });
}
