// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { LenientMap } from './yaml';

/** The generated header of the ION bindings. */
export const BINDINGS_HEADER = 'ion_abi.h';

/** The file beside a module's Kbuild that says which kernel it is for. */
export const MODULE_FILE = 'module.yaml';

export interface KbuildFacts {
  /** Names of the modules that it builds, in its order; none where it only names subfolders. */
  modules: string[];
  /** Folders of the workspace that it adds to the include path, relative to its own by whatever spelling. */
  includeFolders: string[];
}

const ASSIGNMENT = /^\s*(?:export\s+|override\s+)?([^\s:=+?#]+)\s*(?::{0,3}|\+|\?)=[ \t]*(.*)$/gm;
/** What kbuild calls the folder of the module (Documentation/kbuild/modules.rst). */
const FOLDER_NAMES = ['src', 'obj', 'M', 'KBUILD_EXTMOD', 'CURDIR'];
/** Stands for the folder in expanded text. */
const FOLDER = '\u0001';
/** Variables that refer to each other have no end. */
const DEEPEST = 16;

export function readKbuild(file: string, text: string): KbuildFacts {
  const code = text.replace(/\\\n/g, ' ').replace(/#.*$/gm, '');
  const assignments = [...code.matchAll(ASSIGNMENT)].map(([, name, value]): [string, string] => [name!, value!]);
  const variables = new Map(FOLDER_NAMES.map((name) => [name, FOLDER]));
  for (const [name, value] of assignments) variables.set(name, `${variables.get(name) ?? ''} ${value}`.trim());
  for (const name of FOLDER_NAMES) variables.set(name, FOLDER);
  const folders = assignments.flatMap(([, value]) => includesIn(expand(value, variables), posix.dirname(file)));
  const objects = assignments.filter(([name]) => name === 'obj-m').flatMap(([, value]) => expand(value, variables).split(/\s+/));
  return {
    modules: [...new Set(objects.filter((name) => /^[^/]+\.o$/.test(name)).map((name) => name.slice(0, -2)))],
    includeFolders: [...new Set(folders)].sort(),
  };
}

/** The kernel that a module.yaml names. */
export function readModule(text: string): { kernel?: string } {
  return { kernel: LenientMap.parse(text).text('kernel') };
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  let expanded = text;
  for (let round = 0; round < DEEPEST; round++) {
    const before = expanded;
    expanded = expanded
      .replace(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})/g, (whole, first, second) => variables.get(first ?? second) ?? whole)
      .replace(/\$[({](?:abspath|realpath)\s+([^(){}]*)[)}]/g, '$1');
    if (expanded === before) break;
  }
  return expanded;
}

function includesIn(flags: string, folder: string): string[] {
  const found = [...flags.replace(/["']/g, '').matchAll(new RegExp(`-(?:I|iquote|isystem|idirafter)\\s*${FOLDER}(/\\S*)?`, 'g'))];
  return found.map(([, path = '']) => posix.join(folder, path).replace(/\/+$/, '')).filter((path) => !path.startsWith('../'));
}
