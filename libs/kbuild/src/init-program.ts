// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError, runTool } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';
import type { Described, InitramfsDescription } from './description';

const TIMEOUT_MS = 60_000;

/** Freestanding and static: there is no C library and no loader where it runs. Warnings are errors. */
const COMPILE = ['-std=gnu11', '-Os', '-Wall', '-Wextra', '-Wshadow', '-Wmissing-prototypes', '-Wstrict-prototypes', '-Werror'];
const FREESTANDING = ['-ffreestanding', '-fno-builtin', '-fno-stack-protector', '-fno-pie', '-fno-asynchronous-unwind-tables'];
const LINK = ['-nostdlib', '-static', '-no-pie', '-s', '-Wl,--build-id=none,--gc-sections,-z,max-page-size=4096,-z,noexecstack'];

/** The compiler's arguments; run in the workspace, so that no path of this machine gets into the program. */
export function initArguments(sources: readonly string[], output: string): string[] {
  return [...COMPILE, ...FREESTANDING, '-ffunction-sections', ...LINK, '-o', output, ...sources];
}

/** Compiles /init from the sources that the description names, to `output`. */
export async function compileInit(workspaceRoot: string, described: Described<InitramfsDescription>, output: string): Promise<void> {
  const { value, beside, placeOf } = described;
  const sources = value.init.sources.map((name, index) => {
    const path = beside(name);
    if (existsSync(join(workspaceRoot, path))) return path;
    throw new ForgeError(`the source ${path} is missing`, { at: placeOf(['init', 'sources', index]) });
  });
  const compiler = await requireTool(workspaceRoot, 'cross-gcc');
  await runTool({ command: compiler.path, args: initArguments(sources, output), cwd: workspaceRoot, timeoutMs: TIMEOUT_MS });
}
