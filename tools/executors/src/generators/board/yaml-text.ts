// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, isSeq, parseDocument, stringify, type Pair } from 'yaml';

const written = (value: string) => stringify(value, { lineWidth: 0 }).trimEnd();

/** A top-level key and its value. */
function pairOf(text: string, key: string): Pair | undefined {
  const { contents } = parseDocument(text);
  return isMap(contents) ? contents.items.find(({ key: found }) => isScalar(found) && found.value === key) : undefined;
}

/** Texts in the place of others, each at its range. */
interface Edit {
  range: readonly [number, number, ...unknown[]];
  text: string;
}

function withEdits(text: string, edits: readonly Edit[]): string {
  const fromTheEnd = [...edits].sort((a, b) => b.range[0] - a.range[0]);
  return fromTheEnd.reduce((so, { range, text: made }) => so.slice(0, range[0]) + made + so.slice(range[1]), text);
}

/**
 * Sets top-level scalars of a YAML text where they stand, so that comments, numbers' bases and layout stay as they
 * are; a key that is not there yet is put at the end.
 */
export function withScalars(text: string, values: Readonly<Record<string, string>>): string {
  const keys = Object.entries(values).map(([key, value]) => {
    const found = pairOf(text, key)?.value;
    return { key, text: written(value), range: isScalar(found) ? found.range : undefined };
  });
  const edits = keys.flatMap(({ text: made, range }) => (range ? [{ range, text: made }] : []));
  const added = keys.filter(({ range }) => !range).map(({ key, text: made }) => `${key}: ${made}\n`);
  return withEdits(text, edits) + added.join('');
}

/** Changes the scalars of a top-level list where they stand. */
export function withItems(text: string, key: string, change: (item: string) => string): string {
  const list = pairOf(text, key)?.value;
  const items = isSeq(list) ? list.items.filter(isScalar) : [];
  const edits = items.flatMap(({ value, range }) => {
    const [old, made] = [String(value), change(String(value))];
    return range && made !== old ? [{ range, text: written(made) }] : [];
  });
  return withEdits(text, edits);
}

/** Takes a top-level key out, with the line of its scalar. */
export function withoutScalar(text: string, key: string): string {
  const pair = pairOf(text, key);
  const [begin, end] = [pair?.key, pair?.value].map((node) => (isScalar(node) ? node.range?.[0] : undefined));
  if (begin === undefined || end === undefined) return text;
  const next = text.indexOf('\n', end);
  return text.slice(0, begin) + (next < 0 ? '' : text.slice(next + 1));
}

/** The text of a top-level key and its value, without the comments before it; undefined where there is none. */
export function keyText(text: string, key: string): string | undefined {
  const pair = pairOf(text, key);
  const begin = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  const end = (pair?.value as { range?: [number, number, number] } | undefined)?.range?.[1];
  return begin === undefined || end === undefined ? undefined : text.slice(begin, end).trimEnd();
}

/** Comment lines that say something to programs, and stay. */
const FOR_PROGRAMS = /^# *(SPDX-|yaml-language-server:)/;

/** Puts `heading` in the place of the comment that a file begins with: that is about the file it was copied from. */
export function withHeading(text: string, heading: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  if (end <= 0) return text;
  const kept = lines.slice(0, end).filter((line) => FOR_PROGRAMS.test(line));
  return [...kept, ...(kept.length > 0 ? ['#'] : []), `# ${heading}`, ...lines.slice(end)].join('\n');
}

/** Names another schema in the line that an editor reads; a text without such a line stays as it is. */
export function withSchema(text: string, path: string): string {
  return text.replace(/^(# *yaml-language-server: *\$schema=).*$/m, (_, begin: string) => begin + path);
}
