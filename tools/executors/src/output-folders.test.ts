// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refuseOwnOutputRoot, refuseOwnOutputs } from './output-folders';

const test = suite<{ root: string }>('folders of outputs');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-outputs-'));
  const files = { '.gitignore': 'dist\nlink\n', 'apps/v/board.yaml': '', 'fw/fdt/test/a.zig': '', 'dist/fdt/test/made': '', 'new/only.c': '' };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(context.root, file)), { recursive: true });
    writeFileSync(join(context.root, file), text);
  }
  symlinkSync('fw', join(context.root, 'link'));
  execFileSync('git', ['init', '--quiet'], { cwd: context.root });
  execFileSync('git', ['add', 'apps', 'fw', '.gitignore'], { cwd: context.root });
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

for (const folder of ['fw', 'fw/fdt', 'apps', 'new', 'link', 'link/fdt']) {
  test(`outputRoot ${folder}: refused`, ({ root }) => {
    assert.throws(() => refuseOwnOutputRoot(root, folder), /^nx\.json: the option outputRoot of the plugin, .* for outputs alone[\s\S]*add .*\/ to \.gitignore/);
  });
}
for (const folder of ['dist', 'out', 'fw/out', 'fw/f']) {
  test(`outputRoot ${folder}: taken`, ({ root }) => refuseOwnOutputRoot(root, folder, ['fw/fdt/build.zig']));
}
test('tracked below what a .gitignore names: refused', ({ root }) => {
  execFileSync('git', ['add', '--force', 'dist/fdt/test/made'], { cwd: root });
  assert.throws(() => refuseOwnOutputRoot(root, 'dist'), /found: +dist\/fdt\/test\/made/);
});
test('a project where git knows nothing: refused', ({ root }) => {
  rmSync(join(root, '.git'), { recursive: true });
  refuseOwnOutputRoot(root, 'fw');
  assert.throws(() => refuseOwnOutputRoot(root, 'fw', ['fw/fdt/build.zig']), /found: +fw\/fdt\/build\.zig/);
});

const OUTPUTS: [outputs: string[], outputDirectory: string, found: RegExp | undefined][] = [
  [['{workspaceRoot}/dist/fdt/test'], 'dist/fdt/test', undefined],
  [['{projectRoot}/out'], 'fw/fdt/out', undefined],
  [['{projectRoot}/test'], 'dist/fdt/test', /the outputs of fdt:test, fw\/fdt\/test,[\s\S]*found: +fw\/fdt\/test\/a\.zig/],
  [['{options.outputDirectory}'], './fw//fdt', /fw\/fdt\/test\/a\.zig/],
  [['{workspaceRoot}/dist/../fw/fdt/test'], 'dist/fdt/test', /fw\/fdt\/test\/a\.zig/],
  [[], 'fw/fdt/test', /fw\/fdt\/test\/a\.zig/],
  [['{projectRoot}/**/*.o'], 'dist/fdt/test', undefined],
  [['{projectRoot}/**/*.zig'], 'dist/fdt/test', /fw\/fdt\/test\/a\.zig/],
];
for (const [outputs, outputDirectory, found] of OUTPUTS) {
  test(`outputs ${outputs.join()} and ${outputDirectory}: ${found ? 'refused' : 'taken'}`, ({ root }) => {
    const target = (executor: string) => ({ fdt: { root: 'fw/fdt', targets: { test: { executor, outputs, options: { outputDirectory } } } } });
    const check = () => refuseOwnOutputs(root, 'dist', target('@nexus-forge/nx:host-test'));
    if (found) assert.throws(check, found);
    else check();
    refuseOwnOutputs(root, 'dist', target('nx:run-commands'));
  });
}

test.run();
