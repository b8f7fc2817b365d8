// SPDX-License-Identifier: Apache-2.0
import { ForgeError } from '@nexus-forge/process';
import type { Machine } from '@nexus-forge/qemu';
import { showStep, stepsOf } from '../conditions/trace';
import type { ProofSpec, TraceStep } from '../spec/types';

/** QEMU answers PSCI in the place of firmware at EL3, and writes of such a call that it is taken to EL3 (arm_cpu_do_interrupt). */
const ANSWERED_BY_QEMU = 'Secure Monitor Call';

/** Whether a log of a machine without EL3 can have no such step. */
function needsEl3(step: TraceStep): boolean {
  if ('return' in step) return step.return.from === 3 || step.return.to === 3;
  if (!('exception' in step)) return false;
  const { from, to, name = ANSWERED_BY_QEMU } = step.exception;
  return from === 3 || (to === 3 && name !== ANSWERED_BY_QEMU);
}

/** Throws a `ForgeError` for a step of EL3 on a machine that has none: its absence says nothing. */
export function refuseAbsentLevels(spec: ProofSpec, { options }: Pick<Machine, 'options'>): void {
  if (options?.['secure'] === 'on') return;
  for (const { id, expect } of spec.checks) {
    const step = expect.flatMap(stepsOf).find(needsEl3);
    if (step === undefined) continue;
    throw new ForgeError(`the check ${id} of the proof ${spec.proof} is about EL3, which the machine does not have`, {
      expected: 'steps of EL0, EL1 and EL2, or the machine option secure: on',
      found: showStep(step, () => undefined),
    });
  }
}
