// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('scratch clone');

test("what Nx keeps comes along, but not the running daemon's process and socket", async () => {
  const root = mkdtempSync(join(tmpdir(), 'nf-scratch-'));
  const write = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  };
  for (const path of ['libs/a/package.json', '.gitignore', '.nx/cache/entry', '.nx/workspace-data/x.db', '.nx/workspace-data/d/server-process.json']) write(path);
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, '.gitignore'), '.nx\nnode_modules\n');
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  const { makeScratch, removeScratch } = await import(join(__dirname, 'scratch.mjs'));
  const scratch = await makeScratch(root);
  try {
    const found = ['libs/a/package.json', '.nx/cache/entry', '.nx/workspace-data/x.db', '.nx/workspace-data/d'].map((path) => existsSync(join(scratch, path)));
    assert.equal(found, [true, true, true, false]);
  } finally {
    removeScratch(scratch);
    rmSync(root, { recursive: true, force: true });
  }
});

test.run();
