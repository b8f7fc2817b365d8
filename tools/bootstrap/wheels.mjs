// SPDX-License-Identifier: Apache-2.0
// What workspace.json pins to wheels of PyPI: fetched by pip, which checks their digests, into .toolchain.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { seriesOf } from './pins.mjs';
import { DT_SCHEMA_PACKAGES, MODULES, PYTHON } from './python.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupError } from './setup-error.mjs';

/** What is made of the wheels of a pin. */
const WHEELS = {
  zig: {
    title: 'Zig',
    /** On the disk, while it is unpacked. */
    bytes: 0.6e9,
    program: 'zig',
    versionArgs: ['version'],
    /** A copy of that version on PATH will do as well. */
    mayBeOnPath: true,
    /** The wheel's one folder is the tool's. Unpacked by zipfile, its program has lost its mode. */
    arrange: (unpacked) => {
      const folder = join(unpacked, 'ziglang');
      chmodSync(join(folder, 'zig'), 0o755);
      return folder;
    },
  },
  'dt-schema': {
    title: 'dt-schema',
    bytes: 0.01e9,
    program: 'dt-validate',
    versionArgs: ['--version'],
    /** Its programs are only named in a wheel: whoever unpacks it writes them. */
    arrange: (unpacked) => {
      for (const [name, module] of Object.entries(DT_SCHEMA_PROGRAMS)) writeProgram(join(unpacked, name), launcherText(module));
      return unpacked;
    },
  },
};

/** Programs of dt-schema → the module whose `main` each of them is. */
const DT_SCHEMA_PROGRAMS = { 'dt-mk-schema': 'dtschema.mk_schema', 'dt-validate': 'dtschema.dtb_validate' };

/** The first series of a pin is the one that is fetched. */
function wheelOf({ toolchain }, name) {
  const [{ version, pypi }] = seriesOf(toolchain[name]);
  return { version, pypi };
}

function folderOf(root, manifest, name) {
  return join(root, '.toolchain', `${name}-${wheelOf(manifest, name).version}`);
}

/** The pins that are fetched from PyPI: name, title with version, room that it takes, and whether the tool is there already. */
export function wheels(root, manifest, path = process.env.PATH ?? '') {
  return Object.keys(WHEELS)
    .filter((name) => manifest.toolchain[name] !== undefined && wheelOf(manifest, name).pypi !== undefined)
    .map((name) => {
      const { title, bytes } = WHEELS[name];
      return { name, title: `${title} ${wheelOf(manifest, name).version}`, bytes, isThere: wheelIsThere(root, manifest, name, path) };
    });
}

/** Whether the pinned tool is in .toolchain, or another copy of that version on PATH where one of those will do. */
export function wheelIsThere(root, manifest, name, path = process.env.PATH ?? '') {
  const { program, mayBeOnPath } = WHEELS[name];
  if (existsSync(join(folderOf(root, manifest, name), program))) return true;
  if (!mayBeOnPath) return false;
  const shims = join(root, '.toolchain', 'bin');
  const found = path.split(delimiter).find((folder) => folder !== '' && folder !== shims && existsSync(join(folder, program)));
  return found !== undefined && answerOf(join(found, program), name) === wheelOf(manifest, name).version;
}

/** The version that a program says, or what it says instead. */
function answerOf(program, name) {
  const { stdout, stderr, error } = spawnSync(program, WHEELS[name].versionArgs, { encoding: 'utf8', timeout: 20_000 });
  return stdout?.trim() || stderr?.trim().split('\n').at(-1) || error?.message || 'no answer';
}

/**
 * The requirements by which pip takes exactly the pinned wheels: version and digests, a line each. Where a wheel is made
 * for one version of Python there are several digests for a host, and pip takes the one that fits.
 */
export function requirements(manifest, name, host = `${process.platform}-${process.arch}`) {
  const { version, pypi } = wheelOf(manifest, name);
  const wanted = [{ title: WHEELS[name].title, version, ...pypi }, ...(pypi.requires ?? [])];
  return wanted.map((wheel) => requirement(wheel, host));
}

function requirement({ package: wheel, title = wheel, version, sha256 }, host) {
  const digests = Object.keys(sha256)
    .filter((key) => key === 'any' || key === host || key.startsWith(`${host}-`))
    .map((key) => `--hash=sha256:${sha256[key]}`);
  if (digests.length === 0) {
    throw new SetupError(`workspace.json pins no ${title} for ${host}`, {
      expected: `one of ${Object.keys(sha256).join(', ')}`,
      fix: `put ${title} ${version} on PATH, or add the wheel's digest to workspace.json`,
    });
  }
  return [`${wheel}==${version}`, ...digests].join(' ');
}

/**
 * Fetches a pinned tool: the wheels of PyPI, whose digests pip checks, unpacked beside its place and moved there as a
 * whole. Whatever goes wrong, nothing half-unpacked is left in its place.
 */
export async function fetchWheel(root, manifest, name, { python = PYTHON } = {}) {
  const { title, program, arrange } = WHEELS[name];
  const { version } = wheelOf(manifest, name);
  const toolchain = join(root, '.toolchain');
  mkdirSync(toolchain, { recursive: true });
  removeLeftovers(toolchain);
  const staging = mkdtempSync(join(toolchain, `.staging-${process.pid}-`));
  const remove = () => rmSync(staging, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    const list = join(staging, 'requirements.txt');
    writeFileSync(list, requirements(manifest, name).map((line) => `${line}\n`).join(''));
    await runQuietly(python, downloadArguments(list, staging), { fix: 'check that this machine reaches PyPI' });
    for (const wheel of readdirSync(staging).filter((file) => file.endsWith('.whl'))) {
      await runQuietly(python, ['-m', 'zipfile', '-e', join(staging, wheel), join(staging, 'unpacked')]);
    }
    const folder = arrange(join(staging, 'unpacked'));
    const answer = answerOf(join(folder, program), name);
    if (answer !== version) throw new SetupError(`the ${title} that was fetched does not run here`, { expected: version, found: answer });
    place(folder, folderOf(root, manifest, name), program);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/** How pip is asked to fail soon when its registry does not answer. */
const SOON = ['--timeout=30', '--retries=1'];

/** No cache and no configuration of its own: pip leaves nothing behind outside `folder`. */
export function downloadArguments(list, folder) {
  return ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-cache-dir', ...SOON, '--no-deps', '--only-binary=:all:', '--require-hashes', '--dest', folder, '--requirement', list];
}

function place(from, to, program) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(join(to, program))) throw error; // another run was quicker
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

/**
 * A program of dt-schema. Its modules are those beside it and Debian's, nobody else's: Python's site, which would look
 * for more, is left out, and what it defines beside (`exit`) is put back. Nothing is written into the folder, whose
 * content is what identifies the tool.
 */
export function launcherText(module) {
  return `#!${PYTHON} -IBS
# SPDX-License-Identifier: Apache-2.0
import builtins, os, sys
folder = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [folder]
sys.path.append("${MODULES}")
builtins.exit = sys.exit
try:
    from ${module} import main
except ImportError as error:
    sys.exit(f"error: {sys.executable} {sys.version.split()[0]} cannot load {error.name}: "
             f"apt-get install ${Object.keys(DT_SCHEMA_PACKAGES).join(' ')}; "
             f"if they are there, remove {folder}, which may be of another Python, and run npm run bootstrap")
sys.exit(main())
`;
}

/** Writes .toolchain/bin/zig when Zig is in .toolchain and the shim is not there yet, or is another version's. */
export function writeShim(root, manifest) {
  if (!existsSync(join(folderOf(root, manifest, 'zig'), 'zig'))) return;
  writeProgram(join(root, '.toolchain', 'bin', 'zig'), shimText(wheelOf(manifest, 'zig').version));
}

function writeProgram(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const staged = `${path}.${process.pid}`;
  writeFileSync(staged, text, { mode: 0o755 });
  renameSync(staged, path);
}
