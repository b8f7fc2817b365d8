// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Condition, TraceStep } from '../spec/types';
import { specOf } from '../testing';
import { refuseAbsentLevels } from './absent-levels';

const CASES: [step: TraceStep, needs: boolean][] = [
  [{ exception: { from: 2, to: 2 } }, false],
  [{ exception: { from: 1, to: 3 } }, false],
  [{ exception: { name: 'Secure Monitor Call', from: 1, to: 3 } }, false],
  [{ exception: { name: 'Data Abort', from: 1, to: 3 } }, true],
  [{ exception: { from: 3, to: 3 } }, true],
  [{ return: { from: 3, to: 2 } }, true],
  [{ return: { from: 2, to: 1 } }, false],
  [{ instruction: 'eret' }, false],
];
for (const [step, needs] of CASES) {
  test(`${JSON.stringify(step)}: ${needs ? 'only' : 'not only'} on a machine with EL3`, () => {
    for (const condition of [{ trace_never: step }, { trace: [step] }] as Condition[]) {
      const spec = specOf([{ id: 'only', title: 'Only', expect: [condition] }]);
      const refuse = () => refuseAbsentLevels(spec, { options: { secure: 'off' } });
      if (needs) assert.throws(refuse, /the check only of the proof sample is about EL3/);
      else refuse();
      refuseAbsentLevels(spec, { options: { secure: 'on' } });
    }
  });
}

test.run();
