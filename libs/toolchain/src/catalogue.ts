// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Pin } from './manifest';

/** What this plugin knows about a tool before it has looked at the machine. */
export interface ToolKind {
  /** The program; its siblings (`ld` beside `gcc`) share what stands before the last dash. */
  command: string;
  /** Further programs of the same package whose content counts for the identity. */
  siblings?: readonly string[];
  /** Debian packages that it uses, where installed, beside those that its own package depends on. */
  packages?: readonly string[];
  /** Files that it loads wherever it finds them, each part of the path with one star at most: `/folder/*.pth`. */
  plugins?: readonly string[];
  /** Folders that count where no package brought it, relative to that of the program. */
  beside?: readonly string[];
  /**
   * Those of its folders that are too large for a look at each file before each run. Their contents count; that one has
   * changed is seen by its folder, and so not when it is overwritten in place.
   */
  coarse?: readonly string[];
  /** Arguments that make the program print its version; without them only a pin makes one ask, with `--version`. */
  versionArgs?: readonly string[];
  /** The Debian package that brings it, when the pin names none. */
  debian?: string;
  /** The package on PyPI whose wheel brings it, in a folder of that name, when the pin names none. */
  wheel?: string;
  /** For a program in Python, which is a few lines alone: the package that it starts. */
  pythonPackage?: string;
}

/** binutils loads every library that lies there, to know what a link-time optimiser left. */
const LINKER_PLUGINS = ['/usr/lib/bfd-plugins/*'];

/** Where a compiler outside of Debian keeps its own programs, headers and libraries. */
const BESIDE_GCC = ['../lib/gcc', '../libexec/gcc'];

/** Of each program that a shell script takes for granted; the rest of Debian's coreutils counts with its package. */
const EVERYWHERE = ['bash', 'cat', 'cmp', 'cp', 'cut', 'date', 'env', 'expr', 'find', 'getconf', 'grep', 'hostname', 'mkdir', 'mktemp', 'mv', 'rm', 'sed', 'sort', 'tr', 'xargs'];

/** The tools of the executors, by the name of their pin. Those without a pin count with what is on PATH. */
export const CATALOGUE: Readonly<Record<string, ToolKind>> = {
  zig: {
    command: 'zig',
    versionArgs: ['version'],
    wheel: 'ziglang',
    beside: ['lib', '../lib/zig'],
    // It looks at `env` to learn which C library this machine has.
    packages: ['coreutils'],
    // The sources of every C library that it can link against: 18,000 of its 19,500 files.
    coarse: ['lib/libc', 'lib/libcxx', 'lib/libcxxabi', 'lib/libtsan', 'lib/libunwind'],
  },
  qemu: {
    command: 'qemu-system-aarch64',
    versionArgs: ['--version'],
    debian: 'qemu-system-arm',
    // What it loads by itself where it is installed: option ROMs, firmware, modules for displays and block devices.
    packages: ['ipxe-qemu', 'qemu-block-extra', 'qemu-efi-aarch64', 'qemu-system-data', 'qemu-system-gui'],
    beside: ['../share/qemu'],
  },
  dtc: { command: 'dtc', siblings: ['fdtget', 'fdtput', 'fdtoverlay'], versionArgs: ['--version'], debian: 'device-tree-compiler' },
  'cross-gcc': {
    command: 'aarch64-linux-gnu-gcc',
    siblings: ['cpp'],
    versionArgs: ['-dumpfullversion'],
    debian: 'gcc-aarch64-linux-gnu',
    beside: BESIDE_GCC,
  },
  binutils: {
    command: 'aarch64-linux-gnu-readelf',
    siblings: ['as', 'ld', 'nm', 'objcopy', 'objdump', 'strip'],
    versionArgs: ['--version'],
    debian: 'binutils-aarch64-linux-gnu',
    plugins: LINKER_PLUGINS,
  },
  'dt-schema': {
    command: 'dt-validate',
    siblings: ['mk-schema'],
    versionArgs: ['--version'],
    wheel: 'dtschema',
    pythonPackage: 'dtschema',
    // Modules that its wheel does not bring; a Python of no package finds Debian's all the same.
    packages: ['python3', 'python3-libfdt', 'python3-rfc3987', 'python3-ruamel.yaml'],
    // Python runs each of these lines at its start.
    plugins: ['/usr/lib/python3/dist-packages/*.pth', '/usr/local/lib/python3*/dist-packages/*.pth'],
  },
  // What kbuild starts on the machine that builds. Its programs and archives lie in what it leaves for modules.
  awk: { command: 'awk', debian: 'mawk' },
  /** What every Debian has, and a makefile starts without a word: a shell and the programs of POSIX. */
  'base-system': {
    command: 'sh',
    siblings: EVERYWHERE,
    debian: 'dash',
    packages: ['bash', 'coreutils', 'dash', 'diffutils', 'findutils', 'grep', 'hostname', 'libc-bin', 'sed'],
  },
  bc: { command: 'bc', debian: 'bc' },
  bison: { command: 'bison', debian: 'bison', beside: ['../share/bison'] },
  cpio: { command: 'cpio', debian: 'cpio' },
  flex: { command: 'flex', debian: 'flex' },
  gzip: { command: 'gzip', debian: 'gzip' },
  'host-gcc': {
    command: 'gcc',
    siblings: ['as', 'ld'],
    debian: 'gcc libc6-dev',
    packages: ['libc6-dev', 'linux-libc-dev'],
    plugins: LINKER_PLUGINS,
    beside: BESIDE_GCC,
  },
  kmod: { command: 'modinfo', debian: 'kmod' },
  m4: { command: 'm4', debian: 'm4' },
  make: { command: 'make', debian: 'make' },
  perl: { command: 'perl', debian: 'perl-base', beside: ['../lib/perl5', '../share/perl5'] },
  /** Has QEMU killed when whoever started it is. */
  setpriv: { command: 'setpriv', debian: 'util-linux' },
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
