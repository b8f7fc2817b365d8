// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeError } from '@nexus-forge/process';
import { askedByMacro } from './graph/scan/asked-for';

/** Text that the C preprocessor may have seen: C, assembly, linker scripts, device-tree source. */
const PREPROCESSED = /\.(?:[chS]|lds?|dtsi?|dtso)$/;

/**
 * Refuses files (workspace-relative paths) that ask for others by a macro. One that is asked for and absent is read by
 * nobody, so that no list of a tool names it, and the graph cannot declare what it does not know: a stale result would
 * be served when it appears.
 */
export function refuseAskedByMacro(workspaceRoot: string, paths: readonly string[]): void {
  for (const file of paths.filter((path) => PREPROCESSED.test(path))) {
    const [first] = askedByMacro(readFileSync(join(workspaceRoot, file), 'latin1'));
    if (first === undefined) continue;
    const { asked, line, column } = first;
    throw new ForgeError('asks for a file by a macro: when that file appears nothing would run again', {
      at: { file, line, column },
      expected: '__has_include("name") or __has_include(<name>)',
      found: `__has_include(${asked})`,
      fix: 'write the name itself, once for each that the macro may expand to',
    });
  }
}
