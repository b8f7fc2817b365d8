// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatPlace } from '@nexus-forge/process';
import { loadInitramfs } from './description';
import { packInitramfs } from './initramfs';
import { clashes } from './member-paths';

const DESCRIPTION = 'name: a\ninit: { sources: [a.c] }\n';

const CASES: [title: string, text: string, faults: string[]][] = [
  ['nothing twice', 'modules: [m]\ndirectories: [/etc, /dev]\nnodes: [{ path: /dev/x, mode: 0600, major: 1, minor: 2 }]\nfiles: [{ path: /etc/motd, source: m }]\n', []],
  ['a file in place of the program', 'files: [{ path: /init, source: motd }]\n', ['initramfs.yaml:3:9: /init is taken already, by the program of init.sources']],
  ['a file in place of a module', 'modules: [m]\nfiles:\n  - { path: /lib/modules/m.ko, source: m }\n', ['initramfs.yaml:5:5: /lib/modules/m.ko is taken already, by the module m']],
  ['a file in place of the list', 'modules: [m]\nfiles:\n  - { path: /etc/modules, source: m }\n', ['initramfs.yaml:5:5: /etc/modules is taken already, by the list of modules']],
  ['a list that is not made', 'files: [{ path: /etc/modules, source: m }]\n', []],
  ['two files', 'files:\n  - { path: /a, source: a }\n  - { path: /a, source: b }\n', ['initramfs.yaml:5:5: /a is taken already, by the file a']],
  ['a file in place of a folder', 'directories: [/a]\nfiles: [{ path: /a, source: b }]\n', ['initramfs.yaml:4:9: /a is taken already, by the folder /a']],
  ['a file in a file', 'files:\n  - { path: /etc, source: a }\n  - { path: /etc/b/motd, source: b }\n', ['initramfs.yaml:4:5: /etc is no folder, but the file b lies in it, as /etc/b/motd']],
  ['a folder in a device', 'directories: [/d/e]\nnodes: [{ path: /d, mode: 0600, major: 1, minor: 2 }]\n', ['initramfs.yaml:4:9: /d is no folder, but the folder /d/e lies in it, as /d/e']],
];
for (const [title, text, expected] of CASES) {
  test(title, () => {
    const root = mkdtempSync(join(tmpdir(), 'nf-members-'));
    try {
      writeFileSync(join(root, 'initramfs.yaml'), DESCRIPTION + text);
      const found = clashes(loadInitramfs(root, 'initramfs.yaml'));
      assert.equal(found.map(({ at, summary }) => `${formatPlace(at)}: ${summary}`), expected);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

const REFUSED: [title: string, text: string, said: RegExp][] = [
  ['a path with ..', 'files: [{ path: /etc/../init, source: a.c }]\n', /^initramfs\.yaml:3:\d+: /],
  ['a folder as a file', 'files: [{ path: /a, source: . }]\n', /^initramfs\.yaml:3:9: the member \. is no file\n/],
  ['a file that is not there', 'files: [{ path: /a, source: gone }]\n', /^initramfs\.yaml:3:9: the member gone is missing$/],
  ['a clash', 'files: [{ path: /init, source: a.c }]\n', /^initramfs\.yaml:3:9: \/init is taken already/],
];
for (const [title, text, said] of REFUSED) {
  test(`refused before anything is made: ${title}`, async () => {
    const root = mkdtempSync(join(tmpdir(), 'nf-members-'));
    try {
      writeFileSync(join(root, 'initramfs.yaml'), DESCRIPTION + text);
      writeFileSync(join(root, 'a.c'), '');
      const order = { workspaceRoot: root, initramfs: 'initramfs.yaml', buildTree: 'none', modules: [], stateDirectory: 'state', report: () => {} };
      await packInitramfs(order, root).then(() => assert.unreachable(), (error: Error) => assert.match(error.message, said));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

test.run();
