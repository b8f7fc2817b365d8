// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leavesSoundObjects, makeArguments } from './make';
import { packArguments } from './build-tree';
import { initArguments } from './init-program';
import { unpackArguments } from './source';

test('kbuild is told the machine, what is not there, no header of a C library, and a local version that is empty', () => {
  assert.equal(makeArguments({ args: ['O=/o', 'Image'], crossCompile: '/usr/bin/aarch64-linux-gnu-', jobs: 2 }), [
    '--jobs=2',
    '--no-print-directory',
    'ARCH=arm64',
    'CROSS_COMPILE=/usr/bin/aarch64-linux-gnu-',
    'CC=/usr/bin/aarch64-linux-gnu-gcc -nostdinc',
    'PAHOLE=false',
    'RUSTC=false',
    'BINDGEN=false',
    'LOCALVERSION=',
    'O=/o',
    'Image',
  ]);
});

const ENDS: [summary: string, sound: boolean][] = [
  ['make ended with status 2', true],
  ['make ended by SIGTERM', true],
  ['make ended by SIGKILL', false],
  ['make timed out after 3600 s', false],
  ['make was cancelled', false],
  ['tar ended with status 2', false],
];
for (const [summary, sound] of ENDS) {
  test(`objects after "${summary}" are ${sound ? '' : 'not '}built upon`, () => assert.is(leavesSoundObjects(new ForgeError(summary)), sound));
}

test('nothing of this machine gets into the build tree', () => {
  assert.equal(packArguments('/a.tar', ['/src', '/a.tar.source'], ['/obj', '/a.tar.objects']), [
    '--create',
    '--force-local',
    '--file=/a.tar',
    '--format=gnu',
    '--mtime=@1704067200',
    '--owner=root:0',
    '--group=root:0',
    '--mode=u=rwX,go=rX',
    '--no-recursion',
    '--directory=/src',
    '--files-from=/a.tar.source',
    '--directory=/obj',
    '--files-from=/a.tar.objects',
  ]);
});

test('of other architectures only sources are left out, for arm64 reads their Kconfig files', () => {
  const args = unpackArguments('/s.tar.xz', '/f');
  assert.ok(args.includes('--exclude=*/arch/x86/*.[chS]'));
  assert.not(args.some((arg) => /arch\/arm(64)?\//.test(arg)));
});

test('/init is compiled without any library, warnings being errors', () => {
  const args = initArguments(['linux-cell/init/main.c'], '/p/init');
  for (const needed of ['-Werror', '-ffreestanding', '-nostdlib', '-static']) assert.ok(args.includes(needed), needed);
  assert.equal(args.slice(-3), ['-o', '/p/init', 'linux-cell/init/main.c']);
});

test.run();
