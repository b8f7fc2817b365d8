// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadProof, parseProof } from './load';

const GOOD = `proof: sample
title: Sample
claim: It works.
component: Sample
project: rumpk
target: proof-sample
boards: [qemu-virt]
artefacts: { image: 'linux-image:image/Image' }
machine: { kernel: image }
end: { marker: '^END$' }
facts: { image_size: { size: image } }
checks:
  - id: staged
    title: staged
    expect:
      - record: rumpk stage.image
        fields: { size: $image_size }
        capture: { addr: addr }
      - { memory: $addr, at: end, u32: 1 }
mutants:
  - { id: flip, does: flips a bit, rewrite: { artefact: image, offset: 0, xor: 1 }, kills: [staged] }
does_not_show: [anything else]
rumpk_image: 0x40200000
`;
const parse = (text: string) => parseProof(text, 'proofs/sample.proof.yaml');
const faultOf = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('a good proof is read', () => assert.is(parse(GOOD).checks.length, 1));

for (const file of readdirSync(join(__dirname, '../../../../proofs')).filter((name) => name.endsWith('.proof.yaml'))) {
  test(`${file} is good`, () => assert.ok(loadProof(join(__dirname, '../../../../proofs', file)).checks.length > 0));
}

test('the example of docs/write-a-proof.md is good', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/write-a-proof.md'), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  assert.is(parseProof(example, 'proofs/hello.proof.yaml').proof, 'hello');
});

const CHECK = `  - { id: other, title: other, expect: [%] }\nmutants:`;
const MUTANT = `  - { id: other, does: kills other, rewrite: { artefact: image, offset: 1, xor: 1 }, kills: [other] }\ndoes_not_show`;
/** The good proof with one more condition, in a check of its own that a mutant names. */
const withCondition = (condition: string) => GOOD.replace('mutants:', () => CHECK.replace('%', () => condition)).replace('does_not_show', MUTANT);

const FAULTS: [title: string, text: string, expected: RegExp][] = [
  ['an unknown key', GOOD.replace('title: Sample', 'titel: Sample'), /^proofs\/sample\.proof\.yaml:\d+:\d+: .*(titel|title)/],
  ['an unknown key of a condition', withCondition("{ line: 'x', filds: { a: 1 } }"), /:20:\d+: unknown key checks\.1\.expect\.0\.filds/],
  ['a key of another kind of condition', withCondition("{ line: 'x', at: end }"), /unknown key checks\.1\.expect\.0\.at/],
  ['a condition of no kind', withCondition('{ lien: x }'), /:20:\d+: the condition has no kind\n.*line, record, never/],
  ['a check id that stands twice', GOOD.replace('mutants:', "  - { id: staged, title: again, expect: [{ line: 'x' }] }\nmutants:"), /:20:7: the check id staged stands twice/],
  ['a mutant id that stands twice', GOOD.replace('does_not_show', '  - { id: flip, does: again, swap: { image: null }, kills: [staged] }\ndoes_not_show'), /the mutant id flip stands twice/],
  ['a bad pattern', withCondition("{ line: '(' }"), /:20:\d+: Invalid regular expression/],
  ['a pattern that the empty line satisfies', withCondition("{ line: 'x*' }"), /:20:\d+: the pattern \/x\*\/ matches the empty line: nothing could fail it/],
  ['an end marker that the empty line satisfies', GOOD.replace("'^END$'", "'E?'"), /:10:\d+: the pattern \/E\?\/ matches the empty line/],
  ['a check that no mutant names', GOOD.replace('mutants:', "  - { id: lonely, title: lonely, expect: [{ line: 'x' }] }\nmutants:"), /:20:7: nothing is known to fail the check lonely: no mutant names it/],
  ['a check that only a mutant of everything names', GOOD.replace('kills: [staged]', 'kills: all'), /no mutant names it/],
  ['a proof without mutants', GOOD.replace(/mutants:\n.*\n/, ''), /no mutant names it/],
  ['an unknown fact', GOOD.replace('size: $image_size', 'size: $image_sise'), /:17:\d+: unknown fact or capture \$image_sise\n.*addr, image_size/],
  ['a name that is taken', GOOD.replace('{ addr: addr }', '{ image_size: addr }').replace('$addr', '1'), /the name image_size is already taken/],
  ['an unknown moment', GOOD.replace('at: end', 'at: entry'), /:19:\d+: unknown moment entry\n.*end/],
  ['an unknown artefact of the machine', GOOD.replace('kernel: image', 'kernel: imgae'), /:9:\d+: unknown artefact imgae/],
  ['an unknown artefact of a fact', GOOD.replace('{ size: image }', '{ size: imgae }'), /:11:\d+: unknown artefact imgae/],
  ['a fact of no kind', GOOD.replace('{ size: image }', '{ offset: 4 }'), /:11:\d+: the fact has no kind/],
  ['memory without a reading', withCondition('{ memory: 1, at: end }'), /nothing could fail this condition: it reads nothing/],
  ['a digest of no byte', withCondition("{ memory: 1, at: end, sha256: 'aa' }"), /nothing could fail this condition: it has no size/],
  ['a record of Rumpk that a guest could print', GOOD.replace('rumpk_image: 0x40200000\n', ''), /:16:\d+: the claim is by what Rumpk says, and a guest could say it as well\n.*rumpk_image/],
  ['an end that a guest could print', GOOD.replace('rumpk_image: 0x40200000\n', '').replace("'^END$'", "'^@rumpk end'"), /:10:\d+: the claim is by what Rumpk says/],
  ['a bundle where nobody else is said to run', GOOD.replace('0x40200000', 'none').replace('kernel: image', 'kernel: image, initrd: image'), /:9:\d+: the machine brings what may be a guest/],
  ['members where nobody else is said to run', GOOD.replace('0x40200000', 'none').replace('kernel: image', 'kernel: image, members: { Image: image }'), /the machine brings what may be a guest/],
  ["a mutant's bundle where nobody else is said to run", GOOD.replace('0x40200000', 'none').replace('kills: [staged]', 'machine: { initrd: image }, kills: [staged]'), /:21:\d+: the machine brings what may be a guest/],
  ['memory under an empty mask', withCondition("{ memory: 1, at: end, u64: { mask: '0x0', equals: 0 } }"), /nothing could fail this condition: its mask is 0/],
  ['a register under an empty mask', withCondition('{ register: PC, at: end, mask: 0, equals: 0 }'), /nothing could fail this condition: its mask is 0/],
  ['a register of which nothing is asked', withCondition('{ register: PC, at: end }'), /nothing could fail this condition: it asks nothing/],
  ['an empty range', withCondition('{ stage2_excludes: [{ base: 1, size: 0 }], at: end }'), /one of its ranges is empty/],
  ['a grant of everything', withCondition("{ stage2_grants: [{ base: 0, size: '0x1000000000000' }], at: end }"), /its ranges are all of the address space/],
  ['a grant of everything, in two halves', withCondition("{ stage2_grants: [{ base: 0x80000000, size: '0x1000000000000' }, { base: 0, size: 0x80000000 }], at: end }"), /its ranges are all of the address space/],
  ['every address for all there is', withCondition("{ stage2_only: [{ ipa: 0, size: '0x1000000000000' }], at: end }"), /its ranges are all of the address space/],
  ['a comparison of constants', withCondition('{ compare: 1, equals: 1 }'), /it compares constants/],
  ['a comparison of a value with itself', withCondition('{ compare: $addr, equals: $addr }'), /compares a value with itself/],
  ['an order after a check that is not there', withCondition("{ line: 'x', after: nothing }"), /no other check is called nothing/],
  ['a drive that is not there', withCondition('{ disk: hd, u32: 1 }'), /the machine has no drive hd/],
  ['a trace that is not kept', withCondition('{ trace: [{ instruction: eret }] }'), /the machine keeps no trace/],
  [
    'a moment that is counted by a trace that is not kept',
    GOOD.replace('checks:', 'moments:\n  again: { address: 0x1000, every: { exception: { from: 1, to: 2 } } }\nchecks:'),
    /the machine keeps no trace/,
  ],
  ['members of no initrd', GOOD.replace('kernel: image', 'kernel: image, members: { Image: image }'), /there is no initrd that could have members/],
  ['registers of which one is not asked for', withCondition('{ registers: { X0: 0, X1: { mask: 0, equals: 0 } }, at: end }'), /its mask is 0/],
  [
    'an instruction where only exceptions are traced',
    withCondition('{ trace: [{ instruction: eret }] }').replace('kernel: image', 'kernel: image, trace: {}'),
    /the trace has no instructions\n.*machine\.trace\.instructions/,
  ],
  ['a mutant that kills a check that is not there', GOOD.replace('kills: [staged]', 'kills: [staged, stagde]'), /:21:\d+: no check is called stagde/],
  ['a mutant that changes nothing', GOOD.replace('rewrite: { artefact: image, offset: 0, xor: 1 }, ', ''), /the mutant changes nothing/],
  ['a rewrite that changes nothing', GOOD.replace(', offset: 0, xor: 1', ''), /the rewrite changes nothing/],
  [
    'a rewrite by a name that no file gives',
    GOOD.replace('offset: 0, xor: 1', 'cells: { find: $carve_out.base, replace: 0 }'),
    /:21:\d+: no file of described_by gives the value \$carve_out\.base/,
  ],
  ['a swap of an artefact that is not there', GOOD.replace('rewrite: { artefact: image, offset: 0, xor: 1 }', 'swap: { imgae: null }'), /unknown artefact imgae/],
  ['a replacement of another length', GOOD.replace('offset: 0, xor: 1', "find: ab, replace: abc"), /as long as what it replaces/],
  ['a sabotage without artefacts for it', GOOD.replace('rewrite: { artefact: image, offset: 0, xor: 1 }', 'sabotage: flip'), /names no artefacts that can be sabotaged/],
  ['another name than the file', GOOD.replace('proof: sample', 'proof: simple'), /^proofs\/sample\.proof\.yaml:1:1: the proof is called simple in a file called sample/],
  ['a value that no file gives', withCondition('{ memory: $ion.pa, at: end, u32: 1 }'), /:20:\d+: no file of described_by gives the value \$ion\.pa\n.*described_by\.cell: .*ion\.pa/],
  ['a value with a wrong name', withCondition('{ memory: $ring.block.where, at: end, u32: 1 }').replace('\nfacts:', '\ndescribed_by: { ion: image }\nfacts:'), /gives the value \$ring\.block\.where/],
  ['a value in place of a list', withCondition('{ stage2_maps: [$ion.pa], at: end }').replace('\nfacts:', '\ndescribed_by: { cell: image }\nfacts:'), /gives the list \$ion\.pa\n.*cell\.devices/],
  ['a list in place of a value', withCondition('{ memory: $cell.devices, at: end, u32: 1 }').replace('\nfacts:', '\ndescribed_by: { cell: image }\nfacts:'), /gives the value \$cell\.devices/],
  ['a condition for boards that no file describes', withCondition("{ line: 'x', when: { gic.revision: 2 } }").replace('\nfacts:', '\ndescribed_by: { board: image }\nfacts:'), /gives the value \$gic\.revision\n.*gic\.compatible/],
  ['an unknown artefact that describes', GOOD.replace('\nfacts:', '\ndescribed_by: { board: imgae }\nfacts:'), /:11:\d+: unknown artefact imgae/],
  ['a moment by what the firmware says', GOOD.replace('checks:', 'moments: { there: $addr }\nchecks:'), /:12:\d+: unknown fact or capture \$addr/],
  ["Rumpk's image by what nobody says", GOOD.replace('0x40200000', '$rumpk.image'), /no file of described_by gives the value \$rumpk\.image/],
  ['several faults at once', GOOD.replace('kernel: image', 'kernel: imgae').replace('at: end', 'at: entry'), /and 1 more:\n  \| proofs\/sample\.proof\.yaml:9:/],
];
for (const [title, text, expected] of FAULTS) {
  test(`refused: ${title}`, () => assert.match(faultOf(text), expected));
}

const DESCRIBED = GOOD.replace('\nfacts:', '\ndescribed_by: { board: image, cell: image, ion: image }\nfacts:');
/** Steps of a log, and why it can have none of them; undefined where it can. */
const STEPS: [step: string, why: RegExp | undefined][] = [
  ["exception: { name: 'Dta Abort', from: 1, to: 2 }", /Dta Abort/],
  ["exception: { name: Data Abort, from: 1, to: 2 }", undefined],
  ["exception: { name: SVC, from: 0, to: 1 }", undefined],
  ['exception: { from: 1, to: 0 }', /no exception goes from EL1 to EL0/],
  ['exception: { from: 0, to: 0 }', /no exception goes from EL0 to EL0/],
  ['exception: { from: 2, to: 1 }', /no exception goes from EL2 to EL1/],
  ['exception: { from: 2, to: 2 }', undefined],
  ['return: { from: 1, to: 2 }', /no return goes from EL1 to EL2/],
  ['return: { from: 0, to: 0 }', /no return goes from EL0 to EL0/],
  ['return: { from: 2, to: 2 }', undefined],
];
for (const [step, why] of STEPS) {
  test(`${why ? 'refused' : 'accepted'}: a log with no ${step}`, () => {
    const found = faultOf(withCondition(`{ trace_never: { ${step} } }`).replace('kernel: image', 'kernel: image, trace: {}'));
    if (why) assert.match(found, why);
    else assert.is(found, '');
  });
}

const ACCEPTED: [title: string, text: string][] = [
  ['values that the files give', DESCRIBED.replace('0x40200000', '$rumpk.image').replace('$addr, at: end', '$ion.pa + $ring.in.producer, at: end')],
  ['a list among ranges', DESCRIBED.replace('{ memory: $addr, at: end, u32: 1 }', '{ stage2_grants: [{ base: 1, size: 1 }, $cell.devices], at: end }')],
  ['mutants of one id, each for other boards', DESCRIBED.replace('id: flip,', 'id: flip, when: { gic.compatible: a },').replace('does_not_show', '  - { id: flip, when: { gic.compatible: b }, does: x, swap: { image: null }, kills: [staged] }\ndoes_not_show')],
];
for (const [title, text] of ACCEPTED) test(`accepted: ${title}`, () => assert.is(faultOf(text), ''));

/** Readings and registers, and why nothing could fail what is asked of them; undefined where something could. */
const NUMBERS: [condition: string, why: RegExp | undefined][] = [
  ['memory: 1, at: end, u32: { at_least: 0 }', /u32: every value of 32 bits meets it/],
  ['memory: 1, at: end, u32: { at_least: 1 }', undefined],
  ['memory: 1, at: end, u32be: { not: 0x1ffffffff }', /u32be: every value of 32 bits meets it/],
  ['memory: 1, at: end, u64: { not: 0x1ffffffff }', undefined],
  ["memory: 1, at: end, u8: { not: 'text' }", /every value of 8 bits/],
  ['memory: 1, at: end, u8: { at_most: 255 }', /every value of 8 bits/],
  ['memory: 1, at: end, u8: { at_most: 254 }', undefined],
  ['memory: 1, at: end, u16: { at_least: 0, at_most: 0xffff }', /every value of 16 bits/],
  ['memory: 1, at: end, u16: { at_least: 0, at_most: 0xfffe }', undefined],
  ['memory: 1, at: end, u32: { mask: 0xff00, not: 1 }', /u32: every value of 32 bits under mask 0xff00 meets it/],
  ['memory: 1, at: end, u32: { mask: 0xff00, not: 0x100 }', undefined],
  ['memory: 1, at: end, u32: { mask: 0xff00, at_most: 0xff00 }', /under mask 0xff00/],
  ['memory: 1, at: end, u32: { mask: 0xff00000000, equals: 0 }', /under mask 0xff00000000/],
  ['memory: 1, at: end, u64: { mask: 0xff00000000, equals: 0 }', undefined],
  ['memory: 1, at: end, u32: { mask: $image_size, not: 0x1ffffffff }', undefined],
  ['memory: 1, at: end, u32: { at_least: $addr }', undefined],
  ["memory: 1, at: end, u32: { at_least: 0, matches: '^0x[0-9]' }", undefined],
  ['memory: 1, at: end, u32: 5, u8: { at_least: 0 }', /u8: every value/],
  ["memory: 1, at: end, u32: { matches: '0x' }", /u32: every value of 32 bits meets it/],
  ["memory: 1, at: end, u32: { matches: '^0x[0-9a-f]+$' }", /u32: every value of 32 bits/],
  ["memory: 1, at: end, u32: { matches: '0x', at_most: 7 }", undefined],
  ["memory: 1, at: end, u32: { matches: '0x', mask: 0xff, at_most: 0xff }", /u32: every value of 32 bits under mask 0xff meets it/],
  ["memory: 1, at: end, u32: { matches: '^0x[0-7]' }", undefined],
  ["memory: 1, at: end, u8: { matches: '^0x.{1,2}$' }", /u8: every value of 8 bits/],
  ["memory: 1, at: end, u8: { matches: '^0x.$' }", undefined],
  ["memory: 1, at: end, size: 4, sha256: { matches: '^[0-9a-f]{64}$' }", /sha256: every digest meets it/],
  ["memory: 1, at: end, size: 4, sha512: { matches: '[0-9a-f]' }", /sha512: every digest meets it/],
  ["memory: 1, at: end, size: 4, sha256: { matches: '^ab' }", undefined],
  ["register: PC, at: end, matches: '^0x'", /every value of 64 bits/],
  ['register: PC, at: end, at_least: 0', /every value of 64 bits meets it/],
  ["register: PC, at: end, at_most: '0xffffffffffffffff'", /every value of 64 bits/],
  ['register: PC, at: end, at_most: 0xffffffff', undefined],
  ['registers: { X0: 0, X1: { at_least: 0 } }, at: end', /every value of 64 bits/],
];
for (const [condition, why] of NUMBERS) {
  test(`${why ? 'refused' : 'accepted'}: ${condition}`, () => {
    const found = faultOf(withCondition(`{ ${condition} }`));
    if (why) assert.match(found, new RegExp(`nothing could fail this condition: .*${why.source}`));
    else assert.is(found, '');
  });
}

test.run();
