// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatCpioList, withParents, type Member } from './cpio-list';

const file = (path: string): Member => ({ kind: 'file', path, mode: 0o644, content: '/tmp/x' });

test('folders come before what is in them, once each', () => {
  const members = withParents([file('/lib/modules/a.ko'), file('/lib/modules/b.ko'), file('/init')]);
  assert.equal(members.map(({ path }) => path), ['/lib', '/lib/modules', '/lib/modules/a.ko', '/lib/modules/b.ko', '/init']);
});

test('a folder that is named keeps its mode', () => {
  const members = withParents([{ kind: 'directory', path: '/tmp', mode: 0o1777 }, file('/tmp/a')]);
  assert.equal(members.map(({ mode }) => mode), [0o1777, 0o644]);
});

test('the list is what gen_init_cpio reads', () => {
  const list = formatCpioList([
    { kind: 'directory', path: '/dev', mode: 0o755 },
    { kind: 'node', path: '/dev/console', mode: 0o600, major: 5, minor: 1 },
    file('/init'),
  ]);
  assert.is(list, 'dir /dev 755 0 0\nnod /dev/console 600 0 0 c 5 1\nfile /init /tmp/x 644 0 0\n');
});

test.run();
