// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import { findOnPath } from '@nexus-forge/toolchain';

/** The packages of the programs that kbuild starts on the machine that builds. */
const PACKAGES: Readonly<Record<string, string>> = {
  bc: 'bc',
  bison: 'bison',
  flex: 'flex',
  gcc: 'gcc libc6-dev',
  gzip: 'gzip',
  make: 'make',
  modinfo: 'kmod',
  tar: 'tar',
  xz: 'xz-utils',
};

/** Refuses to start when a program is missing: kbuild would find out in the middle of a build, in other words. */
export function requireHostTools(commands: readonly string[]): void {
  const missing = commands.filter((command) => findOnPath(command) === undefined);
  if (missing.length === 0) return;
  throw new ForgeError(`${missing.length > 1 ? 'tools are' : 'a tool is'} missing: ${missing.join(', ')}`, {
    expected: `${commands.join(', ')} on PATH`,
    fix: `apt-get install ${missing.map((command) => PACKAGES[command] ?? command).join(' ')}`,
  });
}
