// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { expand, FOLDER, parseKbuild, type UnclearLine } from './kbuild';

/** Flags that bring headers from other folders: what these name is known, copied and declared. */
const KNOWN_FLAGS = new RegExp(`-(?:I|iquote|isystem|idirafter|include|imacros)\\s*${FOLDER}\\S*`, 'g');
/** make's own word, which begins a line; the compiler's -include stands in a list of flags. */
const DIRECTIVE = /^[ ]*(?:-include|sinclude|include)\s+(.*)$/;
/** The kernel's own files. */
const OF_KERNEL = /^\$[({](?:abs_)?(?:srctree|objtree)[)}]/;
const ASSIGNED = /^\s*(?:export\s+|override\s+)?([^\s:=+?#]+)\s*(?::{0,3}|\+|\?)=/;
/** Lists that kbuild itself takes. What any other variable holds is looked at where it is used. */
const TAKEN = /^(?:obj|ccflags|asflags|ldflags|subdir-ccflags|subdir-asflags|[CA]FLAGS|.*-(?:y|m|objs)$)/;
/** Functions of make that read files, or run what may. */
const READING = /\$[({](?:shell|file|wildcard)\s[^\n]*/;

/** How a part of a Kbuild can look beside its folder, where no target has declared or copied anything. */
const BEYOND: readonly ((text: string) => boolean)[] = [
  (text) => pathsOf(text).some(leavesFolder),
  // An object of another folder: kbuild takes it as beside the folder too.
  (text) => /(?:^|\s)(?:[\w./-]*\/)?\.\.\/\S*\.o(?:\s|$)/.test(text),
  // Where make or the compiler is started, which is not the folder.
  (text) => /-(?:I|iquote|isystem|idirafter)\s*(?:\.\.?\/|\$[({](?:PWD|shell\s+pwd)[)}])/.test(text),
];
const BEYOND_WHILE_READING: readonly ((text: string) => boolean)[] = [
  (text) => pathsOf(text).some(leavesFolder),
  (text) => /(?:^|[\s<"'])\.\.\//.test(text),
  (text) => /(?:^|[\s<"'])\/(?!usr\/|bin\/|dev\/|lib\/modules\/)\w/.test(text),
  (text) => /\bgit\s/.test(text),
];

/**
 * Lines of a Kbuild that read what does not lie in its folder, in a way that only make understands. Such a module would
 * be built without it, often in silence: what is there is no input, and is not where the module is built.
 */
export function linesBeyond(text: string): UnclearLine[] {
  const { code, variables } = parseKbuild(text);
  let line = 1;
  return code.split('\n').flatMap((raw) => {
    const at = line + (/^\f*/.exec(raw)?.[0].length ?? 0);
    line += raw.split('\f').length;
    const written = raw.replace(/\f/g, ' ');
    const isBeyond = looksBeyond(written, expand(written, variables));
    return isBeyond ? [{ line: at, text: written.trim().replace(/\s+/g, ' ') }] : [];
  });
}

function looksBeyond(written: string, expanded: string): boolean {
  const plain = expanded.replace(/["']/g, '').replace(KNOWN_FLAGS, '');
  const included = DIRECTIVE.exec(expanded)?.[1];
  if (included !== undefined) return included.trim().split(/\s+/).some((path) => !isOwn(path) && !OF_KERNEL.test(path));
  const reading = READING.exec(expanded)?.[0];
  if (reading !== undefined && BEYOND_WHILE_READING.some((rule) => rule(reading))) return true;
  const name = ASSIGNED.exec(written)?.[1];
  return (name === undefined || TAKEN.test(name)) && BEYOND.some((rule) => rule(plain));
}

/** Paths that begin at the folder, relative to it. */
function pathsOf(text: string): string[] {
  return [...text.matchAll(new RegExp(`${FOLDER}(/[^\\s"'\`,;:()|&<>]*)?`, 'g'))].map(([, path = '']) => `.${path}`);
}

function leavesFolder(path: string): boolean {
  return /^\.\.(?:\/|$)/.test(posix.normalize(path));
}

function isOwn(path: string): boolean {
  return path.startsWith(FOLDER) && !leavesFolder(`.${path.slice(FOLDER.length)}`);
}

/** An object that a Kbuild lists. */
export interface ListedObject extends UnclearLine {
  /** Without .o */
  name: string;
}

/** Objects of its folder that a Kbuild lists, other than those that it composes of others. */
export function listedObjects(text: string): ListedObject[] {
  const { code, variables } = parseKbuild(text);
  const lists = [...code.matchAll(/^[ \t]*([\w.-]+-(?:y|m|objs))[ \t]*(?::|\+)?=[ \t]*(.*)$/gm)];
  const composed = new Set(lists.map(([, list]) => list!.replace(/-(?:y|m|objs)$/, '')));
  return lists.flatMap(({ 0: whole, 1: list, 2: value, index }) => {
    const line = code.slice(0, index).split(/[\n\f]/).length;
    const names = expand(value!.replace(/\f/g, ' '), variables).split(/\s+/);
    return names
      .filter((name) => /^[^/$.][^/$]*\.o$/.test(name))
      .map((name) => name.slice(0, -2))
      .filter((name) => list !== 'obj-m' || !composed.has(name))
      .map((name) => ({ name, line, text: whole.trim().replace(/\s+/g, ' ') }));
  });
}
