// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path';
import { ForgeError, runTool } from '@nexus-forge/process';

const TIMEOUT_MS = 60_000;
const COMPILER_PACKAGE = 'gcc-aarch64-linux-gnu';

/** The bindings' file names, as they stand in the output directory. */
export const BINDING = { zig: 'ion_abi.zig', c: 'ion_abi.h', typescript: 'ion-abi.ts', json: 'ion-abi.json' } as const;

/**
 * Compiles the C header as a unit of its own: its assertions fail when a size or an offset is not the described one.
 * It is compiled freestanding, with the compiler's own headers and none of the machine's: what is installed below
 * /usr/include has no part in the result.
 */
export async function checkC(folder: string, compiler: string, signal?: AbortSignal): Promise<void> {
  await runTool({
    command: compiler,
    args: ['-fsyntax-only', ...checkArguments(folder, await ownHeaders(compiler, signal))],
    timeoutMs: TIMEOUT_MS,
    package: COMPILER_PACKAGE,
    signal,
  });
}

/** How the header is compiled, whatever is made of it. */
export function checkArguments(folder: string, headers: string): string[] {
  const strict = ['-std=gnu11', '-Wall', '-Wextra', '-Werror'];
  return ['-ffreestanding', '-nostdinc', '-isystem', headers, ...strict, '-x', 'c', join(folder, BINDING.c)];
}

/** The folder of the headers that belong to the compiler itself: <stddef.h> and its like. */
export async function ownHeaders(compiler: string, signal?: AbortSignal): Promise<string> {
  const args = ['-print-file-name=include'];
  const { stdout } = await runTool({ command: compiler, args, timeoutMs: TIMEOUT_MS, package: COMPILER_PACKAGE, signal });
  const folder = stdout.trim();
  /* A name that the compiler does not know is repeated as it is. */
  if (isAbsolute(folder)) return folder;
  throw new ForgeError('the C compiler has no headers of its own', {
    expected: `a folder from ${[compiler, ...args].join(' ')}`,
    found: folder || 'nothing',
    fix: `install the compiler again: apt-get install --reinstall ${COMPILER_PACKAGE}`,
  });
}

/** Has Zig evaluate the binding's compile-time assertions. */
export async function checkZig(folder: string, zig: string, cache: string, signal?: AbortSignal): Promise<void> {
  await runTool({
    command: zig,
    args: ['build-obj', '-fno-emit-bin', '-target', 'aarch64-freestanding-none', join(folder, BINDING.zig)],
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}
