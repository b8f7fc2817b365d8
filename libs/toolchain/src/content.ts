// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, openSync, readSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindOf, type ToolKind } from './catalogue';
import { findOnPath, identifyingFiles, isFilePin } from './locate';
import type { Pin } from './manifest';
import { filesIn, type ToolState } from './state';

/** A folder whose files count, by their places in it. */
export interface ContentFolder {
  path: string;
  /** Folders in it of which a run looks only at folders, not at each file: they are too many. */
  coarse: readonly string[];
}

/** Everything whose content identifies a tool. */
export interface ToolContent {
  /** The program and its siblings, with plugins that no package brought. */
  files: readonly string[];
  /** Debian packages, with what they depend on. */
  packages: readonly string[];
  /** For what no package brought. */
  folders: readonly ContentFolder[];
}

/**
 * What a tool is made of, by reading files only. What a package brought: the whole package, those that it depends on
 * (its libraries, the `cc1` that a `gcc` calls, the interpreter of a script) and those that the catalogue adds. What
 * bootstrap unpacked: its folder. Anything else: the program, its siblings, the folders that the catalogue knows beside
 * it, and the package of a script's interpreter.
 */
export function contentOf(program: string, name: string, pin: Pin | undefined, state: ToolState): ToolContent {
  const files = identifyingFiles(program, name, pin);
  return isFilePin(pin) ? { files, packages: [], folders: [] } : contentOfProgram(program, files, kindOf(name, pin), state);
}

/** The same for a program that no pin names; `files` are its own. */
export function contentOfProgram(program: string, files: readonly string[], kind: Omit<ToolKind, 'command'>, state: ToolState): ToolContent {
  const real = files.map(realPath);
  const ownerOf = (file: string) => (UNPACKED.test(file) ? undefined : state.ownerOf(file));
  const strangers = real.filter((file) => ownerOf(file) === undefined);
  const plugins = (kind.plugins ?? []).flatMap(matching);
  const strangePlugins = plugins.filter((file) => ownerOf(realPath(file)) === undefined);
  const owners = [...real, ...strangers.flatMap(interpreterOf), ...plugins.map(realPath)].flatMap((file) => ownerOf(file) ?? []);
  const folders = strangers.includes(real[0] ?? '') ? foldersOf(program, real[0] ?? '', kind) : [];
  const isCovered = (file: string) => folders.some(({ path }) => realPath(file).startsWith(`${path}/`));
  return {
    files: [...files, ...strangePlugins].filter((file) => !isCovered(file)),
    packages: state.closureOf([...new Set([...owners, ...(kind.packages ?? [])])].sort()),
    folders,
  };
}

const realPath = (path: string): string => realpathSync.native(path);

/** Where no package of Debian puts anything. */
const UNPACKED = /^.*\/\.toolchain\/[^/]+(?=\/)/;

function foldersOf(program: string, real: string, { beside = [], coarse = [] }: Omit<ToolKind, 'command'>): ContentFolder[] {
  const unpacked = UNPACKED.exec(program)?.[0];
  if (unpacked !== undefined) return [{ path: realpathSync.native(unpacked), coarse }];
  const folder = dirname(real);
  return beside.map((path) => ({ path: join(folder, path), coarse: coarse.filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1)) })).filter(({ path }) => existsSync(path));
}

/** The real program that a script names in its first line (`#!/usr/bin/env python3` names python3), and env itself. */
function interpreterOf(file: string): string[] {
  const words = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(beginOf(file));
  if (!words) return [];
  const [, first = '', second = ''] = words;
  const named = /\/env$/.test(first) ? [first, findOnPath(second)] : [first];
  return named.filter((path): path is string => path !== undefined && existsSync(path)).map(realPath);
}

const FIRST_LINE_BYTES = 256;

function beginOf(file: string): string {
  const begin = Buffer.alloc(FIRST_LINE_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    return begin.subarray(0, readSync(descriptor, begin)).toString('latin1');
  } finally {
    closeSync(descriptor);
  }
}

/** The files that a pattern stands for, each of whose parts may hold one star. */
function matching(pattern: string): string[] {
  const step = (folders: string[], part: string): string[] => {
    const [begin = '', end] = part.split('*');
    if (end === undefined) return folders.map((folder) => join(folder, part));
    const fits = (name: string) => name.length >= begin.length + end.length && name.startsWith(begin) && name.endsWith(end);
    return folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder).filter(fits).sort().map((name) => join(folder, name)));
  };
  return pattern.split('/').slice(1).reduce(step, ['/']).filter((path) => existsSync(path));
}

/** The real path of every file whose content identifies a tool. */
export function filesOfContent({ files, packages, folders }: ToolContent, state: ToolState): string[] {
  const all = [...files, ...packages.flatMap((name) => state.filesOfPackage(name)), ...folders.flatMap(({ path }) => filesIn(path))];
  return [...new Set(all.filter((file) => existsSync(file)).map(realPath))];
}
