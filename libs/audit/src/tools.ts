// SPDX-License-Identifier: Apache-2.0
import type { FileAccess } from './strace';

/** A program (or another file) of a tool that was used. */
export interface ToolUse {
  path: string;
  /** The tools that the file belongs to; more than one where a file goes by several names. */
  tools: readonly string[];
}

/**
 * The uses of tools none of which is among those `declared`. `realPath` follows links: a program is known by the file
 * that it comes down to, under whatever name it was started. `toolsOf` gives the tools that such a file belongs to.
 */
export function undeclaredTools(
  accesses: readonly FileAccess[],
  declared: ReadonlySet<string>,
  realPath: (path: string) => string,
  toolsOf: ReadonlyMap<string, readonly string[]>,
): ToolUse[] {
  const uses = accesses
    .filter(({ kind }) => kind !== 'write')
    .map(({ path }) => ({ path, tools: toolsOf.get(realPath(path)) ?? [] }))
    .filter(({ tools }) => tools.length > 0 && !tools.some((tool) => declared.has(tool)));
  return [...new Map(uses.map((use) => [use.path, use])).values()];
}
