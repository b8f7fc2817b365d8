// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { explainFullDisk } from './full-disk';
import { endWithParent } from './group';
import { isAlive, ownMark } from './life';

/** A folder of this process's own. */
export interface PrivateFolder {
  path: string;
  remove(): void;
}

/**
 * Makes a new folder `<parent>/<name>-<mark of this process>-…`, which is gone at the latest when this process ends.
 * Those of the same name whose process was killed outright are removed.
 */
export function makePrivateFolder(parent: string, name: string): PrivateFolder {
  mkdirSync(parent, { recursive: true });
  removeLeftovers(parent, name);
  endWithParent();
  const path = mkdtempSync(join(parent, `${name}-${ownMark()}-`));
  const removeFolder = () => rmSync(path, { recursive: true, force: true });
  process.on('exit', removeFolder);
  return {
    path,
    remove: () => {
      process.off('exit', removeFolder);
      removeFolder();
    },
  };
}

/** Gives `work` a private folder that is gone afterwards. A full disk there is said as such. */
export async function withPrivateFolder<T>(parent: string, name: string, work: (path: string) => Promise<T>): Promise<T> {
  const { path, remove } = makePrivateFolder(parent, name);
  try {
    return await work(path);
  } catch (error) {
    throw explainFullDisk(error, parent);
  } finally {
    remove();
  }
}

function removeLeftovers(parent: string, name: string): void {
  for (const entry of readdirSync(parent)) {
    const mark = entry.startsWith(`${name}-`) ? /^(\d+-\d+)-\w+(\.old)?$/.exec(entry.slice(name.length + 1))?.[1] : undefined;
    if (mark !== undefined && !isAlive(mark)) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}
