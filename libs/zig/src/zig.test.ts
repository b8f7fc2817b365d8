// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withReads } from '@nexus-forge/process';
import { runZigBuild } from './build';
import { globalCache, zigBuildCommand } from './command';
import { moduleIndex, packageFolders, stripZigComments } from './package';
import { filesRead } from './reads';
import { runTests } from './run-tests';
import { namedResults, parseTestList } from './test-list';
import { answeredFromCache, judgeTests, parseSummary, testPrograms } from './test-run';

interface Workspace {
  root: string;
  write(path: string, text: string, mode?: number): void;
}

const test = suite<Workspace>('zig');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-zig-'));
  context.write = (path, text, mode = 0o644) => {
    mkdirSync(join(context.root, path, '..'), { recursive: true });
    writeFileSync(join(context.root, path), text);
    chmodSync(join(context.root, path), mode);
  };
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

test('the exact command, folder and environment of a build', () => {
  const command = zigBuildCommand(
    { workspaceRoot: '/w', zig: '/z/zig', package: 'firmware/k', steps: ['test'], defines: { a: true, b: false, c: '../../x', d: 3 }, prefix: '/p', cache: '/c', extra: ['--verbose'] },
    {},
  );
  assert.equal(command, {
    command: '/z/zig',
    args: ['build', 'test', '-Da=true', '-Db=false', '-Dc=../../x', '-Dd=3', '--prefix', '/p', '--cache-dir', '/c', '--summary', 'all', '--color', 'off', '--verbose'],
    cwd: '/w/firmware/k',
    env: { ZIG_GLOBAL_CACHE_DIR: '/w/.toolchain/zig-cache' },
  });
});

test('a define that JSON has rounded is refused; as text it is passed', () => {
  const command = (a: string | number) => zigBuildCommand({ workspaceRoot: '/w', zig: 'zig', package: 'k', cache: '/c', defines: { a } }, {}).args[1];
  assert.throws(() => command(Number('0xffff000000000001')), /the define a is too large a number for JSON\n.*or text such as/);
  assert.is(command('0xffff000000000001'), '-Da=0xffff000000000001');
  assert.is(command(1.5), '-Da=1.5');
});

test('the global cache is the workspace’s, unless the caller has set a place', () => {
  assert.is(globalCache('/w', { ZIG_GLOBAL_CACHE_DIR: '/elsewhere' }), '/elsewhere');
  assert.is(globalCache('/w', { ZIG_GLOBAL_CACHE_DIR: 'relative' }), '/w/.toolchain/zig-cache');
  assert.is(globalCache('/w', {}), '/w/.toolchain/zig-cache');
});

const SUMMARIES: [line: string, expected: ReturnType<typeof parseSummary>][] = [
  ['Build Summary: 4/4 steps succeeded; 4/4 tests passed', { passed: 4, failed: 0, skipped: 0, total: 4 }],
  ['Build Summary: 2/4 steps succeeded (1 failed); 4/6 tests passed (1 skipped, 1 failed)', { passed: 4, failed: 1, skipped: 1, total: 6 }],
  ['Build Summary: 3/3 steps succeeded; 0/2 tests passed (2 skipped)', { passed: 0, failed: 0, skipped: 2, total: 2 }],
  ['Build Summary: 4/4 steps succeeded', undefined],
  ['15/15 tests passed', undefined],
];
for (const [line, expected] of SUMMARIES) test(line, () => assert.equal(parseSummary(`noise\n${line}\ntest success\n`), expected));

test('the test programs of a build', () => {
  const output = [
    'info(verbose): /z/zig test -fllvm --name test --listen=-',
    'info(verbose): /c/o/abc/test --cache-dir=/c --seed=0xbf3ae7d0 --listen=-',
    'info(verbose): /c/o/def/test --cache-dir=/c --seed=0xbf3ae7d0 --listen=-',
  ];
  assert.equal(testPrograms(output.join('\n')), [
    { command: '/c/o/abc/test', env: {} },
    { command: '/c/o/def/test', env: {} },
  ]);
});

const VERBOSE: [title: string, line: string, expected: ReturnType<typeof testPrograms>][] = [
  ['a name of its own', '/c/o/abc/acme --cache-dir=/c --seed=0x1 --listen=-', [{ command: '/c/o/abc/acme', env: {} }]],
  ['a space in its path', '"/a b/c/o/abc/my tests" "--cache-dir=/a b/c" --seed=0x1 --listen=-', [{ command: '/a b/c/o/abc/my tests', env: {} }]],
  ['a folder', 'cd a b/src && /c/o/abc/test --cache-dir=/c --seed=0x1 --listen=-', [{ command: '/c/o/abc/test', cwd: 'a b/src', env: {} }]],
  ['an environment', 'A="b \\"c\\" \\$d" B=e=f /c/o/abc/test --cache-dir=/c --seed=0x1 --listen=-', [{ command: '/c/o/abc/test', env: { A: 'b "c" $d', B: 'e=f' } }]],
  ['letters beyond ASCII', '"/\\303\\244/o/test" --cache-dir=/c --seed=0x1 --listen=-', [{ command: '/ä/o/test', env: {} }]],
  ['the compiler', '/z/zig test -fllvm --name test --listen=-', []],
  ['another program', '/c/o/abc/tool --seed=0x1 --listen=-', []],
];
for (const [title, line, expected] of VERBOSE) {
  test(`a test program with ${title}`, () => assert.equal(testPrograms(`info(verbose): ${line}`), expected));
}

/** A manifest as Zig 0.17 writes it. */
function manifest(entries: { path: string; prefix: number; directory?: boolean; of?: string }[]): Buffer {
  const records = entries.map(({ path, prefix, directory, of }) => {
    const record = Buffer.alloc(41);
    if (of !== undefined) {
      const { size, ino, mtimeNs } = statSync(of, { bigint: true });
      record.writeBigUInt64LE(size, 0);
      record.writeBigUInt64LE(ino, 8);
      record.writeBigInt64LE(mtimeNs, 16);
    }
    record[40] = (prefix << 2) | (directory ? 1 : 0);
    return Buffer.concat([record, Buffer.from(`${path}\0`)]);
  });
  return Buffer.concat([...records, Buffer.from([0])]);
}

test('what a build has read, by the manifests of its cache that are up to date', ({ root, write }) => {
  for (const file of ['k/main.zig', 'k/table.bin', 'k/old.zig', 'x.zig']) write(file, file);
  const at = (path: string) => join(root, path);
  write('c/h/timestamp', '');
  write(`c/h/${'0'.repeat(32)}`, '');
  const put = (name: string, entries: Parameters<typeof manifest>[0]) => writeFileSync(at(`c/h/${name.repeat(32)}`), manifest(entries));
  put('a', [
    { path: 'std/std.zig', prefix: 1 },
    { path: 'main.zig', prefix: 4, of: at('k/main.zig') },
    { path: 'table.bin', prefix: 0, of: at('k/table.bin') },
    { path: 'o/1/made.zig', prefix: 2 },
    { path: 'b/1/builtin.zig', prefix: 3 },
    { path: 'sub', prefix: 4, directory: true },
  ]);
  put('b', [{ path: 'old.zig', prefix: 4, of: at('k/old.zig') }, { path: '../x.zig', prefix: 4, of: at('x.zig') }]);
  assert.equal(filesRead(at('c'), at('k')), ['k/main.zig', 'k/old.zig', 'k/table.bin', 'x.zig'].map(at));
  write('k/old.zig', 'edited');
  assert.equal(filesRead(at('c'), at('k')), ['k/main.zig', 'k/table.bin'].map(at));
});

/** A fake zig's answer to what compiles the build script only: it leaves nothing. */
const COMPILES_ONLY = 'case "$*" in *-Dnexus-forge-compile-only*) exit 1 ;; esac';

/** A Zig that records in its cache what it read in its first run, unless the cache is there, and something else after that. */
function readingZig({ root, write }: Workspace): void {
  write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '0.17.1' } } }));
  for (const file of ['k/build.zig', 'k/main.zig', 'x.zig']) write(file, file);
  const at = (path: string) => join(root, path);
  writeFileSync(at('first'), manifest([{ path: '../x.zig', prefix: 4, of: at('x.zig') }]));
  writeFileSync(at('later'), manifest([{ path: 'main.zig', prefix: 4, of: at('k/main.zig') }]));
  const script = [
    '[ "$1" = version ] && echo 0.17.1 && exit 0',
    COMPILES_ONLY,
    'while [ "$1" != --cache-dir ]; do shift; done',
    'mkdir -p "$2/h"',
    `[ -e "$2/h/${'a'.repeat(32)}" ] || cp "$(ls -d ${root}/first 2>/dev/null || echo ${root}/later)" "$2/h/${'a'.repeat(32)}"`,
    `rm -f ${root}/first`,
    `echo run >>${root}/runs`,
  ];
  write('.toolchain/zig-0.17.1/zig', `#!/bin/sh\n${script.join('\n')}\n`, 0o755);
}

test('what only an earlier build has read is held against nobody', async (workspace) => {
  const { root } = workspace;
  readingZig(workspace);
  const build = { workspaceRoot: root, package: 'k', project: 'k', target: 'test', timeoutMs: 10_000 };
  const refused: string[] = [];
  const refuse = (paths: readonly string[]) => {
    const outside = paths.filter((path) => path === join(root, 'x.zig'));
    refused.push(...outside);
    if (outside.length > 0) throw new Error('not declared');
  };
  const runs = () => readFileSync(join(root, 'runs'), 'utf8').split('\n').length - 1;
  await withReads(() => {}, () => runZigBuild(build, undefined, async () => {}));
  await withReads(refuse, () => runZigBuild(build, undefined, async () => {}));
  assert.equal([refused.length, runs()], [1, 3], 'from nothing, in the same command');
  writeFileSync(join(root, 'first'), manifest([{ path: '../x.zig', prefix: 4, of: join(root, 'x.zig') }]));
  rmSync(join(root, '.nexus-forge'), { recursive: true });
  const error = await withReads(refuse, () => runZigBuild(build, undefined, async () => {})).then(() => undefined, (it: Error) => it);
  assert.equal([error?.message, runs()], ['not declared', 4], 'a build from nothing is believed');
});

test('a manifest of another form is refused: what was read could not be told', ({ root, write }) => {
  for (const text of ['0\n12 34 56 abc 0 main.zig\n', 'x'.repeat(60)]) {
    write(`c/h/${'a'.repeat(32)}`, text);
    assert.throws(() => filesRead(join(root, 'c'), join(root, 'k')), /what Zig has read cannot be told[\s\S]*pin zig 0\.17/);
  }
  assert.equal(filesRead(join(root, 'none'), root), []);
});

test('an answer from the cache is told from a run', () => {
  assert.ok(answeredFromCache('test success\n+- run test cached\n   +- compile test debug native cached 14ms'));
  assert.not(answeredFromCache('+- run test 1 pass (1 total) 3ms MaxRSS:1M\n   +- compile test safe native cached 15ms'));
});

test('named tests, whatever a test prints between its name and its result', () => {
  const output = '1/4 a.test.plain...OK\n2/4 a.test.talks...hello\nworld OK\n3/4 a.test.skips...SKIP\n4/4 a.test.fails...FAIL (TestUnexpected)\n3 passed';
  assert.equal(parseTestList(output, ['a.test.plain', 'a.test.talks', 'a.test.skips', 'a.test.fails']), [
    { name: 'a.test.plain', result: 'passed' },
    { name: 'a.test.talks', result: 'passed' },
    { name: 'a.test.skips', result: 'skipped' },
    { name: 'a.test.fails', result: 'failed' },
  ]);
});

const LISTS: [title: string, names: string[], output: string, results: string[] | RegExp][] = [
  ['a name of two lines', ['a.test.two\nlines', 'a.test.b'], '1/2 a.test.two\nlines...OK\n2/2 a.test.b...OK\n', ['passed', 'passed']],
  ['names that begin alike', ['a.test.b... c', 'a.test.b...OK', 'a.test.b'], '1/3 a.test.b... c...OK\n2/3 a.test.b...OK...SKIP\n3/3 a.test.b...OK\n', ['passed', 'skipped', 'passed']],
  ['a test that prints results', ['a.test_0', 'a.test_1'], '1/2 a.test_0...1 OK\n7/9 OK\nSKIP\n2/2 a.test_1...OK\nAll 2 tests passed.\n', ['skipped', 'passed']],
  ['a test that prints the head of another', ['a.test_0', 'a.test_1'], '1/2 a.test_0...OK\n2/2 a.test_1...OK\n2/2 a.test_1...SKIP\n', /cannot be told[\s\S]*"2\/2 a\.test_1\.\.\." once[\s\S]*found: +2 times/],
  ['a test without a result', ['a.test_0'], '1/1 a.test_0...', /cannot be told[\s\S]*no result/],
  ['a test of another name', ['a.test_0'], '1/1 a.test_1...OK\n', /cannot be told[\s\S]*found: +0 times/],
];
for (const [title, names, output, results] of LISTS) {
  test(`named tests: ${title}`, () => {
    if (results instanceof RegExp) assert.throws(() => parseTestList(output, names), results);
    else assert.equal(parseTestList(output, names), names.map((name, index) => ({ name, result: results[index] })));
  });
}

test('names are asked of the program itself', async ({ root, write }) => {
  const answer = String.raw`\003\0\0\0\377\0\0\0\0a.test.two\nlines\0a.test.b... c\0`;
  write('k/t', `#!/bin/sh\n[ "$1" = --listen=- ] && head -c 16 | od -An -tu4 >asked && printf '${answer}' && exit 0\nprintf '1/2 a.test.two\\nlines...OK\\n2/2 a.test.b... c...SKIP\\n' >&2\n`, 0o755);
  const results = await namedResults([{ command: './t', env: {} }], join(root, 'k'), 10_000);
  assert.equal(results, [{ name: 'a.test.two\nlines', result: 'passed' }, { name: 'a.test.b... c', result: 'skipped' }]);
  assert.equal(readFileSync(join(root, 'k/asked'), 'utf8').trim().split(/\s+/), ['4', '0', '0', '0']);
});

const JUDGED: [title: string, summary: ReturnType<typeof parseSummary>, names: number, expected: RegExp | undefined][] = [
  ['counts that agree', { passed: 2, failed: 0, skipped: 0, total: 2 }, 2, undefined],
  ['no count', undefined, 0, /no test was run/],
  ['zero tests', { passed: 0, failed: 0, skipped: 0, total: 0 }, 0, /no test was run/],
  ['skipped tests only', { passed: 0, failed: 0, skipped: 3, total: 3 }, 0, /no test was run[\s\S]*3 skipped/],
  ['another count by name', { passed: 2, failed: 0, skipped: 0, total: 2 }, 1, /ran differently/],
];
for (const [title, summary, names, expected] of JUDGED) {
  test(title, () => {
    const tests = Array.from({ length: names }, (_, index) => ({ name: `t${index}`, result: 'passed' as const }));
    if (expected) assert.throws(() => judgeTests(summary, tests), expected);
    else assert.equal(judgeTests(summary, tests), { ...summary!, tests });
  });
}

/** A `zig` that answers its first `cached` builds from its cache and then runs a test program. */
function fakeZig({ root, write }: Workspace, cached: number, names = 'OK'): void {
  write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '0.17.1' } } }));
  write('firmware/k/build.zig', '');
  write('test', `#!/bin/sh\n[ "$1" = --listen=- ] && printf '\\0k.test.one\\0' && exit 0\necho "1/1 k.test.one...${names}" >&2\n`, 0o755);
  write(
    '.toolchain/zig-0.17.1/zig',
    `#!/bin/sh
[ "$1" = version ] && echo 0.17.1 && exit 0
${COMPILES_ONLY}
echo "$PWD $*" >>"${root}/calls"
[ "$(wc -l <"${root}/calls")" -le ${cached} ] && printf 'Build Summary: 3/3 steps succeeded\\n+- run test cached\\n' >&2 && exit 0
echo "info(verbose): ${root}/test --cache-dir=c --seed=0x1 --listen=-" >&2
echo "Build Summary: 3/3 steps succeeded; 1/1 tests passed" >&2
`,
    0o755,
  );
}

const build = (root: string) => ({ workspaceRoot: root, package: 'firmware/k', project: 'k', target: 'test', steps: ['test'], timeoutMs: 10_000 });

test('tests are run and listed', async (workspace) => {
  fakeZig(workspace, 0);
  const results = await runTests(build(workspace.root));
  assert.equal(results, { passed: 1, failed: 0, skipped: 0, total: 1, tests: [{ name: 'k.test.one', result: 'passed' }] });
  const calls = readFileSync(join(workspace.root, 'calls'), 'utf8').trim().split('\n');
  const cache = join(workspace.root, '.nexus-forge', 'state', 'zig', 'k-test');
  assert.equal(calls, [`${join(workspace.root, 'firmware/k')} build test --cache-dir ${cache} --summary all --color off --verbose`]);
});

test('tests that Zig answered from its cache are run again, from nothing', async (workspace) => {
  fakeZig(workspace, 1);
  assert.is((await runTests(build(workspace.root))).passed, 1);
  assert.is(readFileSync(join(workspace.root, 'calls'), 'utf8').trim().split('\n').length, 2);
});

test('a Zig of another version is refused before it builds anything', async (workspace) => {
  fakeZig(workspace, 0);
  workspace.write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '0.16' } } }));
  process.env['PATH'] = `${join(workspace.root, '.toolchain/zig-0.17.1')}:${process.env['PATH']}`;
  const message = await runTests(build(workspace.root)).then(() => '', (error: Error) => error.message);
  assert.match(message, /zig is of another version than its pin\n {2}expected: zig 0\.16/);
  assert.not(existsSync(join(workspace.root, 'calls')));
});

test('comments go, strings stay', () => {
  assert.is(stripZigComments('a // b\n"c // d" // e\n\'"\' // f'), 'a \n"c // d" \n\'"\' ');
});

test('the packages behind a package, and the one that a symbol’s file belongs to', ({ root, write }) => {
  write('firmware/k/build.zig.zon', '.{ .dependencies = .{ .hal = .{ .path = "../hal" } } }');
  write('firmware/hal/build.zig.zon', '.{ .dependencies = .{ .k = .{ .path = "../k" } } }');
  for (const file of ['firmware/k/main.zig', 'firmware/k/boot.zig', 'firmware/hal/boot.zig', 'firmware/hal/gic.zig']) write(file, '');
  assert.equal(packageFolders(root, 'firmware/k'), ['firmware/k', 'firmware/hal']);
  const moduleOf = moduleIndex(root, 'firmware/k');
  assert.equal(['main', 'gic', 'boot', 'mem'].map(moduleOf), ['k', 'hal', 'hal or k', 'std']);
});

test.run();
