// SPDX-License-Identifier: Apache-2.0
import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runTool } from '@nexus-forge/process';
import { withKeptState, type KeptStateOptions } from '@nexus-forge/state';
import { zigBuildCommand, type ZigInvocation } from './command';

/**
 * No build.zig knows this option: Zig compiles the build script, finds that out and ends before it stores anything that
 * depends on options. What stays is the compiled script and the list of its sources.
 */
const UNKNOWN_OPTION = { 'nexus-forge-compile-only': true };
/**
 * 1: the option is unknown, or the script doesn't compile, which the build itself then says. 0 is no fault either, of a
 * wrapper around Zig, say: this saves time and must refuse no build.
 */
const KNOWN_CODES = [0, 1];
/** Folders whose content is not the script: scratch, and what it has answered. Zig wants to find the folders. */
const LEFT_OUT: ReadonlySet<string> = new Set(['tmp', 'c']);

export interface ScriptOrder {
  invocation: Pick<ZigInvocation, 'workspaceRoot' | 'zig' | 'package'>;
  /** How its own cache is kept. */
  state: Pick<KeptStateOptions, 'key' | 'lockTimeoutMs' | 'maxBytes' | 'report'>;
  timeoutMs: number;
}

/**
 * Lets an empty local cache of Zig begin with the package's build script, compiled. Zig compiles it into each cache, two
 * seconds of processor time; the targets of a package have caches of their own and the same script.
 */
export async function beginWithScript({ invocation, state, timeoutMs }: ScriptOrder, cache: string): Promise<void> {
  const { workspaceRoot, package: folder } = invocation;
  const name = folder.replaceAll(/[^A-Za-z0-9]+/g, '-');
  const place = join(workspaceRoot, '.nexus-forge', 'state', 'zig-scripts', name);
  await withKeptState({ ...state, folder: place, isSoundAfter: () => false }, async (compiled) => {
    const command = zigBuildCommand({ ...invocation, defines: UNKNOWN_OPTION, cache: compiled });
    await runTool({ ...command, timeoutMs, okCodes: KNOWN_CODES });
    cpSync(compiled, cache, { recursive: true, preserveTimestamps: true, filter: (path) => !LEFT_OUT.has(basename(dirname(path))) });
  });
}
