// SPDX-License-Identifier: Apache-2.0
import { isInstruction, type TraceEvent } from '../evidence/trace';
import type { Condition, TraceCondition, TraceNeverCondition, TraceStep } from '../spec/types';
import { compare, hex, showExpectation, type Lookup } from '../value';
import type { ConditionKind } from './kind';

/** The steps of the log that a condition is about. */
export function stepsOf(condition: Condition): readonly TraceStep[] {
  return 'trace' in condition ? condition.trace : 'trace_never' in condition ? [condition.trace_never] : [];
}

/** Whether an entry of the log is the step. */
export function matches(event: TraceEvent, step: TraceStep, lookup: Lookup): boolean {
  if ('instruction' in step) {
    if (event.kind !== 'instruction' || !isInstruction(event.word, step.instruction)) return false;
    return step.address === undefined || compare(hex(event.address), step.address, lookup).met;
  }
  const [kind, wanted] = 'exception' in step ? (['exception', step.exception] as const) : (['return', step.return] as const);
  if (event.kind !== kind || event.from !== wanted.from || event.to !== wanted.to) return false;
  if ('name' in wanted && wanted.name !== undefined && event.kind === 'exception' && event.name !== wanted.name) return false;
  if ('esr' in wanted && wanted.esr !== undefined) return event.kind === 'exception' && compare(hex(event.esr), wanted.esr, lookup).met;
  if ('pc' in wanted && wanted.pc !== undefined) return event.kind === 'return' && compare(hex(event.pc), wanted.pc, lookup).met;
  return true;
}

export function showStep(step: TraceStep, lookup: Lookup): string {
  if ('instruction' in step) {
    return step.address === undefined ? step.instruction : `${step.instruction} at ${showExpectation(step.address, lookup)}`;
  }
  if ('exception' in step) {
    const esr = step.exception.esr === undefined ? '' : ` ESR ${showExpectation(step.exception.esr, lookup)}`;
    return `${step.exception.name ?? 'exception'} EL${step.exception.from} to EL${step.exception.to}${esr}`;
  }
  const pc = step.return.pc === undefined ? '' : ` at ${showExpectation(step.return.pc, lookup)}`;
  return `return EL${step.return.from} to EL${step.return.to}${pc}`;
}

/** These leave ESR as it was. */
const ASYNCHRONOUS = new Set(['IRQ', 'FIQ']);

function showEvent(event: TraceEvent): string {
  switch (event.kind) {
    case 'instruction':
      return `${hex(event.address)}: ${event.text}`;
    case 'exception':
      return `${event.name} EL${event.from} to EL${event.to}${ASYNCHRONOUS.has(event.name) ? '' : ` ESR ${hex(event.esr)}`} ELR ${hex(event.elr)}`;
    case 'return':
      return `return EL${event.from} to EL${event.to} at ${hex(event.pc)}`;
  }
}

/** Why a log can have no such step: exceptions never go down, nor to EL0, and returns never up, nor from EL0. */
function impossible(step: TraceStep): string | undefined {
  if ('exception' in step) {
    const { from, to } = step.exception;
    return to === 0 || to < from ? `no exception goes from EL${from} to EL${to}` : undefined;
  }
  if ('return' in step) {
    const { from, to } = step.return;
    return from === 0 || to > from ? `no return goes from EL${from} to EL${to}` : undefined;
  }
  return undefined;
}

export const trace: ConditionKind<TraceCondition> = {
  key: 'trace',
  how: 'seen',
  judge({ trace: steps }, { trace: events, lookup }) {
    const expected = `QEMU's log has, in this order: ${steps.map((step) => showStep(step, lookup)).join('; ')}`;
    const shown = (indices: readonly number[]) => indices.map((index) => showEvent(events[index] as TraceEvent)).join('; ');
    const found: number[] = [];
    for (const step of steps) {
      const index = events.findIndex((event, at) => at > (found[found.length - 1] ?? -1) && matches(event, step, lookup));
      if (index < 0) {
        const after = found.length > 0 ? `after ${shown(found)}` : 'in the whole log';
        return { met: false, expected, evidence: `no ${showStep(step, lookup)} ${after}` };
      }
      found.push(index);
    }
    // The first step may have happened often before the second: the last time is the telling one.
    const [first, second, ...rest] = found as [number, ...number[]];
    if (second === undefined) return { met: true, expected, evidence: shown([first]) };
    const last = events.slice(0, second).findLastIndex((event) => matches(event, steps[0] as TraceStep, lookup));
    return { met: true, expected, evidence: shown([last, second, ...rest]) };
  },
};

export const traceNever: ConditionKind<TraceNeverCondition> = {
  key: 'trace_never',
  how: 'seen',
  vacuous: ({ trace_never }) => impossible(trace_never),
  judge({ trace_never: step }, { trace: events, lookup, end }) {
    const expected = `QEMU's log has no ${showStep(step, lookup)}`;
    const offender = events.find((event) => matches(event, step, lookup));
    if (offender) return { met: false, expected, evidence: showEvent(offender) };
    // A log that is empty or of a run that did not end shows no absence.
    const shown = events.length > 0 && end !== undefined;
    return { met: shown, expected, evidence: shown ? 'absent from the whole log' : 'nothing is shown: the run did not reach its end' };
  },
};
