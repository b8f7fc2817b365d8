// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

interface Figures {
  passed: number;
  failed: number;
  note?: string;
}
interface Target {
  id: string;
  path: string;
}
interface Results {
  resultTargets(root: string, graph: unknown): Target[];
  callsFor(targets: readonly Target[]): { args: string[]; targets: Target[] }[];
  figuresOf(target: Target): Figures;
}
const load = (): Promise<Results> => import(join(__dirname, 'results.mjs'));

const stage = (executor: string, name: string, mutants?: boolean) => ({ executor: `@nexus-forge/nx:${executor}`, options: { outputDirectory: `dist/${name}`, mutants } });
const GRAPH = {
  nodes: {
    kern: { name: 'kern', data: { targets: { test: stage('host-test', 'test'), proof: stage('proof', 'proof'), mutants: stage('proof', 'mutants', true), build: stage('zig-build', 'build') } } },
    page: { name: 'page', data: {} },
  },
};

const test = suite<{ root: string }>('results of a run');
test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'nf-results-'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

function put(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}

test('host tests, proofs and mutants give results, other targets none', async ({ root }) => {
  const { resultTargets } = await load();
  const found = resultTargets(root, GRAPH).map(({ id, path }) => [id, path.slice(root.length + 1)]);
  assert.equal(found, [
    ['kern:test', 'dist/test/results.json'],
    ['kern:proof', 'dist/proof/evidence.json'],
    ['kern:mutants', 'dist/mutants/mutants.json'],
  ]);
});

test('proofs and tests of all projects are asked for, then the mutants of two boards', async ({ root }) => {
  const { resultTargets, callsFor } = await load();
  const board = (name: string) => ({ ...GRAPH.nodes.kern, name });
  const boards = { 'qemu-virt': board('qemu-virt'), 'qemu-virt-gicv3': board('qemu-virt-gicv3'), other: board('other') };
  const graph = { nodes: { ...GRAPH.nodes, ...boards } };
  const calls = callsFor(resultTargets(root, graph));
  assert.equal(calls.map(({ args }) => args.join(' ')), ['-t proof test', '-t mutants -p qemu-virt qemu-virt-gicv3']);
  assert.equal(calls.map(({ targets }) => targets.map(({ id }) => id).join(' ')), [
    'kern:test kern:proof qemu-virt:test qemu-virt:proof qemu-virt-gicv3:test qemu-virt-gicv3:proof other:test other:proof',
    'qemu-virt:mutants qemu-virt-gicv3:mutants',
  ]);
  assert.throws(() => callsFor(resultTargets(root, GRAPH)), /no mutants of qemu-virt and qemu-virt-gicv3/);
});

/** Replaces a file by a copy, too fast for the clock perhaps: a second name keeps its inode from being given to the copy. */
function restore(path: string): void {
  linkSync(path, `${path}.stored`);
  rmSync(path);
  copyFileSync(`${path}.stored`, path);
}

const PASSED = { passed: 2, total: 2 };
const STALE = 'left no result: what stands there is from an earlier run';
const RUNS: [title: string, before: object | undefined, run: (path: string) => void, expected: Figures][] = [
  ['a first result', undefined, (path) => put(path, { passed: 1, total: 3 }), { passed: 1, failed: 2 }],
  ['no result', undefined, () => {}, { passed: 0, failed: 1, note: 'left no result' }],
  ['a result of an earlier run', PASSED, () => {}, { passed: 0, failed: 1, note: STALE }],
  ['one that was touched and linked meanwhile', PASSED, (path) => (utimesSync(path, 1, 1), linkSync(path, `${path}.other`)), { passed: 0, failed: 1, note: STALE }],
  ['a result that the run removed', PASSED, (path) => rmSync(path), { passed: 0, failed: 1, note: 'left no result' }],
  ['a result that was made anew with the same bytes', PASSED, (path) => (put(`${path}.new`, PASSED), renameSync(`${path}.new`, path)), { passed: 2, failed: 0 }],
  ['a result that was restored', PASSED, restore, { passed: 2, failed: 0 }],
  ['an empty result', undefined, (path) => put(path, { passed: 0, total: 0 }), { passed: 0, failed: 1, note: 'ran nothing' }],
];
for (const [title, before, run, expected] of RUNS) {
  test(title, async ({ root }) => {
    const { resultTargets, figuresOf } = await load();
    const path = join(root, 'dist/proof/evidence.json');
    if (before) put(path, before);
    const proof = resultTargets(root, GRAPH).find(({ id }) => id === 'kern:proof') as Target;
    run(path);
    assert.equal(figuresOf(proof), expected);
  });
}

test.run();
