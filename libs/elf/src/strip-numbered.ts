// SPDX-License-Identifier: Apache-2.0
import { requireTool } from '@nexus-forge/toolchain';
import { runTool } from '@nexus-forge/process';

/** Names that the compiler numbers as it goes, on several threads: the same constant has another one each time. */
const NUMBERED = '__anon_*';

/** Takes compiler-numbered names out of an ELF file's symbol table, in place; nothing can refer to them. */
export async function stripNumberedSymbols(workspaceRoot: string, path: string): Promise<void> {
  const objcopy = (await requireTool(workspaceRoot, 'binutils')).sibling('objcopy');
  await runTool({ command: objcopy, args: ['--wildcard', `--strip-symbol=${NUMBERED}`, path], timeoutMs: 60_000 });
}
