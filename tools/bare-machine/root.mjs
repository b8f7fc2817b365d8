// SPDX-License-Identifier: Apache-2.0
// The root file system: Debian's minimum with git, Node and npm, and a clone of what is committed here.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInRoot, runIsolated } from './namespaces.mjs';
import { lendRegistries } from './registries.mjs';
import { packagesOf } from './releases.mjs';

const PREFIX = 'nexus-forge-bare-';

/** 200,000 files, which Node takes minutes for; never across a mount. */
export function removeRoot(folder) {
  const { status, stderr } = spawnSync('rm', ['-rf', '--one-file-system', '--', folder], { encoding: 'utf8' });
  if (status !== 0) console.error(`error: ${folder} is still there: ${stderr.trim()}`);
}

/** A new folder for a root file system; what a killed run has left of its own goes. */
export function makeFolder(parent = tmpdir()) {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) removeRoot(join(parent, name));
  }
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o755); // other users' processes walk through it
  return folder;
}

function check({ status, output }, what) {
  if (status !== 0) throw new Error(`${what} ended with status ${status}\n${output.trimEnd().split('\n').slice(-20).join('\n')}`);
}

/** Lays out the root file system below `folder`; its path. */
export async function makeRoot(folder, options, env, print) {
  const root = join(folder, 'root');
  print(`debootstrap --variant=minbase ${options.release}`);
  // It mounts and starts things in the folder: that stays in namespaces too.
  check(await runIsolated(['debootstrap', '--variant=minbase', options.release, root]), 'debootstrap');
  lendRegistries(root, options.release);
  const packages = packagesOf(options);
  print(`apt-get install ${packages.join(' ')}`);
  const install = `apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends ${packages.join(' ')} && update-ca-certificates >/dev/null && apt-get clean`;
  check(await runInRoot(root, install, { env }), 'apt-get');
  if (options.node !== undefined) fetchNode(root, folder, options.node);
  if (options.npm !== undefined) fetchNpm(root, folder, options.npm);
  const { output } = await runInRoot(root, 'node --version; npm --version', { env });
  print(`Node ${output.trim().replace('\n', ', npm ')}`);
  return root;
}

/** Unpacks the newest version of a package of the npm registry; the folder. */
function unpack(folder, name, version) {
  const place = mkdtempSync(join(folder, 'npm-'));
  const file = execFileSync('npm', ['pack', '--silent', `${name}@${version}`], { cwd: place, encoding: 'utf8' }).trim().split('\n').at(-1);
  execFileSync('tar', ['--extract', '--gzip', `--file=${join(place, file)}`, `--directory=${place}`, '--no-same-owner']);
  return join(place, 'package');
}

function fetchNode(root, folder, version) {
  const to = join(root, 'usr/local/bin/node');
  cpSync(join(unpack(folder, `node-linux-${process.arch}`, version), 'bin/node'), to);
  chmodSync(to, 0o755);
}

function fetchNpm(root, folder, version) {
  const to = 'usr/local/lib/node_modules/npm';
  mkdirSync(join(root, to), { recursive: true });
  cpSync(unpack(folder, 'npm', version), join(root, to), { recursive: true });
  for (const name of ['npm', 'npx']) {
    chmodSync(join(root, to, 'bin', `${name}-cli.js`), 0o755);
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/local/bin', name));
  }
}

/** Clones HEAD of a workspace into the home of `user`, as that user would have it; the clone's path in there. */
export async function cloneInto(root, workspace, user) {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  if (user !== 'root') check(await runInRoot(root, `useradd --create-home --shell /bin/sh ${user}`), 'useradd');
  const clone = `${home}/nexus-forge`;
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', `file://${workspace}`, join(root, clone)]);
  check(await runInRoot(root, `chown -R ${user}: ${clone}`), 'chown');
  return clone;
}
