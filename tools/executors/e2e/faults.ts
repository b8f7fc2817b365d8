// SPDX-License-Identifier: Apache-2.0
// What `audit` and `verify-reproducible` refuse, by the real Nx: a table of projects whose tools are scripts that do just
// what is at fault.
import * as assert from 'uvu/assert';
import type { Elsewhere } from './workspace';

export interface Fault {
  /** The project whose tool has it. */
  project: string;
  /** What the tool does, as a shell script. */
  script: string;
  /** What the target says of it. */
  said: (place: Elsewhere) => string | RegExp;
}

/** Runs a target of every project of a table, and of `honest`, whose tool does nothing wrong: which lines fail which. */
export async function expectFaults(place: Elsewhere, target: string, faults: readonly Fault[], path: string): Promise<void> {
  const projects = ['honest', ...faults.map(({ project }) => project)];
  const { output, ran } = await place.nx(['run-many', '-t', target, '-p', projects.join(), '--outputStyle=static'], { path });
  for (const { project, said } of faults) {
    const expected = said(place);
    assert.ok(typeof expected === 'string' ? output.includes(expected) : expected.test(output), `${project}: no ${expected} in\n${output}`);
  }
  assert.equal(ran.filter((id) => id.endsWith(`:${target}`)), projects.map((project) => `${project}:${target}`).sort(), output);
  for (const project of projects) {
    const { status, ran, output: again } = await place.nx(['run', `${project}:${target}`], { path });
    const expected = project === 'honest' ? [0, []] : [1, [`${project}:${target}`]];
    assert.equal([status, ran], expected, `${project}: only what is right is stored\n${again}`);
  }
}
