// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import { pinOf } from '../../libs/toolchain/src/manifest';
import * as assert from 'uvu/assert';

const MAIN = join(__dirname, 'main.mjs');
const load = (name: string) => import(join(__dirname, `${name}.mjs`));

interface Place {
  root: string;
  write(path: string, text?: string, mode?: number): string;
}

const test = suite<Place>('bootstrap');
test.before.each((place) => {
  place.root = mkdtempSync(join(tmpdir(), 'nf-bootstrap-'));
  place.write = (path, text = '', mode = 0o644) => {
    const file = join(place.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const message = async (run: () => unknown): Promise<string> => {
  try {
    await run();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

// ---- Node

test('a Node that is too old is told so, in words that any Node understands', ({ write }) => {
  const script = write('old.mjs', `Object.defineProperty(process.versions, 'node', { value: '18.19.0' });\nawait import(${JSON.stringify(MAIN)});\n`);
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.is(status, 1);
  assert.match(stderr, /this Node is too old\n {2}expected: Node 20\.19 or newer\n {2}found: {4}Node 18\.19\.0/);
  assert.not.match(readFileSync(MAIN, 'utf8').replace(/\/\/.*/g, ''), /=>|\?\.|\?\?|await|`/, 'main.mjs keeps to old syntax');
});

// ---- the command line

test('--help', () => assert.match(execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' }), /--check +only say what is missing/));

test('an unknown argument', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--chek'], { encoding: 'utf8' });
  assert.is(status, 2);
  assert.match(stderr, /unknown argument --chek/);
});

test('--check names what is missing and changes nothing', async ({ root, write }) => {
  write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '9.9.9', pypi: { package: 'ziglang', sha256: {} } }, 'dt-schema': { version: '8.8', pypi: { package: 'dtschema', sha256: {} } } } }));
  const { main } = await load('run');
  const lines: string[] = [];
  assert.is(await main(['--check'], { root, print: (line: string) => lines.push(line) }), 1);
  assert.match(lines.join('\n'), /missing: Zig 9\.9\.9\nmissing: dt-schema 8\.8\nmissing: npm packages/);
  assert.equal(readdirSync(root), ['workspace.json']);
});

// ---- Debian

const MANIFEST = { toolchain: { zig: { version: '1.0.0' }, qemu: { version: '7.2', debian: 'qemu-system-arm' }, src: { version: '6.1', file: '/nonexistent', debian: 'linux-source-6.1' } } };

test('packages whose program or file is missing, and pip only where a wheel must be fetched', async ({ write, root }) => {
  const { missingPackages } = await load('debian');
  const manifest = { toolchain: { ...MANIFEST.toolchain, other: { version: '1', command: 'nf-surely-not-there', debian: 'nf-other' } } };
  const missing = missingPackages(manifest, { wheelsAreThere: true, path: root });
  assert.ok(missing.includes('linux-source-6.1') && missing.includes('nf-other'));
  write('nf-surely-not-there', '', 0o755);
  assert.not(missingPackages(manifest, { wheelsAreThere: true, path: root }).includes('nf-other'));
  assert.not(missing.includes('python3-pip'));
});

test('a package that every series comes from is asked for once', async ({ root, write }) => {
  const { missingPackages } = await load('debian');
  const manifest = { toolchain: { tool: { command: 'nf-surely-not-there', debian: 'nf-tool', series: [{ version: '1' }, { version: '2' }] } } };
  const missing = (): string[] => missingPackages(manifest, { wheelsAreThere: true, path: root, release: 'trixie' });
  assert.equal(missing().filter((name) => name === 'nf-tool'), ['nf-tool']);
  write('nf-surely-not-there', '', 0o755);
  assert.not(missing().includes('nf-tool'));
});

test('a pin is read here as the plugin reads it', async () => {
  const { seriesOf } = await load('pins');
  const { toolchain } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'workspace.json'), 'utf8'));
  for (const [name, pin] of Object.entries<object>(toolchain)) assert.equal(seriesOf(pin), pinOf(pin).series, name);
});

test('the commands that install', async () => {
  const { installCommands } = await load('debian');
  assert.equal(installCommands(['bc', 'flex']), [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', '--no-install-recommends', 'bc', 'flex'],
  ]);
});

test('without root the exact command is shown and nothing is run', async ({ root, write }) => {
  const { installPackages } = await load('debian');
  write('apt-get', `#!/bin/sh\ntouch ${root}/ran\n`, 0o755);
  const release = { name: 'bookworm', title: 'Debian 12' };
  const text = await message(() => installPackages(['bc', 'flex'], { isRoot: false, path: root, release }));
  // The line must work as it stands, on a system without sudo too.
  assert.match(text, /\n {2}to do: {4}as root: apt-get update && apt-get install --yes --no-install-recommends bc flex$/);
  assert.not(existsSync(join(root, 'ran')));
});

const SERIES = { toolchain: { src: { series: [6.1, 6.12].map((version, index) => ({ version: String(version), file: `/nonexistent-${version}`, debian: `linux-source-${version}`, release: ['bookworm', 'trixie'][index] })) } } };

test("of a pin's series the package is that of this release", async ({ root }) => {
  const { missingPackages } = await load('debian');
  const missing = (release: string) => missingPackages(SERIES, { wheelsAreThere: true, path: root, release }).filter((name: string) => name.startsWith('linux'));
  assert.equal(missing('bookworm'), ['linux-source-6.1']);
  assert.equal(missing('trixie'), ['linux-source-6.12']);
});

test('any series that is there will do', async ({ root, write }) => {
  const { missingPackages } = await load('debian');
  const file = write('linux.tar.xz');
  const [first, second] = SERIES.toolchain.src.series;
  const manifest = { toolchain: { src: { series: [first, { ...second, file }] } } };
  assert.not(missingPackages(manifest, { wheelsAreThere: true, path: root, release: 'bookworm' }).some((name: string) => name.startsWith('linux')));
});

test('a system of neither release is refused before anything is run', async ({ root, write }) => {
  const { installPackages } = await load('debian');
  write('apt-get', `#!/bin/sh\ntouch ${root}/ran\n`, 0o755);
  const text = await message(() => installPackages(['bc'], { isRoot: true, path: root, release: { name: '', title: 'Other Linux 9' } }));
  assert.match(text, /not known here\n {2}expected: Debian 12 \(bookworm\) or Debian 13 \(trixie\)\n {2}found: {4}Other Linux 9\n {2}to do: .* bc$/);
  assert.not(existsSync(join(root, 'ran')));
});

test('a name that apt has no package of is refused: apt would take it for a pattern', async ({ root, write }) => {
  const { installPackages } = await load('debian');
  write('dpkg', '#!/bin/sh\n', 0o755);
  write('apt-cache', '#!/bin/sh\nprintf "bc\\nlinux-source-6.12\\n"\n', 0o755);
  write('apt-get', `#!/bin/sh\ncase "$*" in *install*) touch ${root}/installed ;; *) echo "W: $SAYS" ;; esac\n`, 0o755);
  const { PATH } = process.env;
  process.env['PATH'] = `${root}:/usr/bin:/bin`;
  const options = { isRoot: true, path: root, release: { name: 'trixie', title: 'Debian 13' } };
  const text = await message(() => installPackages(['bc', 'linux-source-6.1'], options));
  process.env['SAYS'] = "Failed to fetch x: Could not connect to archive (timeout)";
  const offline = await message(() => installPackages(['bc', 'linux-source-6.1'], options));
  await installPackages(['bc'], options);
  delete process.env['SAYS'];
  process.env['PATH'] = PATH;
  assert.match(text, /not to be had\n {2}expected: linux-source-6\.1 in the archives of Debian 13\n {2}found: {4}no package of that name/);
  assert.match(offline, /a package registry does not answer\n[\s\S]*found: {4}W: Failed to fetch x: Could not connect/);
  assert.ok(existsSync(join(root, 'installed')), 'a name that apt knows is installed');
});

// ---- the machine

test('the release of a machine is its code name, and only if it is Debian', async ({ write }) => {
  const { hostRelease } = await load('host');
  assert.equal(hostRelease(write('a', 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n')), { name: 'trixie', title: 'Debian GNU/Linux 13 (trixie)' });
  assert.equal(hostRelease(write('b', 'PRETTY_NAME="Other 9"\nID=other\nID_LIKE=debian\nVERSION_CODENAME=bookworm\n')), { name: '', title: 'Other 9' });
  assert.equal(hostRelease('/nonexistent'), { name: '', title: 'an unknown system' });
});

const PLACES: [path: string, character: string | undefined][] = [
  ['/home/me/nexus forge', undefined],
  ['/home/me/a&b$c', undefined],
  ['/home/me/a:b', ':'],
  ['/home/me/a#b', '#'],
  ['/home/me/Grüße', 'ü'],
  ['/home/me/a\nb', '\\n'],
];
for (const [path, character] of PLACES) {
  test(`a checkout in ${JSON.stringify(path)} is ${character === undefined ? 'fine' : 'refused'}`, async () => {
    const { refusePlace } = await load('host');
    const text = await message(() => refusePlace(path));
    assert.is(text.includes(`found:    "${character}" in `), character !== undefined, text);
  });
}

test('a file system without exec is refused', async ({ write, root }) => {
  const { refusePlace } = await load('host');
  const script = write('run.sh', '#!/bin/sh\n', 0o755);
  assert.is(await message(() => refusePlace(root, script)), '');
  write('run.sh', '', 0o644);
  assert.is(await message(() => refusePlace(root, script)), '', 'a checkout without modes says nothing');
});

test('too little room is told before anything is fetched', async () => {
  const { refuseFullDisk } = await load('host');
  assert.is(await message(() => refuseFullDisk('/x', 3e9, 'builds', () => 3e9)), '');
  assert.match(await message(() => refuseFullDisk('/x', 3e9, 'builds', () => 1.26e9)), /not enough room[\s\S]*3\.0 GB free for builds\n {2}found: {4}1\.3 GB in \/x/);
});

const WORLD: [said: string, summary: RegExp][] = [
  ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1234 (apt-get)', /another process holds/],
  ['E: Failed to fetch http://x/y.deb  Temporary failure resolving x', /does not answer/],
  ['npm error code ETIMEDOUT', /does not answer/],
  ['npm error request to x failed, reason: getaddrinfo EAI_AGAIN x', /does not answer/],
  ['WARNING: Retrying after connection broken by NewConnectionError(x: Failed to establish a new connection: [Errno 111] Connection refused)', /does not answer/],
  ['npm error nospc ENOSPC: no space left on device, write', /the disk is full/],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", /the disk is full/],
  ['ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed', /a certificate that this machine does not trust/],
];
for (const [said, summary] of WORLD) {
  test(`a program that says "${said.slice(0, 60)}…" is explained`, async () => {
    const { runQuietly } = await load('run-quietly');
    const text = await message(() => runQuietly('sh', ['-c', `cat <<'X' >&2\n${said}\nX\nexit 1`], { fix: 'x', print: () => {} }));
    assert.match(text, summary);
    assert.ok(text.includes(`found:    ${said}`), text);
    assert.match(text, /\n {2}to do: {4}\w/);
  });
}

// ---- wheels of PyPI

test('the requirement names one wheel by version and digest', async () => {
  const { requirements } = await load('wheels');
  const manifest = { toolchain: { zig: { version: '1.2.3', pypi: { package: 'ziglang', sha256: { 'linux-x64': 'ab', 'linux-arm64': 'cd' } } } } };
  assert.equal(requirements(manifest, 'zig', 'linux-arm64'), ['ziglang==1.2.3 --hash=sha256:cd']);
  assert.match(await message(() => requirements(manifest, 'zig', 'sunos-x64')), /pins no Zig for sunos-x64\n {2}expected: one of linux-x64, linux-arm64/);
});

test('so do those of what a wheel needs; pip takes the one of its Python', async () => {
  const { requirements } = await load('wheels');
  const compiled = { 'linux-x64-cp311': 'b1', 'linux-x64-cp313': 'b3', 'linux-arm64-cp311': 'b2' };
  const requires = [{ package: 'rpds-py', version: '2', sha256: compiled }];
  const manifest = { toolchain: { 'dt-schema': { version: '1', pypi: { package: 'dtschema', sha256: { any: 'aa' }, requires } } } };
  assert.equal(requirements(manifest, 'dt-schema', 'linux-x64'), ['dtschema==1 --hash=sha256:aa', 'rpds-py==2 --hash=sha256:b1 --hash=sha256:b3']);
  assert.match(await message(() => requirements(manifest, 'dt-schema', 'darwin-x64')), /pins no rpds-py for darwin-x64\n {2}expected: one of linux-x64-cp311/);
});

test('this workspace pins every wheel for both architectures of Linux', async () => {
  const { requirements, wheels } = await load('wheels');
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', '..', 'workspace.json'), 'utf8'));
  const names: string[] = wheels(tmpdir(), manifest, '').map(({ name }: { name: string }) => name);
  assert.equal(names, ['zig', 'dt-schema']);
  for (const name of names) for (const host of ['linux-x64', 'linux-arm64']) assert.ok(requirements(manifest, name, host).length > 0);
});

test('pip checks digests, takes wheels only, and leaves nothing outside its folder', async () => {
  const { downloadArguments } = await load('wheels');
  const args = downloadArguments('list', 'folder');
  for (const needed of ['--require-hashes', '--no-deps', '--only-binary=:all:', '--no-cache-dir']) assert.ok(args.includes(needed), needed);
});

/** A Python whose pip "downloads" an empty wheel and whose zipfile unpacks a Zig that says `version`; its path. */
function fakePython({ write }: Place, version: string, pipStatus = 0): string {
  return write(
    'bin/python3',
    `#!/bin/sh
case "$2" in
pip) while [ "$1" != --dest ]; do shift; done; [ ${pipStatus} = 0 ] || { echo "HASHES DO NOT MATCH" >&2; exit ${pipStatus}; }; touch "$2/ziglang.whl" ;;
zipfile) mkdir -p "$5/ziglang/lib"; printf '#!/bin/sh\\necho ${version}\\n' >"$5/ziglang/zig" ;;
esac
`,
    0o755,
  );
}

const PINNED = { toolchain: { zig: { version: '1.2.3', pypi: { package: 'ziglang', sha256: { [`${process.platform}-${process.arch}`]: 'ab' } } } } };

const FETCHES: [title: string, version: string, pipStatus: number, expected: RegExp | undefined][] = [
  ['the pinned Zig is put in its place', '1.2.3', 0, undefined],
  ['another Zig in the wheel is refused', '1.2.4', 0, /does not run here\n {2}expected: 1\.2\.3\n {2}found: {4}1\.2\.4/],
  ['a wrong digest is refused', '1.2.3', 1, /python3 ended with status 1[\s\S]*HASHES DO NOT MATCH/],
];
for (const [title, version, pipStatus, expected] of FETCHES) {
  test(title, async (place) => {
    const { fetchWheel } = await load('wheels');
    const python = fakePython(place, version, pipStatus);
    const text = await message(() => fetchWheel(place.root, PINNED, 'zig', { python }));
    if (expected) assert.match(text, expected);
    else assert.is(text, '');
    assert.equal(readdirSync(join(place.root, '.toolchain')), expected ? [] : ['zig-1.2.3']);
  });
}

test('what a killed run has left of a download is removed', async (place) => {
  const { fetchWheel } = await load('wheels');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  mkdirSync(join(place.root, '.toolchain', `.staging-${dead}-abc`), { recursive: true });
  await fetchWheel(place.root, PINNED, 'zig', { python: fakePython(place, '1.2.3') });
  assert.equal(readdirSync(join(place.root, '.toolchain')), ['zig-1.2.3']);
});

test('the shim runs the pinned Zig with the cache of its workspace, from anywhere', async ({ root, write }) => {
  const { writeShim } = await load('wheels');
  write('.toolchain/zig-1.2.3/zig', '#!/bin/sh\necho "$ZIG_GLOBAL_CACHE_DIR $*"\n', 0o755);
  writeShim(root, PINNED);
  const shim = join(root, '.toolchain', 'bin', 'zig');
  const run = (env: NodeJS.ProcessEnv) => execFileSync(shim, ['build', 'a b'], { cwd: '/', env: { ...env, PATH: '/usr/bin:/bin' }, encoding: 'utf8' }).trim();
  assert.is(run({}), `${join(root, '.toolchain', 'zig-cache')} build a b`);
  assert.is(run({ ZIG_GLOBAL_CACHE_DIR: '/mine' }), '/mine build a b');
});

test('a Zig on PATH counts when it is the pinned version; the shim does not count', async ({ root, write }) => {
  const { wheelIsThere } = await load('wheels');
  const isThere = (folder: string) => wheelIsThere(root, PINNED, 'zig', folder);
  write('bin/zig', '#!/bin/sh\necho 1.2.3\n', 0o755);
  assert.ok(isThere(join(root, 'bin')));
  write('bin/zig', '#!/bin/sh\necho 1.2.4\n', 0o755);
  assert.not(isThere(join(root, 'bin')));
  write('.toolchain/bin/zig', '#!/bin/sh\necho 1.2.3\n', 0o755);
  assert.not(isThere(join(root, '.toolchain', 'bin')));
});

test('dt-schema counts only in .toolchain, whatever is on PATH', async ({ root, write }) => {
  const { wheelIsThere } = await load('wheels');
  const pinned = { toolchain: { 'dt-schema': { version: '8.8', pypi: { package: 'dtschema', sha256: {} } } } };
  write('bin/dt-validate', '#!/bin/sh\necho 8.8\n', 0o755);
  assert.not(wheelIsThere(root, pinned, 'dt-schema', join(root, 'bin')));
  write('.toolchain/dt-schema-8.8/dt-validate', '', 0o755);
  assert.ok(wheelIsThere(root, pinned, 'dt-schema', ''));
});

/** A launcher with a package of its own, in a folder that tools might stumble over. */
async function launcher({ root, write }: Place, module: string, files: Record<string, string>): Promise<string> {
  const { launcherText } = await load('wheels');
  for (const [path, text] of Object.entries(files)) write(join('a b', path), text);
  return write('a b/program', launcherText(module), 0o755);
}

test("a program of dt-schema runs with Debian's Python, takes what lies beside it, and writes nothing there", async (place) => {
  const program = await launcher(place, 'own.main', {
    'own/__init__.py': '',
    'own/main.py': 'import sys, json, other\ndef main():\n  print(sys.executable, other.NAME, *sys.argv[1:])\n  return 3\n',
    'other.py': 'NAME = "beside"\n',
    'elsewhere/json.py': 'raise Exception("of PYTHONPATH")\n',
  });
  const { status, stdout } = spawnSync(program, ['x y'], { encoding: 'utf8', cwd: '/', env: { PATH: '', PYTHONPATH: join(place.root, 'a b', 'elsewhere') } });
  assert.equal([status, stdout], [3, '/usr/bin/python3 beside x y\n']);
  assert.equal(readdirSync(join(place.root, 'a b')).sort(), ['elsewhere', 'other.py', 'own', 'program']);
  assert.equal(readdirSync(join(place.root, 'a b', 'own')).sort(), ['__init__.py', 'main.py']);
});

test('a module that is missing is named, with the packages to install', async (place) => {
  const program = await launcher(place, 'own', { 'own.py': 'import nf_surely_not_there\n' });
  const { status, stderr } = spawnSync(program, { encoding: 'utf8' });
  assert.is(status, 1);
  assert.match(stderr, /^error: \/usr\/bin\/python3 3\.\d+\.\d+ cannot load nf_surely_not_there: apt-get install python3-libfdt python3-rfc3987 python3-ruamel\.yaml; /);
});

test('the modules of dt-schema that Debian brings are looked for as files', async () => {
  const { DT_SCHEMA_PACKAGES, moduleFile } = await load('python');
  for (const [name, module] of Object.entries<string>(DT_SCHEMA_PACKAGES)) {
    assert.is(execFileSync('dpkg-query', ['--search', moduleFile(module)], { encoding: 'utf8' }).split(':')[0], name);
  }
});

// ---- npm

const LOCK = { packages: { '': {}, 'libs/a': {}, 'node_modules/@x/a': { resolved: 'libs/a', link: true }, 'node_modules/y': { version: '1.0.0' }, 'node_modules/z': { version: '2.0.0', optional: true } } };

const INSTALLED: [title: string, installed: object | undefined, links: boolean, expected: boolean][] = [
  ['what the lockfile says', { packages: { 'node_modules/y': { version: '1.0.0' } } }, true, true],
  ['another version', { packages: { 'node_modules/y': { version: '1.0.1' } } }, true, false],
  ['another version of an optional package', { packages: { 'node_modules/y': { version: '1.0.0' }, 'node_modules/z': { version: '2.0.1' } } }, true, false],
  ['a missing package', { packages: {} }, true, false],
  ['a missing link to a workspace', { packages: { 'node_modules/y': { version: '1.0.0' } } }, false, false],
  ['an installation that was interrupted', undefined, true, false],
];
for (const [title, installed, links, expected] of INSTALLED) {
  test(`node_modules: ${title}`, async ({ root, write }) => {
    const { dependenciesAreInstalled } = await load('npm');
    write('package-lock.json', JSON.stringify(LOCK));
    write('libs/a/package.json', '{}');
    if (installed) write('node_modules/.package-lock.json', JSON.stringify(installed));
    mkdirSync(join(root, 'node_modules', '@x'), { recursive: true });
    if (links) symlinkSync('../../libs/a', join(root, 'node_modules', '@x', 'a'));
    assert.is(dependenciesAreInstalled(root), expected);
  });
}

test('a registry that is silent is found out by one package, before npm asks for hundreds', async ({ root, write }) => {
  const { installDependencies } = await load('npm');
  const npm = write('npm.cjs', "require('node:fs').appendFileSync('calls', process.argv[2] + '\\n');\nif (process.argv[2] === 'view') { console.error('npm error code ETIMEDOUT'); process.exit(1); }\n");
  const given = process.env['npm_execpath'];
  process.env['npm_execpath'] = npm;
  try {
    assert.match(await message(() => installDependencies(root)), /a package registry does not answer/);
    assert.is(readFileSync(join(root, 'calls'), 'utf8'), 'view\n');
  } finally {
    if (given === undefined) delete process.env['npm_execpath'];
    else process.env['npm_execpath'] = given;
  }
});

test('bundles are made anew when a source is newer, not when a test is', async ({ root, write }) => {
  const { bundlesAreCurrent } = await load('npm');
  for (const file of ['libs/a/src/a.ts', 'tools/executors/src/index.ts', 'tools/executors/build.mjs', 'tools/executors/compiled-schemas.mjs']) utimesSync(write(file), 100, 100);
  assert.not(bundlesAreCurrent(root), 'no bundle');
  utimesSync(write('tools/executors/dist/sources.json'), 200, 200);
  assert.ok(bundlesAreCurrent(root));
  write('libs/a/src/a.test.ts');
  assert.ok(bundlesAreCurrent(root));
  write('libs/a/a.schema.json');
  assert.not(bundlesAreCurrent(root));
});

// ---- programs

test('a program that fails shows how its output begins and ends', async () => {
  const { runQuietly } = await load('run-quietly');
  const text = await message(() => runQuietly('sh', ['-c', 'echo first; seq 100; echo last >&2; exit 3'], { print: () => {} }));
  assert.match(text, /sh ended with status 3[\s\S]*\| first\n {2}\| 1\n[\s\S]*\| …\n[\s\S]*\| last$/);
});

test('a signal to us ends the program that runs', async ({ root, write }) => {
  const script = write('run.mjs', `import { runQuietly } from ${JSON.stringify(join(__dirname, 'run-quietly.mjs'))};\nawait runQuietly('sh', ['-c', 'touch began; exec sleep 63']).catch((error) => console.log(error.message));\n`);
  const child = spawn(process.execPath, [script], { cwd: root });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  for (const end = Date.now() + 30_000; !existsSync(join(root, 'began')) && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  await new Promise((resolve) => child.once('close', resolve));
  assert.match(output, /sh was ended by SIGINT/);
});

test.run();
