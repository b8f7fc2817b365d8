// SPDX-License-Identifier: Apache-2.0
import type { CompareCondition, LineCondition, NeverCondition, RecordCondition } from '../spec/types';
import type { Line, Transcript } from '../transcript';
import { compare, evaluate, referencesOf, termsOf } from '../value';
import { compareFields, wording, type ConditionKind } from './kind';

const NEAR_LINES = 3;

/** Words of a pattern that a reader would search the log for. */
function wordsOf(text: string): string[] {
  return [...new Set(text.replace(/\\[a-zA-Z]/g, ' ').toLowerCase().match(/[a-z0-9_]{3,}/g) ?? [])];
}

/** The lines that share most words with a pattern, in the transcript's order. */
export function nearestLines(transcript: Transcript, pattern: string): Line[] {
  const words = wordsOf(pattern);
  const scored = transcript.lines.map((line) => {
    const text = line.text.toLowerCase();
    return { line, score: words.filter((word) => text.includes(word)).length };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.line.number - b.line.number)
    .slice(0, NEAR_LINES)
    .map(({ line }) => line)
    .sort((a, b) => a.number - b.number);
}

export const line: ConditionKind<LineCondition> = {
  key: 'line',
  how: 'said',
  judge(condition, { selection, transcript, lookup }) {
    const order = condition.after === undefined ? '' : ` after ${condition.after}`;
    const found = selection.lines.get(condition);
    if (!found) {
      const near = nearestLines(transcript, condition.line);
      return { met: false, expected: `a line /${condition.line}/${order}`, evidence: 'no such line', near };
    }
    const groups = new RegExp(condition.line, 'u').exec(found.text)?.groups ?? {};
    const comparisons = compareFields(condition.fields ?? {}, groups, lookup);
    const met = comparisons.every((comparison) => comparison.met);
    const expected = comparisons.length > 0 ? wording(comparisons, 'expected') : `a line /${condition.line}/${order}`;
    return { met, expected, evidence: found.text, line: found.number };
  },
};

export const record: ConditionKind<RecordCondition> = {
  key: 'record',
  how: 'said',
  judge(condition, { selection, transcript, lookup }) {
    const chosen = Object.entries(condition.where ?? {}).map(([name, term]) => ` ${name}=${term}`).join('');
    const title = `@${condition.record}${chosen}`;
    const records = selection.records.get(condition);
    if (!records) {
      return { met: false, expected: `a record ${title}`, evidence: 'no such record', near: nearestLines(transcript, title) };
    }
    // A later record that contradicts an earlier one must not hide behind it: each is judged.
    const judged = records.map((said) => ({ said, comparisons: compareFields(condition.fields ?? {}, said.fields, lookup) }));
    const worst = judged.find(({ comparisons }) => comparisons.some(({ met }) => !met));
    const { said, comparisons } = worst ?? (judged[0] as (typeof judged)[0]);
    const wanted = comparisons.length > 0 ? ` with ${wording(comparisons, 'expected')}` : '';
    const met = worst === undefined;
    return { met, expected: `a record ${title}${wanted}`, evidence: said.beneath ? said.line.shown : said.line.text, line: said.line.number };
  },
};

export const never: ConditionKind<NeverCondition> = {
  key: 'never',
  how: 'said',
  judge(condition, { transcript, end }) {
    const expected = `no line /${condition.never}/`;
    const first = condition.from === undefined ? 1 : transcript.findSent(new RegExp(condition.from, 'u'))?.number;
    if (first === undefined) {
      return { met: false, expected, evidence: `nothing is shown: no line /${condition.from}/ began the interval` };
    }
    const last = lastLine(condition, transcript, first, end);
    const offender = transcript.findSent(new RegExp(condition.never, 'u'), first);
    if (offender && offender.number <= (last ?? Infinity)) {
      return { met: false, expected, evidence: offender.shown, line: offender.number };
    }
    const gap = gapIn(transcript, first, last);
    if (gap) return { met: false, expected, evidence: `nothing is shown: lines are missing, says line ${gap.number}: ${gap.shown}`, line: gap.number };
    if (last === undefined) {
      const marker = condition.until === undefined ? 'the end marker' : `a line /${condition.until}/`;
      return { met: false, expected, evidence: `nothing is shown: ${marker} did not close the interval` };
    }
    return { met: true, expected, evidence: `absent from lines ${first} to ${last}` };
  },
};

/** As Linux says that it has left out lines: of its log (printk.c), or of one that came too often (ratelimit.c). */
const LEFT_OUT = /\*\* \d+ printk messages? dropped \*\*|\b\d+ callbacks suppressed\b/;

/** The line that says that others are missing, in an interval. */
export function gapIn(transcript: Transcript, first: number, last = transcript.lines.length): Line | undefined {
  const gap = transcript.findSent(LEFT_OUT, first);
  return gap && gap.number <= last ? gap : undefined;
}

/** The interval's last line: what follows the end marker belongs to it, but the marker must be there. */
function lastLine(condition: NeverCondition, transcript: Transcript, first: number, end: Line | undefined): number | undefined {
  if (condition.until !== undefined) return transcript.find(new RegExp(condition.until, 'u'), first)?.number;
  return end && transcript.lines.length;
}

export const comparison: ConditionKind<CompareCondition> = {
  key: 'compare',
  how: 'said',
  vacuous(condition) {
    const terms = [condition.compare, ...termsOf(condition)];
    if (terms.every((term) => referencesOf(term).length === 0)) return 'it compares constants';
    return condition.equals === condition.compare ? 'it compares a value with itself' : undefined;
  },
  judge(condition, { lookup }) {
    const { met, expected, found } = compare(evaluate(condition.compare, lookup), condition, lookup);
    return { met, expected: `${condition.compare} ${expected}`, evidence: `${condition.compare} = ${found}` };
  },
};
