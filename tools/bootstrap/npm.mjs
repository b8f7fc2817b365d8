// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what the lockfile says. npm writes its own record there last of all, so an interrupted
 * installation has none.
 */
export function dependenciesAreInstalled(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    if (entry.link) return existsSync(join(root, path));
    return installed[path] ? installed[path].version === entry.version : entry.optional === true;
  });
}

/** How npm is asked to fail soon when its registry does not answer: it waits five minutes three times otherwise. */
const SOON = ['--fetch-timeout=30000', '--fetch-retries=1'];

/** Asked for alone, first: `npm ci` asks for hundreds, and goes on to the next of them when one is not answered. */
const FIRST_ASKED = 'nx';

/** Installs what the lockfile says; npm's `prepare` makes the plugin's bundles. */
export async function installDependencies(root) {
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm && /\.c?js$/.test(npm) ? [process.execPath, npm] : ['npm'];
  const run = (args) => runQuietly(command, [...first, ...args, '--loglevel=error', ...SOON], { cwd: root, fix: 'npm ci, and see what it says' });
  await run(['view', FIRST_ASKED, 'name']);
  await run(['ci', '--no-audit', '--no-fund']);
}

/** Folders whose TypeScript goes into the bundles. */
const SOURCES = ['libs', 'tools/executors/src'];

/** The code that makes the bundles. */
const BUNDLER = ['build.mjs', 'compiled-schemas.mjs'];

/** Whether the bundles are newer than every source they are made of. sources.json is written with each bundling. */
export function bundlesAreCurrent(root) {
  const folder = join(root, 'tools', 'executors');
  const record = join(folder, 'dist', 'sources.json');
  if (!existsSync(record)) return false;
  const newest = Math.max(...SOURCES.map((path) => newestSource(join(root, path))), ...BUNDLER.map((file) => statSync(join(folder, file)).mtimeMs));
  return newest <= statSync(record).mtimeMs;
}

function newestSource(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') newest = Math.max(newest, newestSource(path));
    } else if (/\.(ts|json|dtsi)$/.test(entry.name) && !entry.name.endsWith('.test.ts')) {
      newest = Math.max(newest, statSync(path).mtimeMs);
    }
  }
  return newest;
}

export async function makeBundles(root) {
  await runQuietly(process.execPath, [join(root, 'tools', 'executors', 'build.mjs')], { cwd: root });
}
