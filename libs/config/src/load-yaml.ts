// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { ErrorObject } from 'ajv/dist/2020';
import { ForgeError, noteReads, type Place } from '@nexus-forge/process';
import { LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { READ_OPTIONS, bigText, holdsBig, replaceBig, settleNumbers, type OctalKeys } from './numbers';
import { validatorOf, type Schema } from './validator';

/** A validated YAML file: its value, and where in the file each part of it stands. */
export interface LoadedYaml<T> {
  file: string;
  value: T;
  /** The place of the value at `path` (keys and indices from the root), or of its nearest existing parent. */
  placeOf(path: readonly (string | number)[]): Place;
}

/** How a file is read beyond its schema. */
export interface YamlOptions {
  /** Keys whose numbers are permission bits: `0644` and `0o644` are the same, and nothing else is taken. */
  octal?: OctalKeys;
}

/**
 * Reads, parses and validates a YAML file. `file` is what errors name; `path` is what is opened. With `part` (keys from
 * the root) only the value there is meant: `schema` is its schema, and the rest of the file is somebody else's.
 */
export function loadYaml<T>(
  path: string,
  schema: Schema,
  file: string = path,
  part: readonly string[] = [],
  options: YamlOptions = {},
): LoadedYaml<T> {
  noteReads([path]);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ForgeError('cannot be read', { at: { file }, found: (error as Error).message });
  }
  return parseYaml<T>(text, schema, file, part, options);
}

/**
 * Parses and validates YAML text; throws a `ForgeError` with file, line and column for the first faults. No number is
 * ever rounded: an integer above 2^53 - 1 becomes hexadecimal text where the schema takes text as well as integers,
 * and is refused everywhere else.
 */
export function parseYaml<T>(
  text: string,
  schema: Schema,
  file: string,
  part: readonly string[] = [],
  { octal = new Set() }: YamlOptions = {},
): LoadedYaml<T> {
  const counter = new LineCounter();
  const document = parseDocument(text, { ...READ_OPTIONS, lineCounter: counter, uniqueKeys: true, prettyErrors: false });
  const syntax = document.errors[0];
  if (syntax) throw new ForgeError(syntax.message, { at: place(file, counter, syntax.pos[0]) });

  settleNumbers(document, octal, (offset) => place(file, counter, offset));
  const placeOf = (path: readonly (string | number)[]) => place(file, counter, offsetOf(document, [...part, ...path]));
  const value = valueAt(document.toJS({ maxAliasCount: 100 }), part);
  if (value === undefined) throw new ForgeError(`the file lacks the key ${part.join('.')}`, { at: placeOf([]) });
  return { file, value: validated<T>(value, schema, part, placeOf), placeOf };
}

type PlaceOf = (path: readonly (string | number)[]) => Place;

function validated<T>(value: unknown, schema: Schema, part: readonly string[], placeOf: PlaceOf): T {
  const validate = validatorOf(schema);
  const big = holdsBig(value);
  // The schema's own bounds are far from where a rounded number and its exact value differ.
  if (!validate(big ? replaceBig(value, Number) : value)) throw schemaError(validate.errors ?? [], value, part, placeOf);
  if (!big) return value as T;
  const exact = replaceBig(value, bigText);
  if (!validate(exact)) throw tooBig(validate.errors ?? [], value, part, placeOf);
  return exact as T;
}

function tooBig(errors: ErrorObject[], value: unknown, part: readonly string[], placeOf: PlaceOf): ForgeError {
  const path = errors.map(pathOf).find((one) => typeof valueAt(value, one) === 'bigint') ?? [];
  return new ForgeError(`${[...part, ...path].join('.')} is too large a number`, {
    at: placeOf(path),
    expected: `at most ${Number.MAX_SAFE_INTEGER} (0x${Number.MAX_SAFE_INTEGER.toString(16)})`,
    found: bigText(valueAt(value, path) as bigint),
  });
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((inside, key) => (inside as Record<string, unknown> | null | undefined)?.[key], value);
}

function place(file: string, counter: LineCounter, offset: number | undefined): Place {
  if (offset === undefined) return { file };
  const { line, col } = counter.linePos(offset);
  return { file, line, column: col };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const key = length > 0 ? keyOffset(document, path.slice(0, length)) : undefined;
    const offset = key ?? node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return undefined;
}

/** Where the key of a mapping entry starts: the place a reader looks for, rather than its value. */
function keyOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true) as { items?: unknown[] } | undefined;
  const last = path[path.length - 1];
  for (const item of parent?.items ?? []) {
    const key = (item as { key?: { value?: unknown; range?: [number, number, number] } }).key;
    if (key && String(key.value) === String(last)) return key.range?.[0];
  }
  return undefined;
}

/** Errors of combining keywords repeat what their branches say; the deepest plain one helps most. */
const COMBINING = new Set(['oneOf', 'anyOf', 'allOf', 'if', 'not']);

function schemaError(errors: ErrorObject[], value: unknown, part: readonly string[], placeOf: PlaceOf): ForgeError {
  const plain = errors.filter((error) => !COMBINING.has(error.keyword));
  const ranked = [...(plain.length > 0 ? plain : errors)].sort((a, b) => pathOf(b).length - pathOf(a).length);
  const first = ranked[0] as ErrorObject;
  const path = pathOf(first);
  const others = new Set(ranked.slice(1).map((error) => describe(error, value, part).summary)).size;
  const { summary, expected, found } = describe(first, value, part);
  return new ForgeError(summary, {
    at: placeOf(path),
    expected,
    found,
    fix: others > 0 ? `correct this; ${others} more may follow` : undefined,
  });
}

function pathOf(error: ErrorObject): (string | number)[] {
  const path: (string | number)[] = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const extra = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
  return extra === undefined ? path : [...path, String(extra)];
}

function describe(error: ErrorObject, value: unknown, part: readonly string[]): { summary: string; expected?: string; found?: string } {
  const where = [...part, ...pathOf(error)].join('.') || 'the file';
  const exact = valueAt(value, pathOf(error));
  const found = typeof exact === 'bigint' ? bigText(exact) : JSON.stringify(error.data)?.slice(0, 120);
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return { summary: `unknown key ${where}`, expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no such key' };
    }
    case 'required':
      return { summary: `${where} lacks the key ${error.params['missingProperty']}` };
    case 'enum':
      return { summary: `${where} has an unknown value`, expected: (error.params['allowedValues'] as unknown[]).join(', '), found };
    case 'pattern':
      return { summary: `${where} has the wrong form`, expected: `text that matches ${error.params['pattern']}`, found };
    default:
      return { summary: `${where} ${error.message ?? 'is not valid'}`, found };
  }
}
