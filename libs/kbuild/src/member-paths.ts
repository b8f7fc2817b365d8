// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import type { Place } from '@nexus-forge/process';
import { parentsOf } from './cpio-list';
import type { Described, InitramfsDescription } from './description';

/** Where everything lies that is no member by name. */
export const INIT = '/init';
export const MODULE_LIST = '/etc/modules';
export const moduleMember = (name: string) => `/lib/modules/${name}.ko`;

interface Claim {
  path: string;
  isDirectory: boolean;
  /** What it is, as a message says it. */
  what: string;
  at: Place;
}

/** Members that would take each other's place, or lie in one that is no folder: the archive has room for one of them. */
export function clashes(described: Pick<Described<InitramfsDescription>, 'value' | 'placeOf'>): Fault[] {
  const known = new Map<string, Claim>();
  const faults: Fault[] = [];
  for (const claim of claimsOf(described)) {
    const earlier = known.get(claim.path);
    if (earlier === undefined) known.set(claim.path, claim);
    else if (!(earlier.isDirectory && claim.isDirectory)) faults.push(fault(claim, `${claim.path} is taken already, by ${earlier.what}`));
  }
  for (const claim of known.values()) {
    const holder = parentsOf(claim.path).map((path) => known.get(path)).find((parent) => parent !== undefined && !parent.isDirectory);
    if (holder !== undefined) faults.push(fault(holder, `${holder.path} is no folder, but ${claim.what} lies in it, as ${claim.path}`));
  }
  return faults;
}

function fault({ at, what }: Claim, summary: string): Fault {
  return { at, summary, expected: 'another path', found: what };
}

/** What the description asks for, what has no path of its own first. */
function claimsOf({ value, placeOf }: Pick<Described<InitramfsDescription>, 'value' | 'placeOf'>): Claim[] {
  const { modules = [], directories = [], nodes = [], files = [] } = value;
  const list = modules.length === 0 ? [] : [{ path: MODULE_LIST, isDirectory: false, what: 'the list of modules', at: placeOf(['modules']) }];
  return [
    { path: INIT, isDirectory: false, what: 'the program of init.sources', at: placeOf(['init']) },
    ...list,
    ...modules.map((name, index) => ({ path: moduleMember(name), isDirectory: false, what: `the module ${name}`, at: placeOf(['modules', index]) })),
    ...directories.map((path, index) => ({ path, isDirectory: true, what: `the folder ${path}`, at: placeOf(['directories', index]) })),
    ...nodes.map(({ path }, index) => ({ path, isDirectory: false, what: `the device ${path}`, at: placeOf(['nodes', index]) })),
    ...files.map(({ path, source }, index) => ({ path, isDirectory: false, what: `the file ${source}`, at: placeOf(['files', index]) })),
  ];
}
