// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withFolder } from '../../../../../libs/qemu/src/testing';
import type { StageContext } from '../../run-stage';
import { originsOf } from './origins';

const FILES: Record<string, string> = {
  '.gitignore': 'dist\nbundle.js\n',
  'firmware/main.zig': 'main',
  'firmware/deep/more.zig': 'more',
  'firmware/README.md': 'about',
  'board.yaml': 'board',
  'workspace.json': '{ "toolchain": { "zig": { "version": "1" }, "dtc": { "version": "2" } } }',
  'bundle.js': 'code',
  'dist/virt/device-tree/board.dtb': 'dtb',
  'dist/virt/firmware/kern.img': 'img',
};
const TARGETS = {
  firmware: {
    options: { outputDirectory: 'dist/virt/firmware' },
    inputs: [
      '{workspaceRoot}/firmware/**/*.{zig,md}',
      '!{workspaceRoot}/firmware/**/*.md',
      { dependentTasksOutputFiles: 'dist/virt/device-tree/board.dtb' },
      { fileset: '{workspaceRoot}/bundle.js', includeIgnored: true },
      { json: '{workspaceRoot}/workspace.json', fields: ['toolchain.zig', 'toolchain.none'] },
      { env: 'NEXUS_FORGE_TOOL_TEST' },
      { externalDependencies: [] },
    ],
  },
  'device-tree': { options: { outputDirectory: 'dist/virt/device-tree' }, inputs: ['{projectRoot}/board.yaml', { dependentTasksOutputFiles: 'dist/gone/x/y' }] },
  test: { options: { outputDirectory: 'dist/virt/test' }, inputs: ['{projectRoot}/**/*'] },
};

const contextIn = (root: string) => ({ root, projectsConfigurations: { version: 2, projects: { virt: { root: '.', targets: TARGETS } } } }) as StageContext;
const put = (root: string, file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const inWorkspace = (examine: (root: string) => Promise<void>) =>
  withFolder(async (root) => {
    for (const [file, text] of Object.entries(FILES)) put(root, file, text);
    execFileSync('git', ['init', '--quiet'], { cwd: root });
    process.env['NEXUS_FORGE_TOOL_TEST'] = 'linux-x64 1';
    await examine(root);
  });
const BOOTED = ['dist/virt/firmware/kern.img'];

const test = suite('origins of what a proof boots');

test('the tasks behind an artefact, with what each declares', () =>
  inWorkspace(async (root) => {
    const origins = originsOf(contextIn(root), BOOTED);
    assert.equal(Object.keys(origins).sort(), ['virt:device-tree', 'virt:firmware']);
    const { sources, artefacts } = origins['virt:firmware']!;
    assert.equal(Object.keys(sources).sort(), [
      'NEXUS_FORGE_TOOL_TEST',
      'firmware/deep/more.zig',
      'firmware/main.zig',
      'workspace.json toolchain.none',
      'workspace.json toolchain.zig',
    ]);
    assert.equal(Object.entries(artefacts).map(([path, { producer }]) => [path, producer]), [['dist/virt/device-tree/board.dtb', 'virt:device-tree']]);
    assert.equal(Object.keys(origins['virt:device-tree']?.sources ?? {}), ['board.yaml']);
    assert.not.match(JSON.stringify(origins), root);
  }));

const EDITS: [title: string, edit: (root: string) => void, changed: string[]][] = [
  ['nothing', () => {}, []],
  ['a file', (root) => put(root, 'firmware/main.zig', 'other'), ['firmware/main.zig']],
  ['a file that was not there', (root) => put(root, 'firmware/new.zig', 'x'), ['firmware/new.zig']],
  ['a file that is gone', (root) => rmSync(join(root, 'firmware/main.zig')), ['firmware/main.zig']],
  ['a file that is left out', (root) => put(root, 'firmware/README.md', 'x'), []],
  ['a field', (root) => put(root, 'workspace.json', FILES['workspace.json']!.replace('"1"', '"3"')), ['workspace.json toolchain.zig']],
  ['another field', (root) => put(root, 'workspace.json', FILES['workspace.json']!.replace('"2"', '"3"')), []],
  ['a file that is no JSON any more', (root) => put(root, 'workspace.json', '{ // x'), ['workspace.json toolchain.zig', 'workspace.json toolchain.none']],
  ['a variable', () => void (process.env['NEXUS_FORGE_TOOL_TEST'] = 'linux-x64 2'), ['NEXUS_FORGE_TOOL_TEST']],
  ['what another task made', (root) => put(root, 'dist/virt/device-tree/board.dtb', 'other'), ['dist/virt/device-tree/board.dtb']],
];
for (const [title, edit, changed] of EDITS) {
  test(`known by content: ${title}`, () =>
    inWorkspace(async (root) => {
      const digests = () => {
        const { sources, artefacts } = originsOf(contextIn(root), BOOTED)['virt:firmware']!;
        return { ...sources, ...Object.fromEntries(Object.entries(artefacts).map(([path, { digest }]) => [path, digest])) };
      };
      const before: Record<string, string> = digests();
      edit(root);
      const now: Record<string, string> = digests();
      assert.equal([...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => before[name] !== now[name]), changed);
    }));
}

test('nothing is known outside Nx, nor of a file that no target makes', () =>
  inWorkspace(async (root) => {
    assert.equal(originsOf({ root }, BOOTED), {});
    assert.equal(originsOf(contextIn(root), ['firmware/main.zig', 'dist/other/x']), {});
  }));

test.after(() => void delete process.env['NEXUS_FORGE_TOOL_TEST']);
test.run();
