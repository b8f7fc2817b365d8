// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError, noteReads, runTool, type ToolResult } from '@nexus-forge/process';
import { withKeptState } from '@nexus-forge/state';
import { requireTool } from '@nexus-forge/toolchain';
import { beginWithScript } from './compiled-script';
import { globalCache, zigBuildCommand, type Defines } from './command';
import { refuseUnfitPlace } from './place';
import { filesRead } from './reads';

export interface ZigBuild {
  workspaceRoot: string;
  /** Folder of build.zig, workspace-relative. */
  package: string;
  /** Names the kept state: one for each target, so that nothing leaks from one configuration into another. */
  project: string;
  target: string;
  defines?: Defines;
  steps?: readonly string[];
  /** Pins of the other tools that its build.zig runs. */
  tools?: readonly string[];
  /** Further arguments of `zig build`. */
  extra?: readonly string[];
  /** Builds from nothing, whatever an earlier run has left. */
  fresh?: boolean;
  timeoutMs: number;
}

const MAX_STATE_BYTES = 1 << 30;

/**
 * Runs `zig build` and hands its result to `use`. `prefix` is where the build installs. Zig keys its local cache by
 * content, but serves what lies there unseen: the kept state is only used as an earlier run has left it, with the same
 * tools.
 */
export async function runZigBuild<T>(
  build: ZigBuild,
  prefix: string | undefined,
  use: (result: ToolResult, cache: string) => Promise<T>,
): Promise<T> {
  const { workspaceRoot, timeoutMs } = build;
  refuseUnfitPlace([workspaceRoot, globalCache(workspaceRoot)]);
  const zig = await requireTool(workspaceRoot, 'zig');
  // Zig keys what another program made by its command line and inputs, not by the program.
  const others = await Promise.all((build.tools ?? []).map((name) => requireTool(workspaceRoot, name)));
  if (!existsSync(globalCache(workspaceRoot))) {
    console.log('zig: compiling its own build system first; this takes about a minute, once');
  }
  const state = {
    folder: join(workspaceRoot, '.nexus-forge', 'state', 'zig', `${build.project}-${build.target}`),
    key: [zig, ...others].map(({ name, sha256 }) => `${name} ${sha256}`).join('\n'),
    lockTimeoutMs: timeoutMs,
    maxBytes: MAX_STATE_BYTES,
    fresh: build.fresh,
    isSoundAfter: endedByItself,
    report: (line: string) => console.log(`zig: ${line}`),
  };
  // Manifests of an earlier build may name files that this one does not read any more, as long as those are unchanged.
  let mayBeFormer = false;
  const script = { invocation: { ...build, zig: zig.path }, state: { ...state, fresh: false }, timeoutMs };
  const work = async (cache: string, isFresh = false) => {
    if (!isFresh && !existsSync(join(cache, 'h'))) await beginWithScript(script, cache);
    const isKept = existsSync(join(cache, 'h'));
    const command = zigBuildCommand({ ...build, zig: zig.path, prefix, cache });
    const result = await runTool({ ...command, timeoutMs });
    try {
      noteReads(filesRead(cache, command.cwd));
    } catch (error) {
      mayBeFormer = isKept;
      throw error;
    }
    return use(result, cache);
  };
  try {
    return await withKeptState(state, (cache) => work(cache, build.fresh));
  } catch (error) {
    if (!mayBeFormer) throw error;
    console.log('zig: building from nothing, to see whether it was an earlier build that has read what is not declared');
    return withKeptState({ ...state, fresh: true }, (cache) => work(cache, true));
  }
}

/** A compile error leaves Zig's cache sound; whatever ended Zig from outside may not. */
function endedByItself(error: unknown): boolean {
  return error instanceof ForgeError && /ended with status \d+$/.test(error.summary);
}
