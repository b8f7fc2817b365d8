// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import type { Cell, LoadedCell } from './cell';

interface Unsupported {
  key: keyof Cell;
  isAsked: (cell: Cell) => boolean;
  summary: string;
  /** What to write instead. */
  expected: string;
}

/** What a manifest can say and Rumpk does not do yet: accepted, it would only show when the guest has failed. */
const UNSUPPORTED: readonly Unsupported[] = [
  { key: 'cpus', isAsked: ({ cpus }) => cpus > 1, summary: 'Rumpk does not start a second core of a cell yet', expected: 'cpus: 1' },
  {
    key: 'console',
    isAsked: ({ console }) => console === 'virtual',
    summary: 'Rumpk does not emulate a serial port yet',
    expected: 'console: passthrough, with the serial port among devices; or console: none',
  },
];

/** Faults of what the manifest asks for and nothing serves. */
export function unsupportedFaults(cell: LoadedCell): Fault[] {
  return UNSUPPORTED.filter(({ isAsked }) => isAsked(cell.value)).map(({ key, summary, expected }) => ({
    at: cell.placeOf([key]),
    summary,
    expected,
    found: `${key}: ${String(cell.value[key])}`,
  }));
}
