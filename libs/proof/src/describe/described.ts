// SPDX-License-Identifier: Apache-2.0
import type { DeviceTreeTools } from '../evidence/probe';
import type { Stage2Range } from '../spec/types';
import type { Datum } from '../value';

/** An entry of a list: a range of the guest's addresses, which memory it is, and what the guest may do there. */
export interface DescribedRange extends Required<Stage2Range> {
  /** The same as `pa`: where ranges are of memory and not of a guest's addresses. */
  base: string;
}

/** What a file says of the board or the cell: values and lists by dotted names. Addresses and sizes are in bytes. */
export interface Described {
  values: ReadonlyMap<string, Datum>;
  lists: ReadonlyMap<string, readonly DescribedRange[]>;
}

/** A kind of file that describes what a proof is run on. */
export interface Description {
  /** The names of its values, and of its lists. */
  values: readonly (string | RegExp)[];
  lists: readonly string[];
  read: (file: string, tools: DeviceTreeTools) => Promise<Described>;
}

/** Whether a description gives a value of that name. */
export function givesValue({ values }: Description, name: string): boolean {
  return values.some((known) => (typeof known === 'string' ? known === name : known.test(name)));
}
