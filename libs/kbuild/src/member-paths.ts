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
    else if (!earlier.isDirectory || !claim.isDirectory) {
      faults.push(fault(claim, `${claim.path} is taken already, by ${earlier.what}`));
    }
  }
  for (const claim of known.values()) {
    const parents = parentsOf(claim.path).flatMap((path) => known.get(path) ?? []);
    const holder = parents.find((parent) => !parent.isDirectory);
    if (holder === undefined) continue;
    faults.push(fault(holder, `${holder.path} is no folder, but ${claim.what} lies in it, as ${claim.path}`));
  }
  return faults;
}

function fault({ at, what }: Claim, summary: string): Fault {
  return { at, summary, expected: 'another path', found: what };
}

/** What the description asks for, what has no path of its own first. */
function claimsOf({ value, placeOf }: Pick<Described<InitramfsDescription>, 'value' | 'placeOf'>): Claim[] {
  const { modules = [], directories = [], nodes = [], files = [] } = value;
  const entry = (path: string, what: string, ...at: (string | number)[]): Claim => ({
    path,
    what,
    isDirectory: at[0] === 'directories',
    at: placeOf(at),
  });
  return [
    entry(INIT, 'the program of init.sources', 'init'),
    ...(modules.length === 0 ? [] : [entry(MODULE_LIST, 'the list of modules', 'modules')]),
    ...modules.map((name, index) => entry(moduleMember(name), `the module ${name}`, 'modules', index)),
    ...directories.map((path, index) => entry(path, `the folder ${path}`, 'directories', index)),
    ...nodes.map(({ path }, index) => entry(path, `the device ${path}`, 'nodes', index)),
    ...files.map(({ path, source }, index) => entry(path, `the file ${source}`, 'files', index)),
  ];
}
