// SPDX-License-Identifier: Apache-2.0
import { stripZigComments } from '@nexus-forge/zig';

/** What a Zig file takes in: modules by name, and files by path. */
export interface ZigImports {
  modules: string[];
  /** Relative to the file. */
  files: string[];
}

const COMPILER_MODULES: ReadonlySet<string> = new Set(['std', 'builtin', 'root']);

export function zigImports(text: string): ZigImports {
  const code = stripZigComments(text);
  const imports = [...code.matchAll(/@import\(\s*"([^"]+)"\s*\)/g)].map((match) => match[1]!);
  const embedded = [...code.matchAll(/@embedFile\(\s*"([^"]+)"\s*\)/g)].map((match) => match[1]!);
  const isFile = (name: string) => /\.(zig|zon)$/.test(name);
  return {
    modules: [...new Set(imports.filter((name) => !isFile(name) && !COMPILER_MODULES.has(name)))],
    files: [...new Set([...imports.filter(isFile), ...embedded])],
  };
}
