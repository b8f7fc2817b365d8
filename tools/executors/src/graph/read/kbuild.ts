// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { workspacePath } from './path';
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

export interface ModuleFileFacts {
  /** The kernel that it names. */
  kernel?: string;
  /** Its host tests: C sources and folders of the include path. */
  tests?: { sources: string[]; folders: string[] };
}

/** What a module.yaml says. */
export function readModule(folder: string, text: string): ModuleFileFacts {
  const yaml = LenientMap.parse(text);
  const tests = yaml.map('tests');
  const texts = (values: readonly unknown[]) => values.filter((value): value is string => typeof value === 'string').map((name) => workspacePath(folder, name));
  const programs = tests.map('programs').entries().map(([name]) => name);
  if (programs.length === 0) return { kernel: yaml.text('kernel') };
  const sources = programs.flatMap((name) => texts(tests.map('programs').list(name)));
  const shim = texts([tests.text('shim')]);
  return { kernel: yaml.text('kernel'), tests: { sources: [...new Set([...sources, ...shim])], folders: [folder, ...texts(tests.list('include'))] } };
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

/** The folders that flags of the compiler name below or beside `folder`: to search for headers, or of a header to begin with. */
function includesIn(flags: string, folder: string): string[] {
  const plain = flags.replace(/["']/g, '');
  const named = (option: string) => [...plain.matchAll(new RegExp(`-(?:${option})\\s*${FOLDER}(/\\S*)?`, 'g'))].map(([, path = '']) => path);
  const paths = [...named('I|iquote|isystem|idirafter'), ...named('include|imacros').map((path) => posix.dirname(path))];
  return paths.map((path) => posix.join(folder, path).replace(/\/+$/, '')).filter((path) => !path.startsWith('../'));
}
