// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { zigPackage } from '../testing/reference-facts';
import { readKbuild, readModule } from './kbuild';
import { readBoard, readCell, readInitramfs, readKernel, readProof } from './manifests';
import { parseReference } from './reference';
import { packageClosure, readZigPackage } from './zig-package';

test('a board, with the name of its file or of its folder', () => {
  const text = 'name: v\ncell: linux-cell/cell.yaml\nfirmware:\n  package: firmware/k\n  builds: { firmware: {}, p: { a: true, b: 3, c: [1] } }\n  budget: { image: 5 }\n';
  const { name, cell, firmware } = readBoard('apps/virt/board.yaml', text);
  assert.equal([name, cell], ['v', 'linux-cell/cell.yaml']);
  assert.equal(firmware, { package: 'firmware/k', stub: undefined, builds: { firmware: {}, p: { a: true, b: 3 } }, budget: { stub: undefined, image: 5 } });
  assert.is(readBoard('apps/virt/board.yaml', '').name, 'virt');
  const { inapplicable } = readBoard('apps/virt/board.yaml', 'inapplicable: { boot: { disk: none }, el2: 3 }\n');
  assert.equal(inapplicable, ['boot', 'el2']);
});

const INITRAMFS: [written: string, artefact: boolean, path: string | undefined][] = [
  ['linux-init:initramfs/initramfs.cpio.gz', true, undefined],
  ['init/initramfs.yaml', false, 'init/initramfs.yaml'],
  ['./init//initramfs.yaml', false, 'init/initramfs.yaml'],
];
for (const [written, artefact, path] of INITRAMFS) {
  test(`the initramfs of a cell: ${written}`, () => {
    const { initramfs, initramfsDescription } = readCell('cell/cell.yaml', `initramfs: ${written}\n`);
    assert.equal([initramfs !== undefined, initramfsDescription], [artefact, path]);
  });
}

const BROKEN = ['name: [', 'a: 1\n b: 2\n', '- 1\n- 2\n', '"', '\t\tx', 'name: &a *a', '42', 'firmware: 7\nartefacts: nonsense\nmodules: 3'];
for (const text of BROKEN) {
  test(`a broken file still has its project: ${JSON.stringify(text)}`, () => {
    assert.is(readBoard('apps/virt/board.yaml', text).root, 'apps/virt');
    assert.is(readCell('cells/c/cell.yaml', text).root, 'cells/c');
    assert.is(readKernel('k/kernel.yaml', text).root, 'k');
    assert.equal(readInitramfs('i/initramfs.yaml', text).modules, []);
    assert.is(readProof('proofs/p.proof.yaml', text).target, 'proof-p');
  });
}

test('a fault in one place leaves what stands before it', () => {
  const { project, target } = readProof('proofs/p.proof.yaml', 'project: rumpk\ntarget: proof-p\nchecks:\n  - { id: 1, "\n');
  assert.equal([project, target], ['rumpk', 'proof-p']);
});

test('a kernel, with its source and the series of it', () => {
  const sourceOf = (text: string) => readKernel('k/kernel.yaml', text).source;
  assert.equal(sourceOf('name: k\n'), { name: 'linux-source', series: undefined });
  assert.equal(sourceOf('source: other\nseries: "6.12"\n'), { name: 'other', series: '6.12' });
});

test('a proof', () => {
  const facts = readProof(
    'proofs/el2.proof.yaml',
    'title: T\nproject: rumpk\ntarget: t\nboards: [virt]\npins: [linux-source]\nartefacts: { f: "virt:firmware/a/b.img", g: nonsense }\nmutants: [1]\nsabotage: { artefacts: { f: "virt:m/b.img" } }\n',
  );
  assert.equal(facts, {
    file: 'proofs/el2.proof.yaml',
    id: 'el2',
    title: 'T',
    project: 'rumpk',
    target: 't',
    boards: ['virt'],
    artefacts: { f: { project: 'virt', target: 'firmware', file: 'a/b.img' } },
    pins: ['linux-source'],
    hasMutants: true,
    sabotage: { f: { project: 'virt', target: 'm', file: 'b.img' } },
  });
});

const REFERENCES: [text: unknown, parts?: [project: string, target: string, file: string]][] = [
  ['a:b/c', ['a', 'b', 'c']],
  ['a:b/c/d', ['a', 'b', 'c/d']],
  ['{board}:b/c', ['{board}', 'b', 'c']],
  ['@acme/fw:build/bin/fw.img', ['@acme/fw', 'build', 'bin/fw.img']],
  ['@a.b-c/d_e.f:g/h:i', ['@a.b-c/d_e.f', 'g', 'h:i']],
  ['@acme:b/c'],
  ['@acme/:b/c'],
  ['@/fw:b/c'],
  ['@acme/fw/more:b/c'],
  ['acme/fw:b/c'],
  ['@@acme/fw:b/c'],
  ['@acme/fw:b'],
  ['a:b'],
  ['a/b'],
  [undefined],
  [3],
];
for (const [text, parts] of REFERENCES) {
  test(`reference ${String(text)}`, () => {
    const [project, target, file] = parts ?? [];
    assert.equal(parseReference(text), parts && { project, target, file });
  });
}

test('a Zig package: dependencies by path, declared options and steps, comments left out', () => {
  const facts = readZigPackage(
    'firmware/k/build.zig',
    'const a = b.option([]const u8, "ion-abi", "x");\n// b.option(bool, "gone", "x")\nconst m = b.option(bool, "mut", "a // b");\nb.step("test", "t");',
    '.{ .dependencies = .{ .el2 = .{ .path = "../el2" }, .@"with-dash" = .{ .path = "sub" }, .net = .{ .url = "x" }, // .no = .{ .path = "../no" }\n } }',
  );
  assert.equal(facts.dependencies, { el2: 'firmware/el2', 'with-dash': 'firmware/k/sub' });
  assert.equal(facts.options, ['ion-abi', 'mut']);
  assert.equal(facts.steps, ['test']);
});

test('a closure ends, whatever depends on what; a folder that is no project is in it, one outside the workspace is not', () => {
  const packages = [
    zigPackage('a', { dependencies: { b: 'firmware/b', gone: 'vendor/gone', outside: '../x' } }),
    zigPackage('b', { dependencies: { a: 'firmware/a' } }),
    zigPackage('c'),
  ];
  assert.equal(packageClosure('firmware/a', packages), ['firmware/a', 'firmware/b', 'vendor/gone']);
});

const KERNELS: [text: string, kernels: string[]][] = [
  ['kernel: linux-image\n', ['linux-image']],
  ['kernel: [b, a, b]\n', ['b', 'a']],
  ['kernel: []\n', []],
  ['kernel: [5, a]\n', ['a']],
  ['', []],
  ['kernel: 5\n', []],
  ['kernel: [\n', []],
];
for (const [text, kernels] of KERNELS) {
  test(`the kernels of ${JSON.stringify(text)}`, () => {
    assert.equal(readModule('m/x', text).kernels, kernels);
    assert.equal(readInitramfs('i/initramfs.yaml', text).kernels, kernels);
  });
}

test('the kernel of a cell', () => {
  assert.is(readCell('c/cell.yaml', 'kernel: linux-image\n').kernel, 'linux-image');
  assert.is(readCell('c/cell.yaml', 'kernel: [a, b]\n').kernel, undefined);
});

const KBUILDS: [text: string, modules: string[], folders: string[]][] = [
  ['obj-m := x.o\n', ['x'], []],
  ['obj-m += x.o\nccflags-y += -I$(src)/../ring -I$(src)\n', ['x'], ['modules/ring', 'modules/x']],
  ['ccflags-y := -I $(src)/../ring/include\nobj-m := x.o', ['x'], ['modules/ring/include']],
  ['# obj-m := x.o\n', [], []],
  ['obj-y += sub/\n', [], []],
  ['obj-m := acme-led.o b.o\nobj-m += c.o sub/\n', ['acme-led', 'b', 'c'], []],
  ['obj-m := a.o \\\n  b.o\n', ['a', 'b'], []],
  ['MODS := a.o b.o\nobj-m := $(MODS)\n', ['a', 'b'], []],
  ['obj-m := x.o\nccflags-y += -I$(src)/../ring/\n', ['x'], ['modules/ring']],
  ['obj-m := x.o\nccflags-y += -I"$(src)/../ring" \'-I$(src)/../tag\'\n', ['x'], ['modules/ring', 'modules/tag']],
  ['obj-m := x.o\nCFLAGS_x.o := -I$(M)/../ring -iquote ${src}/../tag\n', ['x'], ['modules/ring', 'modules/tag']],
  ['obj-m := x.o\nRING = $(src)/../ring\nccflags-y += -I$(RING)/include\n', ['x'], ['modules/ring/include']],
  ['obj-m := x.o\nccflags-y += -I$(abspath $(src)/../ring) -I$(srctree)/include -I/usr/include\n', ['x'], ['modules/ring']],
  ['obj-m := x.o\nccflags-y += -include $(src)/../lib/first.h -imacros $(M)/../tag/m.h\n', ['x'], ['modules/lib', 'modules/tag']],
  ['TYPE := m\nobj-$(TYPE) := x.o\n', ['x'], []],
  ['obj-m := a.o # obj-m := $(N)\n# obj-$(CONFIG_B) := b.o\nobj-y += $(N)\n', ['a'], []],
];
for (const [text, modules, includeFolders] of KBUILDS) {
  test(`Kbuild ${JSON.stringify(text)}`, () => {
    const { line: _, ...found } = readKbuild('modules/x/Kbuild', text);
    assert.equal(found, { modules, unclear: [], includeFolders });
  });
}

const UNCLEAR: [text: string, unclear: [line: number, text: string][], modules?: string[]][] = [
  ['obj-$(CONFIG_NET) += x.o\n', [[1, 'obj-$(CONFIG_NET) += x.o']]],
  ['obj-$(CONFIG_NET) += sub/\n', []],
  ['N := a b\nobj-m := $(patsubst %,%.o,$(N))\n', [[2, 'obj-m := $(patsubst %,%.o,$(N))']]],
  ['N := a b\n\nobj-m := $(addsuffix .o,$(N))\n', [[3, 'obj-m := $(addsuffix .o,$(N))']]],
  ['N := a\nobj-m := $(N:=.o)\n', [[2, 'obj-m := $(N:=.o)']]],
  ['obj-m := $(wildcard *.o)\n', [[1, 'obj-m := $(wildcard *.o)']]],
  ['obj-m := sub/x.o\n', [[1, 'obj-m := sub/x.o']]],
  ['obj-m := x\n', [[1, 'obj-m := x']]],
  ['obj-m := $(UNKNOWN) a.o\n', [[1, 'obj-m := $(UNKNOWN) a.o']], ['a']],
  ['# more \\\n  text\nobj-m := a.o \\\n  b.o\nobj-${CONFIG_C} \\\n  += c.o\n', [[5, 'obj-${CONFIG_C} += c.o']], ['a', 'b']],
  ['A = $(B)\nB = $(A)\nobj-m := $(A) x.o\n', [[3, 'obj-m := $(A) x.o']], ['x']],
];
for (const [text, unclear, modules = []] of UNCLEAR) {
  test(`Kbuild with names that only make knows: ${JSON.stringify(text)}`, () => {
    const facts = readKbuild('modules/x/Kbuild', text);
    assert.equal([facts.unclear, facts.modules], [unclear.map(([line, text]) => ({ line, text })), modules]);
  });
}

const PATHS: [written: string, path: string][] = [
  ['linux-cell/cell.yaml', 'linux-cell/cell.yaml'],
  ['./linux-cell/cell.yaml', 'linux-cell/cell.yaml'],
  ['linux-cell//x/../cell.yaml', 'linux-cell/cell.yaml'],
  ['docs/bindings/', 'docs/bindings'],
];
for (const [written, path] of PATHS) {
  test(`the path ${written}, wherever a file names it`, () => {
    assert.is(readBoard('apps/v/board.yaml', `cell: ${written}\n`).cell, path);
    assert.is(readBoard('apps/v/board.yaml', `bindings: { documents: ${written} }\n`).bindingDocuments, path);
    assert.is(readBoard('apps/v/board.yaml', `firmware: { package: ${written}, builds: {} }\n`).firmware?.package, path);
    assert.equal(readBoard('apps/v/board.yaml', `fragments: { cell: [${written}] }\n`).fragments, [`apps/v/${path}`]);
    assert.equal(readKernel('k/kernel.yaml', `fragments: [../${written}]\n`).fragments, [path]);
    assert.equal(readInitramfs('i/initramfs.yaml', `init: { sources: [../${written}] }\nfiles: [{ path: /x, source: ${written} }]\n`).members, [`i/${path}`]);
    assert.equal(readZigPackage('firmware/k/build.zig', '', `.{ .dependencies = .{ .a = .{ .path = "../${written}" } } }`).dependencies, { a: `firmware/${path}` });
  });
}

test.run();
