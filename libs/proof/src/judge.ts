// SPDX-License-Identifier: Apache-2.0
import { printable } from '@nexus-forge/process';
import type { QmpEvent } from '@nexus-forge/qemu';
import { kindOf } from './conditions';
import type { Finding, JudgeContext } from './conditions/kind';
import { gapIn } from './conditions/said';
import { matches, showStep } from './conditions/trace';
import type { Observation, Visits } from './evidence/probe';
import { parseTrace } from './evidence/trace';
import { select } from './selection';
import type { Check, Condition, ProofSpec, TraceStep } from './spec/types';
import type { Line, Transcript } from './transcript';
import { ValueError, type Datum } from './value';

/** How a run ended. Only `power-off` is the guest's own good end. */
export type EndReason = 'power-off' | 'reset' | 'wall-clock limit' | 'no output' | 'too much output' | 'hopeless';

/** Everything that a run left to judge. */
export interface Run {
  transcript: Transcript;
  observations: ReadonlyMap<Condition, Observation | Visits>;
  /** QEMU's own log; empty without one. */
  trace: string;
  events: readonly QmpEvent[];
  ended: EndReason;
  /** What is wrong with the origin of lines that look like Rumpk's. */
  misattributed: readonly string[];
}

export interface JudgedCondition extends Finding {
  kind: string;
  how: 'said' | 'seen';
}

export interface JudgedCheck {
  /** From 1, in the spec's order. */
  number: number;
  id: string;
  title: string;
  passed: boolean;
  /** `seen` when at least one condition is evidence from outside. */
  how: 'said' | 'seen';
  conditions: readonly JudgedCondition[];
}

/** A check that the board cannot offer: it is neither passed nor failed, and stands in no count. */
export interface InapplicableCheck {
  number: number;
  id: string;
  title: string;
  /** As board.yaml has it. */
  reason: string;
}

export interface Judgement {
  checks: readonly JudgedCheck[];
  inapplicable: readonly InapplicableCheck[];
  passed: number;
  total: number;
  /** Why the run as a whole is no success, although perhaps every check passed. */
  faults: readonly string[];
  /** Every check passed, and the run as a whole is a success. */
  success: boolean;
  /** Versions that the guest stated, by name. */
  versions: Readonly<Record<string, string>>;
  end: Line | undefined;
}

/** The verdict over a run. Pure: the same run and facts always give the same judgement. */
export function judge(spec: ProofSpec, run: Run, facts: ReadonlyMap<string, Datum>): Judgement {
  const { transcript, observations, events } = run;
  const selection = select(spec, transcript, (name) => facts.get(name));
  const end = transcript.find(new RegExp(spec.end.marker, 'u'));
  const context: JudgeContext = {
    transcript,
    selection,
    lookup: (name) => facts.get(name) ?? selection.captures.get(name),
    end,
    observations: once(observations),
    trace: parseTrace(run.trace),
    events,
  };
  const again: Again = { observations, every: (moment) => everyOf(spec, moment) };
  const numbered = spec.checks.map((check, index) => ({ check, number: index + 1 }));
  const checks = numbered
    .filter(({ check }) => check.inapplicable === undefined)
    .map(({ check, number }) => judgeCheck(check, number, context, again));
  const passed = checks.filter((check) => check.passed).length;
  const faults = runFaults(spec, run, end);
  return {
    checks,
    inapplicable: numbered.flatMap(({ check: { id, title, inapplicable: reason }, number }) =>
      reason === undefined ? [] : [{ number, id, title, reason }],
    ),
    passed,
    total: checks.length,
    faults,
    success: passed === checks.length && faults.length === 0,
    versions: versionsOf(spec, transcript),
    end,
  };
}

/** What was seen more than once, and by which step of the trace it must have been counted. */
interface Again {
  observations: Run['observations'];
  every: (moment: string) => TraceStep | undefined;
}

/** The observations of moments that come once. */
function once(observations: Run['observations']): ReadonlyMap<Condition, Observation> {
  return new Map([...observations].filter((entry): entry is [Condition, Observation] => !('visits' in entry[1])));
}

function everyOf({ moments = {} }: ProofSpec, moment: string): TraceStep | undefined {
  const found = moments[moment];
  return typeof found === 'object' ? found.every : undefined;
}

function judgeCheck(check: Check, number: number, context: JudgeContext, again: Again): JudgedCheck {
  const conditions = check.expect.map((condition) => judgeCondition(condition, context, again));
  return {
    number,
    id: check.id,
    title: check.title,
    passed: conditions.every(({ met }) => met),
    how: conditions.some(({ how }) => how === 'seen') ? 'seen' : 'said',
    conditions,
  };
}

function judgeCondition(condition: Condition, context: JudgeContext, { observations, every }: Again): JudgedCondition {
  const { key: kind, how } = kindOf(condition);
  try {
    const seen = observations.get(condition);
    const step = 'at' in condition ? every(condition.at) : undefined;
    const finding = seen && step && 'visits' in seen ? judgeVisits(condition, seen, step, context) : kindOf(condition).judge(condition, context);
    // What the guest said or left in memory goes to reports and terminals.
    return { kind, how, ...finding, expected: printable(finding.expected), evidence: printable(finding.evidence) };
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    return { kind, how, met: false, expected: `${kind} with values that were not seen`, evidence: error.message };
  }
}

/** A condition that must hold at every visit of its moment; and no visit may have been missed. */
function judgeVisits(condition: Condition, { visits }: Visits, step: TraceStep, context: JudgeContext): Finding {
  // Most visits find what the one before did.
  const known = new Map<Observation, Finding>();
  const judge = (visit: Observation) => kindOf(condition).judge(condition, { ...context, observations: new Map([[condition, visit]]) });
  for (const visit of visits) if (!known.has(visit)) known.set(visit, judge(visit));
  const findings = visits.map((visit) => known.get(visit) as Finding);
  const wrong = findings.findIndex(({ met }) => !met);
  const shown = findings[wrong < 0 ? findings.length - 1 : wrong] as Finding;
  const expected = `${shown.expected}, at every ${showStep(step, context.lookup)}`;
  if (wrong >= 0) return { ...shown, expected, evidence: `${shown.evidence} (visit ${wrong + 1} of ${visits.length})` };
  const steps = context.trace.filter((event) => matches(event, step, context.lookup)).length;
  if (steps !== visits.length) return { met: false, expected, evidence: `looked at ${visits.length} times, but QEMU's log has it ${steps} times` };
  return { ...shown, expected, evidence: `${shown.evidence} (each of ${visits.length} visits)` };
}

const MISATTRIBUTED_SHOWN = 10;

/** A run is only good with a positive end marker, the guest's own power-off and no forbidden line. */
function runFaults(spec: ProofSpec, { transcript, ended, misattributed }: Run, end: Line | undefined): string[] {
  const faults: string[] = [];
  if (!end) faults.push(`the end marker /${spec.end.marker}/ was not seen`);
  if (ended !== 'power-off') faults.push(`the run ended by ${ended}, not by the guest's power-off`);
  faults.push(...misattributed.slice(0, MISATTRIBUTED_SHOWN));
  for (const pattern of spec.forbidden ?? []) {
    const line = transcript.findSent(new RegExp(pattern, 'u'));
    if (line) faults.push(`line ${line.number} is forbidden: ${line.shown}`);
  }
  const gap = spec.forbidden && gapIn(transcript, 1);
  if (gap) faults.push(`line ${gap.number} says that lines are missing: any of them may be forbidden`);
  return faults;
}

function versionsOf(spec: ProofSpec, transcript: Transcript): Record<string, string> {
  const found = Object.entries(spec.versions ?? {}).flatMap(([name, source]) => {
    const pattern = new RegExp(source, 'u');
    const line = transcript.find(pattern);
    const version = line && pattern.exec(line.text)?.[1];
    return version === undefined ? [] : [[name, version] as const];
  });
  return Object.fromEntries(found);
}
