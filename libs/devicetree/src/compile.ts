// SPDX-License-Identifier: Apache-2.0
import { ForgeError, runTool } from '@nexus-forge/process';
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

/** The preprocessor's arguments: no macro and no folder of the compiler's, source from standard input. */
export function cppArguments(): string[] {
  return ['-nostdinc', '-undef', '-D__DTS__', '-x', 'assembler-with-cpp', '-I', '.', '-'];
}

/** The compiler's arguments; source from standard input. */
export function dtcArguments(output: string): string[] {
  return [...checkArguments(), '-I', 'dts', '-O', 'dtb', '-o', output, '-'];
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
  const preprocessed = await runTool({ command: tools.cpp, args: cppArguments(), input: source, okCodes: KNOWN_CODES, package: 'gcc-aarch64-linux-gnu', ...common });
  if (preprocessed.code !== 0 || preprocessed.stderr !== '') fail('cpp', preprocessed.stderr);
  const compiled = await runTool({
    command: tools.dtc,
    args: dtcArguments(output),
    input: preprocessed.stdout,
    okCodes: KNOWN_CODES,
    package: 'device-tree-compiler',
    ...common,
  });
  if (compiled.code !== 0 || faultsOf(compiled.stderr) !== '') fail('dtc', compiled.stderr);
}
