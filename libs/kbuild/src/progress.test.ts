// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BuildProgress } from './progress';

function play(lines: readonly string[], secondsEach: number, expected?: number): { reported: string[]; made: number } {
  const reported: string[] = [];
  let clock = 0;
  const progress = new BuildProgress({ expected, report: (line) => reported.push(line), now: () => clock * 1000 });
  for (const line of lines) {
    clock += secondsEach;
    progress.onLine(line);
  }
  return { reported, made: progress.made };
}

test('what is made is counted, other lines are not', () => {
  const { made } = play(['  CC      init/main.o', '  LD [M]  a.ko', 'make[1]: x', "  warning: 'x'", '  OBJCOPY arch/arm64/boot/Image'], 0);
  assert.is(made, 3);
});

test('a line is reported every five seconds, not for every object', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `  CC      net/ipv4/${index}.o`);
  const { reported } = play(lines, 0.5);
  assert.is(reported.length, 10);
  assert.is(reported[0], '10 objects, 5 s, in net/ipv4');
});

test('with a known total there is a share', () => {
  assert.equal(play(['  CC      a/b.o', '  CC      a/c.o'], 5, 8).reported, ['1 of 8 objects (12 %), 5 s, in a', '2 of 8 objects (25 %), 10 s, in a']);
});

test('a total that turns out too small is not shown', () => {
  assert.equal(play(['  CC      a.o', '  CC      b.o'], 5, 1).reported[1], '2 objects, 10 s');
});

test.run();
