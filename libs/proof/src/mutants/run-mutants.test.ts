// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TEST_MACHINE, bareGuest, withFolder } from '../../../qemu/src/testing';
import { judge } from '../judge';
import type { Mutant, ProofSpec } from '../spec/types';
import { killedBy } from '../spec/validate';
import { runOf, specOf } from '../testing';
import { mutantLines, mutantsBanner } from './report';
import { compareKills, runMutants, type MutantResult, type MutantRun } from './run-mutants';

const SPEC = specOf(['a', 'b', 'c', 'd'].map((id) => ({ id, title: id, expect: [{ line: `^${id}$` }] })));
const mutant = (kills: Mutant['kills'], id = 'm'): Mutant => ({ id, does: 'something', kills });
/** What a run comes to that says these lines. */
function mutantRun(lines: string[]): MutantRun {
  const run = runOf({ lines });
  return { judgement: judge(SPEC, run, new Map()), transcript: run.transcript };
}
const result = (kills: Mutant['kills'], lines: string[], id?: string): MutantResult =>
  compareKills(mutant(kills, id), SPEC, mutantRun([...lines, 'END']));

test('a run of checks, single checks, or all', () => {
  assert.equal(killedBy(mutant(['b..c', 'a']), SPEC.checks), ['b', 'c', 'a']);
  assert.equal(killedBy(mutant('all'), SPEC.checks), ['a', 'b', 'c', 'd']);
});

const VERDICTS: [title: string, got: MutantResult, passed: boolean, survived: string[], collateral: string[]][] = [
  ['exactly what it must kill', result(['b', 'd'], ['a', 'c']), true, [], []],
  ['too little', result(['b', 'd'], ['a', 'b', 'c']), false, ['b'], []],
  ['too much', result(['b'], ['c', 'd']), false, [], ['a']],
  ['nothing at all', result(['b'], ['a', 'b', 'c', 'd']), false, ['b'], []],
  ['an honest control run', result([], ['a', 'b', 'c', 'd'], 'control'), true, [], []],
  ['a control run with a failing check', result([], ['a', 'b', 'c'], 'control'), false, [], ['d']],
];
for (const [title, got, passed, survived, collateral] of VERDICTS) {
  test(`a mutant that kills ${title}`, () => assert.equal([got.passed, got.survived, got.collateral], [passed, survived, collateral]));
}

test('a mutant may kill only the run as a whole, but no run may count as a success', () => {
  assert.is(compareKills(mutant([]), SPEC, mutantRun(['a', 'b', 'c', 'd'])).passed, true);
  assert.equal([result([], ['a', 'b', 'c', 'd']).undetected, result([], ['a', 'b', 'c', 'd']).passed], [true, false]);
});

test('a refusal by another name than it must have is none', () => {
  const refused = (name: string) => compareKills({ ...mutant(['b']), says: ['^halt reason=bad_plan$'] }, SPEC, mutantRun(['a', 'c', 'd', `halt reason=${name}`]));
  assert.equal([refused('bad_plan').passed, refused('bad_plan').unsaid], [true, []]);
  assert.equal([refused('defect').passed, refused('defect').unsaid], [false, ['^halt reason=bad_plan$']]);
  assert.match(mutantLines(refused('defect')).join('\n'), /no line matches \/\^halt reason=bad_plan\$\//);
});

test('the lines say what went otherwise', () => {
  const text = [result(['b'], ['c', 'd']), result(['b'], ['a', 'b', 'c', 'd'])].flatMap((one) => mutantLines(one)).join('\n');
  assert.match(text, /FAIL {2}m +killed b\n +a failed and had to pass/);
  assert.match(text, /b had to fail and passed\n +the run as a whole counted as a success/);
  assert.is(mutantsBanner(SPEC, [result(['b'], ['a', 'c', 'd']), result(['b'], [])]), '=== sample mutants: 1/2 ===');
});

test('a mutant that the spec does not have is refused', async () => {
  const options = { spec: SPEC, machine: TEST_MACHINE, artefacts: {}, sabotageArtefacts: {}, qemu: '', deviceTreeTools: { fdtget: '', fdtput: '' }, workspaceRoot: '/', parallel: 1 };
  const text = await runMutants({ ...options, only: ['nobody'] }).then(() => '', (error: Error) => error.message);
  assert.match(text, /the proof sample has no mutant nobody/);
});

test('mutants are booted: control, sabotage variant, rewritten artefact, changed machine', () =>
  withFolder(async (workspaceRoot) => {
    writeFileSync(join(workspaceRoot, 'guest.bin'), bareGuest('one\ntwo\nEND\n'));
    writeFileSync(join(workspaceRoot, 'sabotaged.bin'), bareGuest('one\nEND\n'));
    const spec: ProofSpec = specOf(
      [
        { id: 'one', title: 'one', expect: [{ line: '^one$' }] },
        { id: 'two', title: 'two', expect: [{ line: '^two$' }] },
        { id: 'el2', title: 'el2', expect: [{ register: 'CPSR', at: 'entry', mask: 0xf, equals: 9 }] },
      ],
      {
        artefacts: { guest: 'guest:build/guest.bin' },
        machine: { kernel: 'guest' },
        limits: { silence_s: 1 },
        moments: { entry: 0x40080000 },
        sabotage: { artefacts: { guest: 'guest:sabotaged/guest.bin' }, append: 'mutant={name}' },
        mutants: [
          { id: 'silent', does: 'says less', sabotage: 'silent', kills: ['two'] },
          { id: 'renamed', does: 'says another thing', rewrite: { artefact: 'guest', find: 'one', replace: 'One' }, kills: ['one'] },
          { id: 'no-el2', does: 'has no EL2', machine: { options: { virtualization: 'off' } }, kills: ['el2'] },
        ],
      },
    );
    const results = await runMutants({
      spec,
      machine: TEST_MACHINE,
      artefacts: { guest: 'guest.bin' },
      sabotageArtefacts: { guest: 'sabotaged.bin' },
      qemu: 'qemu-system-aarch64',
      deviceTreeTools: { fdtget: 'fdtget', fdtput: 'fdtput' },
      workspaceRoot,
      parallel: 2,
    });
    // The sabotage variant is not honest even without a sabotage: the control run tells.
    assert.equal(results.map(({ id, passed, collateral }) => [id, passed, collateral]), [
      ['control', false, ['two']],
      ['silent', true, []],
      ['renamed', true, []],
      ['no-el2', true, []],
    ]);
  }));

test.run();
