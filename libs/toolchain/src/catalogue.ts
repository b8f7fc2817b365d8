// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Pin } from './manifest';

/** What this plugin knows about a tool before it has looked at the machine. */
export interface ToolKind {
  /** The program; its siblings (`ld` beside `gcc`) share what stands before the last dash. */
  command: string;
  /** Further programs of the same package whose content counts for the identity. */
  siblings?: readonly string[];
  /** Arguments that make the program print its version; without them only a pin makes one ask, with `--version`. */
  versionArgs?: readonly string[];
  /** The Debian package that brings it, when the pin names none. */
  debian?: string;
  /** The package on PyPI whose wheel brings it, in a folder of that name, when the pin names none. */
  wheel?: string;
  /** For a program in Python, which is a few lines alone: the package that it starts. */
  pythonPackage?: string;
}

/** The tools of the executors, by the name of their pin. Those without a pin count with what is on PATH. */
export const CATALOGUE: Readonly<Record<string, ToolKind>> = {
  zig: { command: 'zig', versionArgs: ['version'], wheel: 'ziglang' },
  qemu: { command: 'qemu-system-aarch64', versionArgs: ['--version'], debian: 'qemu-system-arm' },
  dtc: { command: 'dtc', siblings: ['fdtget', 'fdtput', 'fdtoverlay'], versionArgs: ['--version'], debian: 'device-tree-compiler' },
  'cross-gcc': { command: 'aarch64-linux-gnu-gcc', versionArgs: ['-dumpfullversion'], debian: 'gcc-aarch64-linux-gnu' },
  binutils: {
    command: 'aarch64-linux-gnu-readelf',
    siblings: ['as', 'ld', 'nm', 'objcopy', 'objdump', 'strip'],
    versionArgs: ['--version'],
    debian: 'binutils-aarch64-linux-gnu',
  },
  'dt-schema': { command: 'dt-validate', siblings: ['mk-schema'], versionArgs: ['--version'], wheel: 'dtschema', pythonPackage: 'dtschema' },
  // What kbuild starts on the machine that builds. Its programs and archives lie in what it leaves for modules.
  awk: { command: 'awk', debian: 'mawk' },
  bc: { command: 'bc', debian: 'bc' },
  bison: { command: 'bison', debian: 'bison' },
  flex: { command: 'flex', debian: 'flex' },
  gzip: { command: 'gzip', debian: 'gzip' },
  'host-gcc': { command: 'gcc', siblings: ['as', 'ld'], debian: 'gcc libc6-dev' },
  kmod: { command: 'modinfo', debian: 'kmod' },
  m4: { command: 'm4', debian: 'm4' },
  make: { command: 'make', debian: 'make' },
  tar: { command: 'tar', debian: 'tar' },
  xz: { command: 'xz', debian: 'xz-utils' },
};

/** The kind of a pin: the catalogue's, with the pin's own command; any other program answers to --version. */
export function kindOf(name: string, pin: Pin | undefined): ToolKind {
  const known = CATALOGUE[name] ?? { command: name };
  const versionArgs = known.versionArgs ?? (pin ? ['--version'] : undefined);
  const { debian, pypi } = pin?.series[0] ?? {};
  return { ...known, versionArgs, command: pin?.command ?? known.command, debian: debian ?? known.debian, wheel: pypi?.package ?? known.wheel };
}

/** `aarch64-linux-gnu-readelf`, `nm` → `aarch64-linux-gnu-nm`; `dtc`, `fdtget` → `fdtget`. */
export function siblingCommand(command: string, sibling: string): string {
  return command.slice(0, command.lastIndexOf('-') + 1) + sibling;
}

/** The folder of a tool that bootstrap unpacked, workspace-relative; it is looked at before PATH. */
export function unpackedFolder(name: string, version: string): string {
  return join('.toolchain', `${name}-${version}`);
}
