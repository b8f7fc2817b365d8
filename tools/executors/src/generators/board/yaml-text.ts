// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, parseDocument, stringify } from 'yaml';

/**
 * Sets top-level scalars of a YAML text where they stand, so that comments, numbers' bases and layout stay as they
 * are; a key that is not there yet is put at the end.
 */
export function withScalars(text: string, values: Readonly<Record<string, string>>): string {
  const { contents } = parseDocument(text);
  const edits = Object.entries(values).flatMap(([key, value]) => {
    const pair = isMap(contents) ? contents.items.find(({ key: found }) => isScalar(found) && found.value === key) : undefined;
    const range = isScalar(pair?.value) ? pair.value.range : undefined;
    return [{ key, written: stringify(value, { lineWidth: 0 }).trimEnd(), range }];
  });
  const inPlace = edits.filter(({ range }) => range).sort((a, b) => (b.range?.[0] ?? 0) - (a.range?.[0] ?? 0));
  const edited = inPlace.reduce((so, { written, range }) => so.slice(0, range?.[0]) + written + so.slice(range?.[1]), text);
  const added = edits.filter(({ range }) => !range).map(({ key, written }) => `${key}: ${written}\n`);
  return edited + added.join('');
}

/** The text of a top-level key and its value, without the comments before it; undefined where there is none. */
export function keyText(text: string, key: string): string | undefined {
  const { contents } = parseDocument(text);
  const pair = isMap(contents) ? contents.items.find(({ key: found }) => isScalar(found) && found.value === key) : undefined;
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
