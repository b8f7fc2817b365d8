// SPDX-License-Identifier: Apache-2.0
import type { Condition, LineCondition, ProofSpec, RecordCondition } from './spec/types';
import type { Line, SaidRecord, Transcript } from './transcript';
import { evaluate, sameDatum, type Datum, type Lookup } from './value';

/** Which lines the conditions of a spec mean, and the values captured from them. */
export interface Selection {
  captures: ReadonlyMap<string, Datum>;
  lines: ReadonlyMap<Condition, Line>;
  records: ReadonlyMap<Condition, readonly SaidRecord[]>;
  /** Check → number of the first line that speaks for it. */
  positions: ReadonlyMap<string, number>;
}

/**
 * Finds the line or records that each condition is about, without judging them. Works on a transcript that is
 * still growing, so that an address said by the firmware can be looked at while the machine stands still.
 */
export function select(spec: ProofSpec, transcript: Transcript, facts: Lookup): Selection {
  const captures = new Map<string, Datum>();
  const lines = new Map<Condition, Line>();
  const records = new Map<Condition, SaidRecord[]>();
  const positions = new Map<string, number>();
  const settled = new Set<string>();

  const settle = (id: string): void => {
    if (settled.has(id)) return;
    settled.add(id);
    for (const condition of spec.checks.find((check) => check.id === id)?.expect ?? []) {
      const line = 'line' in condition ? selectLine(condition) : 'record' in condition ? selectRecords(condition) : undefined;
      if (line && !positions.has(id)) positions.set(id, line.number);
    }
  };
  const startAfter = (id: string | undefined): number => {
    if (id === undefined) return 1;
    settle(id);
    return (positions.get(id) ?? 0) + 1;
  };
  const selectLine = (condition: LineCondition): Line | undefined => {
    const pattern = new RegExp(condition.line, 'u');
    const line = transcript.find(pattern, startAfter(condition.after));
    if (!line) return undefined;
    lines.set(condition, line);
    for (const [name, value] of Object.entries(pattern.exec(line.text)?.groups ?? {})) captures.set(name, value ?? '');
    return line;
  };
  const selectRecords = (condition: RecordCondition): Line | undefined => {
    const start = startAfter(condition.after);
    const found = transcript.records.filter(
      (record) => record.line.number >= start && record.name === condition.record && isMeant(record, condition, facts),
    );
    const first = found.find(({ beneath }) => !beneath);
    if (!first) return undefined;
    records.set(condition, found);
    for (const [name, field] of Object.entries(condition.capture ?? {})) {
      const value = first.fields[field];
      if (value !== undefined) captures.set(name, value);
    }
    return first.line;
  };

  for (const check of spec.checks) settle(check.id);
  return { captures, lines, records, positions };
}

function isMeant(record: SaidRecord, { where = {} }: RecordCondition, facts: Lookup): boolean {
  return Object.entries(where).every(([field, term]) => {
    const value = record.fields[field];
    return value !== undefined && sameDatum(value, evaluate(term, facts));
  });
}
