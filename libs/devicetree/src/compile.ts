// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ForgeError, noteReads, prerequisites, runTool } from '@nexus-forge/process';
import { fromRoot } from './beside';
import { checkArguments, faultsOf } from './dtc-checks';

const TIMEOUT_MS = 30_000;
/** How cpp and dtc end, with or without faults in their input: their words are shown by us, under the blob's name. */
const KNOWN_CODES = [0, 1, 2];

/** Programs, by path or by name. */
export interface DeviceTreeTools {
  cpp: string;
  dtc: string;
  fdtget: string;
}

/** The tools as they are found on PATH. */
export const TOOLS_ON_PATH: DeviceTreeTools = { cpp: 'aarch64-linux-gnu-cpp', dtc: 'dtc', fdtget: 'fdtget' };

export interface CompileOptions {
  /** What errors call the source. */
  name: string;
  /** Folder that `#include` paths of the source are relative to, and where the tools run. */
  root: string;
  /** Path of the blob to write. */
  output: string;
  tools: DeviceTreeTools;
  signal?: AbortSignal;
}

/**
 * The preprocessor's arguments: no macro and no folder of the compiler's, source from standard input. It writes what it
 * has included to `dependencies`.
 */
export function cppArguments(dependencies: string): string[] {
  return ['-nostdinc', '-undef', '-D__DTS__', '-x', 'assembler-with-cpp', '-MD', '-MF', dependencies, '-MT', 'dts', '-I', '.', '-'];
}

/** The compiler's arguments; source from standard input. It writes what it has included itself to `dependencies`. */
export function dtcArguments(output: string, dependencies: string): string[] {
  return [...checkArguments(), '-I', 'dts', '-O', 'dtb', '-d', dependencies, '-o', output, '-'];
}

/**
 * Turns device tree source into a blob by cpp and dtc. Throws a `ForgeError` with the tools' own words when either
 * fails, or says anything at all: a warning here is a guest that behaves oddly there.
 */
export async function compileDts(source: string, options: CompileOptions): Promise<void> {
  const { name, root, output, tools, signal } = options;
  const common = { cwd: root, timeoutMs: TIMEOUT_MS, signal };
  const fail = (tool: string, said: string): never => {
    throw new ForgeError(`${tool} does not accept the device tree source of ${name}`, { output: said, expected: 'no error and no warning' });
  };
  const lists = { cpp: `${output}.cpp.d`, dtc: `${output}.dtc.d` };
  const preprocessed = await runTool({ command: tools.cpp, args: cppArguments(lists.cpp), input: source, okCodes: KNOWN_CODES, package: 'gcc-aarch64-linux-gnu', ...common });
  if (preprocessed.code !== 0 || preprocessed.stderr !== '') fail('cpp', preprocessed.stderr);
  const compiled = await runTool({
    command: tools.dtc,
    args: dtcArguments(output, lists.dtc),
    input: fromRoot(preprocessed.stdout, (path) => existsSync(resolve(root, path))),
    okCodes: KNOWN_CODES,
    package: 'device-tree-compiler',
    ...common,
  });
  if (compiled.code !== 0 || faultsOf(compiled.stderr) !== '') fail('dtc', compiled.stderr);
  noteReads(Object.values(lists).flatMap((list) => takeList(list, root)));
}

/**
 * The files that a dependency file names, which goes; the source itself is none of them. dtc 1.6 writes a name with a
 * space as two words: a word that is no file is refused, since what was read could not be told.
 */
function takeList(list: string, root: string): string[] {
  const words = prerequisites(readFileSync(list, 'utf8')).filter((word) => word !== '<stdin>' && word !== '-');
  rmSync(list);
  const files = words.map((word) => resolve(root, word));
  const unknown = words.find((_, index) => !existsSync(files[index]!));
  if (unknown === undefined) return files;
  throw new ForgeError(`the device tree includes a file whose name cannot be told: ${unknown}`, {
    expected: 'included files without a space in their names',
    fix: 'rename the file, or take it in by #include',
  });
}
