// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { ForgeError } from '@nexus-forge/process';
import { kindOf } from './catalogue';
import { loadManifest } from './load-manifest';
import { locateTool } from './locate';
import { requireTool } from './require-tool';

/** What kbuild makes its own programs and generated sources with. */
const KBUILD = ['awk', 'base-system', 'bc', 'bison', 'flex', 'host-gcc', 'm4', 'make', 'perl'];

/** What unpacks a kernel source. */
const SOURCE = ['tar', 'xz'];

/** The tools of the machine that builds, by what kbuild or this plugin needs them for. */
export const HOST_TOOLS = {
  /** Those that decide what lies among a kernel's objects. */
  objects: KBUILD,
  kernel: [...KBUILD, ...SOURCE, 'gzip'],
  source: SOURCE,
  module: ['awk', 'base-system', 'gzip', 'host-gcc', 'kmod', 'make', 'tar'],
  initramfs: ['gzip', 'tar'],
  bundle: ['cpio'],
  /** What QEMU is started by. */
  proof: ['setpriv'],
} as const satisfies Record<string, readonly string[]>;

/**
 * Refuses to start when a program is missing, since kbuild would find out in the middle of a build, in other words; or
 * when one is not that whose identity Nx has hashed. Gives one SHA-256 over the content of all.
 */
export async function requireHostTools(workspaceRoot: string, names: readonly string[]): Promise<string> {
  const { toolchain } = loadManifest(workspaceRoot);
  const kinds = new Map(names.map((name) => [name, kindOf(name, toolchain[name])]));
  const missing = names.filter((name) => locateTool(workspaceRoot, name, toolchain[name]) === undefined);
  const command = (name: string) => kinds.get(name)?.command ?? name;
  if (missing.length > 0) {
    throw new ForgeError(`${missing.length > 1 ? 'tools are' : 'a tool is'} missing: ${missing.map(command).join(', ')}`, {
      expected: `${names.map(command).join(', ')} on PATH`,
      fix: `apt-get install ${missing.map((name) => kinds.get(name)?.debian ?? name).join(' ')}`,
    });
  }
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name} ${(await requireTool(workspaceRoot, name)).sha256}\n`);
  return hash.digest('hex');
}
