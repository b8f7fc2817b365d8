// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { requireHostTools } from './host-tools';

const test = suite<{ folder: string; path: string | undefined }>('host tools');
test.before.each((it) => {
  it.folder = mkdtempSync(join(tmpdir(), 'nf-host-tools-'));
  it.path = process.env['PATH'];
  process.env['PATH'] = it.folder;
});
test.after.each(({ folder, path }) => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

function install(folder: string, command: string): void {
  writeFileSync(join(folder, command), '');
  chmodSync(join(folder, command), 0o755);
}
const verdict = (commands: string[]): string => {
  try {
    requireHostTools(commands);
    return 'there';
  } catch (error) {
    return (error as Error).message;
  }
};

test('nothing is said of tools that are there', ({ folder }) => {
  install(folder, 'make');
  assert.is(verdict(['make']), 'there');
});

test('a missing tool names the package that brings it', ({ folder }) => {
  install(folder, 'make');
  assert.match(verdict(['make', 'modinfo']), /^a tool is missing: modinfo\n[\s\S]*apt-get install kmod$/);
});

test('all that are missing are named at once', () => {
  assert.match(verdict(['gcc', 'flex']), /^tools are missing: gcc, flex\n[\s\S]*apt-get install gcc libc6-dev flex$/);
});

test.run();
