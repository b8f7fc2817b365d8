// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Entry {
  digest: string;
  value: unknown;
}

/**
 * What was read out of files before, by file and its state, kept in `.nexus-forge/graph.json`. It is only a memory:
 * each entry counts for exactly the state of the files it was read from, and a plugin of another build starts anew.
 */
export class Memory {
  private readonly path: string;
  private known: Record<string, Entry> = {};
  private readonly used: Record<string, Entry> = {};
  private changed = false;

  constructor(
    workspaceRoot: string,
    name: string,
    private readonly build: string,
  ) {
    this.path = join(workspaceRoot, '.nexus-forge', `graph-${name}.json`);
    if (process.env['NX_CACHE_PROJECT_GRAPH'] === 'false') return;
    try {
      const stored = JSON.parse(readFileSync(this.path, 'utf8')) as { build: string; entries: Record<string, Entry> };
      if (stored.build === build) this.known = stored.entries;
    } catch {
      this.known = {};
    }
  }

  /** The value read from content with this digest before, else what `read` gives now. */
  recall<T>(key: string, digest: string, read: () => T): T {
    const entry = this.known[key];
    const found = entry?.digest === digest ? entry : { digest, value: read() };
    this.changed ||= found !== entry;
    this.used[key] = found;
    return found.value as T;
  }

  /** Keeps what was asked for in this run; a workspace that can't be written to only costs time. */
  save(): void {
    if (!this.changed && Object.keys(this.used).length === Object.keys(this.known).length) return;
    const staged = `${this.path}.${process.pid}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(staged, JSON.stringify({ build: this.build, entries: this.used }));
      renameSync(staged, this.path);
    } catch {
      rmSync(staged, { force: true });
    }
  }
}
