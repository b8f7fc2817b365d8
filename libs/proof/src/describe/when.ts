// SPDX-License-Identifier: Apache-2.0
import type { When } from '../spec/types';
import { compare, type Datum } from '../value';

/** Whether a board's files say what something is asked for under. */
export function holds(when: When, values: ReadonlyMap<string, Datum>): boolean {
  const lookup = (name: string) => values.get(name);
  return Object.entries(when).every(([name, wanted]) => compare(lookup(name) ?? '', wanted, lookup).met);
}
