// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { worldFault } from './faults.mjs';
import { hostRelease, RELEASES } from './host.mjs';
import { seriesOf } from './pins.mjs';
import { onPath } from './programs.mjs';
import { DT_SCHEMA_PACKAGES, moduleFile, PIP } from './python.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupError } from './setup-error.mjs';

const program = (...names) => (path) => names.every((name) => onPath(name, path));
const file = (...paths) => () => paths.some((path) => existsSync(path));

/**
 * What kbuild, the executors and the tests need beside the pinned tools: package → how to see that it is there.
 * `libc6-dev` only comes with gcc when recommended packages are installed; `strace` is what `audit` looks through.
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
  strace: program('strace'),
  'xz-utils': program('xz'),
};

/** The programs that the pins of workspace.json stand for, where the pin names none. */
const COMMANDS = {
  'cross-gcc': 'aarch64-linux-gnu-gcc',
  binutils: 'aarch64-linux-gnu-readelf',
  dtc: 'dtc',
  qemu: 'qemu-system-aarch64',
};

/** How to see that a pin's package is there. */
function probeOf(name, pin) {
  return pin.file ? file(pin.file) : program(pin.command ?? COMMANDS[name] ?? name);
}

/** What dt-schema takes from Debian, where it is pinned. */
function modulesOf({ 'dt-schema': pin }) {
  return pin === undefined ? {} : Object.fromEntries(Object.entries(DT_SCHEMA_PACKAGES).map(([name, module]) => [name, file(moduleFile(module))]));
}

/**
 * The package that brings a pin here, and how to see that it is there: any of its series will do; the package is that of
 * this release, since the others' are not to be had.
 */
function packageOf(name, pin, release) {
  const series = seriesOf(pin).filter(({ debian }) => debian !== undefined);
  const here = series.find((one) => one.release === undefined || one.release === release) ?? series[0];
  return here && [here.debian, (path) => series.some((one) => probeOf(name, one)(path))];
}

/** Every Debian package that this workspace needs in a release → how to see that it is there, given the search path. */
export function wantedPackages(manifest, { wheelsAreThere, release }) {
  const pinned = Object.entries(manifest.toolchain).map(([name, pin]) => packageOf(name, pin, release));
  const wanted = { ...PACKAGES, ...modulesOf(manifest.toolchain), ...Object.fromEntries(pinned.filter((entry) => entry !== undefined)) };
  return wheelsAreThere ? wanted : { ...wanted, [PIP.package]: file(moduleFile(PIP.module)) };
}

/** Debian packages that are not there, sorted; it looks at files and starts nothing. */
export function missingPackages(manifest, { wheelsAreThere, path = process.env.PATH ?? '', release = hostRelease().name }) {
  const wanted = wantedPackages(manifest, { wheelsAreThere, release });
  return Object.keys(wanted).filter((name) => !wanted[name](path)).sort();
}

/** The commands that install packages. */
export function installCommands(packages) {
  return [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages],
  ];
}

/** How apt is asked to fail soon: by a lock that another process holds, and by an archive that does not answer. */
const SOON = { 'DPkg::Lock::Timeout': 20, 'Acquire::Retries': 1, 'Acquire::http::Timeout': 30, 'Acquire::https::Timeout': 30 };

/** Refuses a machine whose packages are not known here, and what only root can do, with the exact command. */
function refuseMachine(packages, { isRoot, path, release }) {
  if (RELEASES[release.name] === undefined || !onPath('apt-get', path)) {
    throw new SetupError('the packages of this system are not known here', {
      expected: Object.values(RELEASES).join(' or '),
      found: release.title,
      fix: `install what these packages bring in Debian, in the versions that workspace.json pins: ${packages.join(' ')}`,
    });
  }
  if (!isRoot) {
    throw new SetupError('Debian packages are missing and only root can install them', {
      fix: `as root: ${installCommands(packages).map((command) => command.join(' ')).join(' && ')}`,
    });
  }
}

/** The packages that apt has no package of exactly that name for: it would take the name for a pattern. */
function unknownPackages(packages) {
  const known = new Set(execFileSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n'));
  return packages.filter((name) => !known.has(name));
}

/** Installs packages as root; otherwise a `SetupError` with the exact command. */
export async function installPackages(
  packages,
  { isRoot = process.getuid?.() === 0, path = process.env.PATH ?? '', release = hostRelease() } = {},
) {
  refuseMachine(packages, { isRoot, path, release });
  const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const commands = installCommands(packages);
  const fix = `${commands.map((command) => command.join(' ')).join(' && ')}, and see what it says`;
  const options = Object.entries(SOON).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = ([command, verb, ...args], before) => runQuietly(command, ['-qq', ...options, verb, ...args], { env, fix, before });
  // An installation that was interrupted before is finished first; otherwise this does nothing.
  await runQuietly('dpkg', ['--configure', '-a'], { env, fix });
  // It succeeds although an archive did not answer: what it says then tells why a package is not to be had.
  const [update, install] = commands;
  const said = await apt(update);
  const unknown = unknownPackages(packages);
  if (unknown.length > 0) throw noSuchPackage(unknown, release, said);
  await apt(install, said);
}

function noSuchPackage(unknown, release, said) {
  const world = worldFault(said);
  return new SetupError(world?.summary ?? 'Debian packages are not to be had', {
    expected: `${unknown.join(' ')} in the archives of ${release.title}`,
    found: world?.found ?? 'no package of that name',
    fix: world?.fix ?? "enable the archives main, updates and security of this release in apt's sources, then run the command again",
  });
}
