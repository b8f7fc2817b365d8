// SPDX-License-Identifier: Apache-2.0
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const UNUSED_MS = 14 * 24 * 3600 * 1000;

/**
 * Removes kept state that no run has used for two weeks: a kernel's source is more than a gigabyte, and each new
 * version of it gets a folder of its own. The record beside a folder is written anew whenever the folder is used.
 */
export function pruneState(stateDirectory: string, now: number = Date.now()): string[] {
  const unused = readdirSync(stateDirectory)
    .filter((name) => name.endsWith('.json') && now - lastUse(join(stateDirectory, name), now) > UNUSED_MS)
    .map((name) => name.slice(0, -'.json'.length));
  for (const name of unused) {
    for (const path of [name, `${name}.json`]) rmSync(join(stateDirectory, path), { recursive: true, force: true });
  }
  return unused;
}

/** Another run takes a record away while it uses what it is about. */
function lastUse(record: string, now: number): number {
  return statSync(record, { throwIfNoEntry: false })?.mtimeMs ?? now;
}
