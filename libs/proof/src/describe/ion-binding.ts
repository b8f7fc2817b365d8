// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { IonLayout } from '@nexus-forge/ion-abi';
import type { DescribedRange, Description } from './described';

const ACCESS: Readonly<Record<string, 'ro' | 'rw'>> = { read_only: 'ro', read_write: 'rw' };

/**
 * ion-abi.json: the layout of the ION window. `ring.<name>.producer` and its like are offsets from the window's first byte;
 * `ion.sections` are the sections where the manifest puts the window.
 */
export const ION_BINDING: Description = {
  values: ['ion.magic', 'ion.version', /^ring\.[a-z_]+\.(index|channel|slots|producer|consumer|pool)$/],
  lists: ['ion.sections'],
  async read(file) {
    const { constants, sections, rings } = JSON.parse(readFileSync(file, 'utf8')) as IonLayout;
    const ringValues = Object.entries(rings).flatMap(([ring, fields]) =>
      Object.entries(fields).map(([field, value]): [string, string] => [`ring.${ring}.${field}`, value]),
    );
    const list = sections.map(({ name, offset, size, access }): DescribedRange => {
      const pa = `$ion.pa + ${offset}`;
      return { name: name.replaceAll('_', ' '), ipa: `$ion.ipa + ${offset}`, pa, base: pa, size, memory: 'normal', access: ACCESS[access]!, execute: false };
    });
    return {
      values: new Map([['ion.magic', constants['magic'] as string], ['ion.version', constants['abi_version'] as string], ...ringValues]),
      lists: new Map([['ion.sections', list]]),
    };
  },
};
