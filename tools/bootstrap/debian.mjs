// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { SetupError } from './setup-error.mjs';

/** Folders that hold programs whatever PATH says: root's are not on everyone's. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

const program = (...names) => (path) => names.every((name) => onPath(name, path));
const file = (...paths) => () => paths.some((path) => existsSync(path));

/**
 * What kbuild and the executors need beside the pinned tools: package → how to see that it is there. `libc6-dev`
 * only comes with gcc when recommended packages are installed.
 */
const PACKAGES = {
  bc: program('bc'),
  bison: program('bison'),
  cpio: program('cpio'),
  flex: program('flex'),
  gcc: program('gcc'),
  gzip: program('gzip'),
  kmod: program('modinfo'),
  'libc6-dev': file('/usr/include/stdio.h'),
  make: program('make'),
  perl: program('perl'),
  'xz-utils': program('xz'),
};

/** The programs that the pins of workspace.json stand for, where the pin names none. */
const COMMANDS = {
  'cross-gcc': 'aarch64-linux-gnu-gcc',
  binutils: 'aarch64-linux-gnu-readelf',
  dtc: 'dtc',
  qemu: 'qemu-system-aarch64',
};

function onPath(name, path) {
  return [...path.split(delimiter), ...SYSTEM_FOLDERS].some((folder) => folder !== '' && isProgram(join(folder, name)));
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How to see that a pin's package is there. */
function probeOf(name, pin) {
  return pin.file ? file(pin.file) : program(pin.command ?? COMMANDS[name] ?? name);
}

/** Debian packages that are not there, sorted; it looks at files and starts nothing. */
export function missingPackages(manifest, { zigIsThere, path = process.env.PATH ?? '' }) {
  const wanted = { ...PACKAGES };
  for (const [name, pin] of Object.entries(manifest.toolchain)) if (pin.debian) wanted[pin.debian] = probeOf(name, pin);
  if (!zigIsThere) wanted['python3-pip'] = (folders) => program('python3')(folders) && (program('pip3')(folders) || program('pip')(folders));
  const missing = Object.keys(wanted).filter((name) => !wanted[name](path));
  return missing.sort();
}

/** The commands that install packages. */
export function installCommands(packages) {
  return [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
  ];
}

/** Installs packages as root; otherwise a `SetupError` with the exact command. */
export async function installPackages(packages, { isRoot = process.getuid?.() === 0, path = process.env.PATH ?? '' } = {}) {
  const commands = installCommands(packages);
  const shown = commands.map((command) => command.join(' '));
  if (!onPath('apt-get', path)) {
    throw new SetupError('this is no Debian system: its package manager is unknown here', {
      expected: `what these Debian 12 packages bring: ${packages.join(' ')}`,
    });
  }
  if (!isRoot) {
    throw new SetupError('Debian packages are missing and only root can install them', {
      fix: `sudo sh -c '${shown.join(' && ')}'`,
    });
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const fix = `${shown.join(' && ')}, and see what it says`;
  // An installation that was interrupted before is finished first; otherwise this does nothing.
  await runQuietly('dpkg', ['--configure', '-a'], { env, fix });
  for (const [command, verb, ...args] of commands) {
    await runQuietly(command, ['-qq', '-o', 'DPkg::Lock::Timeout=300', verb, ...args], { env, fix });
  }
}
