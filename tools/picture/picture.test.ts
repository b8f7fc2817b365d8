// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Layout {
  levelsOf(dependencies: Record<string, string[]>): Record<string, number>;
  arrowsOf(dependencies: Record<string, string[]>): string[][];
  columnsOf(dependencies: Record<string, string[]>): (string | { from: string; to: string })[][];
}
const layout = import('./layout.mjs' as string) as Promise<Layout>;
const drawing = import('./draw.mjs' as string) as Promise<{
  draw(tasks: { dependencies: Record<string, string[]>; executors: Record<string, string> }): string;
}>;

/** d takes c and b, c takes b and a; b takes a. */
const TASKS = { d: ['c', 'b', 'a'], c: ['b', 'a'], b: ['a'], a: [], e: ['a'], f: ['e', 'd'] };

test('a task stands behind all that it waits for', async () => {
  assert.equal((await layout).levelsOf(TASKS), { a: 0, b: 1, c: 2, d: 3, e: 1, f: 4 });
});

test('an arrow that a longer way says too is left out', async () => {
  const arrows = (await layout).arrowsOf(TASKS).map((ends) => ends.join(' to ')).sort();
  assert.equal(arrows, ['a to b', 'a to e', 'b to c', 'c to d', 'd to f', 'e to f']);
});

test('an arrow that passes columns has a lane in each', async () => {
  const lane = { from: 'e', to: 'f' };
  assert.equal((await layout).columnsOf(TASKS), [['a'], ['b', 'e'], ['c', lane], ['d', lane], ['f']]);
});

test('the picture names each task and what it makes, escaped', async () => {
  const svg = (await drawing).draw({ dependencies: { 'a&b': [], 'c:proof': ['a&b'] }, executors: { 'a&b': 'own', 'c:proof': 'proof' } });
  assert.match(svg, /a&#38;b/);
  assert.match(svg, /QEMU boots it; the checks/);
  assert.is(svg.match(/marker-end/g)?.length, 1);
});

test.run();
