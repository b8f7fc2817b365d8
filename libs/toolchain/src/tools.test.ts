// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE } from './catalogue';
import { HOST, identifyTools, identityVariable } from './identity';
import { locateTool } from './locate';
import { manifestOf, type Manifest, type WrittenManifest } from './manifest';
import { parseVersion, requireTool } from './require-tool';

interface Machine {
  root: string;
  bin: string;
  /** Makes a program that prints `output`. */
  program(name: string, output: string, folder?: string): string;
  pin(toolchain: WrittenManifest['toolchain']): Manifest;
}

const test = suite<Machine>('tools');
const { PATH } = process.env;

test.before.each((machine) => {
  machine.root = mkdtempSync(join(tmpdir(), 'nf-tools-'));
  machine.bin = join(machine.root, 'bin');
  mkdirSync(machine.bin);
  machine.program = (name, output, folder = machine.bin) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf x >>"${machine.root}/asked"\necho "${output}"\n`, { mode: 0o755 });
    return join(folder, name);
  };
  machine.pin = (toolchain) => {
    writeFileSync(join(machine.root, 'workspace.json'), JSON.stringify({ toolchain }));
    return manifestOf({ toolchain });
  };
  process.env['PATH'] = machine.bin;
});
test.after.each(({ root }) => {
  process.env['PATH'] = PATH;
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('NEXUS_FORGE_TOOL_'))) delete process.env[name];
  rmSync(root, { recursive: true, force: true });
});

const failure = async (run: Promise<unknown>): Promise<string> => run.then(() => '', (error: Error) => error.message);

test('a tool of the pinned series is found with its version', async ({ root, pin, program }) => {
  pin({ qemu: { version: '7.2' } });
  const path = program('qemu-system-aarch64', 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg)');
  const tool = await requireTool(root, 'qemu');
  assert.is(tool.path, path);
  assert.is(tool.version, '7.2.22');
  assert.match(tool.sha256, /^[0-9a-f]{64}$/);
});

test('a tool is asked for its version once for each content', async ({ root, pin, program }) => {
  pin({ qemu: { version: '7.2' } });
  program('qemu-system-aarch64', 'QEMU emulator version 7.2.1');
  await requireTool(root, 'qemu');
  rmSync(join(root, 'asked'));
  await requireTool(root, 'qemu');
  assert.not(existsSync(join(root, 'asked')));
  program('qemu-system-aarch64', 'QEMU emulator version 7.2.2');
  assert.is((await requireTool(root, 'qemu')).version, '7.2.2');
});

test('another version is an error with both versions and the place', async ({ root, pin, program }) => {
  pin({ qemu: { version: '7.2' } });
  const path = program('qemu-system-aarch64', 'QEMU emulator version 8.0.0');
  const text = await failure(requireTool(root, 'qemu'));
  assert.match(text, /expected: qemu 7\.2 \(workspace\.json\)/);
  assert.match(text, new RegExp(`found: +8\\.0\\.0 in ${path}`));
  assert.match(text, /apt-get install qemu-system-arm/);
});

test('a version from before the release is another version', async ({ root, pin, program }) => {
  pin({ zig: { version: '0.17.1' } });
  program('zig', '0.17.1-dev.55+abc');
  assert.match(await failure(requireTool(root, 'zig')), /of another version than its pin[\s\S]*found: +0\.17\.1-dev\.55\+abc/);
});

test('a tool of the machine is asked for its version only when it is pinned', async ({ root, pin, program }) => {
  pin({});
  program('make', 'GNU Make 4.3');
  assert.is((await requireTool(root, 'make')).version, undefined);
  assert.not(existsSync(join(root, 'asked')));
  pin({ make: { version: '4.2' } });
  assert.match(await failure(requireTool(root, 'make')), /make is of another version than its pin/);
});

test('a missing tool names its Debian package', async ({ root, pin }) => {
  process.env['PATH'] = '/nonexistent';
  pin({ dtc: { series: [{ version: '1.6' }, { version: '1.7' }], debian: 'device-tree-compiler' } });
  const text = await failure(requireTool(root, 'dtc'));
  assert.match(text, /the tool dtc is missing[\s\S]*dtc 1\.6 or 1\.7[\s\S]*apt-get install device-tree-compiler/);
});

const ZIG = { version: '0.17.1', pypi: { package: 'ziglang', sha256: {} } };
const MISSING_ZIG: [title: string, scripts: object, zig: WrittenManifest['toolchain'][string] | undefined, fix: string][] = [
  ['where the workspace has a script for it', { bootstrap: 'x' }, ZIG, 'npm run bootstrap, which fetches the pinned zig into .toolchain'],
  [
    'where it has none',
    {},
    ZIG,
    "put zig 0.17.1 on PATH, or the folder ziglang of PyPI's wheel ziglang 0.17.1 at .toolchain/zig-0.17.1 (.toolchain/zig-0.17.1/zig is then the program)",
  ],
  ['without a pin', { bootstrap: 'x' }, undefined, 'put zig on PATH; the wheel ziglang of PyPI has it'],
];
for (const [title, scripts, zig, fix] of MISSING_ZIG) {
  test(`a missing Zig, ${title}: what can be done there`, async ({ root, pin }) => {
    process.env['PATH'] = '/nonexistent';
    writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts }));
    pin(zig ? { zig } : {});
    assert.is((await failure(requireTool(root, 'zig'))).split('to do:    ')[1], fix);
  });
}

test('a missing file pin names the file', async ({ root, pin }) => {
  pin({ 'linux-source': { version: '6.1', file: 'absent.tar.xz', debian: 'linux-source-6.1' } });
  assert.match(await failure(requireTool(root, 'linux-source')), /absent\.tar\.xz is missing[\s\S]*linux-source-6\.1/);
});

test('a file pin has a digest and no version', async ({ root, pin }) => {
  pin({ 'linux-source': { version: '6.1', file: 'linux.tar.xz' } });
  writeFileSync(join(root, 'linux.tar.xz'), 'source');
  const tool = await requireTool(root, 'linux-source');
  assert.is(tool.path, join(root, 'linux.tar.xz'));
  assert.is(tool.version, undefined);
});

const KERNELS = {
  'linux-source': {
    series: [
      { version: '6.1', file: 'linux-6.1.tar.xz', debian: 'linux-source-6.1', release: 'bookworm' },
      { version: '6.12', file: 'linux-6.12.tar.xz', debian: 'linux-source-6.12', release: 'trixie' },
    ],
  },
};

test('of several files the first that is there is taken, or the one that is named', async ({ root, pin }) => {
  pin(KERNELS);
  const found = async (reference: string) => {
    const { path, series } = await requireTool(root, reference);
    return [path.slice(root.length + 1), series];
  };
  writeFileSync(join(root, 'linux-6.12.tar.xz'), 'later');
  assert.equal(await found('linux-source'), ['linux-6.12.tar.xz', '6.12']);
  writeFileSync(join(root, 'linux-6.1.tar.xz'), 'earlier');
  assert.equal(await found('linux-source'), ['linux-6.1.tar.xz', '6.1']);
  assert.equal(await found('linux-source@6.12'), ['linux-6.12.tar.xz', '6.12']);
});

test('each series of a file has an identity of its own: another tarball beside it changes nothing for it', ({ root, pin }) => {
  const manifest = pin(KERNELS);
  const identity = (reference: string) => identifyTools(root, manifest)[identityVariable(reference)];
  writeFileSync(join(root, 'linux-6.12.tar.xz'), 'later');
  const later = identity('linux-source');
  assert.is(identity('linux-source@6.12'), later);
  assert.is(identity('linux-source@6.1'), `${HOST} missing`);
  writeFileSync(join(root, 'linux-6.1.tar.xz'), 'earlier');
  assert.is(identity('linux-source@6.12'), later);
  assert.is.not(identity('linux-source'), later, 'the choice has changed');
  assert.is(identity('linux-source'), identity('linux-source@6.1'));
  writeFileSync(join(root, 'linux-6.12.tar.xz'), 'later still');
  assert.is.not(identity('linux-source@6.12'), later);
  assert.is(identity('linux-source'), identity('linux-source@6.1'));
});

test('a named series whose file is exchanged is refused like any tool', async ({ root, pin }) => {
  pin(KERNELS);
  for (const version of ['6.1', '6.12']) writeFileSync(join(root, `linux-${version}.tar.xz`), version);
  process.env[identityVariable('linux-source@6.12')] = `${HOST} ${'0'.repeat(64)}`;
  await requireTool(root, 'linux-source');
  assert.match(await failure(requireTool(root, 'linux-source@6.12')), /is not the linux-source@6\.12 that Nx has taken into account/);
});

test('a missing source names each series, where it comes from, and the one that was asked for', async ({ root, pin }) => {
  pin(KERNELS);
  assert.is(
    await failure(requireTool(root, 'linux-source')),
    `the tool linux-6.1.tar.xz or linux-6.12.tar.xz is missing
  expected: linux-source 6.1 or 6.12, as workspace.json pins it
  found:    no such file
  to do:    apt-get install linux-source-6.1 (Debian bookworm) or apt-get install linux-source-6.12 (Debian trixie)`,
  );
  assert.match(await failure(requireTool(root, 'linux-source@6.12')), /^the tool linux-6\.12\.tar\.xz is missing\n.*linux-source 6\.12, as[\s\S]*install linux-source-6\.12 \(Debian trixie\)$/);
});

test('a series that the pin does not have', async ({ root, pin }) => {
  pin(KERNELS);
  const text = await failure(requireTool(root, 'linux-source@6.13'));
  assert.match(text, /^linux-source has no series 6\.13\n.*one of 6\.1, 6\.12 \(toolchain\.linux-source in workspace\.json\)[\s\S]*add the series to the pin linux-source/);
});

test('which series of a program this machine has; a version of none names them all', async ({ root, pin, program }) => {
  pin({ qemu: { debian: 'qemu-system-arm', series: [{ version: '7.2' }, { version: '10.0' }] } });
  program('qemu-system-aarch64', 'QEMU emulator version 10.0.7 (Debian 1:10.0.7+ds)');
  assert.is((await requireTool(root, 'qemu')).series, '10.0');
  program('qemu-system-aarch64', 'QEMU emulator version 9.2.0');
  assert.match(await failure(requireTool(root, 'qemu')), /expected: qemu 7\.2 or 10\.0 \(workspace\.json\)\n.*found: +9\.2\.0/);
});

const DT_SCHEMA = { 'dt-schema': { version: '2026.9', pypi: { package: 'dtschema', sha256: {} } } };

const PYTHON: [title: string, program: string, packageFolder: string][] = [
  ['beside it', '.toolchain/dt-schema-2026.9', '.toolchain/dt-schema-2026.9/dtschema'],
  ['in the environment of its bin', 'bin', 'lib/python3.13/site-packages/dtschema'],
  ["in Debian's place", 'bin', 'lib/python3/dist-packages/dtschema'],
];
for (const [title, folder, packageFolder] of PYTHON) {
  test(`a program in Python is known by its package, ${title}`, async ({ root, bin, pin, program }) => {
    process.env['PATH'] = bin;
    const manifest = pin(DT_SCHEMA);
    const identity = () => identifyTools(root, manifest)[identityVariable('dt-schema')];
    const path = program('dt-validate', '2026.9', join(root, folder));
    assert.is(identity(), `${HOST} missing`, 'a few lines that are the same for every version');
    mkdirSync(join(root, packageFolder, 'schemas'), { recursive: true });
    writeFileSync(join(root, packageFolder, 'schemas', 'a.yaml'), 'one');
    const first = identity();
    assert.match(first ?? '', new RegExp(`^${HOST} [0-9a-f]{64}$`));
    assert.is((await requireTool(root, 'dt-schema')).path, path);
    mkdirSync(join(root, packageFolder, '__pycache__'));
    writeFileSync(join(root, packageFolder, '__pycache__', 'a.pyc'), 'compiled');
    assert.is(identity(), first);
    writeFileSync(join(root, packageFolder, 'schemas', 'a.yaml'), 'two');
    assert.is.not(identity(), first);
  });
}

test('what bootstrap has unpacked beside the package counts as well', ({ root, pin, program }) => {
  const manifest = pin(DT_SCHEMA);
  const folder = join(root, '.toolchain/dt-schema-2026.9');
  program('dt-validate', '2026.9', folder);
  for (const name of ['dtschema', 'jsonschema']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, '__init__.py'), 'one');
  }
  const first = identifyTools(root, manifest);
  writeFileSync(join(folder, 'jsonschema', '__init__.py'), 'two');
  assert.not.equal(identifyTools(root, manifest), first);
});

test('of programs on PATH the first counts whose package is found', ({ root, pin, program, bin }) => {
  const { toolchain } = pin(DT_SCHEMA);
  program('dt-validate', 'x', join(root, 'shims'));
  const path = program('dt-validate', '2026.9');
  mkdirSync(join(bin, 'dtschema'));
  writeFileSync(join(bin, 'dtschema', 'a.py'), '');
  assert.is(locateTool(root, 'dt-schema', toolchain['dt-schema'], `${join(root, 'shims')}:${bin}`), path);
});

const MISSING_SCHEMA: [title: string, scripts: object, fix: string][] = [
  ['where the workspace has a script for it', { bootstrap: 'x' }, 'npm run bootstrap, which fetches the pinned dt-validate into .toolchain'],
  ['where it has none', {}, 'pipx install dtschema==2026.9, which puts dt-validate on PATH'],
];
for (const [title, scripts, fix] of MISSING_SCHEMA) {
  test(`missing dt-schema, ${title}: what can be done there`, async ({ root, pin }) => {
    process.env['PATH'] = '/nonexistent';
    writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts }));
    pin(DT_SCHEMA);
    const text = await failure(requireTool(root, 'dt-schema'));
    assert.match(text, /found: +no dt-validate with its package dtschema in \.toolchain or on PATH/);
    assert.is(text.split('to do:    ')[1], fix);
  });
}

test('a program that says no version is named', async ({ root, pin, program }) => {
  pin({ qemu: { version: '7.2' } });
  program('qemu-system-aarch64', 'hello');
  assert.match(await failure(requireTool(root, 'qemu')), /does not say its version[\s\S]*hello/);
});

test('what bootstrap unpacked comes before PATH', ({ root, pin, program }) => {
  const { toolchain } = pin({ zig: { version: '0.17.1' } });
  program('zig', '0.17.1');
  const unpacked = program('zig', '0.17.1', join(root, '.toolchain', 'zig-0.17.1'));
  assert.is(locateTool(root, 'zig', toolchain['zig']), unpacked);
});

test('siblings are named after the program', async ({ root, pin, program, bin }) => {
  pin({ binutils: { version: '2.40' } });
  program('aarch64-linux-gnu-readelf', 'GNU readelf (GNU Binutils for Debian) 2.40');
  assert.is((await requireTool(root, 'binutils')).sibling('nm'), join(bin, 'aarch64-linux-gnu-nm'));
});

test('identity follows content, not time; a missing tool is an identity', ({ root, pin, program }) => {
  const manifest = pin({ qemu: { version: '7.2' }, dtc: { version: '1.6' } });
  const identity = () => identifyTools(root, manifest, join(root, 'bin'));
  const path = program('qemu-system-aarch64', 'QEMU 7.2.1');
  const first = identity();
  assert.match(first['NEXUS_FORGE_TOOL_QEMU'] ?? '', new RegExp(`^${HOST} [0-9a-f]{64}$`));
  assert.is(first['NEXUS_FORGE_TOOL_DTC'], `${HOST} missing`);
  utimesSync(path, 1, 1);
  assert.equal(identity(), first);
  program('qemu-system-aarch64', 'QEMU 7.2.2');
  assert.is.not(identity()['NEXUS_FORGE_TOOL_QEMU'], first['NEXUS_FORGE_TOOL_QEMU']);
});

test('a time that was set back hides no other content', ({ root, pin, program }) => {
  const manifest = pin({ qemu: { version: '7.2' } });
  const path = program('qemu-system-aarch64', 'QEMU 7.2.1');
  const { atime, mtime, ctimeMs } = statSync(path);
  const first = identifyTools(root, manifest);
  do {
    writeFileSync(path, readFileSync(path, 'utf8').replace('7.2.1', '7.2.2'));
    utimesSync(path, atime, mtime);
  } while (statSync(path).ctimeMs <= ctimeMs);
  assert.not.equal(identifyTools(root, manifest), first);
});

test('a sibling counts for the identity', ({ root, pin, program }) => {
  const manifest = pin({ binutils: { version: '2.40' } });
  program('aarch64-linux-gnu-readelf', '2.40');
  program('aarch64-linux-gnu-nm', 'a');
  const first = identifyTools(root, manifest);
  program('aarch64-linux-gnu-nm', 'b');
  assert.not.equal(identifyTools(root, manifest), first);
});

test('without a pin a tool counts with what is on PATH, and a pin elsewhere changes nothing of it', ({ root, pin, program }) => {
  program('dtc', 'a');
  program('fdtget', 'a');
  const identity = (manifest: Manifest) => identifyTools(root, manifest)['NEXUS_FORGE_TOOL_DTC'];
  const first = identity({ toolchain: {} });
  assert.match(first ?? '', new RegExp(`^${HOST} [0-9a-f]{64}$`));
  assert.is(identity(pin({ zig: { version: '0.17.1' } })), first);
  assert.is(identity(pin({ dtc: { version: '1.6' } })), first, 'the pin counts by its own, not by the identity');
  program('fdtget', 'b');
  assert.is.not(identity({ toolchain: {} }), first);
});

test('every tool that an executor can ask for has an identity: its pins and the catalogue', async ({ root, pin }) => {
  const found = identifyTools(root, pin({ sources: { version: '1', file: 'absent' } }));
  assert.equal(Object.keys(found).sort(), [...Object.keys(CATALOGUE), 'sources', 'sources@1'].map(identityVariable).sort());
  assert.match(await failure(requireTool(root, 'sh')), /^sh has no pin[\s\S]*expected: toolchain\.sh in workspace\.json[\s\S]*add it/);
});

test('looking for tools starts none of them', ({ root, pin, program }) => {
  program('qemu-system-aarch64', 'QEMU 7.2.1');
  program('dtc', 'Version: DTC 1.6.1');
  identifyTools(root, pin({ qemu: { version: '7.2' } }));
  assert.not(existsSync(join(root, 'asked')));
});

test('a broken link and a folder are no programs; neither are they faults', ({ root, pin, bin }) => {
  symlinkSync('/nonexistent', join(bin, 'dtc'));
  mkdirSync(join(bin, 'zig'));
  const found = identifyTools(root, pin({ dtc: { version: '1.6' }, zig: { version: '0.17.1' } }), bin);
  assert.equal([...new Set(Object.values(found))], [`${HOST} missing`]);
});

test('an exchanged tool is refused: its result would be stored under the key of the other one', async ({ root, pin, program }) => {
  pin({ qemu: { version: '7.2' } });
  program('qemu-system-aarch64', 'QEMU 7.2.1');
  process.env[identityVariable('qemu')] = `${HOST} ${'0'.repeat(64)}`;
  assert.match(await failure(requireTool(root, 'qemu')), /is not the qemu that Nx has taken into account/);
});

test('a damaged memory is no fault', async ({ root, pin, program }) => {
  mkdirSync(join(root, '.nexus-forge'));
  writeFileSync(join(root, '.nexus-forge', 'toolchain.json'), '{');
  pin({ qemu: { version: '7.2' } });
  program('qemu-system-aarch64', 'QEMU 7.2.1');
  assert.is((await requireTool(root, 'qemu')).version, '7.2.1');
});

const OUTPUTS: [output: string, version: string | undefined][] = [
  ['QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)', '7.2.22'],
  ['Version: DTC 1.6.1', '1.6.1'],
  ['GNU readelf (GNU Binutils for Debian) 2.40', '2.40'],
  ['12.2.0\n', '12.2.0'],
  ['0.17.1\n', '0.17.1'],
  ['0.17.1-dev.55+abc\n', '0.17.1-dev.55+abc'],
  ['QEMU emulator version 8.0.0-rc2', '8.0.0-rc2'],
  ['unknown', undefined],
];
for (const [output, version] of OUTPUTS) test(`the version in: ${output.trim()}`, () => assert.is(parseVersion(output), version));

test.run();
