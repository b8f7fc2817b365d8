// SPDX-License-Identifier: Apache-2.0
// The rules are tried on real ELF files: assembled and linked here, listed by the pinned binutils.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listElf, refuseFindings } from './examine';
import { findings, KERNEL_RULES, noFloatingPoint, STUB_RULES } from './findings';
import { parseSections, parseSegments } from './parse';

const ROOT = join(__dirname, '..', '..', '..');
const test = suite<{ folder: string; link(source: string, ...args: string[]): string }>('ELF rules');
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'nf-elf-'));
  context.link = (source, ...args) => {
    const output = join(context.folder, 'image.elf');
    writeFileSync(join(context.folder, 'image.S'), `.global _start\n_start:\n${source}\n`);
    execFileSync('aarch64-linux-gnu-gcc', ['-nostdlib', '-static', '-Wl,--build-id=none', ...args, '-o', output, join(context.folder, 'image.S')], { stdio: 'pipe' });
    return output;
  };
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const CASES: [title: string, source: string, args: string[], kernel: RegExp | undefined, stub: RegExp | undefined][] = [
  ['plain code', 'nop', [], undefined, undefined],
  ['code and constants', 'ret\n.section .rodata\n.quad 1', [], undefined, undefined],
  ['data', 'ret\n.data\n.quad 1', [], undefined, /a writable segment of 8 bytes[\s\S]*section \.data, 8 bytes/],
  ['zeroed data', 'ret\n.bss\n.space 16', [], undefined, /section \.bss, \d+ bytes/],
  ['pages that are writable and executable', 'ret\n.data\n.quad 1', ['-Wl,-N'], /is writable and executable \(RWE\)/, /RWE/],
  ['an undefined symbol', 'bl missing', ['-r'], /undefined symbol missing/, /missing/],
  ['a weak undefined symbol', '.weak maybe\nbl maybe', ['-r'], /undefined symbol maybe/, /maybe/],
  ['relocations that are left', 'bl missing', ['-r'], /1 relocations are left in \.rela\.text/, /relocations/],
  ['no segment', 'nop', ['-r'], /no loadable segment/, /no loadable/],
  ['an FP register', 'fmov d3, x0', [], /FP or SIMD register: .*fmov d3, x0/, /fmov/],
  ['a SIMD register', 'mov v1.16b, v2.16b', [], /v1\.16b/, /v1/],
  ['a pair of SIMD registers', 'ldp q0, q31, [x0]', [], /ldp q0, q31/, /q31/],
  ['the FP status', 'mrs x0, fpsr', [], /fpsr/, /fpsr/],
  ['addresses and system registers that look like one', 'mrs x0, s3_1_c15_c2_1\nmov x1, #0xd3\nb _start\ndc civac, x0\nadr x2, d30\nd30: ret', [], undefined, undefined],
];
for (const [title, source, args, kernel, stub] of CASES) {
  test(title, async ({ link }) => {
    const listing = await listElf(ROOT, link(source, ...args));
    for (const [rules, expected] of [[KERNEL_RULES, kernel], [STUB_RULES, stub]] as const) {
      const found = findings(listing, rules).join('\n');
      if (expected) assert.match(found, expected);
      else assert.is(found, '');
    }
  });
}

// Read as code, the constant is `fcmla v0.8h, v1.8h, v0.8h, #90`.
const CONSTANT = 'adr x0, 1f\nret\n1: .word 0x6e40cc20';
const STRIPPED: [title: string, source: string, strip: string[], found: RegExp | undefined][] = [
  ['a constant among code', CONSTANT, [], undefined],
  ['the same without debugging information', CONSTANT, ['--strip-debug'], undefined],
  ['the same without any symbol', CONSTANT, ['--strip-all'], /^its symbols are missing .* 1 words are .*, or data\nto do: keep the symbols/],
  ['the same without local symbols', CONSTANT, ['--discard-all'], /^its symbols are missing/],
  ['an FP register without any symbol', 'fmov d3, x0', ['--strip-all'], /^its symbols are missing/],
  ['no word that could be one, without any symbol', 'nop', ['--strip-all'], undefined],
];
for (const [title, source, strip, found] of STRIPPED) {
  test(`stripped: ${title}`, async ({ link }) => {
    const path = link(source);
    if (strip.length > 0) execFileSync('aarch64-linux-gnu-strip', [...strip, path]);
    const said = noFloatingPoint(await listElf(ROOT, path)).join('\n');
    if (found) assert.match(said, found);
    else assert.is(said, '');
    assert.not.match(said, /fcmla/);
  });
}

test('a file of another machine', async () => {
  const listing = await listElf(ROOT, process.execPath).catch(() => undefined);
  // The host's binutils cannot be asked for a foreign disassembly: either way it is refused.
  if (listing && process.arch !== 'arm64') assert.match(findings(listing, KERNEL_RULES).join('\n'), /expected an AArch64 ELF64 file/);
});

test('of many faults the first are shown and the rest counted', async ({ link }) => {
  const listing = await listElf(ROOT, link('fmov d0, x0\n'.repeat(9)));
  const lines = noFloatingPoint(listing);
  assert.is(lines.length, 6);
  assert.is(lines[5], '… and 4 more');
});

test('segments and sections with their sizes', async ({ link }) => {
  const listing = await listElf(ROOT, link('ret\nnop\n.data\n.quad 1\n.bss\n.balign 8\n.space 32'));
  assert.equal(parseSegments(listing.segments).map(({ flags, fileSize, memorySize }) => [flags, fileSize > 0, memorySize >= fileSize]), [['RE', true, true], ['RW', true, true]]);
  assert.equal(parseSections(listing.sections).filter(({ name }) => ['.data', '.bss'].includes(name)).map(({ name, type, size, flags }) => [name, type, size, flags]), [
    ['.data', 'PROGBITS', 8, 'WA'],
    ['.bss', 'NOBITS', 32, 'WA'],
  ]);
});

test('all findings stand in one error', () => {
  assert.throws(() => refuseFindings('k.elf', ['a', 'b']), /k\.elf is not what it should be\n {2}\| a\n {2}\| b/);
  assert.not.throws(() => refuseFindings('k.elf', []));
});

test.run();
