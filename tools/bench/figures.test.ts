// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Ratio {
  paired: number;
  ofMedians: number;
  ofMinima: number;
  within?: boolean;
}

interface Modules {
  median(values: readonly number[]): number;
  ratio(title: string, sides: { ours: readonly number[]; peer: readonly number[]; budget?: number }): Ratio;
  formatRatio(result: Ratio): string;
  childTime(times: string): number;
  parseArguments(args: readonly string[], standard: number, own?: Record<string, string>): { rounds: number; options: Record<string, string> };
}

/** The benchmarks are ECMAScript modules, which a CommonJS test can only import at run time. */
const load = async (): Promise<Modules> => {
  const importModule = new Function('path', 'return import(path)') as (path: string) => Promise<Partial<Modules>>;
  const parts = await Promise.all(['figures', 'run', 'benchmark'].map((name) => importModule(`${__dirname}/${name}.mjs`)));
  return Object.assign({}, ...parts) as Modules;
};

test('median of odd and even counts, in any order', async () => {
  const { median } = await load();
  assert.is(median([5, 1, 3]), 3);
  assert.is(median([4, 1, 3, 2]), 2.5);
  assert.throws(() => median([]), /no values/);
});

test('a round in which the machine was slow for both sides changes no ratio', async () => {
  const { ratio } = await load();
  const { paired, ofMinima, within } = ratio('t', { ours: [1.2, 12, 1.2], peer: [1, 10, 1], budget: 1.2 });
  assert.ok(Math.abs(paired - 1.2) < 1e-9);
  assert.ok(Math.abs(ofMinima - 1.2) < 1e-9);
  assert.is(within, true);
});

test('the verdict follows the paired ratio, and is said', async () => {
  const { ratio, formatRatio } = await load();
  const over = ratio('boot', { ours: [2, 2, 1], peer: [1, 1, 1], budget: 1.3 });
  assert.is(over.within, false);
  assert.match(formatRatio(over), /^boot: 2\.000; OVER the budget of 1\.3\n/);
  assert.is(ratio('free', { ours: [1], peer: [1] }).within, undefined);
});

test("processor time is read from the second line of bash's times", async () => {
  const { childTime } = await load();
  assert.ok(Math.abs(childTime('0m0.004s 0m0.002s\n2m1.500s 0m10.250s\n') - 131.75) < 1e-9);
  assert.throws(() => childTime('0m0.004s 0m0.002s\n'), /expected two lines/);
});

test('rounds: a default, a value, and what is refused', async () => {
  const { parseArguments } = await load();
  assert.is(parseArguments([], 9).rounds, 9);
  assert.is(parseArguments(['--rounds=3'], 9).rounds, 3);
  for (const wrong of ['--rounds=0', '--rounds=1001', '--rounds=x', '--rounds', '--fast', '--beside=x', '12']) {
    assert.throws(() => parseArguments([wrong], 9), /--rounds=N/);
  }
});

test("a benchmark's own option is taken where there is one, and named in the usage", async () => {
  const { parseArguments } = await load();
  const own = { beside: 'FOLDER' };
  assert.equal(parseArguments(['--beside=../older', '--rounds=2'], 9, own), { rounds: 2, options: { beside: '../older' } });
  assert.throws(() => parseArguments(['--beside='], 9, own), /--beside=FOLDER/);
});

test.run();
