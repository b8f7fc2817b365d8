// SPDX-License-Identifier: Apache-2.0
import type { InapplicableCheck, JudgedCheck, JudgedCondition, Judgement } from '../judge';
import type { ProofSpec } from '../spec/types';
import type { Line, Transcript } from '../transcript';
import { everyCheck } from './every-check';

const TAIL_LINES = 12;
const TITLE_WIDTH = 58;
const EVIDENCE_WIDTH = 96;

const clip = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
export const showLine = (line: Line) => `${String(line.number).padStart(5)} | ${line.shown}`;

/** The condition that speaks best for a check: evidence from outside before what was said. */
export function spokesman(check: JudgedCheck): JudgedCondition {
  const { conditions } = check;
  const pick = conditions.find(({ met }) => !met) ?? conditions.find(({ how }) => how === 'seen') ?? conditions[0];
  return pick as JudgedCondition;
}

function failureLines(check: JudgedCheck): string[] {
  return check.conditions
    .filter(({ met }) => !met)
    .flatMap(({ expected, evidence, line, near = [] }) => [
      `         expected: ${expected}`,
      `         found:    ${evidence}${line === undefined ? '' : ` (line ${line})`}`,
      ...(near.length > 0 ? ['         nearest:', ...near.map((nearest) => `         ${showLine(nearest)}`)] : []),
    ]);
}

function checkLines(check: JudgedCheck): string[] {
  const verdict = check.passed ? 'pass' : 'FAIL';
  const head = `${String(check.number).padStart(3)}  ${verdict}  ${check.how}  ${clip(check.title, TITLE_WIDTH).padEnd(TITLE_WIDTH)}`;
  return check.passed ? [`${head}  ${clip(spokesman(check).evidence, EVIDENCE_WIDTH)}`] : [head.trimEnd(), ...failureLines(check)];
}

const inapplicableLine = ({ number, title, reason }: InapplicableCheck) =>
  `${String(number).padStart(3)}  n/a         ${clip(title, TITLE_WIDTH).padEnd(TITLE_WIDTH)}  inapplicable: ${reason}`;

/** `17/17`, or `16/16, 1 inapplicable`. */
function countText({ passed, total, inapplicable }: Judgement): string {
  return `${passed}/${total}${inapplicable.length > 0 ? `, ${inapplicable.length} inapplicable` : ''}`;
}

/** The last words of a run. */
function tailLines(transcript: Transcript, stoodAt: string | undefined): string[] {
  const stood = stoodAt === undefined ? [] : [`the machine stood at ${stoodAt}`];
  return ['the last lines before the end:', ...transcript.tail(TAIL_LINES).map(showLine), ...stood];
}

/** `=== Result: 17/17 ===`; a run that is no success although every check passed says so inside it. */
export function bannerLine(spec: ProofSpec, judgement: Judgement): string {
  const { passed, total, success } = judgement;
  const caveat = passed === total && !success ? ', but the run as a whole FAILED' : '';
  return `=== ${spec.banner ?? 'Result'}: ${countText(judgement)}${caveat} ===`;
}

/** The verdict as a table for people; its last line is the banner. */
export function table(
  spec: ProofSpec,
  judgement: Judgement,
  { transcript, stoodAt }: { transcript: Transcript; stoodAt?: string },
): string[] {
  return [
    ...everyCheck(judgement, { judged: checkLines, inapplicable: (check) => [inapplicableLine(check)] }).flat(),
    ...(judgement.success ? [] : ['', ...judgement.faults.map((fault) => `fault: ${fault}`), ...tailLines(transcript, stoodAt)]),
    '',
    bannerLine(spec, judgement),
  ];
}
