// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('the plain set-up is a shell script that installs what the set-up does, in the order of what needs what', async () => {
  const { setUpScript } = await import(join(__dirname, 'cold', 'set-up-script.mjs'));
  const install = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', 'bc', 'linux-source-6.1'],
  ];
  const lines: string[] = setUpScript({ install, requirements: ['ziglang==1.2.3', 'dtschema==4'], zig: 'zig-1.2.3' });
  const script = lines.join('\n');
  assert.is(spawnSync('sh', ['-n', '-c', script]).status, 0);
  assert.match(script, /apt-get -qq install --yes bc linux-source-6\.1\n.*pip download .* ziglang==1\.2\.3 dtschema==4\n/);
  const places = ['apt-get -qq update', 'pip download', '.toolchain/zig-1.2.3', 'npm ci', 'print-script.mjs', 'sh -eu'].map((part) => script.indexOf(part));
  assert.equal(places, [...places].sort((a, b) => a - b));
  assert.not(places.includes(-1));
});

test.run();
