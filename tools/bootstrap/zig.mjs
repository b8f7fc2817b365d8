// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runQuietly } from './run-quietly.mjs';
import { SetupError } from './setup-error.mjs';

function folderOf(root, { toolchain }) {
  return join(root, '.toolchain', `zig-${toolchain.zig.version}`);
}

/** Whether the pinned Zig is in .toolchain, or another copy of that version on PATH. */
export function zigIsThere(root, manifest, path = process.env.PATH ?? '') {
  if (existsSync(join(folderOf(root, manifest), 'zig'))) return true;
  const shims = join(root, '.toolchain', 'bin');
  const found = path.split(delimiter).find((folder) => folder !== '' && folder !== shims && existsSync(join(folder, 'zig')));
  return found !== undefined && versionOf(join(found, 'zig')) === manifest.toolchain.zig.version;
}

function versionOf(program) {
  const { stdout } = spawnSync(program, ['version'], { encoding: 'utf8', timeout: 20_000 });
  return stdout?.trim();
}

/** The requirement by which pip takes exactly one wheel: version and digest for this host. */
export function requirement({ toolchain }, host = `${process.platform}-${process.arch}`) {
  const { version, pypi } = toolchain.zig;
  const digest = pypi?.sha256[host];
  if (!digest) {
    throw new SetupError(`workspace.json pins no Zig for ${host}`, {
      expected: `one of ${Object.keys(pypi?.sha256 ?? {}).join(', ')}`,
      fix: `put Zig ${version} on PATH, or add the wheel's digest to workspace.json`,
    });
  }
  return `${pypi.package}==${version} --hash=sha256:${digest}`;
}

/**
 * Fetches the pinned Zig: the wheel of PyPI's package, whose digest pip checks, unpacked beside its place and moved
 * there as a whole. Whatever goes wrong, nothing half-unpacked is left in its place.
 */
export async function fetchZig(root, manifest) {
  const toolchain = join(root, '.toolchain');
  mkdirSync(toolchain, { recursive: true });
  removeLeftovers(toolchain);
  const staging = mkdtempSync(join(toolchain, `.staging-${process.pid}-`));
  const remove = () => rmSync(staging, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    const list = join(staging, 'requirements.txt');
    writeFileSync(list, `${requirement(manifest)}\n`);
    await runQuietly('python3', downloadArguments(list, staging), { fix: 'check that this machine reaches PyPI' });
    const wheel = readdirSync(staging).find((name) => name.endsWith('.whl'));
    await runQuietly('python3', ['-m', 'zipfile', '-e', join(staging, wheel), join(staging, 'wheel')]);
    const unpacked = join(staging, 'wheel', 'ziglang');
    chmodSync(join(unpacked, 'zig'), 0o755); // a wheel unpacked by zipfile loses its modes
    const version = versionOf(join(unpacked, 'zig'));
    if (version !== manifest.toolchain.zig.version) {
      throw new SetupError('the Zig that was fetched does not run here', { expected: manifest.toolchain.zig.version, found: version ?? 'no answer' });
    }
    place(unpacked, folderOf(root, manifest));
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** No cache and no configuration of its own: pip leaves nothing behind outside `folder`. */
export function downloadArguments(list, folder) {
  return ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-deps', '--only-binary=:all:', '--require-hashes', '--dest', folder, '--requirement', list];
}

function place(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(join(to, 'zig'))) throw error; // another run was quicker
  }
}

function removeLeftovers(toolchain) {
  for (const name of readdirSync(toolchain)) {
    const pid = /^\.staging-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(toolchain, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** `zig` for people: the pinned one, with the cache of this workspace unless the caller has set one. */
export function shimText(version) {
  return `#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
export ZIG_GLOBAL_CACHE_DIR="\${ZIG_GLOBAL_CACHE_DIR:-$here/zig-cache}"
exec "$here/zig-${version}/zig" "$@"
`;
}

/** Writes .toolchain/bin/zig when Zig is in .toolchain and the shim is not there yet, or is another version's. */
export function writeShim(root, manifest) {
  if (!existsSync(join(folderOf(root, manifest), 'zig'))) return;
  const bin = join(root, '.toolchain', 'bin');
  const shim = join(bin, 'zig');
  const text = shimText(manifest.toolchain.zig.version);
  if (existsSync(shim) && readFileSync(shim, 'utf8') === text) return;
  mkdirSync(bin, { recursive: true });
  const staged = `${shim}.${process.pid}`;
  writeFileSync(staged, text, { mode: 0o755 });
  renameSync(staged, shim);
}
