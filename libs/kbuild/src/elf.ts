// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { ForgeError, runTool } from '@nexus-forge/process';
import { requireTool } from '@nexus-forge/toolchain';

const TIMEOUT_MS = 30_000;

/** What an ELF file is, as `readelf -h -l` says it. */
export interface ElfKind {
  machine: string;
  /** REL: a module; EXEC: a static program. */
  type: string;
  /** Names a dynamic loader, or has a dynamic section. */
  dynamic: boolean;
}

/** Reads what readelf prints. */
export function parseElfKind(text: string): ElfKind {
  const field = (name: string) => new RegExp(`^\\s*${name}:\\s+(\\S+)`, 'm').exec(text)?.[1] ?? 'unknown';
  return { machine: field('Machine'), type: field('Type'), dynamic: /^\s*(INTERP|DYNAMIC)\s/m.test(text) };
}

/**
 * Refuses a file that is not an AArch64 ELF file of `type`, or is linked dynamically. `name` is what the error calls
 * it, `fix` what its reader can do.
 */
export async function requireElf(workspaceRoot: string, path: string, type: 'REL' | 'EXEC', name: string, fix: string): Promise<void> {
  if (!existsSync(path)) throw new ForgeError(`${name} is missing`, { expected: path, fix });
  const readelf = await requireTool(workspaceRoot, 'binutils');
  const { stdout, stderr } = await runTool({
    command: readelf.path,
    args: ['--wide', '--file-header', '--segments', path],
    timeoutMs: TIMEOUT_MS,
    okCodes: [0, 1],
  });
  const kind = parseElfKind(stdout);
  if (kind.machine === 'AArch64' && kind.type === type && !kind.dynamic) return;
  const found = `machine ${kind.machine}, type ${kind.type}${kind.dynamic ? ', linked dynamically' : ''}`;
  throw new ForgeError(`${name} is no ${type === 'REL' ? 'kernel module' : 'static program'} for this kernel`, {
    expected: `machine AArch64, type ${type}, no dynamic loader`,
    found: kind.machine === 'unknown' ? (stderr.trim().split('\n')[0] ?? 'no ELF file') : found,
    fix,
  });
}
