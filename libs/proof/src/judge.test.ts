// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ConsoleSplitter, PIECE_BYTES_MAX } from './console/splitter';
import { judge } from './judge';
import type { Condition } from './spec/types';
import { judgeConditions, runOf, specOf, type FakeRun } from './testing';
import { Transcript } from './transcript';

interface Case {
  title: string;
  conditions: Condition[];
  run: FakeRun;
  facts?: Record<string, string>;
  passed: boolean;
  /** Part of the evidence of the first condition. */
  evidence?: string;
}

const STAGED = '@rumpk stage.image addr=0x48000000 size=5175304 sha256=ab';
const CASES: Case[] = [
  { title: 'a line that is there', conditions: [{ line: '^b$' }], run: { lines: ['a', 'b'] }, passed: true, evidence: 'b' },
  { title: 'a line that is not', conditions: [{ line: '^c$' }], run: { lines: ['a', 'b'] }, passed: false, evidence: 'no such line' },
  {
    title: 'groups of a line are compared with facts',
    conditions: [{ line: '^size (?<size>\\d+)$', fields: { size: '$image_size' } }],
    run: { lines: ['size 12'] },
    facts: { image_size: '0xc' },
    passed: true,
  },
  {
    title: 'groups of a line that differ',
    conditions: [{ line: '^size (?<size>\\d+)$', fields: { size: 13 } }],
    run: { lines: ['size 12'] },
    passed: false,
    evidence: 'size 12',
  },
  {
    title: 'a record whose fields fit, with a captured value used by another condition',
    conditions: [
      { record: 'rumpk eret.attempt', fields: { elr: '$addr' } },
      { record: 'rumpk stage.image', fields: { size: 5175304 }, capture: { addr: 'addr' } },
    ],
    run: { lines: [STAGED, '@rumpk eret.attempt elr=0x48000000'] },
    passed: true,
  },
  { title: 'a record without the field', conditions: [{ record: 'rumpk stage.image', fields: { magic: 1 } }], run: { lines: [STAGED] }, passed: false },
  { title: 'a record that is missing', conditions: [{ record: 'rumpk stage.dtb' }], run: { lines: [STAGED] }, passed: false, evidence: 'no such record' },
  {
    title: 'a record is chosen by a field',
    conditions: [{ record: 'init module', where: { name: 'nexus_net' }, fields: { result: 'ok' } }],
    run: { lines: ['@init module name=nexus_blk result=EPROTO', '@init module name=nexus_net result=ok'] },
    passed: true,
  },
  {
    title: 'a later record that contradicts an earlier one does not hide behind it',
    conditions: [{ record: 'rumpk stage2.excluded', fields: { result: 'unreachable' } }],
    run: { lines: ['@rumpk stage2.excluded result=unreachable', '@rumpk stage2.excluded result=reachable'] },
    passed: false,
    evidence: '@rumpk stage2.excluded result=reachable',
  },
  { title: 'a forbidden line is absent', conditions: [{ never: 'halt' }], run: { lines: ['a', 'END'] }, passed: true, evidence: 'absent from lines 1 to 2' },
  { title: 'a forbidden line is there', conditions: [{ never: 'halt' }], run: { lines: ['halt', 'END'] }, passed: false, evidence: 'halt' },
  { title: 'a forbidden line after the end marker', conditions: [{ never: 'halt' }], run: { lines: ['END', 'halt'] }, passed: false },
  { title: 'absence is not shown by a run that did not end', conditions: [{ never: 'halt' }], run: { lines: ['a'] }, passed: false, evidence: 'nothing is shown' },
  { title: 'a forbidden line before its interval', conditions: [{ never: 'halt', from: '^start$' }], run: { lines: ['halt', 'start', 'END'] }, passed: true },
  { title: 'a forbidden line after its interval', conditions: [{ never: 'halt', until: '^eret$' }], run: { lines: ['eret', 'halt', 'END'] }, passed: true },
  { title: 'an interval that never began', conditions: [{ never: 'halt', from: '^start$' }], run: { lines: ['END'] }, passed: false, evidence: 'began the interval' },
  { title: 'an interval that was never closed', conditions: [{ never: 'halt', until: '^eret$' }], run: { lines: ['END'] }, passed: false, evidence: 'did not close' },
  { title: 'absence is not shown by a log that lost lines', conditions: [{ never: 'halt' }], run: { lines: ['a', '** 9 printk messages dropped **', 'END'] }, passed: false, evidence: 'lines are missing, says line 2' },
  { title: 'absence is not shown by a log that lost one line', conditions: [{ never: 'halt' }], run: { lines: ['[    1.5] ** 1 printk message dropped **', 'END'] }, passed: false, evidence: 'lines are missing' },
  { title: 'absence is not shown by a log that was held back', conditions: [{ never: 'halt' }], run: { lines: ['net_ratelimit: 12 callbacks suppressed', 'END'] }, passed: false, evidence: 'lines are missing' },
  { title: 'lines lost before the interval', conditions: [{ never: 'halt', from: '^start$' }], run: { lines: ['** 9 printk messages dropped **', 'start', 'END'] }, passed: true },
  { title: 'lines lost after the interval', conditions: [{ never: 'halt', until: '^eret$' }], run: { lines: ['eret', '** 9 printk messages dropped **', 'END'] }, passed: true },
  {
    title: 'a comparison of two captures',
    conditions: [{ line: 'a=(?<a>\\d+) b=(?<b>\\d+)' }, { compare: '$a * 2', equals: '$b' }],
    run: { lines: ['a=4 b=8'] },
    passed: true,
  },
  { title: 'a comparison with a value that was never seen', conditions: [{ compare: '$a', equals: 4 }], run: {}, passed: false, evidence: '$a was not seen' },
  {
    title: 'an event with its data',
    conditions: [{ event: 'SHUTDOWN', data: { guest: true } }],
    run: { events: [{ event: 'SHUTDOWN', data: { guest: true, reason: 'guest-shutdown' } }] },
    passed: true,
  },
  {
    title: 'an event with other data',
    conditions: [{ event: 'SHUTDOWN', data: { guest: true } }],
    run: { events: [{ event: 'SHUTDOWN', data: { guest: false } }] },
    passed: false,
  },
];
for (const { title, conditions, run, facts, passed, evidence } of CASES) {
  test(title, () => {
    const check = judgeConditions(conditions, run, facts).checks[0];
    assert.is(check?.passed, passed);
    if (evidence) assert.match(check?.conditions[0]?.evidence ?? '', evidence);
  });
}

const ordered = specOf([
  { id: 'first', title: 'First', expect: [{ line: '^one$' }] },
  { id: 'second', title: 'Second', expect: [{ line: '^two$', after: 'first' }] },
]);
const verdicts = (lines: string[]) => judge(ordered, runOf({ lines }), new Map()).checks.map(({ passed }) => passed);

test('order: a line must come after the line of another check', () => {
  assert.equal(verdicts(['one', 'two', 'END']), [true, true]);
  assert.equal(verdicts(['two', 'one', 'END']), [true, false]);
  assert.equal(verdicts(['two', 'one', 'two', 'END']), [true, true]);
  assert.equal(verdicts(['two', 'END']), [false, true]);
});

test('a missing line shows the lines that come nearest', () => {
  const [check] = judgeConditions([{ line: 'network bridge ready on nx0' }], { lines: ['noise', 'network bridge refused', 'input bridge ready', 'END'] }).checks;
  assert.equal(check?.conditions[0]?.near?.map(({ number }) => number), [2, 3]);
});

const RUNS: [title: string, run: FakeRun, fault: RegExp][] = [
  ['without its end marker', { lines: ['a'] }, /end marker .* was not seen/],
  ['that was cut short', { lines: ['a', 'END'], ended: 'no output' }, /ended by no output/],
  ['that the guest reset', { lines: ['a', 'END'], ended: 'reset' }, /ended by reset/],
  ['that lost lines, of which one might be forbidden', { lines: ['a', '** 2 printk messages dropped **', 'END'] }, /line 2 says that lines are missing: any of them may be forbidden/],
  ['with a forbidden line', { lines: ['a', 'Kernel panic - not syncing', 'END'] }, /line 2 is forbidden: Kernel panic/],
];
for (const [title, run, fault] of RUNS) {
  test(`no success although every check passed: a run ${title}`, () => {
    const spec = specOf([{ id: 'a', title: 'A', expect: [{ line: '^a$' }] }], { forbidden: ['Kernel panic'] });
    const judgement = judge(spec, runOf(run), new Map());
    assert.equal([judgement.passed, judgement.total, judgement.success], [1, 1, false]);
    assert.match(judgement.faults.join('\n'), fault);
  });
}

test('a good run is a success, with the versions that the guest stated', () => {
  const spec = specOf([{ id: 'a', title: 'A', expect: [{ line: '^Linux' }] }], { versions: { linux: '^Linux version (\\S+)', none: '^x (y)' } });
  const judgement = judge(spec, runOf({ lines: ['Linux version 6.1.192-nexus #1', 'END'] }), new Map());
  assert.is(judgement.success, true);
  assert.equal(judgement.versions, { linux: '6.1.192-nexus' });
});

const TRAP = '@rumpk trap esr=0x1';
/** What a guest, or a fault, may send so that a trap is not at the beginning of a line. */
const HIDES: [title: string, line: string][] = [
  ['a zero byte', `\u0000${TRAP}`],
  ['a bell in the middle', '@rumpk \u0007trap esr=0x1'],
  ['a carriage return', `hello\r${TRAP}`],
  ['a carriage return that overwrites it', `${TRAP}\rall is well, all is well`],
  ['backspaces', `xx\b\b${TRAP}`],
  ['an erased line', `${TRAP}\u001b[2K\rwell`],
  ['a colour', `\u001b[31m${TRAP}`],
  ['hidden text', `\u001b[8m${TRAP}\u001b[0m`],
  ['a moved cursor', `\u001b[5C${TRAP}`],
  ['a title', `\u001b]0;${TRAP}\u0007well`],
  ['an 8-bit control', `\u009b1m${TRAP}`],
  ['a byte that is no text', `\udcff${TRAP}`],
  ['a mark without width', `\u200b${TRAP}`],
  ['a variation selector', '@rumpk\ufe0f trap esr=0x1'],
  ['a filler', '@rum\u3164pk trap esr=0x1'],
  ['two spaces', '@rumpk  trap esr=0x1'],
  ['a space that does not break', '@rumpk\u00a0trap esr=0x1'],
  ['a wide space', '@rumpk trap\u3000esr=0x1'],
  ['a cursor that steps over blanks', '@rumpk\u001b[3Ctrap esr=0x1'],
  ['the middle of a line, with wide spaces', 'random: crng @rumpk\u3000trap\u3000esr=0x1'],
  ['an escape inside', '@rumpk\u001b[0m trap esr=0x1'],
  ['the time stamp', `[    0.000000] ${TRAP}`],
  ['the time stamp and the caller', `[    0.000000][    T0] ${TRAP}`],
  ['the caller alone', `[    C0] ${TRAP}`],
  ['the level', `<6>${TRAP}`],
  ['level, stamp and caller', `<6>[   12.345678][  T123] ${TRAP}`],
  ['a prefix twice', `[    0.000000] [    0.000000] ${TRAP}`],
  ['the middle of a line', `random: crng ${TRAP}`],
];
const never: Condition = { never: '^@rumpk trap ' };
for (const [title, line] of HIDES) {
  test(`a forbidden line does not hide behind ${title}`, () => {
    const run = runOf({ lines: ['first', line, 'END'] });
    const judgement = judge(specOf([{ id: 'only', title: 'Only', expect: [never] }], { forbidden: ['^@rumpk trap '] }), run, new Map());
    assert.is(judgement.checks[0]?.passed, false);
    assert.match(judgement.faults.join(), /line 2 is forbidden/);
    const said = [...judgement.faults, judgement.checks[0]?.conditions[0]?.evidence].join();
    assert.not.match(said, /[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
}

test('what nobody can read does not speak for a claim', () => {
  const conditions: Condition[] = [{ line: '^ready$' }, { record: 'rumpk idle' }];
  const lines = ['ready\rnever mind', '@rumpk idle\rnever mind at all', '\u001b]0;ready\u0007', 'END'];
  const [check] = judgeConditions(conditions, { lines }).checks;
  assert.equal(check?.conditions.map(({ met }) => met), [false, false]);
});

test('a record that was overwritten contradicts one that was not', () => {
  const [check] = judgeConditions([{ record: 'rumpk state', fields: { ok: 'yes' } }], { lines: ['@rumpk state ok=yes', '@rumpk state ok=no\rwell, well, well, well', 'END'] }).checks;
  assert.is(check?.passed, false);
  assert.match(check?.conditions[0]?.evidence ?? '', 'ok=no<0d>well');
});

test('a line of 2 MB is cut in pieces, and nothing hides at a cut', () => {
  const transcript = new Transcript();
  const splitter = new ConsoleSplitter((piece) => transcript.add(piece));
  const started = performance.now();
  splitter.push(Buffer.from(`${'x'.repeat(PIECE_BYTES_MAX - 5)}forbidden${'x'.repeat(PIECE_BYTES_MAX - 4)}ready${'x'.repeat(2_000_000)}\nEND\n`));
  assert.ok(performance.now() - started < 2000);
  assert.is(transcript.findSent(/forbidden/)?.number, 2);
  assert.is(transcript.find(/^ready|ready$/), undefined);
  assert.is(transcript.find(/^END$/)?.number, transcript.lines.length);
});

test.run();
