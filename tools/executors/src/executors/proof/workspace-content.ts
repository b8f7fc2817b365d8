// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, sha256File } from '@nexus-forge/artefact';
import { matchesGlob } from '@nexus-forge/audit';

/** Enough of a digest to see that something is different. */
const DIGITS = 16;
/** Stands for what is not there. */
const GONE = 'none';

export function digestOfText(text: string | undefined): string {
  return text === undefined ? GONE : sha256(text).slice(0, DIGITS);
}

/** Files of a workspace by content; each is read once. */
export class WorkspaceContent {
  private readonly digests = new Map<string, string>();
  private readonly matches = new Map<string, readonly string[]>();
  private listed: readonly string[] | undefined;

  constructor(private readonly root: string) {}

  digestOf(file: string): string {
    return remembered(this.digests, file, () => {
      const path = join(this.root, file);
      return existsSync(path) ? sha256File(path).slice(0, DIGITS) : GONE;
    });
  }

  /** Of the files that git does not ignore. */
  matching(glob: string): readonly string[] {
    return remembered(this.matches, glob, () => {
      // A comparison of text for all, so that few are matched as a glob.
      const start = glob.slice(0, Math.max(0, glob.search(/[*?[\]{}()!+@]|$/)));
      return this.files().filter((file) => file.startsWith(start) && matchesGlob(file, glob) && existsSync(join(this.root, file)));
    });
  }

  digestOfField(file: string, field: string): string {
    return remembered(this.digests, `${file} ${field}`, () => {
      const path = join(this.root, file);
      const whole = existsSync(path) ? parsed(readFileSync(path, 'utf8')) : undefined;
      // A file that can't be taken apart changes as a whole.
      if (typeof whole === 'string') return digestOfText(whole);
      const value = field.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], whole);
      return digestOfText(JSON.stringify(value));
    });
  }

  private files(): readonly string[] {
    return (this.listed ??= listFiles(this.root));
  }
}

/** Outside a repository there are none. */
function listFiles(root: string): string[] {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  return (stdout ?? '').split('\0').filter(Boolean);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
