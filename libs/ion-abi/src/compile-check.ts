// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '@nexus-forge/process';

const TIMEOUT_MS = 60_000;

/** The bindings' file names, as they stand in the output directory. */
export const BINDING = { zig: 'ion_abi.zig', c: 'ion_abi.h', typescript: 'ion-abi.ts' } as const;

/** Compiles the C header as a unit of its own: its assertions fail when a size or an offset is not the described one. */
export async function checkC(folder: string, compiler: string, signal?: AbortSignal): Promise<void> {
  await runTool({
    command: compiler,
    args: ['-fsyntax-only', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-x', 'c', join(folder, BINDING.c)],
    timeoutMs: TIMEOUT_MS,
    package: 'gcc-aarch64-linux-gnu',
    signal,
  });
}

/** Has Zig evaluate the binding's compile-time assertions; false when `zig` is not there, in which case nothing ran. */
export async function checkZig(folder: string, zig: string, cache: string, signal?: AbortSignal): Promise<boolean> {
  if (!existsSync(zig)) return false;
  await runTool({
    command: zig,
    args: ['build-obj', '-fno-emit-bin', '-target', 'aarch64-freestanding-none', join(folder, BINDING.zig)],
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  return true;
}
