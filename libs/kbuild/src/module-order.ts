// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';

/** Names of the modules in modules.order, where kbuild lists what it has built: .ko to Linux 6.2, then .o. */
export function modulesIn(order: string): string[] {
  return order.split('\n').filter((line) => line !== '').map((line) => basename(line).replace(/\.k?o$/, ''));
}

/** Refuses a build whose modules are not those that were ordered: one that nobody takes would be dropped in silence. */
export function refuseOtherModules({ modules, source }: { modules: readonly string[]; source: string }, folder: string): void {
  const file = join(folder, 'modules.order');
  if (!existsSync(file)) return;
  const built = [...new Set(modulesIn(readFileSync(file, 'utf8')))].sort();
  const ordered = [...modules].sort();
  if (built.join() === ordered.join()) return;
  throw new ForgeError('the Kbuild builds other modules than the target names', {
    at: { file: join(source, 'Kbuild') },
    expected: ordered.join(', '),
    found: built.join(', ') || 'none',
    fix: 'name each module in a line obj-m := <name>.o of this file, and modules of subfolders in Kbuild files of their own',
  });
}
