// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

type Verdict = { verdict: string; by?: string };
type Row = { id: string; part: string; does: string; outcome: string; judged: Record<string, Verdict>; seconds: number };
/** The tool is plain JavaScript modules. */
const load = async () => ({ ...(await import('./table.mjs' as string)), ...(await import('./score.mjs' as string)), ...(await import('./tree.mjs' as string)), ...(await import('./verdicts.mjs' as string)) });

const row = (id: string, outcome: string, judged: Record<string, string>, part = 'el2'): Row => ({
  id, part, does: 'something wrong', outcome, judged: Object.fromEntries(Object.entries(judged).map(([name, verdict]) => [name, { verdict }])), seconds: 1,
});

test('an edit must fit exactly once, and change something', async () => {
  const { editFault, edited } = await load();
  assert.is(editFault({ from: 'a', to: 'b' }, 'cat'), undefined);
  assert.match(editFault({ from: 'a', to: 'b' }, 'catatonic'), /stands 2 times/);
  assert.match(editFault({ from: 'x', to: 'b' }, 'cat'), /stands 0 times/);
  assert.match(editFault({ from: 'a', to: 'a' }, 'cat'), /the same/);
  // What stands for itself is no pattern, neither in what is sought nor in what is put there.
  assert.is(edited({ from: 'f(x)', to: '$& $1' }, 'y = f(x);'), 'y = $& $1;');
});

test('rows are chosen by part or id; an unknown word is named', async () => {
  const { chosen } = await load();
  const rows = [{ id: 'a', part: 'el2' }, { id: 'b', part: 'rings' }, { id: 'c', part: 'rings' }];
  assert.equal(chosen(rows).length, 3);
  assert.equal(chosen(rows, ['rings']).map(({ id }: { id: string }) => id), ['b', 'c']);
  assert.equal(chosen(rows, ['a', 'c']).map(({ id }: { id: string }) => id), ['a', 'c']);
  assert.throws(() => chosen(rows, ['ring']), /--only=ring: no such part or id; expected an id, or one of el2, rings/);
});

test('every named judge must notice; what cannot be built shows nothing', async () => {
  const { outcomeOf } = await load();
  const said = (...verdicts: string[]) => Object.fromEntries(verdicts.map((verdict, index) => [`zig:${index}`, { verdict }]));
  assert.is(outcomeOf({}, said('noticed', 'noticed')), 'killed');
  assert.is(outcomeOf({}, said('noticed', 'passed')), 'survived');
  assert.is(outcomeOf({}, said('noticed', 'broken')), 'broken');
  assert.is(outcomeOf({ beyond: 'the core has no such bit' }, said('passed')), 'beyond');
  assert.is(outcomeOf({ beyond: 'the core has no such bit' }, said('noticed')), 'not beyond');
});

test('the score counts what counts, and the matrix says who noticed', async () => {
  const { isGood, scoreOf, summary } = await load();
  const results = [
    row('a', 'killed', { 'proof:el2-staged-eret/smoke': 'noticed', 'zig:el2': 'noticed' }),
    row('b', 'survived', { 'zig:el2': 'passed' }),
    row('c', 'beyond', { 'zig:el2': 'passed' }),
    row('d', 'killed', { 'zig:ion': 'noticed' }, 'rings'),
  ];
  assert.equal(scoreOf(results), { killed: 2, total: 3, beyond: 1 });
  assert.not(isGood(results));
  assert.ok(isGood(results.filter(({ id }) => id !== 'b')));
  const lines: string[] = summary(results);
  assert.match(lines[1] as string, /^el2 +1\/2 +1 +1$/);
  assert.match(lines[2] as string, /^rings +1\/1 +1$/);
  assert.is(lines[lines.length - 1], '=== Mutations: 2/3 killed, and 1 beyond what this machine can show ===');
});

test('an edit is taken back whatever happens', async () => {
  const { withEdit } = await load();
  const folder = mkdtempSync(join(tmpdir(), 'nf-mutate-'));
  try {
    writeFileSync(join(folder, 'x.zig'), 'right');
    const failing = withEdit(folder, 'x.zig', () => 'wrong', async () => {
      assert.is(readFileSync(join(folder, 'x.zig'), 'utf8'), 'wrong');
      throw new Error('interrupted');
    });
    assert.match(await failing.then(() => '', (error: Error) => error.message), /interrupted/);
    assert.is(readFileSync(join(folder, 'x.zig'), 'utf8'), 'right');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const FAILURES: [output: string, name: string | undefined][] = [
  ["error: 'a.test.it holds' failed: expected 1, found 2", 'a.test.it holds'],
  ["error: 'a.test.the vendor's UID' failed:\n", "a.test.the vendor's UID"],
  ["error: 'a.test.x' terminated with signal ABRT", 'a.test.x'],
  ['3/4 a.test.dots...FAIL (Wrong)', 'a.test.dots'],
  ['error: unable to write: NoSpaceLeft', undefined],
];
for (const [output, name] of FAILURES) {
  test(`a run that fails with ${JSON.stringify(output)} was noticed by ${name ?? 'nobody'}`, async () => {
    const { firstFailure, noticedBy } = await load();
    assert.is(firstFailure(output), name);
    assert.is(noticedBy(name, output).verdict, name === undefined ? 'broken' : 'noticed');
  });
}

test('a compiler that refuses says where', async () => {
  const { refusal } = await load();
  assert.is(refusal('vcpu.zig:9:4: error: reached unreachable code'), 'reached unreachable code');
  assert.is(refusal('ld.lld: error: undefined symbol: f'), 'undefined symbol: f');
  assert.is(refusal('error: NoSpaceLeft'), undefined);
});

test("the workspace's own tables fit its sources", async () => {
  const { loadTables } = await load();
  const rows = loadTables(join(__dirname, '..', '..'));
  assert.ok(rows.length > 80);
});

test.run();
