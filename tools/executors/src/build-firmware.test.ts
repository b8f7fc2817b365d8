// SPDX-License-Identifier: Apache-2.0
// zig-build and el2-stub from options to outputs, with a `zig` that installs ELF files assembled here and the real
// binutils to examine them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import el2Stub from './executors/el2-stub/executor';
import zigBuild from './executors/zig-build/executor';

interface Workspace {
  root: string;
  context: ExecutorContext;
  /** What the executor has printed. */
  printed(): string;
  /** Assembles and links `source`; the fake Zig installs it, and its flat image, under these names. */
  product(image: string, elf: string, source: string, ...args: string[]): void;
}

/** Header of an arm64 Image: code, text_offset, image_size, flags, reserved, magic (booting.rst, section 4). */
const IMAGE = `b 1f\nnop\n.quad 0\n.quad 0x10000\n.quad 0xa\n.quad 0, 0, 0\n.ascii "ARM\\x64"\n.word 0\n1: ret`;

const test = suite<Workspace>('firmware executors');
const { log, error } = console;
const { PATH } = process.env;

test.before.each((context) => {
  const root = mkdtempSync(join(tmpdir(), 'nf-firmware-'));
  const lines: string[] = [];
  console.log = console.error = (line: string) => void lines.push(line);
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  write('workspace.json', JSON.stringify({ toolchain: { zig: { version: '0.17.1' }, binutils: { series: ['2.40', '2.41', '2.42', '2.43', '2.44'].map((version) => ({ version })) } } }));
  write('firmware/k/build.zig', '');
  write('firmware/k/main.zig', '');
  write(
    '.toolchain/zig-0.17.1/zig',
    `#!/bin/sh
[ "$1" = version ] && echo 0.17.1 && exit 0
# Asked to compile the build script alone: it leaves nothing.
case "$*" in *-Dnexus-forge-compile-only*) exit 1 ;; esac
echo "$PWD" "$@" "ZIG_GLOBAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR" "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" >>"${root}/calls"
[ -e "${root}/fails" ] && echo "main.zig:1:1: error: no" >&2 && exit 1
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/bin" && cp "${root}"/product/* "$2/bin/"
`,
    0o755,
  );
  context.root = root;
  context.context = { root, cwd: root, isVerbose: false, projectName: 'virt', targetName: 'firmware' } as ExecutorContext;
  context.printed = () => lines.join('\n');
  context.product = (image, elf, source, ...args) => {
    mkdirSync(join(root, 'product'), { recursive: true });
    write('image.S', `.global _start\n_start:\n${source}\n`);
    const path = join(root, 'product', elf);
    execFileSync('aarch64-linux-gnu-gcc', ['-nostdlib', '-static', '-Wl,--build-id=none', '-Wl,-Ttext=0x40200000', ...args, '-o', path, join(root, 'image.S')]);
    execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', path, join(root, 'product', image)]);
  };
});
test.after.each(({ root }) => {
  Object.assign(console, { log, error });
  process.env['PATH'] = PATH;
  rmSync(root, { recursive: true, force: true });
});

const OPTIONS = { package: 'firmware/k', image: 'k.img', elf: 'k.elf', outputDirectory: 'dist/virt/firmware' };

test('the exact command, and the three outputs', async ({ root, context, product, printed }) => {
  product('k.img', 'k.elf', IMAGE);
  const { success } = await zigBuild({ ...OPTIONS, defines: { arch: 'aarch64', 'board-dtb': '../../dist/b.dtb' }, budget: 4096 }, context);
  assert.ok(success, printed());
  const call = readFileSync(join(root, 'calls'), 'utf8').trim();
  const cache = join(root, '.nexus-forge/state/zig/virt-firmware');
  const prefix = /--prefix (\S+)/.exec(call)?.[1] ?? '';
  assert.is(
    call,
    `${join(root, 'firmware/k')} build -Darch=aarch64 -Dboard-dtb=../../dist/b.dtb --prefix ${prefix} --cache-dir ${cache} --summary all --color off ` +
      `ZIG_GLOBAL_CACHE_DIR=${process.env['ZIG_GLOBAL_CACHE_DIR'] ?? join(root, '.toolchain/zig-cache')} SOURCE_DATE_EPOCH=1704067200`,
  );
  assert.not(existsSync(prefix), 'the folder that Zig installed into is gone');
  assert.equal(readdirSync(join(root, 'dist/virt/firmware')).sort(), ['k.elf', 'k.img', 'size.json']);
  const size = JSON.parse(readFileSync(join(root, 'dist/virt/firmware/size.json'), 'utf8'));
  assert.equal([size.image, size.budget], [68, 4096]);
  assert.match(printed(), /k\.img: 68 bytes, 2 % of its budget/);
});

const REFUSED: [title: string, source: string, args: string[], options: object, expected: RegExp][] = [
  ['an image without the arm64 magic', 'ret\n.space 80', [], {}, /k\.img is not an arm64 Image[\s\S]*ARM\\x64/],
  ['image_size smaller than the file', IMAGE.replace('0x10000', '8'), [], {}, /image_size of at least the file's 68 bytes[\s\S]*8/],
  ['FP registers', `${IMAGE}\nfmov d0, x0`, [], {}, /k\.elf is not what it should be[\s\S]*FP or SIMD/],
  ['writable code', `${IMAGE}\n.data\n.quad 1`, ['-Wl,-N'], {}, /writable and executable/],
  ['more than the budget', IMAGE, [], { budget: 64 }, /larger than its budget[\s\S]*at most 64 bytes[\s\S]*68 bytes/],
  ['a product under another name', IMAGE, [], { image: 'other.img' }, /did not install bin\/other\.img/],
];
for (const [title, source, args, options, expected] of REFUSED) {
  test(`${title}: refused, the old outputs stay`, async ({ root, context, product, printed }) => {
    const out = join(root, OPTIONS.outputDirectory);
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'k.img'), 'old');
    product('k.img', 'k.elf', source, ...args);
    assert.not((await zigBuild({ ...OPTIONS, ...options }, context)).success);
    assert.match(printed(), expected);
    assert.not.match(printed(), /\n +at /, 'no stack for a fault of the input');
    assert.is(readFileSync(join(out, 'k.img'), 'utf8'), 'old');
    assert.equal(readdirSync(dirname(out)), ['firmware']);
  });
}

test('the path of the checkout in the bytes is refused', async ({ root, context, product, printed }) => {
  product('k.img', 'k.elf', `${IMAGE}\n.section .rodata\n.ascii "${root}"`);
  assert.not((await zigBuild(OPTIONS, context)).success);
  assert.match(printed(), /k\.img contains the path of this checkout/);
});

test('a compile error is shown as Zig says it', async ({ root, context, printed }) => {
  writeFileSync(join(root, 'fails'), '');
  assert.not((await zigBuild(OPTIONS, context)).success);
  assert.match(printed(), /zig ended with status 1[\s\S]*main\.zig:1:1: error: no/);
  assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
});

test('missing binutils fail this task, and name their package', async ({ context, product, printed }) => {
  product('k.img', 'k.elf', IMAGE);
  process.env['PATH'] = '/nonexistent';
  const { root } = context;
  // The fake Zig needs a shell with its own PATH.
  writeFileSync(join(root, '.toolchain/zig-0.17.1/zig'), `#!/bin/sh\nPATH=/usr/bin:/bin\n${readFileSync(join(root, '.toolchain/zig-0.17.1/zig'), 'utf8')}`);
  assert.not((await zigBuild(OPTIONS, context)).success);
  assert.match(printed(), /aarch64-linux-gnu-readelf is missing[\s\S]*apt-get install binutils-aarch64-linux-gnu/);
});

const STUB = { package: 'firmware/k', outputDirectory: 'dist/virt/el2-stub' };

test('a stub of one segment', async ({ root, context, product, printed }) => {
  product('el2-stub.bin', 'el2-stub.elf', 'ret\n.quad 1', '-Wl,-n');
  assert.ok((await el2Stub(STUB, context)).success, printed());
  assert.equal(readdirSync(join(root, STUB.outputDirectory)).sort(), ['el2-stub.bin', 'el2-stub.elf', 'size.json']);
});

test('a kernel that builds its stub itself has both among its outputs', async ({ root, context, product, printed }) => {
  product('k.img', 'k.elf', IMAGE);
  product('el2-stub.bin', 'el2-stub.elf', 'ret\n.quad 1', '-Wl,-n');
  assert.ok((await zigBuild({ ...OPTIONS, stub: {} }, context)).success, printed());
  const folder = join(root, OPTIONS.outputDirectory);
  assert.equal(readdirSync(folder).sort(), ['el2-stub.bin', 'el2-stub.elf', 'k.elf', 'k.img', 'size.json']);
  assert.is(JSON.parse(readFileSync(join(folder, 'size.json'), 'utf8')).image, 68, "the kernel's size, not the stub's");
});

test('a kernel that is to build its stub, and installs none, is refused', async ({ root, context, product, printed }) => {
  product('k.img', 'k.elf', IMAGE);
  assert.not((await zigBuild({ ...OPTIONS, stub: {} }, context)).success);
  assert.match(printed(), /did not install bin\/el2-stub\.bin/);
  assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
});

const STUB_REFUSED: [title: string, source: string, expected: RegExp][] = [
  ['data of its own', 'ret\n.data\n.quad 1', /a writable segment/],
  ['zeroed data', 'ret\n.bss\n.space 8', /writable data: section \.bss/],
  ['more than 8 KiB', 'ret\n.space 8192', /larger than its budget[\s\S]*at most 8192 bytes/],
];
for (const [title, source, expected] of STUB_REFUSED) {
  test(`a stub with ${title} is refused`, async ({ root, context, product, printed }) => {
    product('el2-stub.bin', 'el2-stub.elf', source, '-Wl,-n');
    assert.not((await el2Stub(STUB, context)).success);
    assert.match(printed(), expected);
    assert.not(existsSync(join(root, STUB.outputDirectory)));
  });

  test(`a stub with ${title} inside a kernel is refused, and the kernel with it`, async ({ root, context, product, printed }) => {
    product('k.img', 'k.elf', IMAGE);
    product('el2-stub.bin', 'el2-stub.elf', source, '-Wl,-n');
    assert.not((await zigBuild({ ...OPTIONS, stub: {} }, context)).success);
    assert.match(printed(), expected);
    assert.not(existsSync(join(root, OPTIONS.outputDirectory)));
  });
}

test.run();
