// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';

/** Values of -D options; `false` is passed too, since a build's default may be true. */
export type Defines = Readonly<Record<string, string | boolean | number>>;

export interface ZigInvocation {
  workspaceRoot: string;
  /** The program. */
  zig: string;
  /** Folder of build.zig, workspace-relative; Zig runs there, so that the place of the checkout gets into nothing. */
  package: string;
  /** Steps to make; none is `install`. */
  steps?: readonly string[];
  defines?: Defines;
  /** Absolute folder for what the build installs. */
  prefix?: string;
  /** Absolute folder of Zig's local cache. */
  cache: string;
  /** Further arguments. */
  extra?: readonly string[];
}

export interface ZigCommand {
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** The exact command of a `zig build`. */
export function zigBuildCommand(invocation: ZigInvocation, environment: NodeJS.ProcessEnv = process.env): ZigCommand {
  const { workspaceRoot, zig, steps = [], defines = {}, prefix, cache, extra = [] } = invocation;
  return {
    command: zig,
    args: [
      'build',
      ...steps,
      ...Object.entries(defines).map(([name, value]) => `-D${name}=${defineText(name, value)}`),
      ...(prefix === undefined ? [] : ['--prefix', prefix]),
      '--cache-dir',
      cache,
      '--summary',
      'all',
      '--color',
      'off',
      ...extra,
    ],
    cwd: join(workspaceRoot, invocation.package),
    env: { ZIG_GLOBAL_CACHE_DIR: globalCache(workspaceRoot, environment) },
  };
}

/** JSON has rounded a greater integer before anyone could look at it. */
function defineText(name: string, value: string | boolean | number): string {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return String(value);
  throw new ForgeError(`the define ${name} is too large a number for JSON`, {
    expected: `at most ${Number.MAX_SAFE_INTEGER}, or text such as "0xffff000000000000"`,
    found: `about ${value}`,
  });
}

/**
 * Zig's global cache holds its build system and standard library, compiled: a minute's work the first time. It
 * lies beside the unpacked Zig, unless the caller keeps one elsewhere.
 */
export function globalCache(workspaceRoot: string, environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['ZIG_GLOBAL_CACHE_DIR'];
  return given !== undefined && isAbsolute(given) ? given : join(workspaceRoot, '.toolchain', 'zig-cache');
}
