// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noteReads } from '@nexus-forge/process';
import { DeclaredReads } from './declared-reads';
import { runStage, type StageContext } from './run-stage';

const FILES = ['p/named.md', 'p/a.zig', 'p/sub/table.bin', 'p/notes.md', 'p/made.h', 'p/kept.h', 'p/hidden.bin', 'p/sub/secret.bin', 'q/b.h', 'dist/q/make/x.ko', 'dist/p/t/out', '.nexus-forge/state/x', 'dist/code.js'];
const LINKS: [from: string, to: string][] = [
  ['p/near.bin', 'sub/table.bin'],
  ['p/far.h', '../q/b.h'],
  ['p/folder', '../q'],
  ['p/outside', '/etc/hostname'],
  ['q/back.zig', '../p/a.zig'],
];

const test = suite<{ root: string }>('declared reads');
test.before.each((it) => {
  it.root = realpathSync(mkdtempSync(join(tmpdir(), 'nf-reads-')));
  for (const path of FILES) {
    mkdirSync(dirname(join(it.root, path)), { recursive: true });
    writeFileSync(join(it.root, path), path);
  }
  for (const [from, to] of LINKS) symlinkSync(to, join(it.root, from));
  writeFileSync(join(it.root, '.gitignore'), 'made.h\nkept.h\ndist/\n');
  writeFileSync(join(it.root, '.nxignore'), 'hidden.bin\n');
  writeFileSync(join(it.root, 'p/sub/.nxignore'), 'secret.bin\n');
  execFileSync('git', ['init', '--quiet'], { cwd: it.root });
  execFileSync('git', ['add', '--force', 'p/kept.h'], { cwd: it.root });
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

const INPUTS = [
  '{projectRoot}/**/*',
  '!{projectRoot}/**/*.md',
  '{projectRoot}/notes.md',
  '{workspaceRoot}/p/named.md',
  { dependentTasksOutputFiles: 'dist/q/make/x.ko' },
  { fileset: '{workspaceRoot}/dist/code.js', includeIgnored: true },
  { env: 'X' } as object,
];

const LEFT_OUT = (path: string) => `${path} (a .gitignore or .nxignore names it, so Nx does not hash it)`;
const READS: [title: string, path: string, undeclared: string[]][] = [
  ['a file of the project', 'p/a.zig', []],
  ['one deep in it', 'p/sub/table.bin', []],
  ['one that is taken out, wherever it is named with {projectRoot}', 'p/notes.md', ['p/notes.md']],
  ['one that is taken out, and named with {workspaceRoot}', 'p/named.md', []],
  ['one of another project', 'q/b.h', ['q/b.h']],
  ['one by a path with ..', 'p/../q/b.h', ['q/b.h']],
  ['one that git ignores', 'p/made.h', ['p/made.h'].map(LEFT_OUT)],
  ['one that git tracks although a rule names it', 'p/kept.h', ['p/kept.h'].map(LEFT_OUT)],
  ['one that Nx alone ignores', 'p/hidden.bin', ['p/hidden.bin'].map(LEFT_OUT)],
  ['one that Nx ignores by a list beside it', 'p/sub/secret.bin', ['p/sub/secret.bin'].map(LEFT_OUT)],
  ['an ignored one that is declared as such', 'dist/code.js', []],
  ['an output of a producer', 'dist/q/make/x.ko', []],
  ['an output of its own', 'dist/p/t/out', []],
  ['what is kept between runs', '.nexus-forge/state/x', []],
  ['a link to a declared file', 'p/near.bin', []],
  ['a link to one that is not', 'p/far.h', ['q/b.h']],
  ['a file behind a link to a folder', 'p/folder/b.h', ['q/b.h']],
  ['a link out of the workspace', 'p/outside', ['/etc/hostname']],
  ['an undeclared link to a declared file', 'q/back.zig', ['q/back.zig']],
  ['a file of a tool', '/usr/include/stdio.h', []],
];
for (const [title, path, undeclared] of READS) {
  test(title, ({ root }) => {
    const declaration = { task: 'p:t', workspaceRoot: root, projectRoot: 'p', inputs: INPUTS, outputs: ['dist/p/t'] };
    const reads = new DeclaredReads(declaration);
    const found = reads.undeclared([path.startsWith('/') ? path : `${root}/${path}`]);
    assert.equal([...found, ...reads.ignored()], undeclared);
  });
}

const contextOf = (root: string, inputs: unknown[]): StageContext => ({
  root,
  projectName: 'p',
  targetName: 't',
  projectsConfigurations: {
    version: 2,
    projects: { p: { root: 'p', targets: { t: { inputs: inputs as string[] } } }, q: { root: 'q', targets: {} } },
  },
  projectGraph: { nodes: {}, dependencies: { p: [{ source: 'p', target: 'q', type: 'static' }], q: [] } },
  nxJsonConfiguration: { namedInputs: { mine: ['{projectRoot}/*.zig'], both: ['mine', '^mine'], headers: ['{projectRoot}/*.h'] } },
});

const NAMED: [inputs: unknown[], read: string, success: boolean][] = [
  [['default'], 'p/sub/table.bin', true],
  [['mine'], 'p/sub/table.bin', false],
  [['both'], 'p/a.zig', true],
  [['^headers'], 'q/b.h', true],
  [['^mine'], 'q/b.h', false],
  [[{ input: 'headers', dependencies: true }], 'q/b.h', true],
  [[{ input: 'headers', projects: ['q'] }], 'q/b.h', true],
  [[{ input: 'headers', projects: 'self' }], 'q/b.h', false],
];
for (const [inputs, read, success] of NAMED) {
  test(`inputs ${JSON.stringify(inputs)}: ${read} is ${success ? '' : 'not '}declared`, async ({ root }) => {
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string) => void said.push(text);
    const result = await runStage(contextOf(root, inputs), async () => noteReads([join(root, read)])).finally(() => (console.error = error));
    assert.equal(result, { success }, said.join());
    if (!success) assert.match(said.join(), new RegExp(`p:t reads what it does not declare[\\s\\S]*${read}[\\s\\S]*"\\{workspaceRoot\\}/${read}"`));
  });
}

const REMEDIES: [read: string, remedy: string][] = [
  ['q/b.h', 'put them into p, or name them in p/project.json: {"name":"p","targets":{"t":{"inputs":["...","{workspaceRoot}/q/b.h"]}}}'],
  ['p/notes.md', 'name them in p/project.json: {"name":"p","targets":{"t":{"inputs":["...","{workspaceRoot}/p/notes.md"]}}}'],
];
for (const [read, remedy] of REMEDIES) {
  test(`${read}: the remedy says all that Nx needs, and works`, ({ root }) => {
    const declaration = { task: 'p:t', workspaceRoot: root, projectRoot: 'p', inputs: INPUTS, outputs: [] };
    const { message } = new DeclaredReads(declaration).fault([`${read} (why)`]);
    assert.is(/to do: +(.*)/.exec(message)?.[1], remedy);
    const { targets } = JSON.parse(/\{.*/.exec(remedy)![0]);
    const after = { ...declaration, inputs: [...INPUTS, ...targets.t.inputs.slice(1)] };
    assert.equal(new DeclaredReads(after).undeclared([join(root, read)]), []);
  });
}

test('what git ignores is refused, though an input names it', async ({ root }) => {
  const { error } = console;
  console.error = () => {};
  const work = async () => ['p/a.zig', 'p/made.h'].forEach((path) => noteReads([join(root, path)]));
  const result = await runStage(contextOf(root, ['{projectRoot}/**/*']), work).finally(() => (console.error = error));
  assert.equal(result, { success: false });
});

for (const name of ['p/asks.c', 'p/asks.h', 'p/asks.S', 'p/asks.dtsi', 'p/asks.lds']) {
  test(`${name}: a file that is asked for by a macro is refused, at its place`, async ({ root }) => {
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string) => void said.push(text);
    writeFileSync(join(root, name), '#define OPT "../q/b.h"\n  #if __has_include(OPT)\n#endif\n');
    const result = await runStage(contextOf(root, ['default']), async () => noteReads([join(root, name)])).finally(() => (console.error = error));
    assert.equal(result, { success: false });
    assert.match(said.join(), new RegExp(`${name}:2:7: asks for a file by a macro[\\s\\S]*__has_include\\(OPT\\)`));
  });
}

test('a name that is asked for as such is not, nor is it in a file that no preprocessor reads', async ({ root }) => {
  writeFileSync(join(root, 'p/asks.c'), '#if __has_include("../q/b.h")\n#endif\n');
  writeFileSync(join(root, 'p/asks.txt'), '__has_include(OPT)\n');
  const work = async () => noteReads(['p/asks.c', 'p/asks.txt'].map((name) => join(root, name)));
  assert.equal(await runStage(contextOf(root, ['default']), work), { success: true });
});

test('outside Nx nothing is declared, and nothing refused', async ({ root }) => {
  assert.equal(await runStage({ root }, async () => noteReads([join(root, 'q/b.h')])), { success: true });
});

test.run();
