// SPDX-License-Identifier: Apache-2.0
import { ForgeError, runTool } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';

/** What binutils say about an ELF file, as printed. */
export interface ElfListing {
  /** `readelf -h` */
  header: string;
  /** `readelf -lW` */
  segments: string;
  /** `readelf -SW` */
  sections: string;
  /** `readelf -rW` */
  relocations: string;
  /** `nm --print-size --numeric-sort --special-syms` */
  symbols: string;
  /** `nm --undefined-only` */
  undefinedSymbols: string;
  /** `objdump -d` */
  code: string;
}

const TIMEOUT_MS = 60_000;

/** Asks the pinned binutils about an ELF file. */
export async function listElf(workspaceRoot: string, path: string): Promise<ElfListing> {
  const binutils = await requireTool(workspaceRoot, 'binutils');
  const ask = async (command: string, ...args: string[]): Promise<string> => {
    const { stdout } = await runTool({ command, args: [...args, path], timeoutMs: TIMEOUT_MS });
    return stdout;
  };
  const readelf = binutils.path;
  const [header, segments, sections, relocations, symbols, undefinedSymbols, code] = await Promise.all([
    ask(readelf, '--file-header'),
    ask(readelf, '--segments', '--wide'),
    ask(readelf, '--sections', '--wide'),
    ask(readelf, '--relocs', '--wide'),
    ask(binutils.sibling('nm'), '--print-size', '--numeric-sort', '--special-syms'),
    ask(binutils.sibling('nm'), '--undefined-only'),
    ask(binutils.sibling('objdump'), '--disassemble', '--wide'),
  ]);
  return { header, segments, sections, relocations, symbols, undefinedSymbols, code };
}

/** Throws a `ForgeError` that lists every finding; does nothing when there is none. */
export function refuseFindings(file: string, findings: readonly string[]): void {
  if (findings.length === 0) return;
  throw new ForgeError(`${file} is not what it should be`, { output: findings.join('\n') });
}
