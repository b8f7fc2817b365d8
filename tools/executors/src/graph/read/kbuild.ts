// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { workspacePath } from './path';
import { LenientMap } from './yaml';

/** The generated header of the ION bindings. */
export const BINDINGS_HEADER = 'ion_abi.h';

/** The file beside a module's Kbuild that says which kernels it is for. */
export const MODULE_FILE = 'module.yaml';

/** A line of a Kbuild, as it is written. */
export interface UnclearLine {
  line: number;
  text: string;
}

export interface KbuildFacts {
  /** Names of the modules that it builds, in its order; none where it only names subfolders. */
  modules: string[];
  /** The first line that names modules. */
  line?: number;
  /** Lines that name modules in a way that only make understands. */
  unclear: UnclearLine[];
  /** Folders of the workspace that it adds to the include path, relative to its own by whatever spelling. */
  includeFolders: string[];
}

const ASSIGNMENT = /^\s*(?:export\s+|override\s+)?([^\s:=+?#]+)\s*(?::{0,3}|\+|\?)=[ \t]*(.*)$/gm;
/** What kbuild calls the folder of the module (Documentation/kbuild/modules.rst). */
const FOLDER_NAMES = ['src', 'obj', 'M', 'KBUILD_EXTMOD', 'CURDIR'];
/** Stands for the folder in expanded text. */
export const FOLDER = '\u0001';
/** Variables that refer to each other have no end. */
const DEEPEST = 16;

/** What a continued line is joined by: white space that is no end of a line, so that lines can still be counted. */
const JOINT = '\f';
const MODULE = /^[^/$]+\.o$/;
/** A subfolder has a Kbuild of its own, which makes it a project of its own. */
const SUBFOLDER = /^[^$]+\/$/;

/** A Kbuild with its continued lines joined and without comments, and what its variables hold. */
export function parseKbuild(text: string) {
  const code = text.replace(/\\\n/g, JOINT).replace(/#.*$/gm, (comment) => comment.replace(/[^\f]/g, ''));
  const matches = [...code.matchAll(ASSIGNMENT)];
  const assignments = matches.map(([, name, value]): [string, string] => [name!, value!]);
  const variables = new Map(FOLDER_NAMES.map((name) => [name, FOLDER]));
  for (const [name, value] of assignments) variables.set(name, `${variables.get(name) ?? ''} ${value}`.trim());
  for (const name of FOLDER_NAMES) variables.set(name, FOLDER);
  return { code, matches, assignments, variables };
}

export function readKbuild(file: string, text: string): KbuildFacts {
  const { code, matches, assignments, variables } = parseKbuild(text);
  const folders = assignments.flatMap(([, value]) => includesIn(expand(value, variables), posix.dirname(file)));
  const objects = matches.map((match) => ({ match, list: expand(match[1]!, variables), names: expand(match[2]!, variables).split(/\s+/).filter(Boolean) }));
  const lists = objects.filter(({ list }) => list === 'obj-m');
  const named = lists.flatMap(({ names }) => names);
  return {
    modules: [...new Set(named.filter((name) => MODULE.test(name)).map((name) => name.slice(0, -2)))],
    line: lists.map(({ match }) => lineOf(code, match).line).at(0),
    unclear: objects.filter(({ list, names }) => isUnclear(list, names)).map(({ match }) => lineOf(code, match)),
    includeFolders: [...new Set(folders)].sort(),
  };
}

/** Whether a list of objects has modules that are not named plainly; obj-y and obj-n have none. */
function isUnclear(list: string, names: readonly string[]): boolean {
  const mayBeModules = list === 'obj-m' || /^obj-.*\$/.test(list);
  return mayBeModules && names.some((name) => !SUBFOLDER.test(name) && (list !== 'obj-m' || !MODULE.test(name)));
}

function lineOf(code: string, { 0: whole, index }: RegExpExecArray): UnclearLine {
  const start = index + whole.search(/\S/);
  return { line: code.slice(0, start).split(/[\n\f]/).length, text: whole.trim().replace(/\s+/g, ' ') };
}

export interface ModuleFileFacts {
  /** The kernels that it names. */
  kernels: string[];
  /** Its host tests: C sources and folders of the include path. */
  tests?: { sources: string[]; folders: string[] };
}

/** What a module.yaml says. */
export function readModule(folder: string, text: string): ModuleFileFacts {
  const yaml = LenientMap.parse(text);
  const tests = yaml.map('tests');
  const texts = (values: readonly unknown[]) => values.filter((value): value is string => typeof value === 'string').map((name) => workspacePath(folder, name));
  const programs = tests.map('programs').entries().map(([name]) => name);
  const kernels = yaml.names('kernel');
  if (programs.length === 0) return { kernels };
  const sources = programs.flatMap((name) => texts(tests.map('programs').list(name)));
  const shim = texts([tests.text('shim')]);
  const folders = [folder, ...texts(tests.list('include'))];
  return { kernels, tests: { sources: [...new Set([...sources, ...shim])], folders } };
}

/** Text with what its variables hold, `FOLDER` for the folder. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
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
