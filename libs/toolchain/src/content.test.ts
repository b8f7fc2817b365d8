// SPDX-License-Identifier: Apache-2.0
// What identifies a tool, with a package database and tools in a folder of their own.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentOf, contentOfProgram, filesOfContent } from './content';
import { identityOf } from './identity';
import { counts, PackageDatabase } from './packages';
import { ToolState } from './state';

interface Machine {
  root: string;
  write(path: string, text: string, mode?: number): string;
  /** Enters a package with the files named, which it makes. */
  install(name: string, files: readonly string[], fields?: string): void;
  state(): ToolState;
  identity(program: string, name?: string): string;
}

const test = suite<Machine>('content of tools');
test.before.each((machine) => {
  machine.root = realpathSync(mkdtempSync(join(tmpdir(), 'nf-content-')));
  machine.write = (path, text, mode = 0o644) => {
    const file = join(machine.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    return file;
  };
  const status: string[] = [];
  machine.install = (name, files, fields = '') => {
    status.push(`Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\n${fields}`);
    const paths = files.map((file) => machine.write(file, `${file} of ${name}`, 0o755));
    machine.write('dpkg/status', `${status.map((paragraph) => paragraph.trimEnd()).join('\n\n')}\n`);
    machine.write(`dpkg/info/${name}.list`, `${[machine.root, ...paths].join('\n')}\n`);
  };
  machine.state = () => new ToolState(machine.root, new PackageDatabase(join(machine.root, 'dpkg')));
  machine.identity = (program, name = 'make') => {
    const state = machine.state();
    const identity = identityOf(join(machine.root, program), name, { series: [{ version: '1' }], command: program.split('/').pop()! }, state);
    state.save();
    return identity;
  };
  machine.write('dpkg/status', '');
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

/** Replaces content in place, with the same size and the old time. */
function overwrite(file: string): void {
  const { atime, mtime, ctimeMs } = statSync(file);
  do {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^./, '#'));
    utimesSync(file, atime, mtime);
  } while (statSync(file).ctimeMs <= ctimeMs);
}

const GCC = 'Depends: cpp (= 12), libc6 (>= 2.36) | libc6-alternative\n';
const MACHINE_OF_PACKAGES = ({ install }: Machine): void => {
  install('libc6', ['usr/lib/libc.so.6', 'usr/share/doc/libc6/copyright']);
  install('cpp', ['usr/lib/gcc/12/cc1'], 'Pre-Depends: libc6\n');
  install('gcc', ['usr/bin/gcc'], GCC);
  install('unrelated', ['usr/bin/unrelated']);
  install('libc6-dev', ['usr/include/stdio.h']);
  install('linux-libc-dev', ['usr/include/linux/types.h']);
};

const CHANGES: [title: string, file: string, tool: string, changes: boolean][] = [
  ['the program', 'usr/bin/gcc', 'make', true],
  ['the compiler that it calls', 'usr/lib/gcc/12/cc1', 'make', true],
  ['a library of a package further on', 'usr/lib/libc.so.6', 'make', true],
  ['a package that nothing of it needs', 'usr/bin/unrelated', 'make', false],
  ['a document', 'usr/share/doc/libc6/copyright', 'make', false],
  ['headers that only the catalogue adds', 'usr/include/stdio.h', 'host-gcc', true],
  ['the same for a tool to which it does not', 'usr/include/stdio.h', 'make', false],
];
for (const [title, file, tool, changes] of CHANGES) {
  test(`a packaged tool ${changes ? 'changes' : 'stays'} with ${title}, overwritten in place`, (machine) => {
    MACHINE_OF_PACKAGES(machine);
    const before = machine.identity('usr/bin/gcc', tool);
    assert.is(machine.identity('usr/bin/gcc', tool), before);
    overwrite(join(machine.root, file));
    assert.is(machine.identity('usr/bin/gcc', tool) !== before, changes);
  });
}

test('settings of the machine, documents and languages do not count, but everything else does', () => {
  const out = ['/etc/perl/Net/libnet.cfg', '/var/lib/x', '/usr/share/doc/x/y', '/usr/share/man/man1/gcc.1.gz', '/usr/share/locale/de/x.mo'];
  const within = ['/usr/bin/gcc', '/usr/lib/x/etc/y', '/usr/include/stdio.h', '/usr/share/bison/x.m4', '/usr/share/perl/5.36/x.pm'];
  assert.equal([...out, ...within].filter(counts), within);
});

test('a file of a package that goes, and comes back, is seen', (machine) => {
  MACHINE_OF_PACKAGES(machine);
  const before = machine.identity('usr/bin/gcc');
  const file = join(machine.root, 'usr/lib/gcc/12/cc1');
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  assert.is.not(machine.identity('usr/bin/gcc'), before);
  writeFileSync(file, text);
  assert.is(machine.identity('usr/bin/gcc'), before, 'content decides, not the time');
});

test('another version of a package brings other files, and other dependencies', (machine) => {
  MACHINE_OF_PACKAGES(machine);
  const before = machine.identity('usr/bin/gcc');
  machine.install('gcc', ['usr/bin/gcc', 'usr/lib/gcc/12/lto'], GCC);
  const longer = machine.identity('usr/bin/gcc');
  assert.is.not(longer, before);
  machine.install('gcc', ['usr/bin/gcc', 'usr/lib/gcc/12/lto'], `${GCC.trim()}, unrelated\n`);
  assert.is.not(machine.identity('usr/bin/gcc'), longer);
});

test('of alternatives and virtual packages those count that are installed', (machine) => {
  machine.install('mawk', ['usr/bin/mawk'], 'Provides: awk-program\n');
  machine.install('tool', ['usr/bin/tool'], 'Depends: gawk | awk-program, absent:any\n');
  const state = machine.state();
  assert.equal(state.closureOf(['tool', 'nowhere']), ['mawk', 'tool']);
});

test('a removed package whose settings stayed is not installed', (machine) => {
  machine.install('gone', [], '');
  machine.write('dpkg/status', 'Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\n');
  assert.equal(machine.state().closureOf(['gone']), []);
});

test('a link is told by what it leads to: an alternative belongs to the package of the program', (machine) => {
  MACHINE_OF_PACKAGES(machine);
  mkdirSync(join(machine.root, 'alternatives'));
  symlinkSync(join(machine.root, 'usr/bin/gcc'), join(machine.root, 'alternatives/cc'));
  const before = machine.identity('alternatives/cc');
  overwrite(join(machine.root, 'usr/lib/gcc/12/cc1'));
  assert.is.not(machine.identity('alternatives/cc'), before);
});

test('a script that no package brought changes with the package of its interpreter', (machine) => {
  machine.install('python3', ['usr/bin/python3', 'usr/lib/python3/re.py']);
  machine.write('local/check', `#!${machine.root}/usr/bin/python3 -I\nimport re\n`, 0o755);
  const before = machine.identity('local/check');
  overwrite(join(machine.root, 'usr/lib/python3/re.py'));
  assert.is.not(machine.identity('local/check'), before);
});

test('what no package brought changes with the folders that the catalogue knows beside it', (machine) => {
  machine.write('opt/bin/bison', 'bison', 0o755);
  const data = machine.write('opt/share/bison/skeletons/yacc.c', 'yacc');
  const before = machine.identity('opt/bin/bison', 'bison');
  overwrite(data);
  const other = machine.identity('opt/bin/bison', 'bison');
  assert.is.not(other, before);
  machine.write('opt/share/bison/more.m4', '');
  assert.is.not(machine.identity('opt/bin/bison', 'bison'), other);
});

test('what bootstrap unpacked is its whole folder, wherever the workspace is; what Python compiles is no part of it', (machine) => {
  for (const place of ['a', 'b']) {
    machine.write(`${place}/.toolchain/schema-1/check`, 'x', 0o755);
    machine.write(`${place}/.toolchain/schema-1/package/core.py`, 'x');
  }
  const before = machine.identity('a/.toolchain/schema-1/check');
  assert.is(machine.identity('b/.toolchain/schema-1/check'), before);
  machine.write('a/.toolchain/schema-1/package/__pycache__/core.cpython-311.pyc', 'x');
  assert.is(machine.identity('a/.toolchain/schema-1/check'), before);
  overwrite(join(machine.root, 'a/.toolchain/schema-1/package/core.py'));
  assert.is.not(machine.identity('a/.toolchain/schema-1/check'), before);
});

test("Zig's library: a file is seen when it is overwritten; in its C libraries, when it is made, removed or replaced", (machine) => {
  machine.write('.toolchain/zig-1/zig', 'x', 0o755);
  const standard = machine.write('.toolchain/zig-1/lib/std/std.zig', 'x');
  const libc = machine.write('.toolchain/zig-1/lib/libc/musl/puts.c', 'x');
  const identities = [machine.identity('.toolchain/zig-1/zig', 'zig')];
  const changed = (what: string): void => {
    const identity = machine.identity('.toolchain/zig-1/zig', 'zig');
    assert.not(identities.includes(identity), what);
    identities.push(identity);
  };
  overwrite(standard);
  changed('overwritten');
  rmSync(libc);
  changed('removed');
  machine.write('.toolchain/zig-1/lib/libc/musl/puts.c', 'y');
  changed('made with another content');
});

test('plugins that a program loads from a folder belong to it', (machine) => {
  machine.install('llvm', ['usr/lib/llvm/LLVMgold.so']);
  machine.write('usr/lib/plugins/notes.txt', '');
  symlinkSync('../llvm/LLVMgold.so', join(machine.root, 'usr/lib/plugins/LLVMgold.so'));
  const program = machine.write('opt/ld', 'x', 0o755);
  const state = machine.state();
  const content = contentOfProgram(program, [program], { plugins: [join(machine.root, 'usr/lib/plugins/*.so')] }, state);
  assert.equal(content.packages, ['llvm']);
  assert.ok(filesOfContent(content, state).includes(join(machine.root, 'usr/lib/llvm/LLVMgold.so')));
});

test('a file pin is its file and nothing else, by its own digest', (machine) => {
  machine.install('linux-source', ['usr/src/linux.tar']);
  const file = join(machine.root, 'usr/src/linux.tar');
  const pin = { series: [{ version: '6.1', file }] };
  const content = contentOf(file, 'linux-source', pin, machine.state());
  assert.equal(content, { files: [file], packages: [], folders: [] });
  assert.is(identityOf(file, 'linux-source', pin, machine.state()).split(' ')[1], machine.state().digestOf(file));
});

test('a machine without packages identifies by program and siblings alone', (machine) => {
  rmSync(join(machine.root, 'dpkg'), { recursive: true });
  const program = machine.write('bin/tool', 'x', 0o755);
  assert.equal(contentOf(program, 'tool', undefined, machine.state()), { files: [program], packages: [], folders: [] });
});

test('a memory of another format is no fault', (machine) => {
  MACHINE_OF_PACKAGES(machine);
  const before = machine.identity('usr/bin/gcc');
  machine.write('.nexus-forge/toolchain.json', '{"files":{},"versions":{},"folders":{"x":{}}}');
  assert.is(machine.identity('usr/bin/gcc'), before);
});

test.run();
