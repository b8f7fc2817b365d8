// SPDX-License-Identifier: Apache-2.0
// The order of things: what is missing is found first, by looking at files only; then it is said, then installed.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, missingPackages } from './debian.mjs';
import { refuseFullDisk, refusePlace } from './host.mjs';
import { bundlesAreCurrent, dependenciesAreInstalled, installDependencies, makeBundles } from './npm.mjs';
import { SetupError } from './setup-error.mjs';
import { fetchWheel, wheels, writeShim } from './wheels.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const HELP = `Sets up what this workspace needs; \`npm run proof\` and \`npm test\` call it.

  node tools/bootstrap/main.mjs [--check] [--help]

  --check   only say what is missing; status 1 when something is
  --help    show this

It installs npm packages from package-lock.json, Zig and dt-schema into .toolchain (wheels from PyPI, checked against
the digests in workspace.json) and, as root, Debian packages. Without root it prints the command that does. Nothing
outside this folder is touched but by those package managers.`;

/** What the first builds leave below .nexus-forge, .nx and dist: the kernel's source and objects, most of all. */
const BUILDS_BYTES = 3e9;

/**
 * What can be missing, in the order in which it is put right: wheels are fetched by pip, which Debian brings. `bytes` is
 * what it takes on the disk.
 */
function steps(root, manifest) {
  const fetched = wheels(root, manifest);
  const packages = missingPackages(manifest, { wheelsAreThere: fetched.every(({ isThere }) => isThere) });
  return [
    {
      missing: packages.length > 0,
      what: `Debian packages: ${packages.join(' ')}`,
      bytes: 2e9,
      fix: () => installPackages(packages),
    },
    ...fetched.map(({ name, title, bytes, isThere }) => ({
      missing: !isThere,
      what: title,
      bytes,
      fix: () => fetchWheel(root, manifest, name),
    })),
    {
      missing: !dependenciesAreInstalled(root),
      what: 'npm packages',
      bytes: 0.4e9,
      fix: () => installDependencies(root),
    },
    {
      // `npm ci` makes the bundles too.
      missing: dependenciesAreInstalled(root) && !bundlesAreCurrent(root),
      what: 'the bundles of the plugin',
      fix: () => makeBundles(root),
    },
  ];
}

/** Runs the steps that are needed; the process's exit status. */
export async function main(args, { root = ROOT, print = console.log } = {}) {
  if (args.includes('--help') || args.includes('-h')) {
    print(HELP);
    return 0;
  }
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`error: unknown argument ${unknown.join(' ')}\n\n${HELP}`);
    return 2;
  }
  const started = Date.now();
  try {
    refusePlace(root);
    const manifest = JSON.parse(readFileSync(join(root, 'workspace.json'), 'utf8'));
    const needed = steps(root, manifest).filter(({ missing }) => missing);
    if (args.includes('--check')) {
      for (const { what } of needed) print(`missing: ${what}`);
      if (needed.length === 0) print('everything is there');
      return needed.length === 0 ? 0 : 1;
    }
    if (needed.length > 0) refuseFullDisk(root, needed.reduce((sum, { bytes = 0 }) => sum + bytes, BUILDS_BYTES), 'the tools and the first builds');
    for (const { what, fix } of needed) {
      print(`set-up: ${what}`);
      await fix();
    }
    writeShim(root, manifest);
    if (needed.length > 0) print(`set-up: done in ${Math.round((Date.now() - started) / 1000)} s`);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`error: ${error.message}`);
    return 1;
  }
}
