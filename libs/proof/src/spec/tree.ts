// SPDX-License-Identifier: Apache-2.0
import { referencesOf } from '../value';
import type { Check, Condition } from './types';

/** Keys and indices from the root of the document. */
export type Path = readonly (string | number)[];

/** Calls `visit` for every value below `node` that is not a collection. */
export function walk(node: unknown, path: Path, visit: (value: unknown, path: Path) => void): void {
  if (Array.isArray(node)) node.forEach((item, index) => walk(item, [...path, index], visit));
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) walk(value, [...path, key], visit);
  } else visit(node, path);
}

const PATTERN_KEYS = new Set(['line', 'never', 'matches', 'marker', 'pattern', 'until']);
const PATTERN_LISTS = new Set(['forbidden', 'hopeless', 'versions']);
const MUTANT_LINES = 'says';

/** Whether the value at a path is a regular expression. */
export function isPatternKey(path: Path): boolean {
  const last = path[path.length - 1];
  if (PATTERN_LISTS.has(String(path[0]))) return true;
  if (path[0] === 'mutants' && path[2] === MUTANT_LINES) return true;
  // `from` is a pattern of an interval, an exception level of a step, and an address of a trace range.
  if (last === 'from') return path[0] === 'checks' && path.length === 5;
  // A field of a record may be called like one of the keys.
  return typeof last === 'string' && PATTERN_KEYS.has(last) && path[path.length - 2] !== 'fields';
}

/** Names of facts and captures that a value refers to. */
export function referencesIn(value: unknown): string[] {
  return typeof value === 'string' ? referencesOf(value) : [];
}

const GROUP_NAME = /\(\?<([a-z][a-z0-9_]*)>/g;

function namesOf(condition: Condition): string[] {
  if ('line' in condition) return [...condition.line.matchAll(GROUP_NAME)].map(([, name]) => name as string);
  return 'record' in condition ? Object.keys(condition.capture ?? {}) : [];
}

/** Captures that the conditions define, each with its place. */
export function namesDefinedBy(checks: readonly Check[]): { name: string; path: Path }[] {
  return checks.flatMap((check, index) =>
    check.expect.flatMap((condition, at) => namesOf(condition).map((name) => ({ name, path: ['checks', index, 'expect', at] }))),
  );
}
